"""A unit that is closed keeps no open case: they go to the one that takes over, or it stays open."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from portal.casework import operations
from portal.casework.models import EventKind
from portal.casework.operations import Closing
from portal.casework.queries import assignments
from portal.core import audit, facts
from portal.organisation.facts import UnitClosed
from tests.casework.conftest import House, found_in, last
from tests.factories import NOW, make_case, make_duty


def close(session: Session, house: House, *, heir: bool) -> None:
    fact = UnitClosed(unit_id=house.unit.id, heir_id=house.other.id if heir else None, at=NOW)
    facts.record(session, fact)
    session.commit()


def test_open_cases_go_to_the_unit_that_takes_over(session: Session, house: House) -> None:
    case = make_case(session, house.unit, search_words="αμπελώνας")
    operations.take(session, case, actor=house.clerk, now=NOW)
    due_on, version = case.due_on, case.version

    close(session, house, heir=True)

    assert (case.unit_id, case.assignee_id, case.state) == (house.other.id, None, "filed")
    assert (case.due_on, case.version > version) == (due_on, True)
    line = last(session, case)
    assert (line.kind, line.actor_id, line.public) == (EventKind.ROUTED, None, True)
    assert line.data == {"to_unit": house.other.id, "to_user": None, "closed_unit": house.unit.id}
    assert assignments(session, case)[-1].unit_id == house.other.id
    assert "casework.case.routed" in {entry.action for entry in audit.history(session, ("case", case.id))}
    assert (found_in(session, "αμπελώνας", house.unit), found_in(session, "αμπελώνας", house.other)) == ([], [case.id])


def test_a_handler_who_works_in_both_keeps_the_case(session: Session, house: House) -> None:
    case = make_case(session, house.unit)
    operations.take(session, case, actor=house.clerk, now=NOW)
    operations.ask(session, case, "Which?", actor=house.clerk, now=NOW)
    make_duty(session, house.clerk, house.other)

    close(session, house, heir=True)

    assert (case.unit_id, case.assignee_id, case.state) == (house.other.id, house.clerk.id, "waiting-applicant")
    assert case.paused_on == NOW.date()


def test_closed_cases_and_those_of_others_stay_where_they_are(session: Session, house: House) -> None:
    closed, elsewhere = make_case(session, house.unit), make_case(session)
    operations.close(session, closed, Closing("approved"), actor=house.clerk, now=NOW + timedelta(days=1))
    place = elsewhere.unit_id

    close(session, house, heir=False)
    close(session, house, heir=True)

    assert (closed.unit_id, elsewhere.unit_id) == (house.unit.id, place)


def test_without_an_heir_the_unit_stays_open(session: Session, house: House) -> None:
    cases = [make_case(session, house.unit) for _ in range(2)]

    with pytest.raises(operations.UnitHasCases, match="2 open cases"):
        close(session, house, heir=False)

    assert {case.unit_id for case in cases} == {house.unit.id}
