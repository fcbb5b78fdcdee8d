"""What an indicator shows: figures per month, quarter and year, worked out from histograms of contributions."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.plan.models import Aggregate, Contribution, Direction, Indicator, Tally, feeds
from portal.plan.queries import spans
from portal.plan.queries.spans import Span

#: value → how many contributions have it
Histogram = Counter[int]
#: first day of a month → its histogram
Months = dict[date, Histogram]


@dataclass(frozen=True, slots=True)
class Point:
    """The figure of a span, and how many contributions stand behind it."""

    span: Span
    number: int
    value: Decimal | None


@dataclass(frozen=True)
class Series:
    """The figures of an indicator, oldest first; without a gap from the first contribution to the last."""

    months: Sequence[Point] = ()
    quarters: Sequence[Point] = ()
    years: Sequence[Point] = ()

    @property
    def number(self) -> int:
        """All contributions."""
        return sum(point.number for point in self.years)


@dataclass(frozen=True, slots=True)
class Reading:
    """How an indicator stands in a year, beside its target."""

    year: int
    number: int
    value: Decimal | None
    target: Decimal | None
    direction: Direction
    #: the year has not ended
    running: bool = False

    @property
    def distance(self) -> Decimal | None:
        """Value less target, in the unit of the indicator."""
        return None if self.value is None or self.target is None else self.value - self.target

    @property
    def reached(self) -> bool | None:
        """Whether the target is reached; None where there is nothing to compare."""
        if self.distance is None:
            return None
        return self.distance >= 0 if self.direction is Direction.UP else self.distance <= 0

    @property
    def share(self) -> int | None:
        """How much of the target is reached, in whole percent from 0 to 100; 100 only where it is reached."""
        if self.value is None or self.target is None or self.reached is None:
            return None
        if self.reached:
            return 100
        part, whole = (self.value, self.target) if self.direction is Direction.UP else (self.target, self.value)
        return max(0, min(99, int(part * 100 / whole))) if whole > 0 else 0

    @property
    def tone(self) -> str:
        """Reached: ok; not yet: wait; the year has ended without it: late; nothing to compare: neutral."""
        if self.reached is None:
            return "neutral"
        return "ok" if self.reached else "wait" if self.running else "late"


def figure(aggregate: Aggregate, histogram: Mapping[int, int]) -> Decimal | None:
    """One figure for many contributions: shares in percent, medians exact; None where there is nothing to say."""
    number = sum(histogram.values())
    total = sum(value * times for value, times in histogram.items())
    if aggregate is Aggregate.COUNT:
        return Decimal(number)
    if aggregate is Aggregate.SUM:
        return Decimal(total)
    if not number:
        return None
    if aggregate is Aggregate.MEDIAN:
        return _median(histogram, number)
    mean = Decimal(total) / number * (100 if aggregate is Aggregate.SHARE else 1)
    return mean.quantize(Decimal("0.1"), ROUND_HALF_UP)


def _median(histogram: Mapping[int, int], number: int) -> Decimal:
    """The middle value; of an even number of contributions, half-way between the two in the middle."""
    low, high, seen = None, None, 0
    for value in sorted(histogram):
        seen += histogram[value]
        if low is None and seen >= (number + 1) // 2:
            low = value
        if seen >= number // 2 + 1:
            high = value
            break
    assert low is not None
    assert high is not None
    return Decimal(low + high) / 2


def aggregate_of(indicator: Indicator) -> Aggregate | None:
    """How its contributions become a figure; None where no feed of the portal gives it."""
    feed = feeds().get(indicator.feed or "")
    return feed.aggregate if feed else None


def indicator_series(session: Session, indicator: Indicator) -> Series:
    """The figures of an indicator by its feed; empty where it has none."""
    aggregate = aggregate_of(indicator)
    if aggregate is None:
        return Series()
    return series_of(aggregate, months_of(session, indicator))


def months_of(session: Session, indicator: Indicator) -> Months:
    """The histograms per month of an indicator that is fed."""
    rows = session.execute(
        sa.select(Tally.month, Tally.value, Tally.number).where(Tally.indicator_id == indicator.id, Tally.number > 0)
    )
    months: Months = {}
    for month, value, number in rows:
        months.setdefault(month, Counter())[value] += number
    return months


def up_to(aggregate: Aggregate, months: Months, on: date) -> Decimal | None:
    """The figure of a year from its beginning to the month of a day."""
    return figure(aggregate, _within(months, Span(date(on.year, 1, 1), on.month)))


def would_show(session: Session, feed: str, wanted: Mapping[str, str]) -> Series:
    """What an indicator would show if it were fed so; read from the contributions themselves."""
    return series_of(feeds()[feed].aggregate, contributed(session, feed, wanted))


def contributed(session: Session, feed: str, wanted: Mapping[str, str]) -> Months:
    """The histograms per month of a feed's contributions that match a filter."""
    year, month = sa.extract("year", Contribution.on), sa.extract("month", Contribution.on)
    query = sa.select(year, month, Contribution.value, sa.func.count()).where(*matching(feed, wanted))
    months: Months = {}
    for of_year, of_month, value, number in session.execute(query.group_by(year, month, Contribution.value)):
        months.setdefault(date(int(of_year), int(of_month), 1), Counter())[value] += number
    return months


def matching(feed: str, wanted: Mapping[str, str]) -> list[sa.ColumnElement[bool]]:
    """The conditions on `Contribution` for a feed and a filter."""
    dimensions = (Contribution.dimensions[code].as_string() == value for code, value in sorted(wanted.items()))
    return [Contribution.feed == feed, *dimensions]


def series_of(aggregate: Aggregate, months: Months) -> Series:
    """The figures of histograms per month, by month, quarter and year."""
    if not months:
        return Series()
    first, last = min(months), max(months)
    return Series(
        _points(aggregate, months, spans.month_of(first), last),
        _points(aggregate, months, spans.quarter_of(first), last),
        _points(aggregate, months, spans.year(first.year), last),
    )


def _points(aggregate: Aggregate, months: Months, span: Span, last: date) -> list[Point]:
    points = []
    while span.first <= last:
        histogram = _within(months, span)
        points.append(Point(span, histogram.total(), figure(aggregate, histogram)))
        span = Span(span.after, span.months)
    return points


def _within(months: Months, span: Span) -> Histogram:
    held: Histogram = Counter()
    for offset in range(span.months):
        held += months.get(spans.add_months(span.first, offset), Counter())
    return held


def readings(indicator: Indicator, series: Series, *, today: date) -> list[Reading]:
    """Each year that has a target or a figure, oldest first, with both."""
    points = {point.span.first.year: point for point in series.years}
    targets = {target.year: target.value for target in indicator.targets}
    return [
        _reading(indicator, year, points.get(year), targets.get(year), today) for year in sorted({*points, *targets})
    ]


def year_readings(session: Session, indicators: Sequence[Indicator], *, today: date) -> dict[int, Reading]:
    """How each indicator stands in the year of `today`, by its key; one statement for all."""
    rows = session.execute(
        sa.select(Tally.indicator_id, Tally.value, sa.func.sum(Tally.number))
        .where(
            Tally.indicator_id.in_([indicator.id for indicator in indicators]),
            Tally.month >= date(today.year, 1, 1),
            Tally.month <= date(today.year, 12, 1),
        )
        .group_by(Tally.indicator_id, Tally.value)
    )
    held: dict[int, Histogram] = {}
    for key, of_value, number in rows:
        held.setdefault(key, Counter())[of_value] += int(number)
    found = {}
    for indicator in indicators:
        aggregate, histogram = aggregate_of(indicator), held.get(indicator.id, Counter())
        value = figure(aggregate, histogram) if aggregate else None
        point = Point(spans.year(today.year), histogram.total(), value) if aggregate else None
        target = next((target.value for target in indicator.targets if target.year == today.year), None)
        found[indicator.id] = _reading(indicator, today.year, point, target, today)
    return found


def _reading(indicator: Indicator, year: int, point: Point | None, target: Decimal | None, today: date) -> Reading:
    return Reading(
        year=year,
        number=point.number if point else 0,
        value=point.value if point else None,
        target=target,
        direction=indicator.direction,
        running=year >= today.year,
    )
