"""The numbers of the months follow every report, as those of the map do: figures are read from few rows, not from all.

Each report has a line for its community and one for its category; a repaired one has two more in the month of its
repair, with the days that it took, so that medians can be read from them.
"""

from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from portal.core.clock import athens_date
from portal.faults.models import Fault, FaultState, Measure, MonthCount

#: what took longer counts as that many days
MOST_DAYS = 1000
_KEY = ("month", "community_id", "category_id", "measure", "days")
_COLUMNS: list[Any] = [
    Fault.reported_at,
    Fault.is_open,
    Fault.state,
    Fault.closed_at,
    Fault.due_on,
    Fault.community_id,
    Fault.category_id,
]
#: rows read at a time when everything is counted again
_BATCH = 5_000


def count_month(session: Session, fault: Fault, by: int) -> None:
    """Put a public report into the numbers of its months (1), or take it out (-1), as it stands now."""
    statement = _added(session.get_bind().dialect.name)
    for key in _lines(fault):
        session.execute(statement, {**dict(zip(_KEY, key, strict=True)), "number": by})


def recount_months(session: Session) -> None:
    """Forget the numbers and count all public reports again."""
    session.execute(sa.delete(MonthCount))
    found: Counter[tuple[Any, ...]] = Counter()
    rows = session.execute(sa.select(*_COLUMNS).where(Fault.shown).execution_options(yield_per=_BATCH))
    for row in rows:
        found.update(_lines(row))
    lines = [{**dict(zip(_KEY, key, strict=True)), "number": number} for key, number in found.items()]
    for start in range(0, len(lines), _BATCH):
        session.execute(sa.insert(MonthCount), lines[start : start + _BATCH])


def _lines(fault: Any) -> Iterator[tuple[Any, ...]]:
    """The keys of the lines in which a report counts; always in the same order, so that two writers do not meet."""
    places = [(fault.community_id, 0)] if fault.community_id else []
    places.append((0, fault.category_id))
    for community_id, category_id in places:
        measure = Measure.OPEN if fault.is_open else Measure.CLOSED
        yield _month(fault.reported_at), community_id, category_id, measure, 0
        if fault.state is FaultState.REPAIRED and fault.closed_at:
            closed_on = athens_date(fault.closed_at)
            measure = Measure.IN_TIME if closed_on <= fault.due_on else Measure.LATE
            days = min(max((closed_on - athens_date(fault.reported_at)).days, 0), MOST_DAYS)
            yield closed_on.replace(day=1), community_id, category_id, measure, days


def _month(moment: datetime) -> date:
    return athens_date(moment).replace(day=1)


def _added(dialect: str) -> Any:
    insert: Any = (postgresql if dialect == "postgresql" else sqlite).insert(MonthCount)
    sums = {"number": MonthCount.number + insert.excluded.number}
    return insert.on_conflict_do_update(index_elements=list(_KEY), set_=sums)
