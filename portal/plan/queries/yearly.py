"""The money of one budget year, by action and by source: what the account of the year stands on, and what is frozen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.core.texts import Translated
from portal.plan.models import Action, FundingSource, Plan
from portal.plan.queries.finance import Amounts, in_full

#: code → amounts; "" is what names none
ByCode = Mapping[str, Amounts]
_STAGES = ("budgeted", "committed", "invoiced", "paid")


@dataclass(frozen=True)
class YearMoney:
    """Budget, commitments, invoices and payments of a budget year; both cuts add up to the same."""

    by_action: ByCode
    by_source: ByCode
    #: code → how a source is called, in their order
    sources: Mapping[str, Translated]

    @property
    def total(self) -> Amounts:
        """Of everything, what no action explains included."""
        return _sum(self.by_source)

    def of_axis(self, code: str) -> Amounts:
        """Of the actions of an axis."""
        return _sum({key: found for key, found in self.by_action.items() if key.partition(".")[0] == code})

    def dump(self) -> dict[str, Any]:
        """As JSON keeps it; amounts as text, so that no cent is lost."""
        return {
            "title": {},
            "actions": {code: _texts(found) for code, found in self.by_action.items()},
            "sources": {code: _texts(found) for code, found in self.by_source.items()},
            "names": {code: dict(title) for code, title in self.sources.items()},
        }

    @classmethod
    def load(cls, kept: Mapping[str, Any]) -> YearMoney:
        """What was kept."""
        by_action, by_source = (
            {code: Amounts(**{stage: Decimal(text) for stage, text in found.items()}) for code, found in held.items()}
            for held in (kept["actions"], kept["sources"])
        )
        return cls(by_action, by_source, {code: Translated(name) for code, name in kept["names"].items()})


def year_money(session: Session, plan: Plan, year: int, *, on: date) -> YearMoney:
    """The money of a budget year at the end of a day, in four statements."""
    query = sa.select(Action.id, Action.code).where(Action.plan_id == plan.id).order_by(Action.position)
    codes: dict[int | None, str] = {number: code for number, code in session.execute(query)}  # noqa: C416 – for mypy
    rows = session.scalars(
        sa.select(FundingSource).where(FundingSource.plan_id == plan.id).order_by(FundingSource.position)
    ).all()
    names: dict[int | None, str] = {row.id: row.code for row in rows}
    by_action, by_source = dict.fromkeys(codes.values(), Amounts()), dict.fromkeys(names.values(), Amounts())
    for (action, source, _year), found in in_full(session, plan, years=[year], on=on).items():
        for held, code in ((by_action, codes.get(action, "")), (by_source, names.get(source, ""))):
            held[code] = held.get(code, Amounts()).plus(found)
    return YearMoney(_spent(by_action), _spent(by_source), {row.code: row.title for row in rows})


def _spent(held: ByCode) -> dict[str, Amounts]:
    """Without what comes to nothing."""
    return {code: found for code, found in held.items() if found != Amounts()}


def _sum(held: ByCode) -> Amounts:
    whole = Amounts()
    for found in held.values():
        whole = whole.plus(found)
    return whole


def _texts(of: Amounts) -> dict[str, str]:
    return {stage: f"{getattr(of, stage):.2f}" for stage in _STAGES}
