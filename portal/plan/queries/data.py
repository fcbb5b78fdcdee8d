"""The rows of the plan's open data, as `tables` names their columns; nothing personal in any of them."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload, selectinload

from portal.core.texts import Translated
from portal.plan.models import (
    Action,
    Evidence,
    FundingSource,
    Indicator,
    IndicatorTarget,
    Milestone,
    MoneyEntry,
    MoneyStage,
    Plan,
)
from portal.plan.queries.board import board
from portal.plan.queries.progress import physical
from portal.plan.queries.values import values

#: rows are read by so many at a time
BATCH = 1_000
Columns = tuple[Any, ...]


def _said(text: Translated | None, lang: str) -> str:
    return text.text(lang) if text else ""


def _figure(value: Decimal | None) -> str | None:
    """Without zeros that say nothing, the same on both databases."""
    if value is None:
        return None
    text = f"{value:f}"
    return (text.rstrip("0").rstrip(".") or "0") if "." in text else text


def _euro(value: Decimal) -> str:
    return f"{value:.2f}"


def _day(value: date | None) -> str | None:
    return value.isoformat() if value else None


def actions(session: Session, plan: Plan, on: date, lang: str) -> Iterator[list[Any]]:
    """Each open action with how it stands."""
    for line in board(session, plan, on=on).lines:
        row, how = line.action, line.how
        yield [
            *(row.code, _said(row.title, lang), _said(row.description, lang), line.axis, row.node.code),
            *(row.kind.value, row.standing.value, row.continued, " ".join(row.communities), row.lat, row.lon),
            *(row.unit.code if row.unit else None, _said(row.unit.name, lang) if row.unit else None),
            *(row.priority, _day(row.starts_on), _day(row.ends_on)),
            *(how.percent, how.planned, how.time, how.light.value, how.judgement.ground.value),
            *(_euro(how.amounts.budgeted), _euro(how.amounts.committed), _euro(how.amounts.invoiced)),
            *(_euro(how.amounts.paid), row.sample),
        ]


def indicators(session: Session, plan: Plan, on: date, lang: str) -> Iterator[list[Any]]:
    """Each open indicator with value and target of the year."""
    query = sa.select(Indicator).where(Indicator.plan_id == plan.id, ~Indicator.closed).order_by(Indicator.position)
    rows = session.scalars(query.options(selectinload(Indicator.targets), joinedload(Indicator.unit))).all()
    readings = values(session, plan, today=on, every=rows)
    for row in rows:
        reading = readings[row.id]
        yield [
            *(row.code, row.belongs_to, _said(row.title, lang), _said(row.definition, lang), row.kind.value),
            *(_said(row.unit_of_measure, lang), row.direction.value, _figure(row.baseline), row.baseline_year),
            *(reading.year, _figure(reading.value), _figure(reading.target), reading.light.value),
            *(reading.confidence.value, reading.origin.value, row.unit.code if row.unit else None, row.sample),
        ]


def targets(session: Session, plan: Plan, _on: date, _lang: str) -> Iterator[list[Any]]:
    """The target of each indicator for each year."""
    query = sa.select(Indicator.code, IndicatorTarget.year, IndicatorTarget.value)
    query = query.join(IndicatorTarget, IndicatorTarget.indicator_id == Indicator.id)
    query = query.where(Indicator.plan_id == plan.id, ~Indicator.closed)
    for code, year, value in session.execute(query.order_by(Indicator.position, IndicatorTarget.year)):
        yield [code, year, _figure(value)]


def budget(session: Session, plan: Plan, on: date, _lang: str) -> Iterator[list[Any]]:
    """The amounts of each action by source and year."""
    held = board(session, plan, on=on)
    sources = dict(session.execute(sa.select(FundingSource.id, FundingSource.code).filter_by(plan_id=plan.id)).all())
    codes = {line.action.id: line.action.code for line in held.lines}
    rows = [
        ((codes.get(action or 0, ""), sources.get(source or 0, ""), year), amounts)
        for (action, source, year), amounts in held.money.items()
    ]
    for (code, source, year), amounts in sorted(rows, key=lambda row: row[0]):
        stages = amounts.budgeted, amounts.committed, amounts.invoiced, amounts.paid
        yield [code or None, source or None, year, *(_euro(each) for each in stages)]


def money(session: Session, plan: Plan, on: date, _lang: str) -> Iterator[list[Any]]:
    """Every amount, in batches by its number."""
    row = MoneyEntry
    columns: Columns = (row.id, row.on, row.year, row.stage, row.amount, row.reference, row.budget_code, row.sample)
    base: sa.Select[Any] = sa.select(*columns, Action.code, FundingSource.code)
    base = base.outerjoin(Action, Action.id == row.action_id).outerjoin(
        FundingSource, FundingSource.id == row.source_id
    )
    base = base.where(row.plan_id == plan.id, row.stage != MoneyStage.BUDGETED, row.on <= on).order_by(row.id)
    last = 0
    while found := session.execute(base.where(row.id > last).limit(BATCH)).all():
        for number, day, year, stage, amount, reference, budget_code, sample, action, source in found:
            at = (number, _day(day), year, stage.value, _euro(amount), "EUR")
            yield [*at, action, source, budget_code or None, reference or None, sample]
        last = found[-1][0]


def milestones(session: Session, plan: Plan, on: date, lang: str) -> Iterator[list[Any]]:
    """Each milestone with how far it is."""
    codes = dict(session.execute(sa.select(Action.id, Action.code).filter_by(plan_id=plan.id)).all())
    for action_id, progress in physical(session, plan, on=on).items():
        for step in progress.milestones:
            row = step.milestone
            yield [
                *(row.code, codes[action_id], _said(row.title, lang), _day(row.due_on), row.weight),
                *(_figure(row.quantity), _said(row.unit_of_measure, lang) or None, _figure(step.done)),
                *(int(step.share * 100), _day(step.reached_on)),
            ]


def evidence(session: Session, plan: Plan, on: date, lang: str) -> Iterator[list[Any]]:
    """Everything that was shown, in batches by its number."""
    row = Evidence
    columns: Columns = (row.id, row.on, row.kind, row.title, row.quantity, row.url, row.sample)
    base: sa.Select[Any] = sa.select(*columns, Action.code, Milestone.code).join(Action, Action.id == row.action_id)
    base = base.outerjoin(Milestone, Milestone.id == row.milestone_id)
    base = base.where(Action.plan_id == plan.id, row.revoked_at.is_(None), row.on <= on).order_by(row.id)
    last = 0
    while found := session.execute(base.where(row.id > last).limit(BATCH)).all():
        for number, day, kind, title, quantity, url, sample, action, milestone in found:
            said = _said(title, lang)
            yield [number, _day(day), kind.value, action, milestone, said, _figure(quantity), url or None, sample]
        last = found[-1][0]
