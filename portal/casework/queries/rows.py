"""Cases and their history as pages show them: read as columns, which costs a fraction of whole rows."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from portal.casework.models import Case, EventKind, Phase
from portal.core.deadlines import Clock, DayKind
from portal.core.texts import Translated
from portal.documents.models import Channel

PAGE = 20


@dataclass(frozen=True, slots=True)
class CaseRow:
    """A line of a list of cases: only what lists show, read as columns."""

    id: int
    reference: str
    kind: str
    title: Translated
    detail: str
    applicant_name: str
    language: str
    online: bool
    phase: Phase
    state: str
    unit_id: int
    clock_from: date
    due_on: date
    day_kind: DayKind
    paused_on: date | None
    filed_at: datetime
    closed_at: datetime | None
    handler: str | None

    @property
    def slug(self) -> str:
        """The reference as a part of an address."""
        return self.reference.replace("/", "-")

    @property
    def is_closed(self) -> bool:
        """Whether nothing waits any more."""
        return self.phase is Phase.CLOSED

    @property
    def clock(self) -> Clock:
        """The legal clock as it stands."""
        return Clock(self.clock_from, self.due_on, self.day_kind, self.paused_on)


#: what a `CaseRow` is made of, but for the name of its handler
CASE_COLUMNS = [getattr(Case, name) for name in CaseRow.__slots__ if name != "handler"]


@dataclass(frozen=True, slots=True)
class FileRow:
    """A file that came with a line of the history."""

    id: int
    name: str
    #: bytes
    size: int


@dataclass(frozen=True, slots=True)
class EventRow:
    """A line of the history of a case."""

    id: int
    kind: EventKind
    at: datetime
    public: bool
    text: str
    data: dict[str, Any]
    actor_id: int | None
    #: name of who did it; None: the system, or an applicant without an account
    actor: str | None
    #: code and title of the document that was issued
    issued_code: str | None
    issued_title: Translated | None
    files: tuple[FileRow, ...] = ()

    @property
    def channel(self) -> Channel | None:
        """How the case came in, on the line of its filing; None: by the portal."""
        return Channel(self.data["channel"]) if "channel" in self.data else None
