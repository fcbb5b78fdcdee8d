"""Warnings before deadlines: to whom, when, and never twice."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from portal.casework import operations
from portal.casework.models import Case, EventKind
from portal.casework.operations import Closing
from portal.casework.queries import history
from tests.casework.conftest import House
from tests.factories import NOW
from tests.factories.casework import make_case

Letters = Callable[[], list[dict[str, Any]]]
DAY = timedelta(days=1)


@pytest.fixture
def case(session: Session, house: House) -> Case:
    """A case of fifty days that the clerk has taken: 7 April is 70 %, 17 April 90 %, 22 April the last day."""
    made = make_case(session, house.unit)
    operations.take(session, made, actor=house.clerk, now=NOW)
    return made


def test_each_share_of_the_time_warns_once(session: Session, house: House, case: Case, letters: Letters) -> None:
    warned = {}
    for days in range(60):
        before = len(letters())
        if operations.warn(session, now=NOW + days * DAY):
            sent = letters()[before:]
            warned[days] = [(letter["to"], letter["values"]["share"], letter["values"]["late"]) for letter in sent]

    clerk, head = house.clerk.email, house.head.email
    assert warned == {
        35: [(clerk, 70, False)],
        45: [(clerk, 90, False), (head, 90, False)],
        51: [(clerk, 100, True), (head, 100, True)],
    }
    assert case.warn_on is None
    kinds = [event.kind for event in history(session, case, internal=True)][2:]
    assert kinds == [EventKind.WARNED, EventKind.ESCALATED, EventKind.ESCALATED]
    assert len(history(session, case, internal=False)) == 2  # nothing of it is the applicant's business


def test_a_worker_that_slept_warns_once_for_all(session: Session, house: House, case: Case, letters: Letters) -> None:
    assert operations.warn(session, now=NOW + 80 * DAY) == 1
    assert operations.warn(session, now=NOW + 80 * DAY) == 0

    assert [letter["values"]["share"] for letter in letters()] == [100, 100]


def test_a_case_that_nobody_has_is_the_heads_matter_from_the_first_warning(
    session: Session, house: House, letters: Letters
) -> None:
    make_case(session, house.unit)

    operations.warn(session, now=NOW + 35 * DAY)

    [letter] = letters()
    assert (letter["to"], letter["language"], letter["template"]) == (house.head.email, "en", "casework/deadline")


def test_nobody_is_warned_while_the_clock_stands(session: Session, house: House, case: Case, letters: Letters) -> None:
    operations.ask(session, case, "Which?", actor=house.clerk, now=NOW + 30 * DAY)

    assert operations.warn(session, now=NOW + 90 * DAY) == 0

    operations.answer(session, case, "This.", actor=None, now=NOW + 90 * DAY)
    sent = len(letters())
    assert case.due_on == date(2026, 6, 22)  # sixty days on; 21 June is a Sunday
    assert operations.warn(session, now=NOW + 90 * DAY) == 1  # 90 of 111 days are used
    assert len(letters()) == sent + 1


def test_an_extended_case_warns_anew(session: Session, house: House, case: Case) -> None:
    operations.warn(session, now=NOW + 46 * DAY)

    operations.extend(session, case, days=50, reason="Hard.", actor=house.clerk, now=NOW + 47 * DAY)

    assert operations.warn(session, now=NOW + 48 * DAY) == 0
    assert operations.warn(session, now=NOW + 71 * DAY) == 1


def test_a_closed_case_warns_nobody(session: Session, house: House, case: Case) -> None:
    operations.close(session, case, Closing("approved"), actor=house.clerk, now=NOW)

    assert operations.warn(session, now=NOW + 90 * DAY) == 0


def test_many_warnings_are_taken_in_portions(session: Session, house: House) -> None:
    for _ in range(3):
        make_case(session, house.unit)

    assert [operations.warn(session, now=NOW + 36 * DAY, most=2) for _ in range(3)] == [2, 1, 0]
