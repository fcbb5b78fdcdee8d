"""The plan of `tests.plan.samples`, and what its monitoring is made of."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from itertools import count
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.core.texts import Translated
from portal.plan import operations
from portal.plan.models import (
    Action,
    Evidence,
    EvidenceKind,
    FundingSource,
    Milestone,
    MoneyEntry,
    MoneyStage,
    Period,
    Plan,
)
from portal.plan.queries import spans
from tests.factories.moments import DAY, NOW

_numbers = count(1)


def make_plan(session: Session) -> Plan:
    """The plan of the sample workbook, with the units, communities and services that it names."""
    from tests.plan.samples import furnish, sheets, written  # noqa: PLC0415 – it stands on these factories

    furnish(session)
    operations.import_plan(session, operations.read(written(sheets())), now=NOW)
    return session.scalars(sa.select(Plan)).one()


def action_of(session: Session, code: str) -> Action:
    """The action with that code."""
    return session.scalars(sa.select(Action).where(Action.code == code)).one()


def milestone_of(session: Session, code: str) -> Milestone:
    """The milestone with that code."""
    return session.scalars(sa.select(Milestone).where(Milestone.code == code)).one()


def make_evidence(session: Session, milestone: str, *, on: date = DAY, **given: Any) -> Evidence:
    """A decision on a milestone, by its code; a quantity, if given as text or number."""
    of = milestone_of(session, milestone)
    if given.get("quantity") is not None:
        given["quantity"] = Decimal(str(given["quantity"]))
    made: dict[str, Any] = {
        "action_id": of.action_id,
        "milestone_id": of.id,
        "kind": EvidenceKind.DECISION,
        "title": Translated(el="Απόφαση", en="Decision"),
        "on": on,
        "at": NOW,
    }
    evidence = Evidence(**made | given)
    session.add(evidence)
    session.flush()
    return evidence


def make_money(session: Session, action: str | None, amount: str, **given: Any) -> MoneyEntry:
    """An amount that was paid; without an action an orphan."""
    plan = session.scalars(sa.select(Plan)).one()
    source = session.scalars(sa.select(FundingSource).order_by(FundingSource.position)).first()
    made: dict[str, Any] = {
        "plan_id": plan.id,
        "action_id": action_of(session, action).id if action else None,
        "source_id": source.id if source else None,
        "stage": MoneyStage.PAID,
        "year": DAY.year,
        "on": DAY,
        "amount": Decimal(amount),
        "key": f"test:{next(_numbers)}",
        "at": NOW,
    }
    entry = MoneyEntry(**made | given)
    session.add(entry)
    session.flush()
    return entry


def make_period(session: Session, plan: Plan, code: str = "2026-Q1", **given: Any) -> Period:
    """An open period, without reports."""
    span = spans.parse(code)
    assert span is not None
    made: dict[str, Any] = {
        "plan_id": plan.id,
        "code": code,
        "first": span.first,
        "after": span.after,
        "due_on": span.after + timedelta(days=15),
        "opened_at": NOW,
        "remarks": Translated(),
    }
    period = Period(**made | given)
    session.add(period)
    session.flush()
    return period
