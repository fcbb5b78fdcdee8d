"""Calendars that are read on a schedule: which are due, that one is to be read, and what came of it."""

from __future__ import annotations

from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.core import outbox
from portal.core.clock import athens_date
from portal.core.errors import Refused
from portal.events.models import Calendar
from portal.events.operations import calendars, importing
from portal.events.operations.importing import Outcome
from portal.events.queries import sources

#: the worker looks every hour and may be a little early
_EARLY = timedelta(minutes=5)


def due(session: Session, *, now: datetime) -> list[int]:
    """The calendars whose time to be read has come."""
    query = sa.select(Calendar).where(Calendar.closed.is_(False)).order_by(Calendar.id)
    return [row.id for row in session.scalars(query) if _is_due(row, now)]


def _is_due(calendar: Calendar, now: datetime) -> bool:
    return calendar.read_at is None or now - calendar.read_at >= timedelta(hours=calendar.every_hours) - _EARLY


def ask(session: Session, number: int, *, now: datetime) -> bool:
    """Write the job that reads a calendar, and whether that was needed: not if one waits already."""
    session.get(Calendar, number, with_for_update=True)  # whoever asks at the same time waits here
    if number in sources.being_read(session):
        return False
    dedupe = f"{sources.KIND}:{number}:{now.isoformat()}"
    return outbox.enqueue(session, sources.KIND, {"calendar": number}, now=now, dedupe=dedupe) is not None


def take_in(
    session: Session, calendar: Calendar, body: bytes, *, etag: str | None, site: str, now: datetime
) -> Outcome:
    """Take in what stands at its address; whatever cannot be read stands in its report."""
    reading = calendars.read(body, today=athens_date(now))
    target = importing.target_of(calendar, site=site)
    outcome = importing.take(session, reading, target, take_good=True, actor_id=None, now=now)
    calendar.report, calendar.etag, calendar.read_at = outcome.report(now), (etag or "")[:255] or None, now
    return outcome


def mark_same(calendar: Calendar, *, now: datetime) -> None:
    """Note that it has not changed."""
    calendar.read_at = now
    calendar.report = {**calendar.report, "at": now.isoformat(timespec="seconds"), "failed": None}


def mark_unread(calendar: Calendar, why: Refused, *, now: datetime) -> None:
    """Note why it could not be fetched; what was read of it stays, and it is tried again with the next round."""
    failed = {"reason": why.message, "values": {name: str(value)[:200] for name, value in why.values.items()}}
    calendar.report = {**calendar.report, "at": now.isoformat(timespec="seconds"), "failed": failed}
