"""The lines of the plan behind what it foresees: each amount of an action, source, code of the budget and year."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.core.texts import Translated
from portal.plan.models import Action, Funding, FundingAmount, FundingSource, Plan
from portal.plan.queries.finance import ZERO
from portal.plan.queries.record import PAGE_OF_AMOUNTS, AmountFilter

_KEY = re.compile(r"(\d{1,9})_(\d{1,18})", re.ASCII)


@dataclass(frozen=True, slots=True)
class PlannedLine:
    """What the plan foresees for an action in a year, from one source under one code of the budget."""

    id: int
    position: int
    year: int
    amount: Decimal
    budget_code: str
    sample: bool
    action: str
    action_title: Translated
    source: str

    @property
    def key(self) -> str:
        """Where a page that ends with this line is continued."""
        return f"{self.position}_{self.id}"


def planned(
    session: Session, plan: Plan, wanted: AmountFilter, *, after: str = "", most: int = PAGE_OF_AMOUNTS
) -> Sequence[PlannedLine]:
    """The lines of a filter in the order of the plan, those without an amount left out; `after` is a line's key."""
    row = FundingAmount
    columns: list[Any] = [row.id, Funding.position, row.year, row.amount, Funding.budget_code, Action.sample]
    query = _lines(sa.select(*columns, Action.code, Action.title, FundingSource.code), plan, wanted)
    if begun := _KEY.fullmatch(after):
        query = query.where(sa.tuple_(Funding.position, row.id) > sa.tuple_(*map(int, begun.groups())))
    return [PlannedLine(*values) for values in session.execute(query.order_by(Funding.position, row.id).limit(most))]


def planned_total(session: Session, plan: Plan, wanted: AmountFilter) -> Decimal:
    """What all lines of a filter come to."""
    total = session.scalar(_lines(sa.select(sa.func.sum(FundingAmount.amount)), plan, wanted))
    return total or ZERO


def _lines(query: sa.Select[Any], plan: Plan, wanted: AmountFilter) -> sa.Select[Any]:
    query = query.select_from(FundingAmount).join(Funding, Funding.id == FundingAmount.funding_id)
    query = query.join(Action, Action.id == Funding.action_id)
    query = query.join(FundingSource, FundingSource.id == Funding.source_id)
    query = query.where(Funding.plan_id == plan.id, ~Funding.closed, FundingAmount.amount != ZERO)
    if wanted.action is not None:
        query = query.where(Action.code == wanted.action)
    if wanted.axis is not None:
        query = query.where(Action.code.startswith(f"{wanted.axis}.", autoescape=True))
    if wanted.source is not None:
        query = query.where(FundingSource.code == wanted.source)
    if wanted.year is not None:
        query = query.where(FundingAmount.year == wanted.year)
    return query
