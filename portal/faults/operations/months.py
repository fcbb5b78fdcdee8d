"""The numbers of months and years follow every report, as those of the map do: figures are read from few rows.

A report counts in the month and the year in which it was made; a repaired one once more in those of its repair, with
the days that it took, so that medians can be read from them.
"""

from collections import Counter
from collections.abc import Iterator
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.core import tallying
from portal.core.clock import athens_date
from portal.faults.models import Fault, FaultState, Measure, MonthCount, YearCount

#: what took longer counts as that many days
MOST_DAYS = 1000
_COLUMNS: list[Any] = [
    Fault.reported_at,
    Fault.is_open,
    Fault.state,
    Fault.closed_at,
    Fault.due_on,
    Fault.community_id,
    Fault.category_id,
    Fault.group_id,
]
#: rows read at a time when everything is counted again
_BATCH = 5_000


def count_months(session: Session, fault: Fault, by: int) -> None:
    """Put a public report into the numbers of its months and years (1), or take it out (-1), as it stands now."""
    for model, key in _lines(fault):
        tallying.add(session, model, key, number=by)


def recount_months(session: Session) -> None:
    """Forget the numbers and count all public reports again."""
    found: Counter[tuple[Any, tuple[Any, ...]]] = Counter()
    rows = session.execute(sa.select(*_COLUMNS).where(Fault.shown).execution_options(yield_per=_BATCH))
    for row in rows:
        found.update(_lines(row))
    for model in (MonthCount, YearCount):
        session.execute(sa.delete(model))
        names = [column.name for column in model.__table__.primary_key]
        lines = [dict(zip(names, key, strict=True)) | {"number": n} for (of, key), n in found.items() if of is model]
        for start in range(0, len(lines), _BATCH):
            session.execute(sa.insert(model), lines[start : start + _BATCH])


def _lines(fault: Any) -> Iterator[tuple[Any, tuple[Any, ...]]]:
    """The rows in which a report counts, each with its key."""
    places = [(0, 0), (0, fault.category_id), (0, fault.group_id)]
    if fault.community_id:
        places.append((fault.community_id, 0))
    for place in places:
        for on, measure, days in _measures(fault):
            yield MonthCount, (on.replace(day=1), *place, measure, days)
            yield YearCount, (on.year, *place, measure, days)


def _measures(fault: Any) -> Iterator[tuple[date, Measure, int]]:
    """What is counted of it: on which day, and how many days it took."""
    yield athens_date(fault.reported_at), Measure.OPEN if fault.is_open else Measure.CLOSED, 0
    if fault.state is FaultState.REPAIRED and fault.closed_at:
        closed_on = athens_date(fault.closed_at)
        days = min(max((closed_on - athens_date(fault.reported_at)).days, 0), MOST_DAYS)
        yield closed_on, Measure.IN_TIME if closed_on <= fault.due_on else Measure.LATE, days
