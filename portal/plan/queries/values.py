"""What indicators show for a year: from a feed, from a calculation over others, or as a unit entered it.

A year that runs is looked at as it stands: a feed up to the month of the day that is asked for, an entered value as the
newest of the year's spans that had ended by then – of the whole year, if that was entered.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload, selectinload

from portal.core.choices import Choice
from portal.core.texts import N_
from portal.plan.models import Confidence, Direction, Indicator, IndicatorValue, Light, Plan, Tally
from portal.plan.queries import spans
from portal.plan.queries.calculation import parse
from portal.plan.queries.judging import Judgement, judge_indicator
from portal.plan.queries.series import Histogram, Reading, aggregate_of, figure


class From(Choice):
    """Where a value comes from."""

    FEED = "feed", N_("Counted by the portal")
    CALCULATION = "calculation", N_("Calculated from other indicators")
    ENTERED = "entered", N_("Reported by the unit")


@dataclass(frozen=True)
class IndicatorReading:
    """How an indicator stands in a year."""

    code: str
    year: int
    value: Decimal | None
    target: Decimal | None
    #: of the year before
    previous: Decimal | None
    direction: Direction
    origin: From
    confidence: Confidence
    #: how many contributions stand behind it
    number: int = 0
    #: where an entered value is from
    source: str = ""

    @property
    def distance(self) -> Decimal | None:
        """Value less target, in the unit of the indicator."""
        return None if self.value is None or self.target is None else self.value - self.target

    @property
    def share(self) -> Decimal | None:
        """How much of the target is reached, in percent, at most 100; None where there is nothing to compare."""
        if self.value is None or self.target is None:
            return None
        up = self.direction is Direction.UP
        if self.value >= self.target if up else self.value <= self.target:
            return Decimal(100)
        part, whole = (self.value, self.target) if up else (self.target, self.value)
        return max(Decimal(0), part * 100 / whole) if whole > 0 else Decimal(0)

    @property
    def judgement(self) -> Judgement:
        """Its light, and why."""
        return judge_indicator(self.share)

    @property
    def light(self) -> Light:
        """Its colour."""
        return self.judgement.light

    @property
    def better(self) -> bool | None:
        """Whether it is better than in the year before; None: as good, or not known."""
        if self.value is None or self.previous is None or self.value == self.previous:
            return None
        return (self.value > self.previous) is (self.direction is Direction.UP)


@dataclass(frozen=True)
class _Found:
    value: Decimal | None = None
    confidence: Confidence = Confidence.MISSING
    number: int = 0
    source: str = ""


def values(
    session: Session,
    plan: Plan,
    *,
    today: date,
    wanted: Sequence[Indicator] | None = None,
    every: Sequence[Indicator] | None = None,
) -> dict[int, IndicatorReading]:
    """Indicator → how it stands in the year of a day, at the end of that day; the statements are as many for one.

    `every`: all open indicators of the plan, where they have been read before.
    """
    rows = _indicators(session, plan) if every is None else every
    now, before = _of_year(session, rows, today), _of_year(session, rows, date(today.year - 1, 12, 31))
    chosen = {row.id for row in wanted} if wanted is not None else {row.id for row in rows}
    return {row.id: _reading(row, today.year, now, before) for row in rows if row.id in chosen}


def year_values(
    session: Session, plan: Plan, codes: Collection[str], *, today: date
) -> list[tuple[Indicator, Reading]]:
    """The open indicators of some parts of the plan, each with how it stands this year; in two statements."""
    held = sa.and_(IndicatorValue.indicator_id == Indicator.id, _in_year(today))
    query = sa.select(Indicator, IndicatorValue).outerjoin(IndicatorValue, held)
    query = query.where(Indicator.plan_id == plan.id, ~Indicator.closed).options(joinedload(Indicator.targets))
    pairs = session.execute(query.order_by(Indicator.position, IndicatorValue.id)).unique().all()
    rows = list(dict.fromkeys(row for row, _value in pairs))
    found = _fed(session, [row for row in rows if origin_of(row) is From.FEED], today)
    entered = {(row.id, value.span): value for row, value in pairs if value and origin_of(row) is From.ENTERED}
    found |= _best({row.id: row.code for row in rows}, entered.values(), today)
    found = _calculated([row for row in rows if row.calculation], found)
    return [(row, running(_reading(row, today.year, found, {}))) for row in rows if row.belongs_to in codes]


def running(found: IndicatorReading) -> Reading:
    """How an indicator stands in the year that runs, as the page of a fed one has it for every year."""
    return Reading(found.year, found.number, found.value, found.target, found.direction, running=True)


def _in_year(on: date) -> sa.ColumnElement[bool]:
    return IndicatorValue.span.startswith(str(on.year), autoescape=True)


def _indicators(session: Session, plan: Plan) -> Sequence[Indicator]:
    query = sa.select(Indicator).where(Indicator.plan_id == plan.id, ~Indicator.closed)
    return session.scalars(query.order_by(Indicator.position).options(selectinload(Indicator.targets))).all()


def origin_of(row: Indicator) -> From:
    """Where its values come from."""
    if row.calculation:
        return From.CALCULATION
    return From.FEED if aggregate_of(row) else From.ENTERED


def _reading(row: Indicator, year: int, now: Mapping[str, _Found], before: Mapping[str, _Found]) -> IndicatorReading:
    found = now.get(row.code, _Found())
    target = next((target.value for target in row.targets if target.year == year), None)
    was = before.get(row.code, _Found()).value
    previous = row.baseline if was is None and row.baseline_year == year - 1 else was
    return IndicatorReading(
        code=row.code,
        year=year,
        value=found.value,
        target=target,
        previous=previous,
        direction=row.direction,
        origin=origin_of(row),
        confidence=found.confidence,
        number=found.number,
        source=found.source,
    )


def _of_year(session: Session, rows: Sequence[Indicator], on: date) -> dict[str, _Found]:
    found = _fed(session, [row for row in rows if origin_of(row) is From.FEED], on)
    found |= _entered(session, [row for row in rows if origin_of(row) is From.ENTERED], on)
    return _calculated([row for row in rows if row.calculation], found)


def _fed(session: Session, rows: Sequence[Indicator], on: date) -> dict[str, _Found]:
    query = sa.select(Tally.indicator_id, Tally.value, sa.func.sum(Tally.number)).where(
        Tally.indicator_id.in_([row.id for row in rows]), Tally.month >= date(on.year, 1, 1), Tally.month <= on
    )
    held: dict[int, Histogram] = {}
    for key, of_value, number in session.execute(query.group_by(Tally.indicator_id, Tally.value)):
        held.setdefault(key, Counter())[of_value] += int(number)
    found = {}
    for row in rows:
        aggregate, histogram = aggregate_of(row), held.get(row.id, Counter())
        assert aggregate is not None
        value = figure(aggregate, histogram)
        sure = Confidence.MISSING if value is None else Confidence.COMPLETE
        found[row.code] = _Found(value, sure, histogram.total())
    return found


def _entered(session: Session, rows: Sequence[Indicator], on: date) -> dict[str, _Found]:
    codes = {row.id: row.code for row in rows}
    newest = sa.func.max(IndicatorValue.id).label("id")
    last = sa.select(newest).where(IndicatorValue.indicator_id.in_(codes), _in_year(on))
    last = last.group_by(IndicatorValue.indicator_id, IndicatorValue.span)
    return _best(codes, session.scalars(sa.select(IndicatorValue).where(IndicatorValue.id.in_(last))), on)


def entered_on(row: Indicator, entered: Iterable[IndicatorValue], on: date) -> Decimal | None:
    """What the newest values of an indicator's spans say for the year of a day, at the end of that day."""
    of_year = (value for value in entered if value.span.startswith(str(on.year)))
    return _best({row.id: row.code}, of_year, on).get(row.code, _Found()).value


def _best(codes: Mapping[int, str], rows: Iterable[IndicatorValue], on: date) -> dict[str, _Found]:
    """Of the newest values of a year's spans the one that reaches farthest; what was taken back is none."""
    best: dict[str, tuple[date, int, IndicatorValue]] = {}
    for row in rows:
        span = spans.parse(row.span)
        if span is None or span.first > on or row.value is None:
            continue
        key = (span.after, span.months, row)
        held = best.get(codes[row.indicator_id])
        if held is None or key[:2] > held[:2]:
            best[codes[row.indicator_id]] = key
    return {code: _found(row, months) for code, (_after, months, row) in best.items()}


def _found(row: IndicatorValue, months: int) -> _Found:
    whole = months == 12 and not row.partial
    return _Found(row.value, Confidence.COMPLETE if whole else Confidence.PARTIAL, 1, row.source)


def _calculated(rows: Iterable[Indicator], found: Mapping[str, _Found]) -> dict[str, _Found]:
    """With what is calculated; a calculation may stand on another one, and the workbook allows no circle."""
    held, left = dict(found), {row.code: parse(row.calculation) for row in rows}
    while ready := [code for code, of in left.items() if not set(of.codes) & left.keys()]:
        for code in ready:
            of = left.pop(code)
            parts = [held.get(part, _Found()) for part in of.codes]
            value = of.value({part: held.get(part, _Found()).value for part in of.codes})
            held[code] = _Found(_rounded(value), _least(value, parts), sum(part.number for part in parts))
    return held


def _rounded(value: Decimal | None) -> Decimal | None:
    return None if value is None else round(value, 4)


def _least(value: Decimal | None, parts: Sequence[_Found]) -> Confidence:
    if value is None:
        return Confidence.MISSING
    partial = any(part.confidence is not Confidence.COMPLETE for part in parts)
    return Confidence.PARTIAL if partial else Confidence.COMPLETE
