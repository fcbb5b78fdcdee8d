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
from tests.support.browser import Live
from tests.support.photographs import photograph

MORNING = datetime(2026, 12, 3, 10, tzinfo=ZoneInfo("Europe/Athens"))
HARBOUR = (35.3177, 25.3904)
VISITOR = "visitor@post.example"
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


def test_a_visitor_reports_a_pothole_with_a_photograph_in_under_ten_interactions(
    live: Live, open_page: Callable[..., Page], clock: time_machine.Coordinates, tmp_path: Path
) -> None:
    picture = tmp_path / "street.jpg"
    picture.write_bytes(photograph(*HARBOUR, MORNING))
    page = open_page(width=360, height=740, language="en", has_touch=True, is_mobile=True)
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
    assert visitor.interactions <= MOST_INTERACTIONS
    [fault] = reports(live)
    assert (fault.lat, fault.lon) == pytest.approx(HARBOUR, abs=1e-5)
    assert fault.language == "en"


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
