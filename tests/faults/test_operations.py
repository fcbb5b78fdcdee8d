"""Rules of reports: how they are filed, who gets them, what may be said of them, and who may disagree."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.accounts.models import User
from portal.casework import operations as casework
from portal.casework.models import EventKind, Phase, TimelineEvent
from portal.core import audit, tallying
from portal.core.outbox import Job
from portal.core.texts import Translated
from portal.faults import operations
from portal.faults.models import Fault, FaultState, Hours, RoutingRule, Source, Tile
from portal.faults.operations import Change
from portal.faults.operations.redaction import set_shown
from tests.factories import (
    DAY,
    NOW,
    make_body,
    make_community,
    make_fault,
    make_fault_category,
    make_fault_unit,
    make_place,
    make_staff,
    make_unit,
    make_user,
    new_report,
)

NOTE = Translated(el="Έγινε.")
#: a Tuesday at ten in the morning, the night before it, and the Saturday after
MORNING, NIGHT, SATURDAY = NOW, NOW - timedelta(hours=12), NOW + timedelta(days=4)


@pytest.fixture
def clerk(session: Session) -> User:
    """Somebody who works on reports."""
    return make_user(session)


def change(session: Session, fault: Fault, state: FaultState, *, now: datetime = NOW, **given: Any) -> int:
    actor = given.pop("actor", None)
    seen = given.pop("seen_version", None)
    wanted = Change(state=state, **given)
    return operations.change_state(session, fault, wanted, actor=actor, now=now, seen_version=seen)


def tiles(session: Session) -> list[tuple[Any, ...]]:
    """The numbers of the map, without what is empty, with sums as far as they can be compared."""
    columns = [Tile.level, Tile.cell, Tile.category_id, Tile.is_open, Tile.number, Tile.lat_sum, Tile.lon_sum]
    tallying.settle(session)
    rows = session.execute(sa.select(*columns).where(Tile.number != 0)).all()
    return sorted((*row[:5], round(row[5], 6), round(row[6], 6)) for row in rows)


def assert_map_is_right(session: Session) -> None:
    kept = tiles(session)
    operations.recount(session)
    assert kept == tiles(session)


def actions(session: Session, fault: Fault) -> list[str]:
    session.commit()
    return [entry.action for entry in audit.history(session, ("fault", fault.id))]


# -- filing


def test_a_report_is_a_case_of_its_unit_with_a_number_and_a_clock(session: Session) -> None:
    rule = make_fault_unit(session)
    category = make_fault_category(session, limit_code="fault-3")

    told = operations.report(session, new_report(session, category=category, address="Αγορά"), now=NOW)

    fault, case = told.fault, told.fault.case
    assert (case.kind, case.unit, case.subject_code) == ("fault", rule.unit, category.code)
    assert (fault.slug, fault.due_on, case.limit_days) == (case.slug, date(2026, 3, 6), 3)
    assert (fault.state, fault.is_open, fault.group) == (FaultState.RECEIVED, True, category.parent)
    assert case.detail.startswith("Αγορά Βλάβη")
    assert told.secret
    assert [step.state for step in fault.steps] == [FaultState.RECEIVED]
    assert actions(session, fault) == ["faults.fault.received"]


@pytest.mark.parametrize("closed", [True, False])
def test_groups_and_what_is_closed_cannot_be_reported(session: Session, *, closed: bool) -> None:
    category = make_fault_category(session, closed=closed)

    with pytest.raises(operations.CategoryClosed):
        make_fault(session, category=category if closed else category.parent)


def test_without_a_name_only_where_the_category_allows_it(session: Session) -> None:
    assert make_fault(session, reporter=None).case.applicant_name == "Ανώνυμη αναφορά"

    with pytest.raises(operations.NameNeeded):
        make_fault(session, reporter=None, category=make_fault_category(session, anonymous=False))


def test_what_is_far_from_every_known_place_is_not_ours(session: Session) -> None:
    wanted = new_report(session)

    with pytest.raises(operations.OutsideMunicipality):
        operations.community_at(session, wanted.lat + 0.2, wanted.lon)
    with pytest.raises(operations.OutsideMunicipality):
        operations.community_at(session, -wanted.lat, wanted.lon)


def test_a_report_lies_in_the_community_of_the_nearest_place(session: Session) -> None:
    east, west = make_community(session), make_community(session)
    make_place(session, lat=35.3, lon=25.40, community=east)
    make_place(session, lat=35.3, lon=25.30, community=west)

    assert make_fault(session, lat=35.3, lon=25.36).community == east
    assert make_fault(session, lat=35.3, lon=25.34).community == west


def test_what_is_sent_twice_is_filed_once(session: Session) -> None:
    wanted = new_report(session, once="page-1")

    first, second = (operations.report(session, wanted, now=NOW) for _ in range(2))

    assert second.fault is first.fault
    assert (bool(first.secret), second.secret) == (True, "")
    assert session.scalar(sa.select(sa.func.count()).select_from(Fault)) == 1
    assert session.scalar(sa.select(sa.func.count()).where(Job.kind == "mail")) == 1


def test_what_is_private_is_on_no_map(session: Session) -> None:
    fault = make_fault(session, category=make_fault_category(session, private=True))

    assert not fault.shown
    assert tiles(session) == []


def test_where_it_came_from_is_known(session: Session) -> None:
    assert make_fault(session).source is Source.WEB
    assert make_fault(session, source=Source.OPEN311).source is Source.OPEN311


# -- routing


def test_the_first_rule_that_fits_holds(session: Session) -> None:
    make_community(session)
    category = make_fault_category(session)
    everything = make_fault_unit(session, position=90)
    group = make_fault_unit(session, position=20, category=category.parent)
    exact = make_fault_unit(session, position=10, category=category, community=make_community(session))

    assert make_fault(session).case.unit == everything.unit
    assert make_fault(session, category=category).case.unit == group.unit
    here = make_fault(session, category=category, lat=35.9, community=exact.community)
    assert here.case.unit == exact.unit


@pytest.mark.parametrize(
    ("hours", "now", "holds"),
    [
        (Hours.ALWAYS, NIGHT, True),
        (Hours.WORKING, MORNING, True),
        (Hours.WORKING, NIGHT, False),
        (Hours.WORKING, SATURDAY, False),
        (Hours.OTHER, MORNING, False),
        (Hours.OTHER, NIGHT, True),
        (Hours.OTHER, SATURDAY, True),
        (Hours.OTHER, datetime.fromisoformat("2026-03-25T09:00+02:00"), True),  # a public holiday
        (Hours.WORKING, datetime.fromisoformat("2026-03-03T07:29+02:00"), False),
        (Hours.WORKING, datetime.fromisoformat("2026-03-03T07:30+02:00"), True),
        (Hours.WORKING, datetime.fromisoformat("2026-03-03T15:30+02:00"), False),
    ],
)
def test_a_rule_holds_at_its_hours(session: Session, hours: Hours, now: datetime, *, holds: bool) -> None:
    rule = make_fault_unit(session, position=1, hours=hours)
    make_fault_unit(session, position=2)

    assert (make_fault(session, now=now).case.unit == rule.unit) is holds


@pytest.mark.parametrize(
    ("since", "until", "holds"),
    [(DAY, DAY, True), (DAY + timedelta(1), None, False), (None, DAY - timedelta(1), False), (None, None, True)],
)
def test_a_rule_holds_from_a_day_to_a_day(
    session: Session, since: date | None, until: date | None, *, holds: bool
) -> None:
    rule = make_fault_unit(session, position=1, valid_from=since, valid_to=until)
    make_fault_unit(session, position=2)

    assert (make_fault(session).case.unit == rule.unit) is holds


def test_a_rule_can_name_who_gets_it(session: Session) -> None:
    unit = make_unit(session)
    worker = make_staff(session, unit)
    make_fault_unit(session, position=1, unit=unit, user=worker)

    case = make_fault(session).case

    query = sa.select(TimelineEvent).where(TimelineEvent.case_id == case.id).order_by(TimelineEvent.id)
    lines = session.scalars(query).all()
    assert (case.assignee_id, case.state) == (worker.id, "in-progress")
    assert [(line.kind, line.actor_id) for line in lines] == [(EventKind.FILED, None), (EventKind.ROUTED, None)]
    assert lines[-1].data["to_user"] == worker.id


def test_whoever_works_there_no_longer_gets_nothing(session: Session, clerk: User) -> None:
    rule = make_fault_unit(session, position=1, user=clerk)

    case = make_fault(session).case

    assert (case.unit, case.assignee_id, case.state) == (rule.unit, None, "filed")


# -- states


def test_what_is_said_is_a_line_of_its_history(session: Session, clerk: User) -> None:
    fault = make_fault(session)

    number = change(session, fault, FaultState.PLANNED, planned_on=DAY, note=NOTE, actor=clerk)

    session.refresh(fault)
    assert (fault.state, fault.planned_on, fault.steps[-1].id) == (FaultState.PLANNED, DAY, number)
    assert (fault.steps[-1].note, fault.steps[-1].actor_id) == (NOTE, clerk.id)
    assert actions(session, fault)[-1] == "faults.fault.planned"


@pytest.mark.parametrize(
    ("state", "given", "refusal"),
    [
        (FaultState.REPAIRED, {}, operations.ProofNeeded),
        (FaultState.REPAIRED, {"note": Translated(el="  ")}, operations.ProofNeeded),
        (FaultState.IMPOSSIBLE, {}, operations.ReasonNeeded),
        (FaultState.DUPLICATE, {}, operations.ReasonNeeded),
        (FaultState.DUPLICATE, {"note": NOTE}, operations.OtherNeeded),
        (FaultState.PASSED_ON, {}, operations.ReasonNeeded),
        (FaultState.PASSED_ON, {"note": NOTE}, operations.OtherNeeded),
        (FaultState.PLANNED, {}, operations.DayNeeded),
        (FaultState.PLANNED, {"planned_on": DAY - timedelta(1)}, operations.DayNeeded),
    ],
)
def test_what_is_missing_is_asked_for(
    session: Session, state: FaultState, given: dict[str, Any], refusal: type[Exception]
) -> None:
    fault = make_fault(session)

    with pytest.raises(refusal):
        change(session, fault, state, **given)

    assert fault.state is FaultState.RECEIVED
    assert_map_is_right(session)


def test_a_report_does_not_repeat_itself(session: Session) -> None:
    fault = make_fault(session)

    with pytest.raises(operations.OtherNeeded):
        change(session, fault, FaultState.DUPLICATE, note=NOTE, duplicate_of=fault)


@pytest.mark.parametrize("state", [FaultState.REPAIRED, FaultState.IMPOSSIBLE, FaultState.WITHDRAWN])
def test_the_case_ends_with_the_report(session: Session, state: FaultState) -> None:
    fault = make_fault(session)

    change(session, fault, state, note=NOTE)

    assert (fault.case.state, fault.case.is_closed, fault.closed_at) == (state.value, True, NOW)
    assert (fault.is_open, fault.case.closed_at) == (False, NOW)
    with pytest.raises(operations.NotAllowed):
        change(session, fault, FaultState.CONFIRMED)


def test_another_body_is_waited_for_until_work_goes_on(session: Session, clerk: User) -> None:
    fault, body = make_fault(session), make_body(session)

    change(session, fault, FaultState.PASSED_ON, note=NOTE, body=body, body_reference="A-1", actor=clerk)
    assert (fault.case.phase, fault.is_open, fault.body) == (Phase.WAITING_OTHER, True, body)

    change(session, fault, FaultState.REPAIRING)
    assert (fault.case.phase, fault.body_reference) == (Phase.OPEN, "A-1")


def test_another_body_can_say_that_it_is_done(session: Session) -> None:
    fault = make_fault(session)
    change(session, fault, FaultState.PASSED_ON, note=NOTE, body=make_body(session))

    change(session, fault, FaultState.REPAIRED, note=NOTE)

    assert fault.case.is_closed


def test_days_on_which_the_reporter_was_asked_do_not_count(session: Session, clerk: User) -> None:
    fault = make_fault(session)
    casework.ask(session, fault.case, "Πού ακριβώς;", actor=clerk, now=NOW + timedelta(days=1))

    change(session, fault, FaultState.REPAIRED, note=NOTE, now=NOW + timedelta(days=20))

    assert fault.due_on == fault.case.due_on > date(2026, 3, 23)
    assert operations.resolved_fact(fault).within_limit


def test_a_deadline_that_moves_moves_on_the_map_too(session: Session, clerk: User) -> None:
    fault = make_fault(session)

    casework.extend(session, fault.case, days=2, reason="Βροχές.", actor=clerk, now=NOW)

    assert fault.due_on == fault.case.due_on == date(2026, 3, 12)


def test_whoever_takes_the_case_back_takes_the_report_back(session: Session) -> None:
    fault = make_fault(session)

    casework.withdraw(session, fault.case, actor=None, now=NOW)

    assert (fault.state, fault.is_open, fault.closed_at) == (FaultState.WITHDRAWN, False, NOW)
    session.refresh(fault, ["steps"])
    assert fault.steps[-1].state is FaultState.WITHDRAWN
    assert_map_is_right(session)


def test_a_second_press_says_nothing_twice(session: Session, clerk: User) -> None:
    fault = make_fault(session)
    seen = fault.case.version
    change(session, fault, FaultState.CONFIRMED, actor=clerk, seen_version=seen)

    with pytest.raises(casework.CaseChanged):
        change(session, fault, FaultState.CONFIRMED, actor=clerk, seen_version=seen)


# -- disagreeing


@pytest.mark.parametrize("state", [FaultState.REPAIRED, FaultState.IMPOSSIBLE])
def test_whoever_disagrees_in_time_opens_it_again(session: Session, state: FaultState) -> None:
    fault = make_fault(session)
    change(session, fault, state, note=NOTE)
    assert fault.dispute_until == date(2026, 3, 18)

    operations.disagree(session, fault, "Πάλι τα ίδια.", actor=None, now=NOW + timedelta(days=15))

    assert (fault.state, fault.is_open, fault.disputed, fault.reopened) == (FaultState.CONFIRMED, True, True, 1)
    assert (fault.case.is_closed, fault.closed_at, fault.dispute_until) == (False, None, None)
    assert fault.due_on == fault.case.due_on == date(2026, 3, 26)  # five working days, one of them a holiday
    assert_map_is_right(session)


def test_after_the_last_day_it_stays_closed(session: Session) -> None:
    fault = make_fault(session)
    change(session, fault, FaultState.REPAIRED, note=NOTE)

    with pytest.raises(operations.TooLateToDisagree):
        operations.disagree(session, fault, "Πάλι.", actor=None, now=NOW + timedelta(days=16))
    with pytest.raises(operations.ReasonNeeded):
        operations.disagree(session, fault, "  ", actor=None, now=NOW)

    assert fault.case.is_closed


def test_nobody_disagrees_with_what_is_open_or_was_taken_back(session: Session) -> None:
    fault, withdrawn = make_fault(session), make_fault(session)
    change(session, withdrawn, FaultState.WITHDRAWN)

    for each in (fault, withdrawn):
        with pytest.raises(operations.TooLateToDisagree):
            operations.disagree(session, each, "Όχι.", actor=None, now=NOW)


def test_staff_who_look_at_it_settle_the_dispute(session: Session) -> None:
    fault = make_fault(session)
    change(session, fault, FaultState.REPAIRED, note=NOTE)
    operations.disagree(session, fault, "Όχι.", actor=None, now=NOW)

    change(session, fault, FaultState.REPAIRING)

    assert not fault.disputed


# -- the numbers of the map


def test_the_map_follows_whatever_happens(session: Session, clerk: User) -> None:
    faults = [make_fault(session, lat=35.31 + at / 400, lon=25.39 - at / 300) for at in range(6)]
    change(session, faults[0], FaultState.REPAIRED, note=NOTE)
    change(session, faults[1], FaultState.REPAIRED, note=NOTE)
    operations.disagree(session, faults[1], "Όχι.", actor=None, now=NOW)
    change(session, faults[2], FaultState.DUPLICATE, note=NOTE, duplicate_of=faults[3])
    change(session, faults[4], FaultState.PASSED_ON, note=NOTE, body=make_body(session))
    operations.recategorise(session, faults[5], make_fault_category(session), actor=clerk, now=NOW)
    set_shown(session, faults[3], shown=False, actor=clerk, now=NOW)

    numbers = {row[3]: row[4] for row in tiles(session) if row[0] == 0}
    assert sum(row[4] for row in tiles(session) if row[0] == 3) == 5
    assert numbers
    assert_map_is_right(session)


def test_without_a_rule_nothing_is_filed(session: Session) -> None:
    wanted = new_report(session)
    session.execute(sa.delete(RoutingRule))

    with pytest.raises(LookupError):
        operations.report(session, wanted, now=NOW)
