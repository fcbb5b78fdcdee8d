"""What the home page shows of the plan."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.core.texts import Translated
from portal.plan.models import Aggregate, Feed, Indicator, Tally, feeds
from portal.plan.queries.series import Histogram, Reading, aggregate_of, figure, year_readings
from portal.plan.queries.tree import current_plan, indicators


@dataclass(frozen=True)
class Highlight:
    """An indicator on its way to the target of the year; `link` fills `url_for`."""

    title: Translated
    link: dict[str, str]
    unit_of_measure: Translated
    reading: Reading
    sample: bool

    @property
    def share(self) -> int:
        """How much of the target is reached, 0 to 100."""
        return self.reading.share or 0

    @property
    def tone(self) -> str:
        """How its bar looks."""
        return self.reading.tone


def fed_indicators(session: Session) -> list[Indicator]:
    """The indicators of the current plan that a feed gives their values, with their targets."""
    plan = current_plan(session)
    return [row for row in indicators(session, plan, fed=True) if aggregate_of(row)] if plan else []


def highlights(session: Session, fed: Sequence[Indicator], most: int = 3, *, today: date) -> list[Highlight]:
    """Of `fed` those with a figure and a target this year: of each sort the one with most behind it, then the rest."""
    found = year_readings(session, fed, today=today)
    shown = [row for row in fed if found[row.id].number and found[row.id].share is not None]
    shown.sort(key=lambda row: -found[row.id].number)
    first: dict[Aggregate | None, Indicator] = {}
    for row in shown:
        first.setdefault(aggregate_of(row), row)
    chosen = [*first.values(), *(row for row in shown if row not in first.values())][:most]
    return [
        Highlight(
            row.title,
            {"endpoint": "plan.indicator", "code": row.code},
            row.unit_of_measure,
            found[row.id],
            row.sample,
        )
        for row in chosen
    ]


@dataclass(frozen=True)
class MonthFigure:
    """What a feed gave in a month, and the indicator that shows all of it."""

    feed: Feed
    code: str
    title: Translated
    value: Decimal

    @property
    def label(self) -> str:
        """What the figure is; a msgid."""
        return self.feed.label


def month_figures(session: Session, fed: Sequence[Indicator], month: date) -> list[MonthFigure]:
    """The figures of a month, one for each feed that one of `fed` shows without a filter."""
    whole: dict[str, Indicator] = {}
    for row in fed:
        if not row.feed_filter:
            whole.setdefault(row.feed or "", row)
    held: dict[int, Histogram] = {}
    keys = [row.id for row in whole.values()]
    query = sa.select(Tally.indicator_id, Tally.value, Tally.number)
    for key, of_value, number in session.execute(query.where(Tally.indicator_id.in_(keys), Tally.month == month)):
        held.setdefault(key, Counter())[of_value] = number
    return [
        MonthFigure(feeds()[code], row.code, row.title, value)
        for code, row in whole.items()
        if row.id in held and (value := figure(feeds()[code].aggregate, held[row.id])) is not None
    ]
