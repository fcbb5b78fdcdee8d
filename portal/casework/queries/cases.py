"""Reads of one case, its history and files; somebody's cases."""

from collections.abc import Collection, Sequence
from typing import Protocol

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload, selectinload

from portal.casework.models import Assignment, Case, EventFile, Kind, State, TimelineEvent, Watch, kinds
from portal.core.files import Attachment
from portal.documents.models import EntryFile
from portal.organisation.policy import Mandate

PAGE = 20


class HasState(Protocol):
    """A case, or a line of the queue."""

    @property
    def kind(self) -> str:
        """Code of its kind."""

    @property
    def state(self) -> str:
        """Code of its state."""


def kind_of(case: HasState) -> Kind:
    """The registered kind of a case."""
    return kinds()[case.kind]


def state_of(case: HasState) -> State:
    """The state of a case, with its label and tone."""
    return kinds()[case.kind].states[case.state]


def case_by_slug(session: Session, slug: str) -> Case | None:
    """The case with a reference like 2026-18412, with its unit, handler and community."""
    query = sa.select(Case).where(Case.reference == slug.replace("-", "/"))
    return session.scalar(
        query.options(
            joinedload(Case.unit), joinedload(Case.assignee), joinedload(Case.community), joinedload(Case.entry)
        )
    )


def cases_by_id(session: Session, case_ids: Collection[int]) -> dict[int, Case]:
    """Cases by their keys."""
    return {case.id: case for case in session.scalars(sa.select(Case).where(Case.id.in_(case_ids)))} if case_ids else {}


def case_of_entry(session: Session, entry_id: int) -> Case | None:
    """The case that an entry of the register began, or none."""
    return session.scalar(sa.select(Case).where(Case.entry_id == entry_id))


def history(session: Session, case: Case, *, internal: bool) -> Sequence[TimelineEvent]:
    """The timeline, oldest first; without internal lines for everybody but staff."""
    query = (
        sa.select(TimelineEvent)
        .where(TimelineEvent.case_id == case.id)
        .order_by(TimelineEvent.id)
        .options(
            joinedload(TimelineEvent.actor),
            joinedload(TimelineEvent.issued),
            selectinload(TimelineEvent.files).joinedload(EventFile.attachment),
        )
    )
    return session.scalars(query if internal else query.where(TimelineEvent.public)).all()


def unread(session: Session, case: Case, mandate: Mandate) -> bool | None:
    """Whether it waits to be read for information by one of these units; None: it was not sent to them."""
    query = sa.select(Watch.seen).where(Watch.case_id == case.id, Watch.unit_id.in_(mandate.seen_unit_ids))
    seen = session.scalars(query.order_by(Watch.seen).limit(1)).first()
    return None if seen is None else not seen


def assignments(session: Session, case: Case) -> Sequence[Assignment]:
    """To whom the case was given, oldest first."""
    query = sa.select(Assignment).where(Assignment.case_id == case.id).order_by(Assignment.id)
    return session.scalars(query.options(joinedload(Assignment.unit), joinedload(Assignment.user))).all()


def attachment_of(session: Session, case: Case, attachment_id: int, *, internal: bool) -> Attachment | None:
    """A file of the case: one that was filed with it, or came with a message."""
    filed = sa.select(EntryFile.attachment_id).where(EntryFile.entry_id == case.entry_id)
    told = (
        sa.select(EventFile.attachment_id)
        .join(TimelineEvent, TimelineEvent.id == EventFile.event_id)
        .where(TimelineEvent.case_id == case.id)
    )
    if not internal:
        told = told.where(TimelineEvent.public)
    query = sa.select(Attachment).where(
        Attachment.id == attachment_id, sa.or_(Attachment.id.in_(filed), Attachment.id.in_(told))
    )
    return session.scalar(query)


def cases_of(session: Session, user_id: int, *, before: int | None = None, most: int = PAGE) -> Sequence[Case]:
    """What somebody has filed, newest first; `before` is the id the last page ended with."""
    query = sa.select(Case).where(Case.applicant_id == user_id).order_by(Case.id.desc()).limit(most)
    return session.scalars((query.where(Case.id < before) if before else query).options(joinedload(Case.unit))).all()
