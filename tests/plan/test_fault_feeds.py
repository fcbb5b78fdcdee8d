"""Reports and repairs move the plan; a fault that comes back puts the figures right, and history tells the same."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from portal.casework import operations as casework
from portal.core.facts import Fact, listeners_of
from portal.core.texts import Translated
from portal.faults import operations as faults
from portal.faults.facts import FaultReopened, FaultReported, FaultResolved
from portal.faults.models import Fault, FaultState
from portal.faults.operations import Change
from portal.faults.queries import replay_repairs, replay_reported
from portal.organisation.models import Community
from portal.plan import operations, queries
from portal.plan.desk import connections
from portal.plan.models import Contribution, Plan
from portal.plan.queries import spans
from tests.factories import NOW, make_category, make_fault, make_fault_category, make_user
from tests.plan.samples import furnish, indicator, sheets, written

DAY = timedelta(days=1)
FEEDS = ("faults.reported", "faults.repaired", "faults.in-time", "faults.days-to-repair", "faults.reopened-share")
DONE = Change(state=FaultState.REPAIRED, note=Translated(el="Έγινε."))


@pytest.fixture
def plan(session: Session) -> Plan:
    """A plan whose five indicators are fed by the five feeds of faults."""
    furnish(session)
    content = sheets()
    for row, feed in zip(content["Δείκτες"][1:], FEEDS, strict=True):
        row[22], row[23] = feed, ""
    operations.import_plan(session, operations.read(written(content)), now=NOW)
    return session.query(Plan).one()


def values(session: Session) -> list[Decimal | None]:
    """Reported, repaired, in time, days, reopened: what the indicators show for 2026."""
    shown = []
    for number in range(1, 6):
        points = queries.indicator_series(session, indicator(session, f"Δ.2.1.0{number}")).years
        shown.append(next((point.value for point in points if point.span == spans.year(2026)), None))
    return shown


def repair(session: Session, fault: Fault, after: int) -> None:
    faults.change_state(session, fault, DONE, actor=None, now=NOW + after * DAY)


def dispute(session: Session, fault: Fault, after: int) -> None:
    faults.disagree(session, fault, "Πάλι χάλασε.", actor=None, now=NOW + after * DAY)


@pytest.mark.parametrize("kind", [FaultReported, FaultResolved, FaultReopened])
def test_the_plan_listens_for_faults(kind: type[Fact]) -> None:
    assert [listener.__module__ for listener in listeners_of(kind)].count("portal.plan.feeds") == 1


def test_reports_and_repairs_move_every_figure(plan: Plan, session: Session) -> None:
    fast, slow, _waiting = (make_fault(session) for _ in range(3))
    repair(session, fast, 2)
    repair(session, slow, 20)

    assert values(session) == [3, 2, Decimal("50.0"), 11, Decimal("0.0")]


def test_a_fault_that_came_back_is_not_repaired_until_it_is(plan: Plan, session: Session) -> None:
    fault, other = make_fault(session), make_fault(session)
    repair(session, fault, 2)
    repair(session, other, 2)

    dispute(session, fault, 4)
    assert values(session) == [2, 1, Decimal("100.0"), 2, Decimal("50.0")]

    repair(session, fault, 30)
    assert values(session) == [2, 2, Decimal("50.0"), 16, Decimal("50.0")]


def test_what_is_reported_repaired_and_repaired_again_counts_once(plan: Plan, session: Session) -> None:
    fault = make_fault(session)
    for day in (2, 6, 9):
        repair(session, fault, day)
        dispute(session, fault, day + 1)
    repair(session, fault, 20)

    assert session.scalar(sa.select(sa.func.count()).select_from(Contribution)) == len(FEEDS)
    assert values(session)[:2] == [1, 1]


def test_history_gives_the_same_numbers(plan: Plan, session: Session) -> None:
    open_again, twice, never, once, late = (make_fault(session) for _ in range(5))
    for fault in (open_again, twice, once):
        repair(session, fault, 1)
    for fault in (open_again, twice):
        dispute(session, fault, 3)
    repair(session, twice, 40)
    impossible = Change(state=FaultState.IMPOSSIBLE, note=Translated(el="Δεν γίνεται."))
    faults.change_state(session, never, impossible, actor=None, now=NOW + DAY)
    dispute(session, never, 2)
    faults.change_state(session, never, impossible, actor=None, now=NOW + 3 * DAY)
    repair(session, late, 60)
    before = values(session)

    told = operations.recount(session)

    assert list(told.differences()) == []
    assert told.unchanged
    assert values(session) == before


def test_history_tells_the_facts_that_were_told(plan: Plan, session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    heard: list[Fact] = []
    monkeypatch.setattr(operations, "hear", lambda _session, fact: heard.append(fact))
    fault = make_fault(session)
    repair(session, fault, 3)
    dispute(session, fault, 5)
    repair(session, fault, 9)

    assert [*replay_reported(session), *replay_repairs(session)] == heard
    assert [type(fact) for fact in heard] == [FaultReported, FaultResolved, FaultReopened, FaultResolved]


def test_a_limit_that_was_moved_judges_the_repair(plan: Plan, session: Session) -> None:
    fault = make_fault(session)
    casework.ask(session, fault.case, "Πού ακριβώς;", actor=make_user(session), now=NOW + DAY)
    casework.answer(session, fault.case, "Εδώ.", actor=None, now=NOW + 15 * DAY)
    repair(session, fault, 16)

    assert values(session)[2] == Decimal("100.0")
    assert operations.recount(session).unchanged


def test_a_feed_is_filtered_by_group_category_and_community(plan: Plan, session: Session) -> None:
    roads = make_fault_category(session, code="pothole")
    lamp = make_fault_category(session, code="lamp")
    place = session.scalars(sa.select(Community)).first()
    fault = make_fault(session, category=roads, community=place)
    make_fault(session, category=lamp, lat=36.5)

    [mine] = session.scalars(sa.select(Contribution).where(Contribution.reference == f"case:{fault.case_id}"))
    assert mine.dimensions == {"group": roads.group.code, "category": "pothole", "community": place and place.code}
    assert mine.on == date(2026, 3, 3)


def test_what_becomes_something_else_is_counted_as_that(plan: Plan, session: Session) -> None:
    fault, other = make_fault(session), make_fault_category(session, code="other")
    repair(session, fault, 1)
    dispute(session, fault, 2)

    faults.recategorise(session, fault, other, actor=make_user(session), now=NOW + 3 * DAY)

    assert {row.dimensions["category"] for row in session.scalars(sa.select(Contribution))} == {"other"}
    assert operations.recount(session).unchanged


def test_a_planner_chooses_among_the_categories_of_every_feed(app: Flask, session: Session) -> None:
    fault, event = make_fault_category(session), make_category(session)
    session.commit()

    with app.app_context():
        offered = connections.choices()

    assert {fault.code, event.code} <= offered["category"].keys()
    assert offered["group"].keys() == {fault.group.code}
