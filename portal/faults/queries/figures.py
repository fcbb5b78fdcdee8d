"""The figures of the last months: reported, open, repaired in time, how many days it took; by community and category.

They are read from numbers that are kept month by month (see `operations.months`): some thousand rows, however many
reports there are.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.faults.models import Measure, MonthCount

#: so many months, the running one included
MONTHS = 24
_REPAIRED = (Measure.IN_TIME, Measure.LATE)


@dataclass
class Figures:
    """Numbers of some reports."""

    numbers: Counter[Measure] = field(default_factory=Counter)
    #: days that repairs took → how many
    days: Counter[int] = field(default_factory=Counter)

    def add(self, measure: Measure, days: int, number: int) -> None:
        """Count so many more."""
        self.numbers[measure] += number
        if measure in _REPAIRED:
            self.days[days] += number

    @property
    def reported(self) -> int:
        """Reported in these months."""
        return self.numbers[Measure.OPEN] + self.numbers[Measure.CLOSED]

    @property
    def open(self) -> int:
        """Of these, how many are still open."""
        return self.numbers[Measure.OPEN]

    @property
    def repaired(self) -> int:
        """Repaired in these months, whenever they were reported."""
        return sum(self.numbers[measure] for measure in _REPAIRED)

    @property
    def in_time(self) -> int | None:
        """Of the repaired, the share within the limit, in per cent; None: none was repaired."""
        return round(100 * self.numbers[Measure.IN_TIME] / self.repaired) if self.repaired else None

    @property
    def median_days(self) -> int | None:
        """Half of the repairs took no longer."""
        left = (self.repaired + 1) // 2
        for days in sorted(self.days):
            left -= self.days[days]
            if left <= 0 and self.repaired:
                return days
        return None


def months(today: date) -> list[date]:
    """The first days of the months that figures are about, oldest first."""
    last = today.year * 12 + today.month - 1
    return [date(number // 12, number % 12 + 1, 1) for number in range(last - MONTHS + 1, last + 1)]


def by_place_and_kind(session: Session, *, since: date) -> tuple[dict[int, Figures], dict[int, Figures]]:
    """Community → figures, and category → figures."""
    columns: list[Any] = [MonthCount.community_id, MonthCount.category_id, MonthCount.measure, MonthCount.days]
    counted: list[Any] = [*columns, sa.func.sum(MonthCount.number)]
    query: sa.Select[Any] = sa.select(*counted).where(MonthCount.month >= since).group_by(*columns)
    communities: dict[int, Figures] = {}
    categories: dict[int, Figures] = {}
    for community_id, category_id, measure, days, number in session.execute(query):
        found, key = (communities, community_id) if community_id else (categories, category_id)
        found.setdefault(key, Figures()).add(measure, days, int(number))
    return communities, categories


def by_month(
    session: Session, *, since: date, community_id: int | None = None, category_ids: Sequence[int] = ()
) -> dict[date, Figures]:
    """Month → figures, of a community, of some categories, or of everything."""
    columns: list[Any] = [MonthCount.month, MonthCount.measure, MonthCount.days]
    counted: list[Any] = [*columns, sa.func.sum(MonthCount.number)]
    query: sa.Select[Any] = sa.select(*counted).where(MonthCount.month >= since).group_by(*columns)
    query = query.where(MonthCount.community_id == (community_id or 0))
    if category_ids:
        query = query.where(MonthCount.category_id.in_(category_ids))
    found: dict[date, Figures] = {}
    for month, measure, days, number in session.execute(query):
        found.setdefault(month, Figures()).add(measure, days, int(number))
    return found


def together(parts: Iterable[Figures]) -> Figures:
    """Several figures as one."""
    whole = Figures()
    for part in parts:
        whole.numbers.update(part.numbers)
        whole.days.update(part.days)
    return whole
