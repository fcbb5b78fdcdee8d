"""Notices for those who live near an event: written by staff, moved with the event, silent when it is off."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.core import audit, clock
from portal.core.clock import ATHENS
from portal.core.outbox import Job
from portal.core.texts import Translated
from portal.events import operations
from portal.events.models import Event, Notice, NoticeKind, Status
from portal.events.operations import Single, Writer
from portal.events.queries import AgendaFilter, Near
from portal.events.queries.notices import nearby
from tests.factories.events import make_event, make_venue
from tests.support.agenda import Stage, furnish
from tests.support.client import Client, Page

NOW = datetime(2026, 3, 20, 10, tzinfo=ATHENS)
FRIDAY = date(2026, 3, 27)
HERE = AgendaFilter(FRIDAY, near=Near(35.3177, 25.3904, 1))
FORM = ".event-notices form"


@pytest.fixture
def stage(session: Session) -> Stage:
    return furnish(session)


@pytest.fixture
def desk(client: Client, stage: Stage) -> Client:
    return client.sign_in(stage.clerk)


def at(hour: int, day: date = FRIDAY) -> datetime:
    return datetime.combine(day, time(hour), ATHENS)


CLOSED = Notice(NoticeKind.ROAD_CLOSURE, at(18), at(23), "Κεντρική οδός")
LOUD = Notice(NoticeKind.NOISE, at(20), at(1, FRIDAY + timedelta(days=1)))


def noticed(session: Session, *notices: Notice, **given: Any) -> Event:
    event = make_event(session, on=FRIDAY, venue=make_venue(session), now=NOW, **given)
    operations.set_notices(session, event, notices or (LOUD, CLOSED), actor_id=None, now=NOW)
    return event


def change(session: Session, event: Event, **values: Any) -> list[str]:
    return operations.change(session, event, replace(operations.input_of(event), **values), actor_id=None, now=NOW)


def spans(event: Event) -> list[tuple[datetime, datetime]]:
    return [(notice.since, notice.until) for notice in event.noticed]


# -- moved with the event


def test_notices_move_with_an_event_that_has_one_date(session: Session) -> None:
    event = noticed(session)
    sunday = FRIDAY + timedelta(days=2)  # the clocks go forward that night

    differ = change(session, event, starts_on=sunday, starts_at=time(19))

    assert "notices" in differ
    assert spans(event) == [(at(17, sunday), at(22, sunday)), (at(19, sunday), at(0, sunday + timedelta(days=1)))]
    assert [notice.kind for notice in event.noticed] == [NoticeKind.ROAD_CLOSURE, NoticeKind.NOISE]
    assert event.noticed_until == sunday + timedelta(days=1)


@pytest.mark.parametrize(("before", "after"), [(None, time(21)), (time(21), None)])
def test_between_whole_days_and_hours_only_days_count(
    session: Session, before: time | None, after: time | None
) -> None:
    event = noticed(session, CLOSED, at=before, minutes=1440)

    change(session, event, starts_on=FRIDAY + timedelta(days=7), starts_at=after)

    assert spans(event) == [(at(18, FRIDAY + timedelta(days=7)), at(23, FRIDAY + timedelta(days=7)))]


def test_notices_move_when_the_only_date_is_moved_alone(session: Session) -> None:
    event = noticed(session, CLOSED)
    row, later = event.occurrences[0], timedelta(days=1)

    single = Single(Status.MOVED, Translated(), row.starts_at + later, row.ends_at + later)
    operations.change_one(session, row, single, actor_id=None, now=NOW)

    assert spans(event) == [(CLOSED.since + later, CLOSED.until + later)]


@pytest.mark.parametrize("values", [{"minutes": 30}, {"title": Translated(el="Άλλη")}, {"rule": "FREQ=DAILY;COUNT=2"}])
def test_notices_stay_when_nothing_is_moved(session: Session, values: dict[str, Any]) -> None:
    event = noticed(session)

    differ = change(session, event, **values)

    assert "notices" not in differ
    assert event.noticed == [CLOSED, LOUD]


def test_the_notices_of_a_series_stay(session: Session) -> None:
    event = noticed(session, rule="FREQ=WEEKLY;COUNT=3")

    change(session, event, starts_on=FRIDAY + timedelta(days=1), rule="FREQ=WEEKLY;COUNT=2")
    row = event.occurrences[0]
    single = Single(Status.MOVED, Translated(), row.starts_at + timedelta(days=1), row.ends_at + timedelta(days=1))
    operations.change_one(session, row, single, actor_id=None, now=NOW)

    assert event.noticed == [CLOSED, LOUD]
    assert event.noticed_until == FRIDAY + timedelta(days=1)


def test_the_day_until_which_notices_matter_follows_and_each_change_is_written_down(session: Session) -> None:
    event = noticed(session)
    until = event.noticed_until

    again = operations.set_notices(session, event, [LOUD, CLOSED], actor_id=None, now=NOW)
    ended = operations.set_notices(session, event, [], actor_id=None, now=NOW)
    session.commit()
    noted = [entry.data for entry in audit.history(session, ("event", event.id)) if "noticed" in entry.action]

    assert (until, event.noticed_until) == (FRIDAY + timedelta(days=1), None)
    assert (again, ended) == (False, True)
    assert sorted(data["notices"] for data in noted) == [0, 2]


# -- silent when it is off


@pytest.mark.parametrize("status", [Status.CANCELLED, Status.POSTPONED])
@pytest.mark.parametrize("alone", [True, False])
def test_nobody_is_told_of_what_does_not_take_place(session: Session, status: Status, *, alone: bool) -> None:
    event = noticed(session, CLOSED)
    assert [row.notice for row in nearby(session, HERE, now=NOW)] == [CLOSED]

    if alone:
        operations.change_one(session, event.occurrences[0], Single(status), actor_id=None, now=NOW)
    else:
        operations.set_status(session, event, status, Translated(), actor_id=None, now=NOW)

    assert nearby(session, HERE, now=NOW) == []


def test_a_series_without_one_date_still_tells(session: Session) -> None:
    event = noticed(session, CLOSED, rule="FREQ=WEEKLY;COUNT=2")

    operations.change_one(session, event.occurrences[1], Single(Status.CANCELLED), actor_id=None, now=NOW)

    assert [row.notice for row in nearby(session, HERE, now=NOW)] == [CLOSED]


@pytest.mark.parametrize("alone", [True, False])
def test_the_page_of_an_event_tells_until_it_is_off(client: Client, session: Session, *, alone: bool) -> None:
    event = make_event(session, on=clock.athens_date(clock.now()) + timedelta(days=3), now=clock.now())
    operations.set_notices(session, event, [CLOSED], actor_id=None, now=clock.now())
    before = client.get("events.event", slug=event.slug)

    if alone:
        row = event.occurrences[0]
        operations.change_one(session, row, Single(Status.CANCELLED), actor_id=None, now=clock.now())
    else:
        operations.set_status(session, event, Status.CANCELLED, Translated(), actor_id=None, now=clock.now())

    assert CLOSED.text in before.text
    assert CLOSED.text not in client.get("events.event", slug=event.slug).text


# -- the page


def row(number: int = 0, /, **given: str) -> dict[str, str]:
    """A row of the form, as somebody fills it in."""
    values = {
        "kind": "road-closure",
        "starts_on-day": "15",
        "starts_on-month": "8",
        "starts_on-year": "2027",
        "starts_at": "18:00",
        "ends_at": "01:00",
        "text": "Παραλιακή",
    }
    return {f"notices-{number}-{name}": value for name, value in (values | given).items()}


def page_of(desk: Client, event: Event) -> Page:
    return desk.get("events_desk.notices", slug=event.slug)


def test_staff_write_notices_and_take_them_out(desk: Client, session: Session, stage: Stage) -> None:
    event = make_event(session, venue=stage.venue)
    assert desk.get("events_desk.event", slug=event.slug).select(f"a[href$='/{event.slug}/notices/']")

    more = desk.submit(page_of(desk, event), row() | {"notices-add": "1"}, form=FORM, status=200)
    desk.submit(more, row(1, kind="noise", text="", starts_at="21", ends_at="23.30"), form=FORM)
    session.refresh(event)

    assert [(each.kind.value, each.text) for each in event.noticed] == [("road-closure", "Παραλιακή"), ("noise", "")]
    assert spans(event)[0] == (at(18, date(2027, 8, 15)), at(1, date(2027, 8, 16)))
    assert event.noticed_until == date(2027, 8, 16)
    assert "Παραλιακή" in desk.get("events_desk.event", slug=event.slug).text
    assert desk.submit(page_of(desk, event), form=FORM, follow=True).text.count("Παραλιακή") == 1

    less = desk.submit(page_of(desk, event), {"notices-remove": "0"}, form=FORM, status=200)
    desk.submit(less, form=FORM)
    session.refresh(event)

    assert [each.kind for each in event.noticed] == [NoticeKind.NOISE]


@pytest.mark.parametrize(
    ("given", "where"),
    [
        ({"text": ""}, "text"),
        ({"kind": "earthquake"}, "kind"),
        ({"kind": ""}, "kind"),
        ({"starts_at": "25:00"}, "starts_at"),
        ({"ends_at": ""}, "ends_at"),
        ({"ends_at": "17:00", "ends_on-day": "15", "ends_on-month": "8", "ends_on-year": "2027"}, "ends_at"),
    ],
)
def test_what_makes_no_sense_is_said_at_its_field(
    desk: Client, session: Session, given: dict[str, str], where: str
) -> None:
    event = make_event(session)

    wrong = desk.submit(page_of(desk, event), row(0, **given), form=FORM, status=422)
    session.refresh(event)

    assert wrong.select(f"#notices-0-{where}-error")
    assert event.notices == []


def test_there_is_an_end_to_how_many(desk: Client, session: Session) -> None:
    event = make_event(session)
    many = {name: value for number in range(61) for name, value in row(number).items()}

    wrong = desk.submit(page_of(desk, event), many, form=FORM, status=422)
    session.refresh(event)

    assert wrong.select("#notices-error")
    assert event.notices == []


def test_notices_of_two_people_at_once(desk: Client, session: Session) -> None:
    event = make_event(session)
    page = page_of(desk, event)
    desk.submit(page, row(text="Πρώτη"), form=FORM)

    late = desk.submit(page, row(text="Δεύτερη"), form=FORM, status=409)
    session.refresh(event)

    assert [each.text for each in event.noticed] == ["Πρώτη"]
    assert late.one("#notices-0-text")["value"] == "Δεύτερη"


def test_the_organiser_is_told_and_the_page_says_what_happens_to_them(
    desk: Client, session: Session, stage: Stage
) -> None:
    event = make_event(session, published=False, venue=stage.venue)
    writer = Writer("Lyra", stage.resident.email, "en")
    operations.hand_in(session, event, writer, unit_code="culture", user=stage.resident, now=clock.now())
    series = make_event(session, rule="FREQ=WEEKLY;COUNT=2")

    once = page_of(desk, event)
    desk.submit(once, row(), form=FORM)
    last = session.scalars(sa.select(Job).where(Job.kind == "mail").order_by(Job.id.desc())).first()

    assert last is not None
    assert last.payload["values"]["columns"] == ["Notices for those who live nearby"]
    assert once.one(".govuk-inset-text").text != page_of(desk, series).one(".govuk-inset-text").text
