"""What the public sees: list, map, a report, the figures; and nothing personal anywhere."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from PIL import Image
from sqlalchemy.orm import Session

from portal.accounts.models import User
from portal.casework.operations import Applicant
from portal.core import files, tallying
from portal.core.texts import Translated
from portal.core.web import portal
from portal.faults import operations, queries
from portal.faults.models import Fault, FaultCategory, FaultPhoto, FaultState, Measure, Moment, MonthCount, YearCount
from portal.faults.models.grid import Box
from portal.faults.operations import Change
from portal.faults.queries import FaultFilter, addresses, figures
from portal.organisation.models import Community
from tests.casework.test_statements import counted
from tests.factories import NOW, make_community, make_staff, make_unit
from tests.factories.faults import LAT, LON, make_body, make_fault, make_fault_category
from tests.support.client import Client

TITLES = ".fault-line h2 a"
FAR = (35.29, 25.46)
NOTE = Translated(el="Αντικαταστάθηκε ο λαμπτήρας.", en="The lamp was replaced.")


@pytest.fixture(autouse=True)
def _then(frozen: Callable[[datetime], Any]) -> None:
    frozen(NOW)


@pytest.fixture
def client(client: Client) -> Client:
    """Somebody who reads English."""
    client.language = "en"
    return client


@pytest.fixture
def community(session: Session) -> Community:
    """By the sea."""
    return make_community(session, code="malia", name=Translated(el="Μάλια", en="Malia"))


@pytest.fixture
def lamp(session: Session) -> FaultCategory:
    """A lamp, in the group of lights."""
    lights = make_fault_category(session, code="lights", name=Translated(el="Φώτα", en="Lights"))
    lights.parent_id = None
    return make_fault_category(session, parent=lights, code="lamp", name=Translated(el="Λαμπτήρας", en="Lamp"))


@pytest.fixture
def hole(session: Session) -> FaultCategory:
    """Something else."""
    return make_fault_category(session, code="hole", name=Translated(el="Λακκούβα", en="Pothole"))


@pytest.fixture
def worker(session: Session) -> User:
    """Whoever repairs."""
    return make_staff(session, make_unit(session, name=Translated(el="Ηλεκτρολόγοι", en="Electricians")))


def repair(session: Session, fault: Fault, worker: User | None = None, *, now: datetime = NOW) -> None:
    operations.change_state(session, fault, Change(state=FaultState.REPAIRED, note=NOTE), actor=worker, now=now)


def titles(page: Any) -> list[str]:
    return [text.partition(",")[0].strip() for text in page.texts(TITLES)]


class TestList:
    @pytest.mark.parametrize(
        ("values", "found"),
        [
            ({}, ["Pothole", "Lamp", "Lamp"]),
            ({"group": "open"}, ["Pothole", "Lamp"]),
            ({"group": "overdue"}, ["Lamp"]),
            ({"group": "repaired"}, ["Lamp"]),
            ({"state": "received", "category": "hole"}, ["Pothole"]),
            ({"category": "lights"}, ["Lamp", "Lamp"]),
            ({"community": "malia"}, ["Lamp", "Lamp"]),
            ({"from": "2026-03-01"}, ["Pothole", "Lamp"]),
            ({"to": "2026-02-28"}, ["Lamp"]),
            ({"near": f"{LAT},{LON}", "km": "1"}, ["Lamp", "Lamp"]),
            ({"near": f"{FAR[0]},{FAR[1]}", "m": "300"}, ["Pothole"]),
            ({"box": "35.28,25.45,35.30,25.47"}, ["Pothole"]),
            ({"group": "open", "community": "malia", "category": "hole"}, []),
        ],
    )
    def test_filters_combine(
        self,
        client: Client,
        session: Session,
        community: Community,
        lamp: FaultCategory,
        hole: FaultCategory,
        values: dict[str, Any],
        found: list[str],
    ) -> None:
        make_fault(session, category=lamp, community=community, now=NOW - timedelta(days=60))
        repair(session, make_fault(session, category=lamp, community=community))
        other = make_community(session, code="far")
        make_fault(session, category=hole, community=other, lat=FAR[0], lon=FAR[1])
        session.commit()

        page = client.get("faults.overview", **values)

        assert titles(page) == found
        assert bool(page.select(".empty")) is not bool(found)

    def test_what_another_body_repairs_is_not_late_by_our_limit(
        self, client: Client, session: Session, lamp: FaultCategory, worker: User
    ) -> None:
        fault = make_fault(session, category=lamp, now=NOW - timedelta(days=60))
        change = Change(state=FaultState.PASSED_ON, note=NOTE, body=make_body(session))
        assert titles(client.get("faults.overview", group="overdue")) == ["Lamp"]

        operations.change_state(session, fault, change, actor=worker, now=NOW)

        assert titles(client.get("faults.overview", group="overdue")) == []
        assert titles(client.get("faults.overview", group="open")) == ["Lamp"]
        page = client.get("faults.fault", slug=fault.slug).text
        assert "Our limit" not in page
        assert "should have been repaired" not in page
        listed = client.get(f"/open311/v2/requests/{fault.slug}.json").response.get_json()
        assert "expected_datetime" not in listed[0] or listed[0]["expected_datetime"] is None

    @pytest.mark.usefixtures("lamp")
    def test_each_filter_is_a_chip_that_leads_out_of_it(self, client: Client) -> None:
        page = client.get("faults.overview", category="lamp", near="35.1,25.1", km="3", group="open")

        chips = {chip.get_text(" ", strip=True): chip["href"] for chip in page.select("a.chip")}
        assert chips["Remove: Lamp"] == "/en/faults/?group=open&near=35.1,25.1&km=3"
        assert chips["Remove: 3 km around the point you chose"] == "/en/faults/?group=open&category=lamp"

    @pytest.mark.usefixtures("lamp")
    def test_the_form_leads_to_a_short_address(self, client: Client) -> None:
        assert not client.get("faults.overview").select(".event-filters")
        form = client.get("faults.overview", filters="show", group="open")

        page = client.submit(form, {"category": "lamp", "from": "2026-03-01"}, form=".event-filters", status=302)

        assert page.location == "/en/faults/?group=open&category=lamp&from=2026-03-01"

    def test_what_cannot_be_understood_is_said_at_its_field(self, client: Client) -> None:
        page = client.get("faults.overview", status=422, **{"from": "2026-03-08", "to": "2026-03-01"})

        assert page.errors == ["The last day cannot be before the first"]

    def test_pages_follow_each_other_without_a_gap(self, client: Client, session: Session, hole: FaultCategory) -> None:
        made = [make_fault(session, category=hole).slug for _number in range(25)]
        make_fault(session, category=hole, lat=LAT + 0.008, lon=LON + 0.009)  # in a corner of the square
        session.commit()

        page = client.get("faults.overview", near=f"{LAT},{LON}", km="1")
        second = client.get(page.one("a[rel=next]")["href"])

        links = [link["href"] for each in (page, second) for link in each.select(TITLES)]
        assert links == [f"/en/faults/{slug}/" for slug in reversed(made)]
        assert len(page.select(TITLES)) == 19

    def test_what_is_not_public_is_not_there(self, client: Client, session: Session) -> None:
        make_fault(session, category=make_fault_category(session, private=True))
        hidden = make_fault(session)
        hidden.shown = False
        operations.recount(session)
        session.commit()

        assert titles(client.get("faults.overview")) == []
        assert "report here" not in client.get("faults.map").text
        assert "0" in client.get("faults.figures").texts(".figures b")


@pytest.mark.parametrize(
    "given",
    [
        {"group": "x"},
        {"state": "nothing"},
        {"category": "<b>"},
        {"near": "1,2,3"},
        {"near": "nan,2"},
        {"near": "35,25", "km": "-1"},
        {"near": "35,25", "m": "1e400"},
        {"box": "1,2,0,3"},
        {"box": "35.2,25.1,inf,26"},
        {"from": "2026-13-01"},
    ],
)
def test_what_cannot_be_read_is_named_and_left_out(given: dict[str, str]) -> None:
    found = addresses.asked(given)

    assert len(found.problems) == 1
    assert found.filter == FaultFilter()


@pytest.mark.parametrize("text", ["x", "-1", "0", "9" * 30, "٣"])
def test_a_page_that_nobody_can_have_asked_for_is_the_first(text: str) -> None:
    assert addresses.asked({"before": text}).filter.before is None


class TestMap:
    def test_few_are_points(self, client: Client, session: Session, lamp: FaultCategory) -> None:
        fault = make_fault(session, category=lamp)
        session.commit()

        page = client.get("faults.map")

        [point] = [shape for shape in json.loads(str(page.one("[data-map]")["data-shapes"])) if "title" in shape]
        assert (point["lat"], point["lon"], point["title"]) == (LAT, LON, "Lamp")
        assert point["url"].endswith(f"{fault.slug}/")
        assert titles(page) == ["Lamp"]

    @pytest.mark.parametrize("values", [{}, {"state": "received"}])
    def test_many_are_circles_with_numbers_that_lead_closer(
        self, client: Client, session: Session, lamp: FaultCategory, values: dict[str, Any]
    ) -> None:
        for number in range(62):
            make_fault(session, category=lamp, lat=LAT + number % 2 * 0.05)
        session.commit()

        page = client.get("faults.map", **values)

        shapes = json.loads(str(page.one("[data-map]")["data-shapes"]))
        circles = [shape for shape in shapes if "number" in shape]
        assert sum(shape["number"] for shape in circles) == 62
        assert sum(int(text) for text in page.texts(".fault-heaps .num")) == 62
        closer = client.get(circles[0]["url"])
        [shown] = re.findall(r"(\d+) reports here", closer.text)
        assert int(shown) >= circles[0]["number"]
        assert closer.select("a[href*=box]")

    def test_a_part_of_it_can_be_shown(self, client: Client, session: Session, lamp: FaultCategory) -> None:
        make_fault(session, category=lamp)
        make_fault(session, category=lamp, lat=FAR[0], lon=FAR[1])
        session.commit()

        page = client.get("faults.map", box=addresses.box_text(Box(35.28, 25.45, 35.30, 25.47)))

        assert len(page.select(TITLES)) == 1
        assert page.one("[data-map]")["data-bounds"] == "[35.28, 25.45, 35.3, 25.47]"
        assert page.select("a:-soup-contains('Show a wider part of the map')")


class TestReport:
    def test_it_says_what_where_and_how_it_stands(
        self, client: Client, session: Session, lamp: FaultCategory, worker: User, community: Community
    ) -> None:
        text = "Die Lampe ist dunkel."
        fault = make_fault(
            session, category=lamp, community=community, text=text, language="de", address="Οδός Αρμονίας 5"
        )
        repair(session, fault, worker, now=NOW + timedelta(minutes=5))
        session.commit()

        page = client.get("faults.fault", slug=fault.slug)

        assert page.h1 == "Lamp"
        assert page.one(".fault-text[lang=de]").get_text() == text
        assert page.texts(".timeline h3") == ["Repaired", "Received"]
        assert "Electricians" in page.texts(".timeline time")[0]
        assert "It was repaired on 3 March 2026." in page.text
        assert "The lamp was replaced." in page.text
        assert "Οδός Αρμονίας 5 · Malia" in page.text

    @pytest.mark.parametrize(
        ("state", "given", "words"),
        [
            ("planned", {"planned_on": (NOW + timedelta(days=9)).date()}, "The repair is planned for 12 March 2026."),
            ("repairing", {}, "Our people are working on it."),
            ("not-possible", {"note": Translated(en="It is a monument.")}, "It is a monument."),
            ("passed-on", {"note": Translated(en="Theirs.")}, "Water company is responsible."),
        ],
    )
    def test_each_state_says_what_it_means(
        self, client: Client, session: Session, worker: User, state: str, given: dict[str, Any], words: str
    ) -> None:
        fault = make_fault(session)
        body = make_body(session, name=Translated(en="Water company")) if state == "passed-on" else None
        change = Change(state=FaultState(state), body=body, **given)
        operations.change_state(session, fault, change, actor=worker, now=NOW)
        session.commit()

        assert words in client.get("faults.fault", slug=fault.slug).text

    def test_a_late_one_says_so(self, client: Client, session: Session) -> None:
        fault = make_fault(session, now=NOW - timedelta(days=60))
        session.commit()

        page = client.get("faults.fault", slug=fault.slug)

        assert page.texts(".fault-state .tag") == ["Received", "Overdue"]
        assert "It should have been repaired by" in page.text

    def test_nothing_personal_is_on_any_page(self, client: Client, session: Session, worker: User) -> None:
        reporter = Applicant("Ελπίδα Μυστική", "elpida@example.org", "el", phone="6900000001")
        fault = make_fault(session, reporter=reporter, text="Τηλ. 6900000002", answers={"note": "κρυφό"})
        fault.public_text = "Τηλ. …"
        operations.support(session, fault, email="anna@example.org", language="el", user=None, now=NOW)
        repair(session, fault, worker)
        session.commit()

        addresses_: list[tuple[str, dict[str, Any]]] = [
            ("faults.overview", {}),
            ("faults.map", {}),
            ("faults.fault", {"slug": fault.slug}),
        ]
        pages = [client.get(endpoint, **values).response.data.decode() for endpoint, values in addresses_]
        pages += [client.get(f"/faults.{kind}").response.data.decode() for kind in ("atom", "geojson", "csv")]

        secrets = ("Μυστική", "elpida", "anna@", "69000000", "κρυφό", worker.full_name, worker.email)
        assert [(number, word) for number, text in enumerate(pages) for word in secrets if word in text] == []

    def test_private_and_hidden_ones_are_not_there(self, client: Client, session: Session) -> None:
        private = make_fault(session, category=make_fault_category(session, private=True))
        hidden = make_fault(session)
        hidden.shown = False
        session.commit()

        for fault in (private, hidden):
            client.get("faults.fault", slug=fault.slug, status=404)
            client.get("faults.support", slug=fault.slug, status=404)

    def test_a_withdrawn_one_says_only_that(self, client: Client, session: Session) -> None:
        fault = make_fault(session, text="Ένα κείμενο")
        fault.state, fault.is_open = FaultState.WITHDRAWN, False
        session.commit()

        page = client.get("faults.fault", slug=fault.slug, status=410)

        assert page.h1 == "This report was withdrawn"
        assert "κείμενο" not in page.text

    def test_repetitions_and_parts_lead_to_each_other(self, client: Client, session: Session) -> None:
        first, again, part, hidden = (make_fault(session) for _number in range(4))
        change = Change(state=FaultState.DUPLICATE, note=NOTE, duplicate_of=first)
        operations.change_state(session, again, change, actor=None, now=NOW)
        part.part_of_id = hidden.part_of_id = first.id
        hidden.shown = False
        session.commit()

        page = client.get("faults.fault", slug=first.slug)

        text = page.one("section[aria-labelledby=related]").get_text()
        assert again.reference in text
        assert part.reference in text
        assert hidden.reference not in text
        assert first.reference in client.get("faults.fault", slug=again.slug).one(".fault-state").get_text()

    def test_only_photographs_that_were_looked_at_are_shown(self, client: Client, session: Session) -> None:
        fault = make_fault(session, address="Λιμάνι")
        seen, unseen = (photo_of(session, client, fault, public=public) for public in (True, False))
        session.commit()

        page = client.get("faults.fault", slug=fault.slug)

        [image] = page.select(".fault-photos img")
        assert str(image["alt"]).startswith("Before the repair: Fault")
        answer = client.get(str(image["src"])).response
        assert answer.mimetype == "image/jpeg"
        assert answer.headers["Cache-Control"] == "public, max-age=600"
        again = client.browser.get(str(image["src"]), headers={"If-None-Match": answer.headers["ETag"]})
        assert again.status_code == 304
        assert str(seen.id) in str(image["src"])
        client.get("faults.photo", slug=fault.slug, number=unseen.id, status=404)


def photo_of(session: Session, client: Client, fault: Fault, *, public: bool) -> FaultPhoto:
    data = io.BytesIO()
    Image.new("RGB", (40, 30), (200, 200, 10 if public else 200)).save(data, "JPEG")
    with client.app.app_context():
        kept = files.keep(session, portal.store, files.CleanFile("a.jpg", "image/jpeg", data.getvalue()), now=NOW)
    photo = FaultPhoto(fault_id=fault.id, attachment_id=kept.id, moment=Moment.BEFORE, alt=Translated(), at=NOW)
    photo.public = public
    session.add(photo)
    session.flush()
    return photo


class TestFigures:
    def test_they_count_by_community_and_category(
        self, client: Client, session: Session, lamp: FaultCategory, hole: FaultCategory, community: Community
    ) -> None:
        for days in (2, 4, 40):
            fault = make_fault(session, category=lamp, community=community, now=NOW - timedelta(days=days))
            repair(session, fault)
        make_fault(session, category=hole, community=community)
        session.commit()

        found = figures.by_place_and_kind(session, since=figures.months(NOW.date())[0])

        malia, holes = found[community.id, 0], found[0, hole.id]
        assert (malia.reported, malia.open, malia.repaired, malia.in_time, malia.median_days) == (4, 1, 3, 67, 4)
        assert (holes.reported, holes.in_time, holes.median_days) == (1, None, None)
        assert found[figures.ALL] == malia
        assert found[0, lamp.group.id].repaired == 3
        page = client.get("faults.figures")
        assert "67 %" in page.text
        assert len(page.select("figure.chart")) == len(page.select("figure.chart table")) == 4
        assert page.texts(".figures b")[:3] == ["4", "1", "3"]
        assert client.get("faults.figures", category="lights").texts(".figures b")[:3] == ["3", "0", "3"]
        client.get("faults.figures", community="nowhere", status=404)

    def test_what_is_counted_on_the_way_is_what_is_counted_again(
        self, session: Session, lamp: FaultCategory, worker: User
    ) -> None:
        kept, again, moved, _left = (
            make_fault(session, category=lamp, now=NOW - timedelta(days=d)) for d in (1, 2, 50, 0)
        )
        for fault in (kept, again):
            repair(session, fault, worker)
        operations.disagree(session, again, "Ακόμη σκοτεινά", actor=None, now=NOW + timedelta(days=1))
        operations.change_state(session, moved, Change(state=FaultState.REPAIRING), actor=worker, now=NOW)

        tallying.settle(session)
        on_the_way = counts(session)
        operations.recount(session)

        assert counts(session) == on_the_way
        assert on_the_way

    def test_a_repair_that_did_not_hold_does_not_count(self, session: Session) -> None:
        fault = make_fault(session)
        repair(session, fault)
        operations.disagree(session, fault, "Ακόμη σπασμένο", actor=None, now=NOW)

        tallying.settle(session)

        found = figures.by_month(session, figures.months(NOW.date()))

        assert [month.reported for month in found.values()] == [1]
        assert [month.repaired for month in found.values()] == [0]


def counts(session: Session) -> set[tuple[Any, ...]]:
    return {
        tuple(row)
        for model in (MonthCount, YearCount)
        for row in session.execute(sa.select(*model.__table__.columns).where(model.number != 0))
    }


@pytest.mark.parametrize(("took", "median"), [([1, 1, 5, 5, 30], 5), ([1, 1, 5, 5], 1), ([7], 7), ([2, 3, 3, 900], 3)])
def test_a_median_is_read_from_counts(session: Session, took: list[int], median: int) -> None:
    month = NOW.date().replace(day=1)
    for number, days in enumerate(took):
        measure = Measure.LATE if number % 2 else Measure.IN_TIME
        tallying.add(session, MonthCount, (month, 0, 0, measure, days), number=1)
    tallying.add(session, MonthCount, (month, 0, 0, Measure.OPEN, 0), number=50)
    tallying.settle(session)

    found = figures.by_month(session, [month])[month]

    assert (found.median_days, found.repaired, found.open) == (median, len(took), 50)


MOST_STATEMENTS, MOST_BYTES = 8, 60_000


@pytest.mark.parametrize(
    ("endpoint", "values"),
    [
        ("faults.overview", {}),
        ("faults.overview", {"category": "lamp", "near": f"{LAT},{LON}", "group": "open", "community": "malia"}),
        ("faults.overview", {"filters": "show", "near": f"{LAT},{LON}"}),
        ("faults.map", {}),
        ("faults.map", {"state": "received", "box": "35.0,25.0,36.0,26.0"}),
        ("faults.fault", {"slug": "first"}),
        ("faults.figures", {}),
    ],
)
def test_a_page_costs_the_same_with_many_reports(
    client: Client,
    session: Session,
    endpoint: str,
    values: dict[str, Any],
    lamp: FaultCategory,
    community: Community,
    worker: User,
) -> None:
    first = make_fault(session, category=lamp, community=community, text="Σκοτάδι. " * 60)
    operations.change_state(session, first, Change(state=FaultState.CONFIRMED), actor=worker, now=NOW)
    values = {name: first.slug if value == "first" else value for name, value in values.items()}

    def cost() -> int:
        fault = make_fault(session, category=lamp, text="Σκοτάδι. " * 60)  # pages of before are out of date
        fault.part_of_id = first.id
        session.commit()
        with counted(session) as told:
            page = client.get(endpoint, **values)
        assert len(page.response.get_data()) <= MOST_BYTES
        reads = [statement for statement in told if not statement.startswith(("INSERT", "UPDATE"))]
        assert len(reads) <= MOST_STATEMENTS, "\n".join(reads)
        return len(reads)

    client.get(endpoint, **values)  # what the process keeps is there
    few = cost()
    for number in range(45):
        make_fault(session, category=lamp, text="Σκοτάδι. " * 60, lat=LAT + number % 9 * 0.004)
    assert cost() == few
    assert queries.lines(session, FaultFilter(), today=NOW.date())
