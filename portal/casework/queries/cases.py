"""Reads of one case, its history and files; somebody's cases."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from itertools import groupby
from operator import itemgetter
from typing import Any, Protocol

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from portal.accounts.models import User
from portal.casework.models import Assignment, Case, EventFile, Kind, State, TimelineEvent, Watch, kinds
from portal.casework.queries.rows import CASE_COLUMNS, PAGE, CaseRow, EventRow, FileRow
from portal.core.clock import athens_date
from portal.core.files import Attachment
from portal.core.orm import LARGEST_KEY
from portal.core.texts import Translated
from portal.documents.models import EntryFile, Issued
from portal.organisation.models import Community, Unit
from portal.organisation.policy import Mandate


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
    return session.scalar(_by_reference(), {"reference": slug.replace("-", "/")})


@cache
def _by_reference() -> sa.Select[Case]:
    """Statements of pages that are asked for all day are put together once; `load_only` names what pages show."""
    return (
        sa.select(Case)
        .where(Case.reference == sa.bindparam("reference"))
        .options(
            joinedload(Case.unit),
            joinedload(Case.assignee).load_only(User.full_name),
            joinedload(Case.community).load_only(Community.code, Community.name),
            joinedload(Case.entry),
        )
    )


def cases_by_id(session: Session, case_ids: Collection[int]) -> dict[int, Case]:
    """Cases by their keys."""
    return {case.id: case for case in session.scalars(sa.select(Case).where(Case.id.in_(case_ids)))} if case_ids else {}


@dataclass(frozen=True, slots=True)
class PublicCase:
    """What everybody may know of a case: nothing that leads to a person."""

    kind: str
    #: the kind's own sort of subject, e.g. the slug of the service
    subject_code: str
    state: str
    unit: Translated
    filed_on: date
    #: None: it is open
    closed_on: date | None


def public_cases(session: Session, case_ids: Collection[int]) -> dict[int, PublicCase]:
    """Cases by their keys as a line without name, number, title or words of the applicant."""
    if not case_ids:
        return {}
    columns: list[Any] = [Case.id, Case.kind, Case.subject_code, Case.state, Unit.name, Case.filed_at, Case.closed_at]
    query = sa.select(*columns).join(Case.unit).where(Case.id.in_(case_ids))
    return {
        key: PublicCase(
            kind, subject, state, unit, athens_date(filed_at), athens_date(closed_at) if closed_at else None
        )
        for key, kind, subject, state, unit, filed_at, closed_at in session.execute(query)
    }


def case_of_entry(session: Session, entry_id: int) -> Case | None:
    """The case that an entry of the register began, or none."""
    return session.scalar(sa.select(Case).where(Case.entry_id == entry_id))


def history(session: Session, case: Case, *, internal: bool) -> list[EventRow]:
    """The timeline, oldest first; without internal lines for everybody but staff."""
    rows = session.execute(_history(internal=internal), {"case": case.id})
    return [_with_files(list(lines)) for _id, lines in groupby(rows, key=itemgetter(0))]


@cache
def _history(*, internal: bool) -> sa.Select[Any]:
    """Each event with who and what belongs to it, a line for each of its files."""
    event, files = TimelineEvent, (Attachment.id, Attachment.name, Attachment.size)
    columns: list[Any] = [event.id, event.kind, event.at, event.public, event.text, event.data, event.actor_id]
    lines: sa.Select[Any] = sa.select(*columns, User.full_name, Issued.code, Issued.title, *files)
    query = (
        lines.where(event.case_id == sa.bindparam("case"))
        .outerjoin(User, User.id == event.actor_id)
        .outerjoin(Issued, Issued.id == event.issued_id)
        .outerjoin(EventFile, EventFile.event_id == event.id)
        .outerjoin(Attachment, Attachment.id == EventFile.attachment_id)
        .order_by(event.id, EventFile.id)
    )
    return query if internal else query.where(event.public)


def _with_files(lines: Sequence[Any]) -> EventRow:
    event = EventRow(*lines[0][:-3])
    files = tuple(FileRow(*line[-3:]) for line in lines if line[-3] is not None)
    return replace(event, files=files) if files else event


def unread(session: Session, case: Case, mandate: Mandate) -> bool | None:
    """Whether it waits to be read for information by one of these units; None: it was not sent to them."""
    given = {"case": case.id, "units": sorted(mandate.seen_unit_ids)}
    seen = session.scalars(_seen(), given).first()
    return None if seen is None else not seen


@cache
def _seen() -> sa.Select[bool]:
    mine = Watch.unit_id.in_(sa.bindparam("units", expanding=True))
    return sa.select(Watch.seen).where(Watch.case_id == sa.bindparam("case"), mine).order_by(Watch.seen).limit(1)


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


def cases_of(session: Session, user_id: int, *, before: int | None = None, most: int = PAGE) -> Sequence[CaseRow]:
    """What somebody has filed, newest first; `before` is the id the last page ended with."""
    given = {"user": user_id, "before": LARGEST_KEY if before is None else before, "most": most}
    return [CaseRow(*row) for row in session.execute(_cases_of(), given)]


@cache
def _cases_of() -> sa.Select[Any]:
    whose: sa.BindParameter[int] = sa.bindparam("user")
    mine = sa.select(*CASE_COLUMNS, sa.null()).where(Case.applicant_id == whose, Case.id < sa.bindparam("before"))
    return mine.order_by(Case.id.desc()).limit(sa.bindparam("most", type_=sa.Integer()))
