"""Growth of the agenda: rows like those that writing events makes, found by filters and words, once."""

from __future__ import annotations

from datetime import date

import pytest
import sqlalchemy as sa
from flask import Flask

from portal.core import clock, search, stamps
from portal.core.clock import athens_date
from portal.core.db import db
from portal.events import operations, queries
from portal.events.models import Event, Occurrence
from portal.plan import operations as plan

NUMBER = 300


@pytest.fixture
def stock() -> str:
    return "municipality"


def test_an_agenda_grows_to_its_size_and_is_like_one_that_was_written(committed_app: Flask) -> None:
    run = committed_app.test_cli_runner().invoke
    with committed_app.app_context():
        before = stamps.marks(db.session, ["events"])

    first = run(args=["demo", "grow", "--occurrences", str(NUMBER)])
    again = run(args=["demo", "grow", "--occurrences", str(NUMBER)])

    assert (first.exit_code, again.exit_code) == (0, 0), first.output + again.output
    assert again.output.strip() == "0 occurrences added"
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
    assert "--cases, --occurrences, or both" in told.output


def test_the_routine_that_keeps_indexes_chosen_well_runs(committed_app: Flask) -> None:
    seconds, optimize = committed_app.extensions["portal"].routines["core.optimize"]

    with committed_app.app_context():
        optimize(db.session)
        db.session.commit()

    assert seconds == 86_400
