"""A case that has ended begins again: with a new clock, a line in its history, and no word of it lost."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.casework import operations
from portal.casework.facts import CaseClosed, DeadlineMoved
from portal.casework.models import Case, EventKind, Phase
from portal.casework.operations import Closing
from portal.casework.operations.state import TextMissing
from portal.core.deadlines import DayKind
from portal.core.facts import Fact
from portal.plan.models import Contribution
from tests.casework.conftest import House, last
from tests.factories import NOW
from tests.factories.casework import make_case

DAY = timedelta(days=1)
AGAIN = NOW + 60 * DAY


@pytest.fixture
def closed(session: Session, house: House) -> Case:
    """A case that waited for its applicant for a while, was taken, and was decided."""
    case = make_case(session, house.unit)
    operations.take(session, case, actor=house.clerk, now=NOW)
    operations.ask(session, case, "Which?", actor=house.clerk, now=NOW + DAY)
    operations.close(session, case, Closing("approved", "Fine."), actor=house.clerk, now=NOW + 2 * DAY)
    return case


def reopen(session: Session, case: Case, reason: str = "It broke again.") -> None:
    operations.reopen(session, case, reason=reason, actor=None, now=AGAIN)


def test_its_clock_runs_anew_with_the_length_it_had(session: Session, closed: Case) -> None:
    reopen(session, closed)

    assert (closed.phase, closed.closed_at, closed.state) == (Phase.OPEN, None, "in-progress")
    assert (closed.clock_from, closed.paused_on) == (date(2026, 5, 2), None)
    assert closed.due_on == date(2026, 6, 22)  # fifty days later is a Sunday
    assert closed.warned_at_share == 0
    assert closed.warn_on == date(2026, 6, 7)  # at 70 % of it


def test_the_limit_is_the_one_of_the_day_of_filing(session: Session, closed: Case) -> None:
    closed.limit_days, closed.day_kind = 3, DayKind.WORKING
    session.flush()

    reopen(session, closed)

    assert closed.due_on == date(2026, 5, 6)  # Monday to Wednesday: the second of May is a Saturday


def test_its_history_says_so_and_keeps_what_was(session: Session, closed: Case) -> None:
    reopen(session, closed)

    line = last(session, closed)
    assert (line.kind, line.text, line.public) == (EventKind.REOPENED, "It broke again.", True)
    assert line.data == {"due_on": closed.due_on.isoformat()}


def test_whoever_keeps_its_deadline_hears_of_it(session: Session, closed: Case, heard: list[Fact]) -> None:
    reopen(session, closed)

    assert heard[-1] == DeadlineMoved(case_id=closed.id, kind=closed.kind, due_on=closed.due_on, at=AGAIN)


@pytest.mark.parametrize("reason", ["", "  \n"])
def test_without_a_reason_it_stays_closed(session: Session, closed: Case, reason: str) -> None:
    with pytest.raises(TextMissing):
        reopen(session, closed, reason)

    assert closed.is_closed


def test_an_open_case_cannot_be_opened(session: Session, house: House) -> None:
    case = make_case(session, house.unit)

    with pytest.raises(operations.NotClosed):
        reopen(session, case)


def test_a_second_press_opens_nothing_twice(session: Session, closed: Case) -> None:
    reopen(session, closed)

    with pytest.raises(operations.NotClosed):
        reopen(session, closed)


def test_work_goes_on_and_it_ends_once_more(session: Session, house: House, heard: list[Fact], closed: Case) -> None:
    reopen(session, closed)
    operations.write_message(session, closed, "On it.", actor=house.clerk, now=AGAIN + DAY)

    fact = operations.close(session, closed, Closing("rejected"), actor=house.clerk, now=AGAIN + 3 * DAY)

    assert (fact.state, fact.days, fact.within_limit) == ("rejected", 62, True)
    assert sum(isinstance(told, CaseClosed) for told in heard) == 2


def test_the_plan_counts_nothing_twice(session: Session, house: House, closed: Case) -> None:
    before = session.scalar(sa.select(sa.func.count()).select_from(Contribution))
    reopen(session, closed)
    operations.close(session, closed, Closing("approved"), actor=house.clerk, now=AGAIN + DAY)

    assert session.scalar(sa.select(sa.func.count()).select_from(Contribution)) == before


def test_it_stands_in_the_queue_again_and_its_version_has_risen(session: Session, closed: Case) -> None:
    version = closed.version

    reopen(session, closed)

    assert closed.version > version
