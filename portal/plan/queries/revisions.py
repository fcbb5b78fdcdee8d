"""Revisions of the plan: the list, one of them, those whose day has come."""

from collections.abc import Sequence
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from portal.plan.models import Plan, PlanVersion, Revision, RevisionState


def revisions(session: Session, plan: Plan) -> Sequence[Revision]:
    """All of them, the newest first; their contents are read when they are asked for."""
    query = sa.select(Revision).where(Revision.plan_id == plan.id).options(joinedload(Revision.base))
    return session.scalars(query.order_by(Revision.id.desc())).all()


def revision(session: Session, number: int) -> Revision | None:
    """The revision with that number."""
    query = sa.select(Revision).where(Revision.id == number)
    return session.scalar(query.options(joinedload(Revision.base), joinedload(Revision.created_by)))


def revision_of(session: Session, version: PlanVersion) -> Revision | None:
    """The revision that became a version; None: it came from a workbook."""
    return session.scalar(sa.select(Revision).where(Revision.version_id == version.id).limit(1))


def due_revisions(session: Session, day: date) -> Sequence[int]:
    """The keys of what is decided and should hold by a day, in the order in which it should."""
    query = sa.select(Revision.id).where(Revision.state == RevisionState.DECIDED, Revision.valid_from <= day)
    return session.scalars(query.order_by(Revision.valid_from, Revision.id)).all()
