"""A series is changed from one date on, or taken as a pattern; what was before stays."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time, timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from portal.core import clock, facts
from portal.core.facts import Fact
from portal.core.texts import Translated
from portal.events import operations
from portal.events.facts import EventChanged
from portal.events.forms.times import Monthly, Pattern, Repeat, pattern_of
from portal.events.models import Counting, Event, Occurrence, Publication, Status
from portal.events.operations import Attendance, EventInput, Single
from tests.factories.events import make_event, make_venue
from tests.factories.moments import DAY, NOW

#: Tuesdays, from `DAY` on
WEEKLY = "FREQ=WEEKLY;BYDAY=TU;UNTIL=20260630T235959"
FIFTH = DAY + timedelta(weeks=4)


def series(session: Session, **given: Any) -> Event:
    return make_event(session, **({"rule": WEEKLY} | given))


def on(event: Event, day: date) -> Occurrence:
    [row] = [row for row in event.occurrences if row.recurrence_id.startswith(day.isoformat())]
    return row


def follow(session: Session, event: Event, day: date, **given: Any) -> Event:
    wanted = replace(operations.input_of(event), **({"starts_on": day} | given))
    return operations.change_following(session, on(event, day), wanted, host="example.org", actor_id=None, now=NOW)


def days(event: Event) -> list[date]:
    return [clock.athens_date(row.starts_at) for row in event.occurrences]


def test_the_series_goes_on_as_another_event(session: Session) -> None:
    event = series(session)
    before = days(event)

    made = follow(session, event, FIFTH, starts_at=time(18, 0))

    assert days(event) == before[:4]
    assert days(made) == before[4:]
    assert {row.starts_at.astimezone(clock.ATHENS).hour for row in made.occurrences} == {18}
    assert made.publication is Publication.PUBLISHED
    assert all(row.shown for row in made.occurrences)
    assert made.slug.startswith(event.slug)
    assert made.uid != event.uid


def test_what_was_before_keeps_its_attendance_and_its_single_changes(session: Session) -> None:
    event = series(session)
    operations.change_one(
        session, on(event, DAY + timedelta(weeks=1)), Single(Status.CANCELLED), actor_id=None, now=NOW
    )
    late = NOW + timedelta(days=1)
    operations.note_attendance(session, on(event, DAY), Attendance(80, Counting.COUNTED), actor_id=None, now=late)

    follow(session, event, FIFTH, title=Translated(el="Άλλο"))

    assert on(event, DAY).attendance == 80
    assert on(event, DAY + timedelta(weeks=1)).status is Status.CANCELLED
    assert event.title["el"] != "Άλλο"


def test_a_later_date_that_was_cancelled_stays_so(session: Session) -> None:
    event = series(session)
    sixth = FIFTH + timedelta(weeks=1)
    note = Translated(el="Αργία")
    operations.change_one(session, on(event, sixth), Single(Status.CANCELLED, note), actor_id=None, now=NOW)

    made = follow(session, event, FIFTH, starts_at=time(18, 0))

    assert on(made, sixth).status is Status.CANCELLED
    assert on(made, sixth).status_note == note
    assert on(made, FIFTH).status is Status.SCHEDULED


def test_from_the_first_date_on_it_is_the_event_itself(session: Session) -> None:
    event = series(session)

    made = follow(session, event, DAY, starts_at=time(18, 0))

    assert made is event
    assert len(event.occurrences) == 18


def test_dates_that_are_left_out_and_further_ones_go_with_their_part(session: Session) -> None:
    gone, more = DAY + timedelta(weeks=6), DAY + timedelta(weeks=7, days=1)
    event = series(session, left_out=(f"{DAY + timedelta(weeks=2)}T20:00", f"{gone}T20:00"), extra=(f"{more}T20:00",))

    made = follow(session, event, FIFTH, starts_at=time(18, 0))

    assert event.left_out == [f"{DAY + timedelta(weeks=2)}T20:00"]
    assert event.extra == []
    assert made.left_out == [f"{gone}T18:00"]
    assert made.extra == [f"{more}T20:00"]
    assert gone not in days(made)
    assert more in days(made)


def test_a_series_of_so_many_dates_has_no_more_of_them(session: Session) -> None:
    event = series(session, rule="FREQ=WEEKLY;COUNT=10")

    made = follow(session, event, FIFTH, starts_at=time(18, 0))

    assert len(event.occurrences) + len(made.occurrences) == 10


def test_whole_days_are_split_as_well(session: Session) -> None:
    event = series(session, at=None, minutes=1440, rule="FREQ=DAILY;UNTIL=20260310")
    fourth = DAY + timedelta(days=3)

    made = follow(session, event, fourth)

    assert days(event) == [DAY + timedelta(days=n) for n in range(3)]
    assert days(made) == [DAY + timedelta(days=n) for n in range(3, 8)]


def test_followers_learn_of_a_new_place(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    event = series(session)
    told: list[Fact] = []
    monkeypatch.setattr(facts, "record", lambda _session, fact: told.append(fact))

    made = follow(session, event, FIFTH, venue_id=make_venue(session).id)

    [change] = [fact for fact in told if isinstance(fact, EventChanged)]
    assert (change.event_id, change.status) == (made.id, "moved")
    assert made.status is Status.MOVED
    assert event.status is Status.SCHEDULED


# -- another one like it


def test_another_one_like_it_is_a_draft_on_another_day(session: Session) -> None:
    event = series(session, left_out=(f"{DAY + timedelta(weeks=2)}T20:00",))
    shift = timedelta(weeks=52)

    made = operations.clone(session, event, starts_on=DAY + shift, host="example.org", actor_id=None, now=NOW)

    assert made.publication is Publication.DRAFT
    assert (made.title, made.minutes, made.starts_at) == (event.title, event.minutes, event.starts_at)
    assert made.rule == "FREQ=WEEKLY;BYDAY=TU;UNTIL=20270629T235959"
    assert made.left_out == []
    assert made.slug != event.slug
    assert made.uid != event.uid


# -- rules in words


@pytest.mark.parametrize(
    ("rule", "pattern"),
    [
        ("FREQ=WEEKLY;BYDAY=TU,FR", Pattern(Repeat.WEEKLY, ("TU", "FR"))),
        ("FREQ=WEEKLY;UNTIL=20260630T180000", Pattern(Repeat.WEEKLY, (), until=date(2026, 6, 30))),
        ("FREQ=DAILY", Pattern(Repeat.DAILY)),
        ("FREQ=MONTHLY", Pattern(Repeat.MONTHLY)),
        ("FREQ=MONTHLY;BYDAY=1TU", Pattern(Repeat.MONTHLY, (), Monthly.WEEKDAY)),
        ("FREQ=MONTHLY;BYDAY=-1TU", Pattern(Repeat.MONTHLY, (), Monthly.LAST)),
        ("FREQ=MONTHLY;BYDAY=3SU", Pattern(Repeat.KEPT)),
        ("FREQ=WEEKLY;INTERVAL=2", Pattern(Repeat.KEPT)),
        ("FREQ=WEEKLY;COUNT=4", Pattern(Repeat.KEPT)),
        ("FREQ=YEARLY", Pattern(Repeat.KEPT)),
        ("nonsense", Pattern(Repeat.KEPT)),
    ],
)
def test_a_rule_is_shown_as_people_would_write_it(rule: str, pattern: Pattern) -> None:
    assert pattern_of(rule, DAY, time(20, 0), dates=False) == pattern


def test_the_input_of_an_event_is_what_made_it(session: Session) -> None:
    event = series(session, audience=("families",), spoken=("el", "en"))

    given = operations.input_of(event)

    assert isinstance(given, EventInput)
    assert operations.change(session, event, given, actor_id=None, now=NOW) == []
