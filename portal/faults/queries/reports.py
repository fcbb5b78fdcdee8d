"""Single reports."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload, selectinload

from portal.faults.models import Fault, FaultCategory, Work

_PHOTOS = selectinload(Fault.photos)


def fault(session: Session, slug: str) -> Fault | None:
    """The report with this number, whoever may see it."""
    return session.scalar(_with_everything().where(Fault.slug == slug))


def public_fault(session: Session, slug: str) -> Fault | None:
    """The same, if the public may see it."""
    return session.scalar(_with_everything().where(Fault.slug == slug, Fault.shown))


def of_case(session: Session, case_id: int) -> Fault | None:
    """The report that a case is, with what its repair took; few photographs and works, so one statement reads both."""
    query = _with_everything(joinedload(Fault.photos)).where(Fault.case_id == case_id)
    works = joinedload(Fault.works).joinedload(Work.user)
    others = (joinedload(Fault.body), joinedload(Fault.duplicate_of), joinedload(Fault.part_of))
    return session.scalars(query.options(works, *others)).unique().one_or_none()


def duplicates(session: Session, found: Fault) -> Sequence[Fault]:
    """Later reports of the same."""
    return session.scalars(sa.select(Fault).where(Fault.duplicate_of_id == found.id).order_by(Fault.id)).all()


def parts(session: Session, found: Fault) -> Sequence[Fault]:
    """What it was split into, for other units."""
    return session.scalars(sa.select(Fault).where(Fault.part_of_id == found.id).order_by(Fault.id)).all()


def _with_everything(photos: Any = _PHOTOS) -> sa.Select[Fault]:
    category = joinedload(Fault.category).joinedload(FaultCategory.parent)
    return sa.select(Fault).options(
        category,
        joinedload(Fault.case),
        joinedload(Fault.community),
        photos,
        selectinload(Fault.steps),
    )
