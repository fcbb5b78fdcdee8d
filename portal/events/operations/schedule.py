"""Calendars that are read on a schedule: which are due, and what came of it."""

from __future__ import annotations

from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.events.models import Calendar
from portal.events.operations.importing import Outcome

#: the worker looks every hour and may be a little early
_EARLY = timedelta(minutes=5)


def due(session: Session, *, now: datetime) -> list[int]:
    """The calendars whose time to be read has come."""
    query = sa.select(Calendar).where(Calendar.closed.is_(False)).order_by(Calendar.id)
    return [row.id for row in session.scalars(query) if _is_due(row, now)]


def _is_due(calendar: Calendar, now: datetime) -> bool:
    return calendar.read_at is None or now - calendar.read_at >= timedelta(hours=calendar.every_hours) - _EARLY


def mark_read(calendar: Calendar, outcome: Outcome, *, etag: str | None, now: datetime) -> None:
    """Note what came of reading a calendar."""
    calendar.report, calendar.etag, calendar.read_at = outcome.report(now), (etag or "")[:255] or None, now


def mark_same(calendar: Calendar, *, now: datetime) -> None:
    """Note that it has not changed."""
    calendar.read_at = now
    calendar.report = {**calendar.report, "at": now.isoformat(timespec="seconds"), "error": ""}


def mark_unread(calendar: Calendar, reason: str, *, now: datetime) -> None:
    """Note why it could not be fetched; what was read of it stays, and it is tried again with the next round."""
    calendar.report = {**calendar.report, "at": now.isoformat(timespec="seconds"), "error": reason}
