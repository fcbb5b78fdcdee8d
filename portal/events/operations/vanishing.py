"""Events that their calendar no longer has: what lies ahead is taken out, what has been stays."""

from __future__ import annotations

from datetime import datetime, time

from sqlalchemy.orm import Session

from portal.core.clock import athens_date
from portal.events.models import Event, Publication
from portal.events.operations import publishing
from portal.events.operations.rolling import roll, timing_of
from portal.events.queries.recurrence import named, on_the_wall, starts


def take_out(session: Session, event: Event, *, now: datetime) -> bool:
    """Whether there was anything ahead of it; a series that has begun ends, and keeps what has been."""
    if event.publication not in {Publication.PUBLISHED, Publication.SUBMITTED}:
        return False
    ahead = [row for row in event.occurrences if row.ends_at > now]
    if not ahead:
        return False
    if len(ahead) == len(event.occurrences) or event.publication is Publication.SUBMITTED:
        publishing.withdraw(session, event, actor=None, now=now)
    else:
        _end(session, event, now=now)
    event.as_read = {**event.as_read, "gone": True}
    session.flush()
    return True


def _end(session: Session, event: Event, *, now: datetime) -> None:
    """Leave of a series what has begun: as single dates, for a rule may have no day to end on."""
    wall = on_the_wall(now)
    timing = timing_of(event)
    all_day = timing.starts_at is None
    limit = datetime.combine(wall.date(), time()) if all_day else wall
    past = [named(start, all_day=all_day) for start in starts(timing, wall.date()) if start < limit]
    for row in list(event.occurrences):
        if row.ends_at > now and row.recurrence_id not in past and row.attendance is None:
            event.occurrences.remove(row)
    first = named(timing.start, all_day=all_day)
    event.rule, event.extra = None, [name for name in past if name != first]
    event.left_out = [] if first in past else [first]
    event.changed_at, event.sequence = now, event.sequence + 1
    session.flush()
    roll(session, event, today=athens_date(now))


def bring_back(session: Session, event: Event, *, now: datetime) -> None:
    """The calendar has it again; what was public is public again."""
    if event.publication is not Publication.WITHDRAWN:
        return
    event.publication = Publication.SUBMITTED
    session.flush()
    if event.published_at is not None:
        publishing.publish(session, event, actor=None, now=now)
