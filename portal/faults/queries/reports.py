"""Single reports."""

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload, selectinload

from portal.faults.models import Fault, FaultCategory


def fault(session: Session, slug: str) -> Fault | None:
    """The report with this number, whoever may see it."""
    return session.scalar(_with_everything().where(Fault.slug == slug))


def public_fault(session: Session, slug: str) -> Fault | None:
    """The same, if the public may see it."""
    return session.scalar(_with_everything().where(Fault.slug == slug, Fault.shown))


def of_case(session: Session, case_id: int) -> Fault | None:
    """The report that a case is."""
    return session.scalar(_with_everything().where(Fault.case_id == case_id))


def duplicates(session: Session, found: Fault) -> Sequence[Fault]:
    """Later reports of the same."""
    return session.scalars(sa.select(Fault).where(Fault.duplicate_of_id == found.id).order_by(Fault.id)).all()


def parts(session: Session, found: Fault) -> Sequence[Fault]:
    """What it was split into, for other units."""
    return session.scalars(sa.select(Fault).where(Fault.part_of_id == found.id).order_by(Fault.id)).all()


def _with_everything() -> sa.Select[Fault]:
    category = joinedload(Fault.category).joinedload(FaultCategory.parent)
    return sa.select(Fault).options(
        category,
        joinedload(Fault.case),
        joinedload(Fault.community),
        selectinload(Fault.photos),
        selectinload(Fault.steps),
    )
