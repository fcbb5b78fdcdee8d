"""Reads of drafts: one by its address, and those of a person."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload, selectinload

from portal.eservices.models import Draft, DraftFile, Service, ServiceVersion


def draft(session: Session, token: str) -> Draft | None:
    """The draft at an address, with its definition, service and files."""
    query = sa.select(Draft).where(Draft.token == token)
    service = joinedload(Draft.version).joinedload(ServiceVersion.service)
    return session.scalar(
        query.options(
            service.joinedload(Service.unit),
            service.joinedload(Service.category),
            selectinload(Draft.files).joinedload(DraftFile.attachment),
        )
    )


def drafts_of(session: Session, user_id: int, *, service_id: int | None = None, most: int = 20) -> Sequence[Draft]:
    """What somebody has begun and not filed, last touched first."""
    query = sa.select(Draft).where(Draft.owner_id == user_id)
    if service_id:
        query = query.join(Draft.version).where(ServiceVersion.service_id == service_id)
    return _newest(session, query, most)


def drafts_for_others(session: Session, user_id: int, *, most: int = 20) -> Sequence[Draft]:
    """What a staff member has begun for other people and not filed, last touched first."""
    return _newest(session, sa.select(Draft).where(Draft.filed_by_id == user_id), most)


def _newest(session: Session, query: sa.Select[Any], most: int) -> Sequence[Draft]:
    query = query.where(Draft.case_id.is_(None))
    loads = joinedload(Draft.version).joinedload(ServiceVersion.service)
    return session.scalars(query.order_by(Draft.touched_at.desc()).limit(most).options(loads)).unique().all()
