"""The account of a year (Απολογισμός): the figures that were frozen at its end, else those known today."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.plan.models import Period, PeriodState, Plan
from portal.plan.queries.picture import Picture, frozen_picture, picture_on
from portal.plan.queries.yearly import YearMoney


@dataclass(frozen=True)
class Account:
    """What was planned for a year, and what was done and paid."""

    year: int
    #: the last day that it tells of
    on: date
    #: the frozen period it was made from; None: it is provisional
    period: Period | None
    #: progress, lights and indicators at the end of that day; its money is that of all years
    picture: Picture
    #: of this budget year alone
    money: YearMoney


def account(session: Session, plan: Plan, year: int, *, today: date) -> Account:
    """The account of a year of the plan that has begun."""
    period = frozen_end(session, plan, year)
    on = period.last if period else min(today, date(year, 12, 31))
    picture = frozen_picture(session, period) if period else picture_on(session, plan, on)
    return Account(year, on, period, picture, YearMoney.load(picture.figures["year", str(year)].values))


def frozen_end(session: Session, plan: Plan, year: int) -> Period | None:
    """The frozen period that ends with a year; of several the longest."""
    query = sa.select(Period).where(
        Period.plan_id == plan.id, Period.after == date(year + 1, 1, 1), Period.state == PeriodState.FROZEN
    )
    return session.scalar(query.order_by(Period.first).limit(1))
