"""What faults announces."""

from dataclasses import dataclass
from datetime import datetime

from portal.core.facts import Fact


@dataclass(frozen=True, kw_only=True)
class FaultReported(Fact):
    """Somebody has reported a fault, and it has its number."""

    fault_id: int
    case_id: int
    #: code of the category, and of the one above it
    category: str
    group: str
    #: official code of the community; None: nowhere in particular
    community: str | None
    #: value of `models.Source`
    source: str
    at: datetime


@dataclass(frozen=True, kw_only=True)
class FaultResolved(Fact):
    """A fault is repaired; said again if it had to be repaired again."""

    fault_id: int
    case_id: int
    category: str
    group: str
    community: str | None
    reported_at: datetime
    at: datetime
    #: calendar days from the report to the repair
    days: int
    within_limit: bool
    #: how many times it had come back before
    reopened: int


@dataclass(frozen=True, kw_only=True)
class FaultReopened(Fact):
    """What was said to be repaired is not."""

    fault_id: int
    case_id: int
    category: str
    group: str
    community: str | None
    at: datetime


@dataclass(frozen=True, kw_only=True)
class FaultChanged(Fact):
    """Something the public may know has changed: whoever follows it is told."""

    fault_id: int
    #: number of the line of its history
    step_id: int
    #: value of `models.FaultState`
    state: str
    at: datetime
