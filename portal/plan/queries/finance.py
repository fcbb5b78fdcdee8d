"""The financial object: what was budgeted, committed, invoiced and paid, by action, source and year.

Budgeted is what the plan says; the other stages are sums of `MoneyEntry`. Orphans – amounts that no action explains –
count for the plan as a whole and for their source and year, and for no action.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.core import stamps
from portal.core.remembering import remembered
from portal.plan.models import Funding, FundingAmount, MoneyEntry, MoneyStage, Plan

ROOM = "plan"
ZERO = Decimal("0.00")
stamps.watch([ROOM])


@dataclass(frozen=True)
class Amounts:
    """Euro and cents at each stage."""

    budgeted: Decimal = ZERO
    committed: Decimal = ZERO
    invoiced: Decimal = ZERO
    paid: Decimal = ZERO

    @property
    def absorption(self) -> Decimal | None:
        """What was paid of what was budgeted, in percent with one decimal; None: nothing was budgeted."""
        if not self.budgeted:
            return None
        return (100 * self.paid / self.budgeted).quantize(Decimal("0.1"), ROUND_HALF_UP)

    def plus(self, other: "Amounts") -> "Amounts":
        """Both together."""
        names = ("budgeted", "committed", "invoiced", "paid")
        return Amounts(*(getattr(self, name) + getattr(other, name) for name in names))


#: what amounts are told apart by: columns of `Funding`/`FundingAmount`, and of `MoneyEntry`
_ACTION = Funding.action_id, MoneyEntry.action_id
_SOURCE = Funding.source_id, MoneyEntry.source_id
_YEAR = FundingAmount.year, MoneyEntry.year
_STAGES = {MoneyStage.COMMITTED: "committed", MoneyStage.INVOICED: "invoiced", MoneyStage.PAID: "paid"}


def by_action(
    session: Session,
    plan: Plan,
    *,
    years: Collection[int] = (),
    on: date | None = None,
    action_ids: Collection[int] = (),
) -> dict[int, Amounts]:
    """Action → its amounts; of some years, up to the end of a day, of some actions. Orphans are left out."""
    found = _by(session, plan, [_ACTION], years=years, on=on, action_ids=action_ids)
    return {key: amounts for (key,), amounts in found.items() if key is not None}


def by_source(session: Session, plan: Plan, **only: Any) -> dict[int | None, Amounts]:
    """Source → amounts; under None what names no source. `only` as for `by_action`."""
    return {key: amounts for (key,), amounts in _by(session, plan, [_SOURCE], **only).items()}


def by_year(session: Session, plan: Plan, **only: Any) -> dict[int, Amounts]:
    """Year → amounts."""
    return {key: amounts for (key,), amounts in sorted(_by(session, plan, [_YEAR], **only).items())}


def by_source_and_year(session: Session, plan: Plan, **only: Any) -> dict[tuple[int | None, int], Amounts]:
    """Source and year → amounts."""
    return {(source, year): amounts for (source, year), amounts in _by(session, plan, [_SOURCE, _YEAR], **only).items()}


def in_full(
    session: Session, plan: Plan, *, years: Collection[int] = (), on: date | None = None
) -> Mapping[tuple[int | None, int | None, int], Amounts]:
    """Action, source and year → amounts: every other cut follows by adding up. Remembered until the plan changes."""
    cut = [_ACTION, _SOURCE, _YEAR]

    def read(session: Session) -> Any:
        return _by(session, plan, cut, years=years, on=on)

    found: Mapping[Any, Amounts] = remembered(session, ROOM, "money", read, of=(plan.id, tuple(years), on))
    return found


def of_plan(session: Session, plan: Plan, **only: Any) -> Amounts:
    """Of everything, orphans included."""
    whole = Amounts()
    for amounts in by_year(session, plan, **only).values():
        whole = whole.plus(amounts)
    return whole


def orphans(session: Session, plan: Plan) -> Sequence[MoneyEntry]:
    """Amounts that no action explains, the newest first."""
    query = sa.select(MoneyEntry).where(MoneyEntry.plan_id == plan.id, MoneyEntry.action_id.is_(None))
    query = query.where(MoneyEntry.stage != MoneyStage.BUDGETED)
    return session.scalars(query.order_by(MoneyEntry.on.desc(), MoneyEntry.id.desc())).all()


def _by(
    session: Session,
    plan: Plan,
    keys: Sequence[tuple[Any, Any]],
    *,
    years: Collection[int] = (),
    on: date | None = None,
    action_ids: Collection[int] = (),
) -> dict[tuple[Any, ...], Amounts]:
    found: dict[tuple[Any, ...], Amounts] = {}
    planned = [of_plan for of_plan, _of_entry in keys]
    query: sa.Select[Any] = sa.select(*planned, sa.func.sum(FundingAmount.amount)).group_by(*planned)
    query = query.join_from(Funding, FundingAmount, FundingAmount.funding_id == Funding.id)
    query = query.where(Funding.plan_id == plan.id, ~Funding.closed)
    if years:
        query = query.where(FundingAmount.year.in_(years))
    if action_ids:
        query = query.where(Funding.action_id.in_(action_ids))
    for *key, amount in session.execute(query):
        found[tuple(key)] = Amounts(budgeted=amount)
    entered = [of_entry for _of_plan, of_entry in keys]
    entries: sa.Select[Any] = sa.select(*entered, MoneyEntry.stage, sa.func.sum(MoneyEntry.amount))
    entries = entries.where(MoneyEntry.plan_id == plan.id, MoneyEntry.stage.in_(_STAGES))
    if years:
        entries = entries.where(MoneyEntry.year.in_(years))
    if on:
        entries = entries.where(MoneyEntry.on <= on)
    if action_ids:
        entries = entries.where(MoneyEntry.action_id.in_(action_ids))
    for *key, stage, amount in session.execute(entries.group_by(*entered, MoneyEntry.stage)):
        found[tuple(key)] = replace(found.get(tuple(key), Amounts()), **{_STAGES[stage]: amount})
    return found
