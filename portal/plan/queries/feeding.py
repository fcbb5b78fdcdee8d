"""What the three strands are fed with, as the desk shows it: evidence, amounts, entered values."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload, selectinload

from portal.plan.models import (
    Action,
    Evidence,
    FundingSource,
    Indicator,
    IndicatorValue,
    MoneyEntry,
    MoneyImport,
    MoneyStage,
    Plan,
)

PAGE = 50


@dataclass(frozen=True)
class MoneyFilter:
    """Which amounts a page shows."""

    #: code of the action; "": all
    action: str = ""
    year: int | None = None
    stage: MoneyStage | None = None
    #: only what no action explains
    orphans: bool = False
    #: units whose actions are seen; None: everything, what has no action included
    unit_ids: Collection[int] | None = None
    #: day and key of the last row of the page before
    before: tuple[date, int] | None = None


def evidence_of(session: Session, action: Action) -> Sequence[Evidence]:
    """Everything that was added to an action, what was taken back included, newest first."""
    query = sa.select(Evidence).where(Evidence.action_id == action.id)
    loads = joinedload(Evidence.milestone), joinedload(Evidence.added_by), joinedload(Evidence.attachment)
    return session.scalars(query.order_by(Evidence.on.desc(), Evidence.id.desc()).options(*loads)).all()


def evidence_piece(session: Session, action: Action, number: int) -> Evidence | None:
    """One of them."""
    return session.scalar(sa.select(Evidence).where(Evidence.action_id == action.id, Evidence.id == number))


def amounts_page(session: Session, plan: Plan, wanted: MoneyFilter, *, most: int = PAGE) -> Sequence[MoneyEntry]:
    """Amounts, newest first."""
    query = _amounts(sa.select(MoneyEntry), plan, wanted).options(joinedload(MoneyEntry.action))
    if wanted.before:
        query = query.where(sa.tuple_(MoneyEntry.on, MoneyEntry.id) < sa.tuple_(*wanted.before))
    return session.scalars(query.order_by(MoneyEntry.on.desc(), MoneyEntry.id.desc()).limit(most)).all()


def amounts_by_stage(session: Session, plan: Plan, wanted: MoneyFilter) -> dict[MoneyStage, Decimal]:
    """Stage → the sum of everything that a filter finds, of all its pages."""
    columns: list[Any] = [MoneyEntry.stage, sa.func.sum(MoneyEntry.amount)]
    query = _amounts(sa.select(*columns), plan, replace(wanted, before=None)).group_by(MoneyEntry.stage)
    return {row.stage: row[1] for row in session.execute(query)}


def _amounts(query: sa.Select[Any], plan: Plan, wanted: MoneyFilter) -> sa.Select[Any]:
    query = query.where(MoneyEntry.plan_id == plan.id)
    if wanted.action:
        of = sa.select(Action.id).where(Action.plan_id == plan.id, Action.code == wanted.action)
        query = query.where(MoneyEntry.action_id == of.scalar_subquery())
    if wanted.year is not None:
        query = query.where(MoneyEntry.year == wanted.year)
    if wanted.stage:
        query = query.where(MoneyEntry.stage == wanted.stage)
    if wanted.orphans:
        query = query.where(MoneyEntry.action_id.is_(None))
    if wanted.unit_ids is not None:
        mine = sa.select(Action.id).where(Action.plan_id == plan.id, Action.unit_id.in_(sorted(wanted.unit_ids)))
        query = query.where(MoneyEntry.action_id.in_(mine))
    return query


def amount(session: Session, plan: Plan, number: int) -> MoneyEntry | None:
    """One amount."""
    query = sa.select(MoneyEntry).where(MoneyEntry.plan_id == plan.id, MoneyEntry.id == number)
    return session.scalar(query.options(joinedload(MoneyEntry.action)))


def taken_out(session: Session, plan: Plan, rows: Iterable[MoneyEntry]) -> set[int]:
    """Which of these amounts have their opposite."""
    keys = {f"opposite:{row.id}": row.id for row in rows}
    query = sa.select(MoneyEntry.key).where(MoneyEntry.plan_id == plan.id, MoneyEntry.key.in_(keys))
    return {keys[key] for key in session.scalars(query)}


def imports(session: Session, plan: Plan, *, most: int = 10) -> Sequence[MoneyImport]:
    """The exports that were taken, newest first."""
    query = sa.select(MoneyImport).where(MoneyImport.plan_id == plan.id).options(joinedload(MoneyImport.attachment))
    return session.scalars(query.order_by(MoneyImport.id.desc()).limit(most)).all()


def sources(session: Session, plan: Plan) -> dict[int, FundingSource]:
    """The sources of a plan by key, in its order."""
    query = sa.select(FundingSource).where(FundingSource.plan_id == plan.id).order_by(FundingSource.position)
    return {row.id: row for row in session.scalars(query)}


def actions_of(session: Session, plan: Plan, *, unit_ids: Collection[int] | None) -> Sequence[Action]:
    """The actions of some units, or all, by code."""
    query = sa.select(Action).where(Action.plan_id == plan.id, ~Action.closed).options(joinedload(Action.unit))
    if unit_ids is not None:
        query = query.where(Action.unit_id.in_(sorted(unit_ids)))
    return session.scalars(query.order_by(Action.position)).all()


def entered_indicators(session: Session, plan: Plan, *, unit_ids: Collection[int] | None) -> Sequence[Indicator]:
    """The indicators whose values somebody enters, of some units, or all."""
    query = sa.select(Indicator).where(
        Indicator.plan_id == plan.id, ~Indicator.closed, Indicator.feed.is_(None), Indicator.calculation == ""
    )
    if unit_ids is not None:
        query = query.where(Indicator.unit_id.in_(sorted(unit_ids)))
    query = query.options(joinedload(Indicator.unit), selectinload(Indicator.targets))
    return session.scalars(query.order_by(Indicator.position)).all()


def entered_values(session: Session, indicator: Indicator) -> Sequence[IndicatorValue]:
    """Everything that was entered, newest first; the first of a span is the one that holds."""
    query = sa.select(IndicatorValue).where(IndicatorValue.indicator_id == indicator.id)
    return session.scalars(
        query.order_by(IndicatorValue.id.desc()).options(joinedload(IndicatorValue.entered_by))
    ).all()
