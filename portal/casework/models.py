"""The case: one table for everything that waits for someone."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, object_session, relationship

from portal.accounts.models import User
from portal.core.choices import Choice
from portal.core.clock import athens_date
from portal.core.deadlines import Clock, DayKind
from portal.core.files import Attachment
from portal.core.orm import Base, Choices, Code, Data, Flag, Key
from portal.core.texts import N_, Translated
from portal.documents.models import Entry, Issued
from portal.organisation.models import Community, Unit


class Phase(Choice):
    """On whom a case waits; every state of every kind maps to one of these."""

    OPEN = "open", N_("With the municipality")
    WAITING_APPLICANT = "waiting-applicant", N_("Waiting for the applicant")
    WAITING_OTHER = "waiting-other", N_("Waiting for another body")
    CLOSED = "closed", N_("Closed")


class AssignmentKind(Choice):
    """Why a case is somebody's."""

    ACTION = "action", N_("For action")
    INFORMATION = "information", N_("For information")


class EventKind(Choice):
    """What a line of the timeline tells."""

    FILED = "filed", N_("Filed")
    ROUTED = "routed", N_("Routed")
    FORWARDED = "forwarded", N_("Forwarded to the competent service")
    TAKEN = "taken", N_("Taken up")
    ASKED = "asked", N_("Question to the applicant")
    ANSWERED = "answered", N_("Answer of the applicant")
    MESSAGE = "message", N_("Message")
    NOTE = "note", N_("Internal note")
    DOCUMENTS = "documents", N_("Documents added")
    WAITING_OTHER = "waiting-other", N_("Waiting for another body")
    RESUMED = "resumed", N_("Work continues")
    EXTENDED = "extended", N_("Deadline extended")
    WARNED = "warned", N_("Deadline near")
    ESCALATED = "escalated", N_("The head of the unit was informed")
    DECIDED = "decided", N_("Decided")
    WITHDRAWN = "withdrawn", N_("Withdrawn by the applicant")
    REOPENED = "reopened", N_("Opened again")


@dataclass(frozen=True)
class State:
    """A state of a kind of case, and on whom the case then waits."""

    code: str
    #: msgid
    label: str
    phase: Phase
    #: "ok", "late", "info", "wait": how its tag looks
    tone: str = "info"


@dataclass(frozen=True)
class Kind:
    """A kind of case, registered by the room that files it; casework knows no other thing about it."""

    code: str
    #: msgid
    label: str
    #: by code; `filed`, `in-progress`, `waiting-applicant`, `waiting-other` and `withdrawn` are always there
    states: Mapping[str, State]


_kinds: dict[str, Kind] = {}


def register_kind(kind: Kind) -> None:
    """Make a kind known; `portal.app` does so for every room that files cases."""
    _kinds[kind.code] = kind


def kinds() -> Mapping[str, Kind]:
    """All kinds by code."""
    return _kinds


def standard_states(*final: State) -> dict[str, State]:
    """The states every kind has, and its own final ones."""
    common = (
        State("filed", N_("Filed"), Phase.OPEN, "info"),
        State("in-progress", N_("In progress"), Phase.OPEN, "info"),
        State("waiting-applicant", N_("Waiting for the applicant"), Phase.WAITING_APPLICANT, "wait"),
        State("waiting-other", N_("Waiting for another body"), Phase.WAITING_OTHER, "wait"),
        *final,
        State("withdrawn", N_("Withdrawn"), Phase.CLOSED, "neutral"),
    )
    return {state.code: state for state in common}


def _where(text: str) -> dict[str, Any]:
    return {"postgresql_where": sa.text(text), "sqlite_where": sa.text(text)}


_OPEN = _where("closed_at IS NULL")
_PAUSED = _where("closed_at IS NULL AND paused_on IS NOT NULL")
_NOBODYS = _where("closed_at IS NULL AND assignee_id IS NULL")
#: without the open ones: SQLite would look for them here, where they are not in the order of their deadlines
_CLOSED = _where("closed_at IS NOT NULL")


class Case(Base):
    """Something filed with the municipality that ends with an outcome."""

    __tablename__ = "casework_case"
    __table_args__ = (
        # the queue: open cases by deadline – of a unit, of a person, all of them; closed ones newest first
        sa.Index("ix_casework_case_open_unit", "unit_id", "due_on", "id", **_OPEN),
        sa.Index("ix_casework_case_open_mine", "assignee_id", "due_on", "id", **_OPEN),
        sa.Index("ix_casework_case_open", "due_on", "id", **_OPEN),
        sa.Index("ix_casework_case_waiting", "unit_id", "due_on", "id", **_PAUSED),
        sa.Index("ix_casework_case_unassigned", "unit_id", "due_on", "id", **_NOBODYS),
        sa.Index("ix_casework_case_unit_closed", "unit_id", "closed_at", "id", **_CLOSED),
        sa.Index("ix_casework_case_assignee_closed", "assignee_id", "closed_at", "id", **_CLOSED),
        sa.Index("ix_casework_case_subject", "subject_code", "closed_at", "id", **_CLOSED),
        sa.Index("ix_casework_case_closed", "closed_at", "id", **_CLOSED),
        sa.Index("ix_casework_case_applicant", "applicant_id", "id"),
    )

    id: Mapped[Key]
    #: registered kind, e.g. "request"; see casework.queries.kind_of
    kind: Mapped[Code]
    #: the kind's own sort of subject, e.g. the slug of the service
    subject_code: Mapped[Code]
    entry_id: Mapped[int] = mapped_column(sa.ForeignKey("protocol_entry.id"), unique=True)
    #: protocol number as people write it: 2026/18412
    reference: Mapped[str] = mapped_column(sa.String(40), unique=True)
    #: hash of the secret code by which somebody without an account follows the case
    secret_hash: Mapped[str] = mapped_column(sa.String(64))
    title: Mapped[Translated]
    #: one line that tells this case from its neighbours
    detail: Mapped[str] = mapped_column(default="")

    applicant_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
    applicant_name: Mapped[str] = mapped_column(sa.String(200))
    #: empty: filed by staff for somebody who has none, so that no letters go out
    applicant_email: Mapped[str] = mapped_column(sa.String(254))
    applicant_phone: Mapped[str | None] = mapped_column(sa.String(32))
    #: every letter about the case goes out in it
    language: Mapped[str] = mapped_column(sa.String(8))
    #: filed by the applicant in the portal, not at the counter
    online: Mapped[bool] = mapped_column(default=True)

    phase: Mapped[Phase] = mapped_column(Choices(Phase), default=Phase.OPEN)
    #: state of the kind, e.g. "approved"; its label comes from the kind
    state: Mapped[Code]
    unit_id: Mapped[int] = mapped_column(sa.ForeignKey("unit.id"))
    assignee_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
    community_id: Mapped[int | None] = mapped_column(sa.ForeignKey("community.id"))

    filed_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    #: the legal clock
    clock_from: Mapped[date]
    due_on: Mapped[date]
    day_kind: Mapped[DayKind] = mapped_column(Choices(DayKind))
    paused_on: Mapped[date | None]
    #: days the limit had on the day of filing, and where that is written
    limit_days: Mapped[int] = mapped_column(sa.Integer)
    limit_citation: Mapped[Translated]
    #: calendar days that did not count because the applicant owed something
    paused_days: Mapped[int] = mapped_column(sa.Integer, default=0)
    #: the share of the time at which somebody was last warned: 0, 70, 90 or 100
    warned_at_share: Mapped[int] = mapped_column(sa.SmallInteger, default=0)
    #: the day on which somebody must be warned next; None while the clock stands or is of no interest any more
    warn_on: Mapped[date | None] = mapped_column(index=True)
    #: rises with every change; whoever acts on an old version is told
    version: Mapped[int] = mapped_column(sa.Integer, default=1)

    entry: Mapped[Entry] = relationship()
    unit: Mapped[Unit] = relationship()
    assignee: Mapped[User | None] = relationship(foreign_keys=[assignee_id])
    community: Mapped[Community | None] = relationship()
    __mapper_args__ = {"version_id_col": version}

    @property
    def clock(self) -> Clock:
        """The legal clock as it stands."""
        return Clock(self.clock_from, self.due_on, self.day_kind, self.paused_on)

    @property
    def slug(self) -> str:
        """The reference as a part of an address: 2026-18412."""
        return self.reference.replace("/", "-")

    @property
    def days_taken(self) -> int | None:
        """Calendar days from filing to the outcome without the days that did not count; None while open."""
        if self.closed_at is None:
            return None
        return (athens_date(self.closed_at) - athens_date(self.filed_at)).days - self.paused_days

    @property
    def was_within_limit(self) -> bool | None:
        """Whether the outcome came in time; None while open."""
        return None if self.closed_at is None else not self.clock.is_late(athens_date(self.closed_at))

    @property
    def is_closed(self) -> bool:
        """Whether nothing waits any more."""
        return self.phase is Phase.CLOSED


class Assignment(Base):
    """Χρέωση: a case given to a unit or a person, for action or for information; the past stays readable."""

    __tablename__ = "casework_assignment"

    id: Mapped[Key]
    case_id: Mapped[int] = mapped_column(sa.ForeignKey("casework_case.id"), index=True)
    kind: Mapped[AssignmentKind] = mapped_column(Choices(AssignmentKind))
    unit_id: Mapped[int] = mapped_column(sa.ForeignKey("unit.id"))
    user_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"), index=True)
    by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
    at: Mapped[datetime]

    case: Mapped[Case] = relationship()
    unit: Mapped[Unit] = relationship()
    user: Mapped[User | None] = relationship(foreign_keys=[user_id])


class TimelineEvent(Base):
    """A line of the case's history; append-only."""

    __tablename__ = "casework_event"

    id: Mapped[Key]
    case_id: Mapped[int] = mapped_column(sa.ForeignKey("casework_case.id"), index=True)
    kind: Mapped[EventKind] = mapped_column(Choices(EventKind))
    at: Mapped[datetime]
    #: None: the system, or an applicant without an account
    actor_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
    #: what was written, in the writer's language
    text: Mapped[str] = mapped_column(default="")
    #: the applicant sees it
    public: Mapped[bool] = mapped_column(default=True)
    #: values of the line, e.g. {"to_unit": 4, "due_on": "2026-12-01"}
    data: Mapped[Data]
    issued_id: Mapped[int | None] = mapped_column(sa.ForeignKey("issued_document.id"))

    case: Mapped[Case] = relationship()
    actor: Mapped[User | None] = relationship()
    issued: Mapped[Issued | None] = relationship()
    files: Mapped[list["EventFile"]] = relationship(order_by="EventFile.id")


@sa.event.listens_for(TimelineEvent, "before_update")
@sa.event.listens_for(TimelineEvent, "before_delete")
def _keep_history(_mapper: object, _connection: object, event: TimelineEvent) -> None:
    """:raises TypeError: whoever changes the past has a mistake in their program."""
    session = object_session(event)
    if session is not None and (event in session.deleted or session.is_modified(event, include_collections=False)):
        raise TypeError("the timeline of a case is append-only")


class EventFile(Base):
    """A file that came with a message or was added later."""

    __tablename__ = "casework_event_file"

    id: Mapped[Key]
    event_id: Mapped[int] = mapped_column(sa.ForeignKey("casework_event.id"), index=True)
    attachment_id: Mapped[int] = mapped_column(sa.ForeignKey("attachment.id"))
    #: where it belongs in the form, if anywhere, e.g. "ownership_title"
    purpose: Mapped[str | None] = mapped_column(sa.String(80))

    attachment: Mapped[Attachment] = relationship()


class Watch(Base):
    """Somebody for whose information a case is."""

    __tablename__ = "casework_watch"
    __table_args__ = (sa.UniqueConstraint("case_id", "unit_id"),)

    id: Mapped[Key]
    case_id: Mapped[int] = mapped_column(sa.ForeignKey("casework_case.id"))
    unit_id: Mapped[int] = mapped_column(sa.ForeignKey("unit.id"), index=True)
    seen: Mapped[Flag]
