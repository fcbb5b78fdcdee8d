"""A fault's way: reported from a telephone by a visitor who reads English, with a photograph, in few presses."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa
import time_machine
from playwright.sync_api import Page, expect

from portal.core.db import db
from portal.core.letters import Letter
from portal.faults.models import Fault
from portal.plan.models import Contribution
from portal.plan.operations import recount
from tests.support.browser import Live
from tests.support.photographs import photograph
from tests.support.somebody import address

MORNING = datetime(2026, 12, 3, 10, tzinfo=ZoneInfo("Europe/Athens"))
HARBOUR = (35.3177, 25.3904)
VISITOR, NEIGHBOUR = "visitor@post.example", "neighbour@post.example"
PASSWORD = "epideixi-2026-kalimera"
#: so many presses, choices and fields a report with a photograph may take
MOST_INTERACTIONS = 9


@pytest.fixture
def stock() -> str:
    return "municipality"


@pytest.fixture
def clock() -> Iterator[time_machine.Coordinates]:
    """Time goes where the story is."""
    with time_machine.travel(MORNING, tick=True) as traveller:
        yield traveller


class Hand:
    """Whoever holds the telephone; every press, every choice and every field counts."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.interactions = 0

    def press(self, css: str) -> None:
        self.interactions += 1
        self.page.locator(css).first.click()
        self.page.wait_for_load_state()

    def fill(self, css: str, text: str) -> None:
        self.interactions += 1
        self.page.locator(css).fill(text)

    def choose(self, css: str, file: Path) -> None:
        self.interactions += 1
        self.page.locator(css).set_input_files(file)

    def go_on(self) -> None:
        self.press("main form.fault-form .actions button, main form:not([action]) .actions button")


def code(live: Live) -> str:
    """The six digits of the newest letter."""
    live.drain()
    with live.app.app_context():
        query = sa.select(Letter).where(Letter.recipient == VISITOR).order_by(Letter.id.desc()).limit(1)
        return re.findall(r"\b\d{6}\b", db.session.scalars(query).one().body)[0]


def reports(live: Live) -> list[Fault]:
    with live.app.app_context():
        return list(db.session.scalars(sa.select(Fault).order_by(Fault.id)))


def report_pothole(page: Page, live: Live, tmp_path: Path) -> int:
    """A visitor tells us of a hole at the harbour; how many interactions that took."""
    picture = tmp_path / "street.jpg"
    picture.write_bytes(photograph(*HARBOUR, MORNING))
    page.goto("/en/faults/report/")
    visitor = Hand(page)
    visitor.choose("[name=photos]", picture)
    visitor.go_on()
    expect(page.locator("h1")).to_have_text("What is it?")
    visitor.press(".fault-group button >> nth=0")
    visitor.fill("[name=text]", "A deep hole at the corner, a car was damaged.")
    visitor.go_on()
    expect(page.locator("h1")).to_have_text("Check and send")
    visitor.fill("form.fault-form [name=email]", VISITOR)
    visitor.go_on()
    visitor.fill("[name=code]", code(live))
    visitor.go_on()
    expect(page.locator(".govuk-panel")).to_contain_text("Your report is with us")
    return visitor.interactions


def test_a_visitor_reports_a_pothole_with_a_photograph_in_under_ten_interactions(
    live: Live, open_page: Callable[..., Page], clock: time_machine.Coordinates, tmp_path: Path
) -> None:
    page = open_page(width=360, height=740, language="en", has_touch=True, is_mobile=True)

    assert report_pothole(page, live, tmp_path) <= MOST_INTERACTIONS

    [fault] = reports(live)
    assert (fault.lat, fault.lon) == pytest.approx(HARBOUR, abs=1e-5)
    assert fault.language == "en"


def letters(live: Live, to: str) -> list[Letter]:
    """What somebody has got, the newest last."""
    live.drain()
    with live.app.app_context():
        return list(db.session.scalars(sa.select(Letter).where(Letter.recipient == to).order_by(Letter.id)))


def send(page: Page) -> None:
    """The button of the form of a page."""
    page.locator("main form button[type=submit]:not([name]):not(.govuk-visually-hidden)").last.click()
    page.wait_for_load_state()


def sign_in(page: Page, who: str) -> None:
    page.goto("/el/account/sign-in/")
    page.locator("input[type=email]").fill(f"{who}@hersonissos.example")
    page.locator("input[type=password]").fill(PASSWORD)
    page.locator("input[type=password]").press("Enter")
    page.wait_for_url(lambda url: "sign-in" not in url)


def say_me_too(page: Page, live: Live) -> None:
    """A neighbour begins to report the same, finds that it is known, and stands by it."""
    page.goto("/el/faults/report/")
    page.locator("[name=lat]").evaluate("(field, value) => { field.value = value }", str(HARBOUR[0]))
    page.locator("[name=lon]").evaluate("(field, value) => { field.value = value }", str(HARBOUR[1]))
    page.locator("form.fault-form .actions button").click()
    page.locator(".fault-group button").first.click()
    page.locator("[name=text]").fill("Λακκούβα στη γωνία.")
    page.locator("form.fault-form .actions button").click()
    page.locator(".fault-around [name=email]").fill(NEIGHBOUR)
    page.locator(".fault-around form button").click()
    page.wait_for_load_state()
    page.goto(address(letters(live, NEIGHBOUR)[-1].body, "/faults/"))
    send(page)


def repair(page: Page, slug: str, note: str, picture: Path | None = None) -> None:
    """The crew is there and says what it did."""
    page.goto("/el/desk/faults/crew/")
    page.locator(f"main a[href*='{slug}']").first.click()
    page.wait_for_load_state()
    if picture:
        page.locator("[data-kept-form] [name=photos]").set_input_files(picture)
    page.locator("[data-kept-form] [name=note]").fill(note)
    page.locator("[data-kept-form] .actions button").click()
    page.wait_for_url("**/desk/faults/crew/")


def counted(live: Live) -> dict[str, list[int]]:
    """The plan's contributions of faults by feed; a recount arrives at the same."""
    with live.app.app_context():
        assert recount(db.session).unchanged
        db.session.rollback()
        query = sa.select(Contribution.feed, Contribution.value).where(Contribution.feed.startswith("faults."))
        found: dict[str, list[int]] = {}
        for feed, value in db.session.execute(query.order_by(Contribution.id)):
            found.setdefault(feed, []).append(int(value))
        return found


def test_a_fault_is_supported_repaired_disputed_and_repaired_again(
    live: Live, open_page: Callable[..., Page], clock: time_machine.Coordinates, tmp_path: Path
) -> None:
    visitor, neighbour = (open_page(width=360, height=740, language=code) for code in ("en", "el"))
    crew, head = open_page(width=360, height=740), open_page()

    # reported, and reported once more
    report_pothole(visitor, live, tmp_path)
    say_me_too(neighbour, live)
    [fault] = reports(live)
    assert fault.supporters == 1
    assert counted(live) == {"faults.reported": [1]}

    # repaired with a photograph: both are told, each in their language
    after = tmp_path / "after.jpg"
    after.write_bytes(photograph(*HARBOUR, MORNING))
    sign_in(crew, "engineer")
    repair(crew, fault.slug, "Κλείσαμε τη λακκούβα με ψυχρή άσφαλτο.", after)
    english, greek = letters(live, VISITOR)[-1], letters(live, NEIGHBOUR)[-1]
    assert (english.language, greek.language) == ("en", "el")
    assert "is repaired" in english.body
    visitor.goto(f"/en/faults/{fault.slug}/")
    expect(visitor.locator(".fault-photos img")).to_have_count(1)
    assert counted(live)["faults.repaired"] == [1]

    # it is not: open again, and in the list of the head
    visitor.goto(address(english.body, "/faults/answer/"))
    visitor.locator("[name=agreed][value=no]").check()
    visitor.locator("[name=why]").fill("The hole is still there, you closed another one.")
    send(visitor)
    expect(visitor.locator("main")).to_contain_text("The report is open again")
    sign_in(head, "works-head")
    head.goto("/el/desk/faults/disputed/")
    expect(head.locator("main")).to_contain_text(fault.reference)
    assert counted(live)["faults.repaired"] == [0]

    # repaired for good
    repair(crew, fault.slug, "Κλείσαμε και τη λακκούβα στη γωνία.")
    assert "is repaired" in letters(live, VISITOR)[-1].body
    head.goto("/el/desk/faults/disputed/")
    expect(head.locator("main")).not_to_contain_text(fault.reference)
    found = counted(live)
    assert (found["faults.repaired"], found["faults.reopened-share"]) == ([1], [1])


def test_what_is_typed_survives_a_lost_connection(
    live: Live, open_page: Callable[..., Page], clock: time_machine.Coordinates
) -> None:
    page = open_page(width=360, height=740, language="en")
    page.goto("/en/faults/report/")
    page.locator("[name=address]").fill("The third lamp of the pier")

    page.context.set_offline(True)
    page.locator("form.fault-form .actions button").click()
    expect(page.locator(".draft-status")).to_contain_text("You have no connection")
    page.context.set_offline(False)
    page.goto("/en/")
    page.goto("/en/faults/report/")

    expect(page.locator("[name=address]")).to_have_value("The third lamp of the pier")


def test_a_position_and_a_place_move_the_point(
    live: Live, open_page: Callable[..., Page], clock: time_machine.Coordinates
) -> None:
    position = {"latitude": HARBOUR[0], "longitude": HARBOUR[1]}
    page = open_page(width=360, height=740, language="en", geolocation=position, permissions=["geolocation"])
    page.goto("/en/faults/report/")

    page.locator("[data-locate]").click()
    expect(page.locator(".draft-status")).to_contain_text("We have your position")
    expect(page.locator("[name=lat]")).to_have_value(f"{HARBOUR[0]:.6f}")

    page.locator("[name=sought]").fill("Malia")
    page.locator("[name=find]").click()
    page.locator("[name=place]").first.check()
    assert page.locator("[name=lat]").input_value() == page.locator("[name=place]").first.input_value().split(",")[0]
