"""What was frozen of an indicator, beside what the same days give now: a later difference stands beside it."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.plan.models import Frozen, Indicator, IndicatorValue, Period
from portal.plan.queries.picture import Figures
from portal.plan.queries.series import aggregate_of, months_of, up_to
from portal.plan.queries.spans import Span
from portal.plan.queries.values import entered_on

#: the newest frozen periods that the page of an indicator tells of
MOST = 8


@dataclass(frozen=True)
class FrozenValue:
    """An indicator at the end of a period: of its year, up to the last day of the period."""

    period: Period
    #: as it was frozen
    value: Decimal | None
    #: what the same day gives now
    now: Decimal | None
    #: of a calculation nothing is worked out anew here: the page of the period does so
    compared: bool

    @property
    def differs(self) -> bool:
        """Whether something came later."""
        return self.compared and self.value != self.now


def frozen_values(
    session: Session, row: Indicator, entered: Sequence[IndicatorValue], *, most: int = MOST
) -> list[FrozenValue]:
    """The newest frozen values of an indicator, the newest first, in two statements; `entered`: what its unit said."""
    found = session.execute(_frozen(row).order_by(Period.first.desc()).limit(most)).all()
    aggregate, compared = aggregate_of(row), not row.calculation
    months = months_of(session, row) if aggregate and found else {}
    kept = []
    for period, frozen in found:
        value = Figures("indicator", row.code, frozen.values).number("value")
        now = up_to(aggregate, months, period.last) if aggregate else entered_on(row, entered, period.last)
        if value is not None or now is not None:
            kept.append(FrozenValue(period, value, now, compared))
    return kept


def frozen_with(session: Session, row: Indicator, span: Span) -> FrozenValue | None:
    """What was frozen of an indicator with the end of a span; None: nothing was."""
    found = session.execute(_frozen(row).where(Period.after == span.after).order_by(Period.id).limit(1)).first()
    if found is None:
        return None
    value = Figures("indicator", row.code, found[1].values).number("value")
    return FrozenValue(found[0], value, None, compared=False)


def _frozen(row: Indicator) -> sa.Select[Period, Frozen]:
    query = sa.select(Period, Frozen).join(Frozen, Frozen.period_id == Period.id)
    query = query.where(Period.plan_id == row.plan_id, Period.frozen_at.is_not(None))
    return query.where(Frozen.kind == "indicator", Frozen.code == row.code)
