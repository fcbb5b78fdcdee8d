"""Numbers beside the rows they count: written at the end, once for each key, and dropped with what is undone."""

from __future__ import annotations

from datetime import date
from typing import Any

import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from portal.core import tallying
from portal.core.db import db
from portal.faults.models import Measure, MonthCount
from tests.support.together import Both

JUNE, MAY = date(2026, 6, 1), date(2026, 5, 1)


def key(month: date, days: int = 0) -> tuple[Any, ...]:
    return month, 0, 0, Measure.OPEN, days


def numbers(session: Session) -> dict[tuple[date, int], int]:
    rows = session.execute(sa.select(MonthCount.month, MonthCount.days, MonthCount.number))
    return {(month, days): number for month, days, number in rows}


def test_they_are_written_when_the_transaction_ends(session: Session) -> None:
    for by in (1, 1, -1):
        tallying.add(session, MonthCount, key(JUNE), number=by)
    assert not numbers(session)

    session.commit()
    tallying.add(session, MonthCount, key(JUNE), number=4)
    session.commit()

    assert numbers(session) == {(JUNE, 0): 5}


def test_what_comes_to_nothing_is_not_written(session: Session) -> None:
    tallying.add(session, MonthCount, key(JUNE), number=1)
    tallying.add(session, MonthCount, key(JUNE), number=-1)

    session.commit()

    assert not numbers(session)


def test_a_savepoint_takes_its_changes_along(session: Session) -> None:
    tallying.add(session, MonthCount, key(JUNE), number=1)
    undone = session.begin_nested()
    tallying.add(session, MonthCount, key(JUNE), number=1)
    undone.rollback()
    with session.begin_nested():
        tallying.add(session, MonthCount, key(MAY), number=1)
    assert not numbers(session)  # releasing a savepoint is no end

    session.commit()

    assert numbers(session) == {(JUNE, 0): 1, (MAY, 0): 1}


def test_a_rollback_leaves_nothing(session: Session) -> None:
    tallying.add(session, MonthCount, key(JUNE), number=1)
    session.rollback()
    session.commit()

    assert not numbers(session)


def test_those_who_write_in_another_order_do_not_wait_in_a_ring(committed_app: Flask, both: Both) -> None:
    turns = iter([1, -1])

    def work() -> str:
        days = range(200)[:: next(turns)]
        for day in days:
            tallying.add(db.session, MonthCount, key(JUNE, day), number=1)
        return "done"

    assert both(work) == ["done", "done"]
    with committed_app.app_context():
        assert set(numbers(db.session).values()) == {2}
