"""Growth of the agenda and of fault reports: rows like those that operations make, found by filters and words, once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import pytest
import sqlalchemy as sa
from flask import Flask

from portal.casework.models import kinds
from portal.core import clock, search, stamps
from portal.core.clock import athens_date
from portal.core.db import db
from portal.events import operations, queries
from portal.events.models import Event, Occurrence
from portal.faults import queries as faults
from portal.faults.models import Fault
from portal.plan import operations as plan
from portal.plan.models import Evidence, MoneyEntry, MoneyStage
from portal.plan.queries import current_plan, finance

NUMBER = 300


@pytest.fixture
def stock() -> str:
    return "municipality"


def grown(app: Flask, what: str, *, room: str, again: str) -> dict[str, str]:
    """Grow twice, the second time by nothing; the stamp that the room had before."""
    run = app.test_cli_runner().invoke
    with app.app_context():
        before = stamps.marks(db.session, [room])
    told = [run(args=["demo", "grow", f"--{what}", str(NUMBER)]) for _ in range(2)]
    assert [each.exit_code for each in told] == [0, 0], told[0].output + told[1].output
    assert told[1].output.strip() == again
    return before


def test_an_agenda_grows_to_its_size_and_is_like_one_that_was_written(committed_app: Flask) -> None:
    before = grown(committed_app, "occurrences", room="events", again="0 occurrences added")

    with committed_app.app_context():
        session = db.session
        assert session.scalar(sa.select(sa.func.count()).select_from(Occurrence)) == NUMBER
        assert stamps.marks(session, ["events"]) != before
        today = athens_date(clock.now())
        assert len(queries.lines(session, queries.AgendaFilter(today))) == 20
        event = session.scalars(sa.select(Event).where(Event.publication == "published").limit(1)).one()
        assert [hit.ref_id for hit in search.find(session, str(event.id), kinds=["event"], most=5)] == [event.id]
        _rolls_to_itself(today)
        assert plan.recount(session).unchanged


def _rolls_to_itself(today: date) -> None:
    """What operations would make of a grown event is what it has."""
    session = db.session
    series = session.scalars(sa.select(Event).where(Event.rule.is_not(None)).limit(5)).all()
    assert series
    columns = ("recurrence_id", "starts_at", "ends_at", "shown", "long", "category_id", "community_id", "free", "lat")
    for event in series:
        had = sorted(tuple(getattr(row, name) for name in columns) for row in event.occurrences)
        operations.roll(session, event, today=today)
        assert sorted(tuple(getattr(row, name) for name in columns) for row in event.occurrences) == had


def test_how_much_is_to_grow_must_be_said(committed_app: Flask) -> None:
    told = committed_app.test_cli_runner().invoke(args=["demo", "grow"])

    assert told.exit_code == 2
    assert "--cases, --occurrences, --reports, --proofs, or several of them" in told.output


def test_the_routine_that_keeps_indexes_chosen_well_runs(committed_app: Flask) -> None:
    seconds, optimize = committed_app.extensions["portal"].routines["core.optimize"]

    with committed_app.app_context():
        optimize(db.session)
        db.session.commit()

    assert seconds == 86_400


def test_reports_grow_to_their_number_and_are_like_those_that_were_filed(committed_app: Flask) -> None:
    before = grown(committed_app, "reports", room="faults", again="0 reports added")

    with committed_app.app_context():
        session, today = db.session, athens_date(clock.now())
        assert session.scalar(sa.select(sa.func.count()).select_from(Fault)) == NUMBER
        assert stamps.marks(session, ["faults"]) != before
        assert len(faults.lines(session, faults.FaultFilter(), today=today)) == 20
        assert len(faults.lines(session, faults.FaultFilter(faults.Group.OVERDUE), today=today)) == 20
        shown = session.scalar(sa.select(sa.func.count()).where(Fault.shown))
        assert faults.picture(session, faults.FaultFilter(), today=today).number == shown
        _is_its_case(session.scalars(sa.select(Fault)).all())
        newest = session.scalars(sa.select(Fault).order_by(Fault.id.desc()).limit(1)).one()
        scopes = [f"unit-{newest.case.unit_id}"]
        found = search.find(session, newest.case.reference, kinds=["case"], scopes=scopes, most=5)
        assert [hit.ref_id for hit in found] == [newest.case_id]
        assert plan.recount(session).unchanged


def test_amounts_and_evidence_grow_and_add_up(committed_app: Flask) -> None:
    before = grown(committed_app, "proofs", room="plan", again="0 amounts and 0 pieces of evidence added")

    with committed_app.app_context():
        session = db.session
        assert stamps.marks(session, ["plan"]) != before
        rows, pieces = (session.scalars(sa.select(model)).all() for model in (MoneyEntry, Evidence))
        assert (len(rows), len(pieces)) == (NUMBER, NUMBER // 5)
        assert all(piece.milestone is None or piece.milestone.action_id == piece.action_id for piece in pieces)
        made = current_plan(session)
        assert made
        assert finance.of_plan(session, made).paid == sum(row.amount for row in rows if row.stage is MoneyStage.PAID)
        assert plan.recount(session).unchanged


def _is_its_case(rows: Sequence[Fault]) -> None:
    for row in rows:
        assert (row.slug, row.due_on, row.community_id) == (row.case.slug, row.case.due_on, row.case.community_id)
        assert row.is_open is row.state.is_open is (not row.case.is_closed)
        assert row.steps[-1].state is row.state
        assert (row.cell0, row.cell1, row.cell2, row.cell3) == faults.cells(row.lat, row.lon)
        assert row.group_id == row.category.group.id
        assert row.case.state in kinds()["fault"].states
