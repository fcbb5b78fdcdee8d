"""What a demonstration does to a plan, and nobody else: it tells how the plan began, and that all of it is a sample."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.plan.models import (
    Action,
    ActionReport,
    Comment,
    Consultation,
    Evidence,
    MoneyEntry,
    Plan,
    PlanProposal,
    PlanVersion,
    Revision,
    StageTask,
)
from portal.plan.operations.content import Content, load
from portal.plan.operations.importing import apply
from portal.plan.operations.versions import keep_version


class AlreadyRevised(ValueError):
    """A plan that has a history cannot begin otherwise."""


def begin_as(session: Session, plan: Plan, content: Content, *, now: datetime) -> PlanVersion:
    """Let a plan that was just loaded be as it was first approved; its one version says so.

    :raises AlreadyRevised: if it has another version, or a revision.
    """
    numbers = session.scalars(sa.select(PlanVersion.number).where(PlanVersion.plan_id == plan.id)).all()
    if len(numbers) > 1 or session.scalar(sa.select(Revision.id).where(Revision.plan_id == plan.id).limit(1)):
        raise AlreadyRevised
    session.execute(sa.delete(PlanVersion).where(PlanVersion.plan_id == plan.id))
    apply(session, load(content))
    return keep_version(session, plan, now=now)


def call_samples(session: Session, plan: Plan) -> None:
    """Mark whatever hangs on a plan as invented."""
    for model in (MoneyEntry, StageTask, PlanProposal, Consultation):
        session.execute(sa.update(model).where(model.plan_id == plan.id).values(sample=True))
    actions = sa.select(Action.id).where(Action.plan_id == plan.id)
    for of_action in (Evidence, ActionReport):
        session.execute(sa.update(of_action).where(of_action.action_id.in_(actions)).values(sample=True))
    asked = sa.select(Consultation.id).where(Consultation.plan_id == plan.id)
    session.execute(sa.update(Comment).where(Comment.consultation_id.in_(asked)).values(sample=True))
