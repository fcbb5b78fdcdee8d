"""The way of an event: handed in, decided once, moved, visited; what the rules refuse writes nothing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from portal.casework.operations import Applicant
from portal.core import facts, search
from portal.core.facts import Fact
from portal.core.texts import Translated
from portal.events import operations
from portal.events.facts import EventChanged, EventHeld, EventPublished
from portal.events.models import Counting, Event, Publication, Status
from portal.events.operations import Attendance, Single
from tests.factories.events import make_event
from tests.factories.moments import DAY, NOW
from tests.support.agenda import Stage, furnish

TITLE = Translated(el="Βραδιά με λύρα", en="An evening of lyra")
APPLICANT = Applicant("Σύλλογος Γυναικών", "women@syllogos.example", "el")
LATER = NOW + timedelta(days=30)


@pytest.fixture
def stage(session: Session) -> Stage:
    return furnish(session)


@pytest.fixture
def heard(monkeypatch: pytest.MonkeyPatch) -> list[Fact]:
    """The facts that are told, in their order."""
    told: list[Fact] = []
    real: Callable[[Session, Fact], None] = facts.record

    def record(session: Session, fact: Fact) -> None:
        told.append(fact)
        real(session, fact)

    monkeypatch.setattr(facts, "record", record)
    return told


@pytest.fixture
def submitted(session: Session, stage: Stage) -> Event:
    event = make_event(session, title=TITLE, venue=stage.venue, category=stage.category, published=False)
    return operations.submit(session, event, APPLICANT, unit_code="culture", now=NOW).event


def found(session: Session) -> list[int]:
    return [hit.ref_id for hit in search.find(session, "λύρα", kinds=["event"])]


# -- published or refused, once


def test_what_waits_is_seen_and_found_by_nobody(session: Session, submitted: Event) -> None:
    assert submitted.publication is Publication.SUBMITTED
    assert not any(row.shown for row in submitted.occurrences)
    assert found(session) == []


def test_publishing_shows_it_ends_its_case_and_is_told_once(
    session: Session, stage: Stage, submitted: Event, heard: list[Fact]
) -> None:
    operations.publish(session, submitted, actor=stage.clerk, now=NOW)

    assert all(row.shown for row in submitted.occurrences)
    assert found(session) == [submitted.id]
    assert submitted.case is not None
    assert (submitted.case.is_closed, submitted.case.state) == (True, "published")
    [fact] = [each for each in heard if isinstance(each, EventPublished)]
    assert (fact.event_id, fact.written_in) == (submitted.id, ("el", "en"))


def test_refusing_ends_its_case_and_keeps_the_reason(session: Session, stage: Stage, submitted: Event) -> None:
    operations.refuse(session, submitted, "Δεν αφορά τον Δήμο.", actor=stage.clerk, now=NOW)

    assert submitted.publication is Publication.REFUSED
    assert submitted.case is not None
    assert submitted.case.state == "refused"
    assert found(session) == []


@pytest.mark.parametrize("reason", ["", "  \n "])
def test_nobody_is_refused_without_a_reason(session: Session, stage: Stage, submitted: Event, reason: str) -> None:
    with pytest.raises(operations.ReasonMissing):
        operations.refuse(session, submitted, reason, actor=stage.clerk, now=NOW)

    assert submitted.publication is Publication.SUBMITTED
    assert submitted.case is not None
    assert not submitted.case.is_closed


def test_it_is_decided_once(session: Session, stage: Stage, submitted: Event) -> None:
    operations.publish(session, submitted, actor=stage.clerk, now=NOW)

    with pytest.raises(operations.NotWaiting):
        operations.publish(session, submitted, actor=stage.head, now=NOW)
    with pytest.raises(operations.NotWaiting):
        operations.refuse(session, submitted, "Όχι.", actor=stage.head, now=NOW)
    with pytest.raises(operations.NotWaiting):
        operations.submit(session, submitted, APPLICANT, unit_code="culture", now=NOW)


def test_what_is_withdrawn_leaves_the_agenda_and_is_withdrawn_once(
    session: Session, stage: Stage, submitted: Event
) -> None:
    operations.publish(session, submitted, actor=stage.clerk, now=NOW)
    before = submitted.sequence

    operations.withdraw(session, submitted, actor=None, now=NOW)

    assert found(session) == []
    assert not any(row.shown for row in submitted.occurrences)
    assert submitted.sequence == before + 1
    with pytest.raises(operations.NotWaiting):
        operations.withdraw(session, submitted, actor=None, now=NOW)


# -- changed


def test_whoever_follows_hears_of_a_new_time_but_not_of_a_new_word(session: Session, heard: list[Fact]) -> None:
    event = make_event(session)
    given, before = operations.input_of(event), event.sequence

    operations.change(session, event, replaced(given, summary=Translated(el="Άλλα λόγια.")), actor_id=None, now=NOW)
    assert [each for each in heard if isinstance(each, EventChanged)] == []
    assert event.sequence == before

    operations.change(session, event, replaced(given, starts_on=DAY + timedelta(days=1)), actor_id=None, now=NOW)
    [fact] = [each for each in heard if isinstance(each, EventChanged)]
    assert (fact.status, event.status, event.sequence) == ("moved", Status.MOVED, before + 1)
    assert [row.recurrence_id[:10] for row in event.occurrences] == [(DAY + timedelta(days=1)).isoformat()]


def replaced(given: operations.EventInput, **changes: object) -> operations.EventInput:
    return operations.EventInput(**{**vars(given), **changes})  # type: ignore[arg-type]


def test_one_changed_on_its_own_keeps_its_time_when_the_series_moves(session: Session) -> None:
    event = make_event(session, rule="FREQ=WEEKLY;COUNT=4")
    second = event.occurrences[1]
    at = second.starts_at + timedelta(hours=3)
    single = Single(Status.MOVED, Translated(el="Αργότερα"), at, at + timedelta(hours=1))
    operations.change_one(session, second, single, actor_id=None, now=NOW)

    given = operations.input_of(event)
    operations.change(session, event, replaced(given, minutes=180), actor_id=None, now=NOW)

    assert (second.starts_at, second.ends_at) == (at, at + timedelta(hours=1))
    assert {(row.ends_at - row.starts_at) for row in event.occurrences if row is not second} == {timedelta(hours=3)}


# -- visited


def test_attendance_is_noted_and_corrected(session: Session, heard: list[Fact]) -> None:
    event = make_event(session)
    [row] = event.occurrences

    operations.note_attendance(session, row, Attendance(80, Counting.ESTIMATED), actor_id=None, now=LATER)
    operations.note_attendance(session, row, Attendance(95, Counting.COUNTED), actor_id=None, now=LATER)

    assert [each.attendance for each in heard if isinstance(each, EventHeld)] == [80, 95]
    assert (row.attendance, row.counting) == (95, Counting.COUNTED)


@pytest.mark.parametrize("why", ["too early", "cancelled", "one cancelled", "never published"])
def test_attendance_of_what_was_not_held_is_refused(session: Session, why: str) -> None:
    event = make_event(session, published=why != "never published")
    [row] = event.occurrences
    note = Translated(el="Λόγω ανέμων.")
    if why == "cancelled":
        operations.set_status(session, event, Status.CANCELLED, note, actor_id=None, now=NOW)
    if why == "one cancelled":
        operations.change_one(session, row, Single(Status.CANCELLED, note), actor_id=None, now=NOW)

    with pytest.raises(operations.NotHeld):
        operations.note_attendance(
            session, row, Attendance(5, Counting.COUNTED), actor_id=None, now=NOW if why == "too early" else LATER
        )

    assert row.attendance is None
