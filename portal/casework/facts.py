"""What casework announces."""

from dataclasses import dataclass
from datetime import date, datetime

from portal.core.facts import Fact


@dataclass(frozen=True, kw_only=True)
class CaseFiled(Fact):
    """A case has its protocol number."""

    case_id: int
    kind: str
    subject_code: str
    unit_id: int
    community_id: int | None
    online: bool
    at: datetime


@dataclass(frozen=True, kw_only=True)
class CaseClosed(Fact):
    """A case has its outcome; `days` are those that counted, of the kind its limit has."""

    case_id: int
    kind: str
    subject_code: str
    #: final state of the kind, e.g. "approved", "withdrawn"
    state: str
    unit_id: int
    community_id: int | None
    online: bool
    filed_at: datetime
    at: datetime
    #: calendar days from filing to the outcome without the days the applicant owed something
    days: int
    within_limit: bool


@dataclass(frozen=True, kw_only=True)
class DeadlineMoved(Fact):
    """A case has until another day: its clock stood, was extended, or began anew."""

    case_id: int
    kind: str
    due_on: date
    at: datetime
