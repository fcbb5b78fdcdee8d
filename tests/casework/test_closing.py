"""Rules of the case: how it ends."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from portal.casework import operations
from portal.casework.models import EventKind, Phase
from portal.casework.operations import Closing
from portal.casework.operations.closing import NotFinal
from portal.core.facts import Fact
from tests.casework.conftest import House, last
from tests.factories import NOW
from tests.factories.casework import make_case

DAY = timedelta(days=1)


def test_a_closed_case_says_in_how_many_days_and_whether_in_time(
    session: Session, house: House, heard: list[Fact]
) -> None:
    case = make_case(session, house.unit)
    operations.ask(session, case, "Which?", actor=house.clerk, now=NOW + 5 * DAY)
    operations.answer(session, case, "This.", actor=None, now=NOW + 15 * DAY)

    fact = operations.close(session, case, Closing("approved", "Fine."), actor=house.clerk, now=NOW + 30 * DAY)

    assert heard[-1] is fact
    assert (fact.days, fact.within_limit, fact.state) == (20, True, "approved")
    assert (case.closed_at, case.warn_on, case.phase) == (NOW + 30 * DAY, None, Phase.CLOSED)
    assert last(session, case).kind is EventKind.DECIDED


def test_days_that_a_question_was_open_do_not_count_even_unanswered(session: Session, house: House) -> None:
    case = make_case(session, house.unit)
    operations.ask(session, case, "Which?", actor=house.clerk, now=NOW + 40 * DAY)

    fact = operations.close(session, case, Closing("rejected", "No answer."), actor=house.clerk, now=NOW + 140 * DAY)

    assert (fact.days, fact.within_limit) == (40, True)


def test_a_day_after_the_last_is_late(session: Session, house: House) -> None:
    in_time, late = make_case(session, house.unit), make_case(session, house.unit)

    first = operations.close(session, in_time, Closing("approved"), actor=house.clerk, now=NOW + 50 * DAY)
    second = operations.close(session, late, Closing("approved"), actor=house.clerk, now=NOW + 51 * DAY)

    assert (first.within_limit, second.within_limit) == (True, False)


def test_a_withdrawn_case_is_closed_by_its_applicant(session: Session, house: House) -> None:
    case = make_case(session, house.unit, applicant=house.resident)

    operations.withdraw(session, case, text="Settled.", actor=house.resident, now=NOW)

    assert (case.state, case.is_closed) == ("withdrawn", True)
    assert (last(session, case).kind, last(session, case).actor_id) == (
        EventKind.WITHDRAWN,
        house.resident.id,
    )


@pytest.mark.parametrize("state", ["in-progress", "unknown"])
def test_a_case_ends_only_in_a_final_state_of_its_kind(session: Session, house: House, state: str) -> None:
    with pytest.raises(NotFinal):
        operations.close(session, make_case(session, house.unit), Closing(state), actor=house.clerk, now=NOW)
