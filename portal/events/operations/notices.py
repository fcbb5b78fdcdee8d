"""Closed roads and hours of music: what those who live near an event must know is written, and moves with it."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from portal.core import audit
from portal.core.clock import athens_date
from portal.events.models import Event, Notice
from portal.events.queries.recurrence import Timing, on_the_wall, time_from


def set_notices(
    session: Session, event: Event, notices: Sequence[Notice], *, actor_id: int | None, now: datetime
) -> bool:
    """What those who live nearby must know; none: there is nothing to know any more. Whether anything is new."""
    ordered = sorted(notices, key=lambda notice: (notice.since, notice.until))
    if ordered == event.noticed:
        return False
    event.notices = [notice.data() for notice in ordered]
    event.noticed_until = max((athens_date(notice.until) for notice in ordered), default=None)
    event.changed_at = now
    session.flush()
    subject, number = ("event", event.id), len(ordered)
    audit.record(session, "events.event.noticed", subject=subject, actor_id=actor_id, now=now, notices=number)
    return True


def follow(session: Session, event: Event, before: Timing, *, actor_id: int | None, now: datetime) -> bool:
    """An event with one date was moved: its notices move by as much. Whether they did; those of a series stay.

    Between whole days and hours there is only a difference of days.
    """
    if event.recurs or before.rule or before.extra:
        return False
    by = event.starts_on - before.starts_on
    if event.starts_at is not None and before.starts_at is not None:
        by = event.local_start - before.start
    return shift(session, event, by, actor_id=actor_id, now=now)


def shift(session: Session, event: Event, by: timedelta, *, actor_id: int | None, now: datetime) -> bool:
    """Move the notices on the wall's clock: what began at eight begins at eight, also after the clocks have changed."""
    moved = [_moved(notice, by) for notice in event.noticed] if by else event.noticed
    return set_notices(session, event, moved, actor_id=actor_id, now=now)


def _moved(notice: Notice, by: timedelta) -> Notice:
    time = time_from(on_the_wall(notice.since) + by, on_the_wall(notice.until) + by)
    return Notice(notice.kind, time.starts_at, time.ends_at, notice.text)
