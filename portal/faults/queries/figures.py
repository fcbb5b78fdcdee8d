"""Figures: reported, open, repaired in time, how many days it took; by community and category, and over time.

They are read from numbers that are kept by month and by year (see `operations.months`), and put together by the
database: some hundred rows come back, however many reports there are.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.faults.models import Measure, MonthCount, YearCount

_REPAIRED = (Measure.IN_TIME, Measure.LATE)


@dataclass(frozen=True)
class Figures:
    """Numbers of some reports."""

    #: reported in the period; of these, how many are still open
    reported: int = 0
    open: int = 0
    #: repaired in the period, whenever they were reported; of these, how many within the limit
    repaired: int = 0
    repaired_in_time: int = 0
    #: half of the repairs took no longer; None: none was repaired
    median_days: int | None = None

    @property
    def in_time(self) -> int | None:
        """Of the repaired, the share within the limit, in per cent; None: none was repaired."""
        return round(100 * self.repaired_in_time / self.repaired) if self.repaired else None


#: a place and a kind, by id; 0: all
Key = tuple[int, int]
ALL: Key = (0, 0)


def months(today: date) -> list[date]:
    """The first days of the months that figures are about, oldest first: those of this year and of the last."""
    return [date(year, month, 1) for year in (today.year - 1, today.year) for month in range(1, 13)][: 12 + today.month]


def by_place_and_kind(session: Session, *, since: date) -> dict[Key, Figures]:
    """(community, 0), (0, category or group), and `ALL` → the figures of the years since then."""
    key: Sequence[Any] = (YearCount.community_id, YearCount.category_id)
    rows = session.execute(_together(YearCount, key, YearCount.year >= since.year))
    return {(community_id, category_id): _figures(row) for community_id, category_id, *row in rows}


def by_month(session: Session, wanted: Sequence[date], key: Key = ALL) -> dict[date, Figures]:
    """Month → the figures of a community, of a category or group, or of everything."""
    of = (MonthCount.month.in_(wanted), MonthCount.community_id == key[0], MonthCount.category_id == key[1])
    rows = session.execute(_together(MonthCount, [MonthCount.month], *of))
    return {month: _figures(row) for month, *row in rows}


def _together(model: Any, key: Sequence[Any], *where: sa.ColumnElement[bool]) -> sa.Select[Any]:
    """By key: closed, open, in time, late, and the median: the days by which half of the repairs were done."""
    repairs = sa.case((model.measure.in_(_REPAIRED), model.number), else_=0)
    inner = sa.select(
        *key,
        model.measure,
        model.days,
        model.number,
        sa.func.sum(repairs).over(partition_by=key, order_by=model.days).label("done"),
        sa.func.sum(repairs).over(partition_by=key).label("repairs"),
    )
    each = inner.where(*where).subquery().c
    sums = [
        sa.func.sum(sa.case((each.measure == measure, each.number), else_=0))
        for measure in (Measure.CLOSED, Measure.OPEN, *_REPAIRED)
    ]
    half = sa.and_(each.measure.in_(_REPAIRED), each.number > 0, 2 * each.done >= each.repairs)
    names = [each[column.key] for column in key]
    return sa.select(*names, *sums, sa.func.min(sa.case((half, each.days)))).group_by(*names)


def _figures(row: Sequence[Any]) -> Figures:
    closed, still_open, in_time, late = (int(number) for number in row[:4])
    return Figures(closed + still_open, still_open, in_time + late, in_time, row[4])
