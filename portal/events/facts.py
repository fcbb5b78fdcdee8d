"""What events announces."""

from dataclasses import dataclass
from datetime import date, datetime

from portal.core.facts import Fact


@dataclass(frozen=True, kw_only=True)
class EventPublished(Fact):
    """An event stands in the agenda; said once, when it is published for the first time."""

    event_id: int
    category: str
    #: official code; None: nowhere in particular
    community: str | None
    #: languages in which its title and summary are written
    written_in: tuple[str, ...]
    at: datetime


@dataclass(frozen=True, kw_only=True)
class EventChanged(Fact):
    """Something that whoever follows a published event must know: moved, postponed, cancelled, or on again."""

    event_id: int
    #: None: the whole event
    occurrence_id: int | None
    #: value of `models.Status`
    status: str
    at: datetime


@dataclass(frozen=True, kw_only=True)
class EventHeld(Fact):
    """An occurrence has taken place: its attendance was entered, or corrected."""

    occurrence_id: int
    event_id: int
    category: str
    community: str | None
    #: day in Athens on which it began
    on: date
    #: languages of the event itself
    spoken: tuple[str, ...]
    #: languages in which its title and summary are written
    written_in: tuple[str, ...]
    step_free: bool
    free: bool
    #: people who came
    attendance: int
    #: when that was noted: of two that say something of one occurrence, the later one holds
    noted_at: datetime
