"""What has changed since a period was frozen: its figures beside those of the same day now, and what came later."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.plan.models import (
    Action,
    Evidence,
    Indicator,
    IndicatorValue,
    MoneyEntry,
    Period,
    Plan,
)
from portal.plan.queries.picture import Figures, Key, Picture, frozen_picture, snapshot

#: figures that are compared; words and reports cannot change any more
COMPARED = (
    "standing", "computed", "planned", "light", "budgeted", "committed", "invoiced", "paid",
    "value", "target", "confidence",
)  # fmt: skip


@dataclass(frozen=True)
class Difference:
    """One figure, then and now."""

    name: str
    then: str | None
    now: str | None


@dataclass
class Later:
    """What came after the freezing, and is about the time before."""

    evidence: list[Evidence] = field(default_factory=list)
    money: int = 0
    values: int = 0
    contributions: int = 0


@dataclass(frozen=True)
class Changed:
    """Something that would look different today; where there is no `now`, it has left the plan."""

    then: Figures
    now: Figures | None
    differences: Sequence[Difference]
    later: Later


def changed_since(session: Session, plan: Plan, period: Period) -> list[Changed]:
    """Everything of a frozen period that the same day gives differently now; empty: nothing, or it is not frozen."""
    if period.frozen_at is None:
        return []
    then, now = frozen_picture(session, period), snapshot(session, plan, period)
    later = _later(session, plan, period, period.frozen_at)
    changes = []
    for key, row in then.figures.items():
        current, differences = now.figures.get(key), _differences(row, now, key)
        if differences or current is None:
            came = replace(later.get(key, Later()), contributions=_counted_later(row, current))
            changes.append(Changed(row, current, differences, came))
    return changes


def _differences(then: Figures, now: Picture, key: Key) -> list[Difference]:
    current = now.figures.get(key)
    if current is None:
        return []
    pairs = ((name, then.values.get(name), current.values.get(name)) for name in COMPARED)
    return [Difference(name, was, is_now) for name, was, is_now in pairs if was != is_now]


def _later(session: Session, plan: Plan, period: Period, at: datetime) -> dict[Key, Later]:
    found: dict[Key, Later] = {}
    for evidence, code in session.execute(_evidence(plan, period, at)):
        found.setdefault(("action", code), Later()).evidence.append(evidence)
    for action, number in session.execute(_money(plan, period, at)):
        found.setdefault(("action", action) if action else ("plan", ""), Later()).money += number
    for code, number in session.execute(_values(plan, at)):
        found.setdefault(("indicator", code), Later()).values += number
    return found


def _counted_later(then: Figures, now: Figures | None) -> int:
    """Facts about the time before that were heard after the freezing; contributions themselves do not say when."""
    return max(0, int(now.values.get("number", 0)) - int(then.values.get("number", 0))) if now else 0


def _evidence(plan: Plan, period: Period, at: datetime) -> sa.Select[Evidence, str]:
    """Given or taken back later, of what had happened by then."""
    query = sa.select(Evidence, Action.code).join(Action, Action.id == Evidence.action_id)
    query = query.where(Action.plan_id == plan.id, Evidence.on < period.after)
    return query.where(sa.or_(Evidence.at > at, Evidence.revoked_at > at)).order_by(Evidence.on, Evidence.id)


def _money(plan: Plan, period: Period, at: datetime) -> sa.Select[str | None, int]:
    query = sa.select(Action.code, sa.func.count()).select_from(MoneyEntry).outerjoin(MoneyEntry.action)
    query = query.where(MoneyEntry.plan_id == plan.id, MoneyEntry.on < period.after, MoneyEntry.at > at)
    return query.group_by(Action.code)


def _values(plan: Plan, at: datetime) -> sa.Select[str, int]:
    query = sa.select(Indicator.code, sa.func.count()).join(IndicatorValue, IndicatorValue.indicator_id == Indicator.id)
    return query.where(Indicator.plan_id == plan.id, IndicatorValue.at > at).group_by(Indicator.code)
