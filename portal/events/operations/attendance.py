"""Who came: noted after an occurrence, and told upwards."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from portal.core import audit, facts
from portal.core.errors import Refused
from portal.core.texts import N_
from portal.events.facts import EventHeld
from portal.events.models import Counting, Occurrence, Publication, Status
from portal.events.queries import catalogue


class NotHeld(Refused):
    """Attendance of something that has not begun, or did not take place."""

    message = N_("Attendance is noted once the event has begun, and only of one that took place.")


@dataclass(frozen=True)
class Attendance:
    """How many people came, how that was found out, and what is to be remembered."""

    people: int
    counting: Counting
    evaluation: str = ""


def note_attendance(
    session: Session, row: Occurrence, came: Attendance, *, actor_id: int | None, now: datetime
) -> EventHeld:
    """Note it, or correct it; the last word counts.

    :raises NotHeld: before it began, or if it was cancelled or postponed or never published.
    """
    off = {Status.CANCELLED, Status.POSTPONED}
    held = row.event.publication is Publication.PUBLISHED and row.status not in off and row.event.status not in off
    if row.starts_at > now or not held:
        raise NotHeld
    row.attendance, row.counting, row.evaluation = came.people, came.counting, came.evaluation
    row.held = catalogue.as_held(row, now)
    session.flush()
    fact = catalogue.held_fact(row)
    facts.record(session, fact)
    subject = ("event_occurrence", row.id)
    data = {"people": came.people, "counting": came.counting.value}
    audit.record(session, "events.occurrence.held", subject=subject, actor_id=actor_id, now=now, **data)
    return fact
