"""The facts of history, as they were announced: from the reports and the lines of their public history."""

from collections.abc import Iterator
from datetime import datetime
from itertools import groupby
from operator import attrgetter
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from portal.core.clock import athens_date
from portal.faults.facts import FaultReopened, FaultReported, FaultResolved
from portal.faults.models import Fault, FaultCategory, FaultState, FaultStep
from portal.organisation.models import Community

#: rows are read by so many at a time
_BATCH = 1000
_group = aliased(FaultCategory)
_ABOUT: list[Any] = [
    Fault.id.label("fault_id"),
    Fault.case_id,
    FaultCategory.code.label("category"),
    _group.code.label("group"),
    Community.code.label("community"),
    Fault.reported_at,
]


def replay_reported(session: Session, *, fault_id: int | None = None) -> Iterator[FaultReported]:
    """Every report, or one, as the fact it announced; streamed."""
    query = _of(sa.select(*_ABOUT, Fault.source), fault_id).order_by(Fault.id)
    for row in session.execute(query.execution_options(yield_per=_BATCH)):
        yield FaultReported(**_about(row), source=row.source.value, at=row.reported_at)


def replay_repairs(session: Session, *, fault_id: int | None = None) -> Iterator[FaultResolved | FaultReopened]:
    """Every repair and every time a report was opened again, or those of one report, in their order; streamed."""
    due_on = sa.func.coalesce(FaultStep.due_on, Fault.due_on).label("due_on")
    query = _of(sa.select(*_ABOUT, FaultStep.state, FaultStep.at, due_on), fault_id)
    query = query.join(FaultStep, FaultStep.fault_id == Fault.id)
    query = query.where(sa.or_(Fault.reopened > 0, Fault.state == FaultState.REPAIRED))
    rows = session.execute(query.order_by(Fault.id, FaultStep.id).execution_options(yield_per=_BATCH))
    for _fault_id, steps in groupby(rows, attrgetter("fault_id")):
        yield from _told(steps)


def _of(query: sa.Select[Any], fault_id: int | None) -> sa.Select[Any]:
    query = (
        query.select_from(Fault)
        .join(FaultCategory, FaultCategory.id == Fault.category_id)
        .join(_group, _group.id == Fault.group_id)
        .outerjoin(Community, Community.id == Fault.community_id)
    )
    return query if fault_id is None else query.where(Fault.id == fault_id)


def _told(steps: Iterator[Any]) -> Iterator[FaultResolved | FaultReopened]:
    """What the lines of one report tell: what follows its end has opened it again."""
    closed, reopened = False, 0
    for step in steps:
        if closed and step.state.is_open:
            reopened += 1
            yield FaultReopened(**_about(step), at=step.at)
        if step.state is FaultState.REPAIRED:
            yield FaultResolved(
                **_about(step),
                reported_at=step.reported_at,
                at=step.at,
                days=_days(step.reported_at, step.at),
                within_limit=athens_date(step.at) <= step.due_on,
                reopened=reopened,
            )
        closed = not step.state.is_open


def _about(row: Any) -> dict[str, Any]:
    return {name: getattr(row, name) for name in ("fault_id", "case_id", "category", "group", "community")}


def _days(start: datetime, end: datetime) -> int:
    return (athens_date(end) - athens_date(start)).days
