"""Values of indicators that no feed gives: entered for a span, with where they are from; nothing is erased."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.core import audit
from portal.core.clock import athens_date
from portal.core.errors import Refused
from portal.core.texts import N_
from portal.plan.models import Frequency, Indicator, IndicatorValue
from portal.plan.queries import spans
from portal.plan.queries.values import From, origin_of

#: how many months each frequency has
MONTHS = {Frequency.MONTH: 1, Frequency.QUARTER: 3, Frequency.YEAR: 12}


class NotEntered(Refused):
    """The portal counts or calculates it."""

    message = N_("The portal works out the values of this indicator itself; nobody enters them.")


class WrongSpan(Refused):
    """Another span than the frequency of the indicator asks for."""

    message = N_("“%(span)s” is not a period for which this indicator gets a value. Choose one from the list.")


class SpanAhead(Refused):
    """It has not begun."""

    message = N_("The period %(span)s has not begun yet. Choose one that has.")


class NothingToTakeBack(Refused):
    """Nothing holds for that span."""

    message = N_("There is no value for %(span)s that could be taken back.")


@dataclass(frozen=True)
class NewValue:
    """What is entered for a span; no value: what was entered before is taken back."""

    #: "2026", "2026-Q3" or "2026-09"
    span: str
    value: Decimal | None
    #: where it is from, or why it is taken back
    source: str
    #: it covers only a part of what it should
    partial: bool = False


def enter_value(
    session: Session, indicator: Indicator, new: NewValue, *, actor_id: int | None, now: datetime
) -> IndicatorValue:
    """Enter a value, or take one back; from now on it is the one that holds. The same once more changes nothing.

    :raises Refused: those of this module; nothing is written then.
    """
    if indicator.closed or origin_of(indicator) is not From.ENTERED:
        raise NotEntered
    _check(indicator, new, today=athens_date(now))
    session.execute(sa.select(Indicator.id).where(Indicator.id == indicator.id).with_for_update())
    held = _newest(session, indicator, new.span)
    if new.value is None and (held is None or held.value is None):
        raise NothingToTakeBack(span=new.span)
    if held and (held.value, held.source, held.partial) == (new.value, new.source, new.partial):
        return held
    row = IndicatorValue(
        indicator_id=indicator.id,
        span=new.span,
        value=new.value,
        source=new.source,
        partial=new.partial,
        entered_by_id=actor_id,
        at=now,
    )
    session.add(row)
    session.flush()
    about, verb = ("plan_indicator", indicator.id), "entered" if new.value is not None else "taken-back"
    audit.record(session, f"plan.value.{verb}", subject=about, actor_id=actor_id, now=now, span=new.span, row=row.id)
    return row


def _check(indicator: Indicator, new: NewValue, *, today: date) -> None:
    span = spans.parse(new.span)
    if span is None or span.months != MONTHS[indicator.frequency]:
        raise WrongSpan(span=new.span)
    if span.first > today:
        raise SpanAhead(span=new.span)


def _newest(session: Session, indicator: Indicator, span: str) -> IndicatorValue | None:
    query = sa.select(IndicatorValue).where(IndicatorValue.indicator_id == indicator.id, IndicatorValue.span == span)
    return session.scalar(query.order_by(IndicatorValue.id.desc()).limit(1))
