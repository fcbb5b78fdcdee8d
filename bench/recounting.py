"""Recount of the plan against plain inserts: as many rows of the same table, many at a time, on the same database."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable
from dataclasses import dataclass
from statistics import median
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from bench.ground import Ground
from portal.core.db import db, writes
from portal.plan import operations
from portal.plan.models import Contribution
from portal.plan.operations.recounting import BATCH

#: a recount reads history, works out figures and compares; it should not cost more than so many plain inserts
AIM = 0.1


@dataclass(frozen=True)
class Rate:
    """What a recount costs."""

    contributions: int
    #: contributions a second by the clock, as a share of plain inserts a second
    share: float
    unchanged: bool


def rate(ground: Ground, *, rounds: int) -> Rate:
    """Recount and plain inserts in turn, each in a transaction of its own that is taken back."""
    writes.set(True)
    recounts, inserts = [], []
    with ground.app.app_context():
        session = db.session
        number = session.scalar(sa.select(sa.func.count()).select_from(Contribution)) or 0
        told: list[bool] = []
        for _ in range(rounds):
            inserts.append(_spent(session, lambda: _insert_all(session, number)))
            recounts.append(_spent(session, lambda: told.append(operations.recount(session).unchanged)))
    return Rate(number, median(inserts) / median(recounts), all(told))


def _spent(session: Session, deed: Callable[[], Any]) -> float:
    gc.collect()
    start = time.perf_counter()
    deed()
    spent = time.perf_counter() - start
    session.rollback()
    return spent


def _insert_all(session: Session, number: int) -> None:
    """As many rows as there are, of the same table with its indexes, beside those that are there."""
    table = Contribution.__table__
    pattern = session.execute(sa.select(*(column for column in table.columns if column.name != "id")).limit(1)).first()
    if pattern is None:
        return
    row = dict(pattern._mapping)  # noqa: SLF001 – the public name of SQLAlchemy for it
    for first in range(0, number, BATCH):
        rows = [row | {"reference": f"bench:{at}"} for at in range(first, min(first + BATCH, number))]
        session.execute(sa.insert(table), rows)
