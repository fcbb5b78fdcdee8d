"""Rules of the case: to whom it is given."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.casework import operations
from portal.casework.models import Assignment, AssignmentKind, EventKind, Phase, Watch
from portal.casework.operations import Routing
from tests.casework.conftest import House, found_in, last
from tests.factories import NOW
from tests.factories.casework import make_case

Letters = Callable[[], list[dict[str, Any]]]
DAY = timedelta(days=1)


def test_a_case_forwarded_to_the_competent_service_begins_anew_there(
    session: Session, house: House, letters: Letters
) -> None:
    case = make_case(session, house.unit, applicant=house.resident)
    by = house.clerk
    operations.take(session, case, actor=by, now=NOW)

    operations.forward(
        session, case, unit_id=house.other.id, reason="It is theirs.", actor=house.clerk, now=NOW + 5 * DAY
    )

    assert (case.unit_id, case.assignee_id, case.state) == (house.other.id, None, "filed")
    assert (case.clock_from, case.due_on) == (date(2026, 3, 8), date(2026, 4, 27))
    event = last(session, case)
    assert event.kind is EventKind.FORWARDED
    assert event.data == {"to_unit": house.other.id, "due_on": "2026-04-27", "late": False}
    [letter] = letters()
    assert letter["template"] == "casework/forwarded"
    assert letter["values"]["unit"] == dict(house.other.name)


def test_a_late_forwarding_is_possible_but_marked(session: Session, house: House) -> None:
    case = make_case(session, house.unit)

    operations.forward(session, case, unit_id=house.other.id, reason="Theirs.", actor=house.clerk, now=NOW + 7 * DAY)

    assert last(session, case).data["late"] is True  # 8 March is a Sunday: the ninth was the last day


def test_nobody_sets_a_clock_back_by_forwarding_to_themselves(session: Session, house: House) -> None:
    case = make_case(session, house.unit)

    with pytest.raises(operations.SameUnit):
        operations.forward(session, case, unit_id=house.unit.id, reason="Ours.", actor=house.clerk, now=NOW + DAY)

    assert case.clock_from == NOW.date()


def test_a_case_given_to_another_unit_is_found_there_by_the_same_words(session: Session, house: House) -> None:
    case = make_case(session, house.unit, search_words="τραπεζοκαθίσματα")

    operations.route(session, case, Routing(house.other.id, note="Yours."), actor=house.clerk, now=NOW)
    session.commit()

    assert (case.unit_id, case.assignee_id) == (house.other.id, None)
    assert found_in(session, "τραπεζοκαθισμα", house.unit) == []
    assert found_in(session, "τραπεζοκαθισμα", house.other) == [case.id]
    event = last(session, case)
    assert (event.kind, event.public, event.text) == (EventKind.ROUTED, False, "Yours.")


def test_a_case_given_to_a_person_is_in_progress(session: Session, house: House) -> None:
    case = make_case(session, house.unit)

    operations.route(session, case, Routing(house.unit.id, house.head.id), actor=house.clerk, now=NOW)

    assert (case.assignee_id, case.state) == (house.head.id, "in-progress")
    newest = session.scalars(sa.select(Assignment).order_by(Assignment.id.desc())).first()
    assert newest is not None
    assert (newest.user_id, newest.by_id) == (house.head.id, house.clerk.id)


def test_a_case_sent_for_information_stays_where_it_is(session: Session, house: House) -> None:
    case = make_case(session, house.unit)
    copy = Routing(house.other.id, kind=AssignmentKind.INFORMATION)

    operations.route(session, case, copy, actor=house.clerk, now=NOW)
    operations.mark_seen(session, case, frozenset({house.other.id}))
    assert session.scalars(sa.select(Watch.seen)).all() == [True]
    operations.route(session, case, copy, actor=house.clerk, now=NOW)

    assert case.unit_id == house.unit.id
    assert session.scalars(sa.select(Watch.seen).execution_options(populate_existing=True)).all() == [False]


def test_whoever_takes_a_case_handles_it(session: Session, house: House) -> None:
    case = make_case(session, house.unit)

    operations.take(session, case, actor=house.clerk, now=NOW)

    assert (case.assignee_id, case.state) == (house.clerk.id, "in-progress")
    assert last(session, case).kind is EventKind.TAKEN


def test_a_case_that_is_taken_while_it_waits_goes_on_waiting(session: Session, house: House) -> None:
    case = make_case(session, house.unit)
    operations.ask(session, case, "Which?", actor=house.clerk, now=NOW)

    operations.take(session, case, actor=house.head, now=NOW)

    assert (case.assignee_id, case.phase) == (house.head.id, Phase.WAITING_APPLICANT)


def test_a_case_goes_only_to_a_person_of_its_unit(session: Session, house: House) -> None:
    case = make_case(session, house.unit)

    with pytest.raises(operations.NotInUnit):
        operations.route(session, case, Routing(house.unit.id, house.stranger.id), actor=house.clerk, now=NOW)

    assert case.assignee_id is None
