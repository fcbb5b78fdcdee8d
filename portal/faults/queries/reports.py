"""Single reports."""

from collections.abc import Collection, Sequence
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


def public_slugs(session: Session, ids: Collection[int]) -> dict[int, str]:
    """Key of a report → its number as addresses have it; those that the public may not see are left out."""
    return _public_slugs(session, Fault.id, ids)


def public_slugs_of_cases(session: Session, case_ids: Collection[int]) -> dict[int, str]:
    """The same by the cases that the reports are."""
    return _public_slugs(session, Fault.case_id, case_ids)


def _public_slugs(session: Session, key: Any, wanted: Collection[int]) -> dict[int, str]:
    if not wanted:
        return {}
    query = sa.select(key, Fault.slug).join(Fault.category)
    query = query.where(key.in_(wanted), Fault.shown, ~FaultCategory.private)
    return dict(session.execute(query).all())


def case_ids(session: Session, ids: Collection[int]) -> dict[int, int]:
    """Key of a report → the case that it is."""
    query = sa.select(Fault.id, Fault.case_id).where(Fault.id.in_(ids))
    return dict(session.execute(query).all()) if ids else {}


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
