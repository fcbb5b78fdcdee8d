"""Versions of the plan: the newest, and that of any day."""

from collections.abc import Sequence
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.plan.models import Plan, PlanVersion


def latest_version(session: Session, plan: Plan) -> PlanVersion | None:
    """The newest version."""
    query = sa.select(PlanVersion).where(PlanVersion.plan_id == plan.id)
    return session.scalar(query.order_by(PlanVersion.number.desc()).limit(1))


def version_on(session: Session, plan: Plan, day: date) -> PlanVersion | None:
    """The version that held on a day; None: the plan did not hold yet."""
    query = sa.select(PlanVersion).where(PlanVersion.plan_id == plan.id, PlanVersion.valid_from <= day)
    return session.scalar(query.order_by(PlanVersion.number.desc()).limit(1))


def versions(session: Session, plan: Plan) -> Sequence[PlanVersion]:
    """All of them, the newest first; their contents are read when they are asked for."""
    query = sa.select(PlanVersion).where(PlanVersion.plan_id == plan.id)
    return session.scalars(query.order_by(PlanVersion.number.desc())).all()


def version(session: Session, plan: Plan, number: int) -> PlanVersion | None:
    """The version with that number."""
    return session.scalar(sa.select(PlanVersion).where(PlanVersion.plan_id == plan.id, PlanVersion.number == number))
