"""Staff say which calendars of others are read, and whom of them the municipality trusts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from portal.core import audit
from portal.core.errors import Refused
from portal.core.texts import N_
from portal.events.models import Calendar
from portal.events.operations import schedule


class AddressKnown(Refused):
    """One address is read once."""

    message = N_("“%(name)s” is read from this address already")


class IsPaused(Refused):
    """Nothing is read of a paused calendar."""

    message = N_("This calendar is paused. Resume it first, then it can be read.")


@dataclass(frozen=True, kw_only=True)
class CalendarInput:
    """Everything about a calendar that people write; see `models.Calendar`."""

    name: str
    url: str
    category_id: int
    organiser_id: int | None = None
    venue_id: int | None = None
    language: str = "el"
    every_hours: int = 24
    #: None: whoever writes has no say in it
    trusted: bool | None = None


def write_calendar(
    session: Session, calendar: Calendar | None, given: CalendarInput, *, actor_id: int, now: datetime
) -> Calendar:
    """A new calendar, or a changed one; it is taken in as a whole with the next reading.

    Trust belongs to an address: whoever has no say in it and writes another address ends it.

    :raises AddressKnown: if another calendar is read from there.
    """
    row = calendar or Calendar(trusted=False, closed=False, report={})
    values = dict(vars(given))
    if given.trusted is None:
        values["trusted"] = row.trusted and row.url == given.url
    differ = [name for name, value in values.items() if getattr(row, name) != value]
    if not differ:
        return row
    _refuse_known(session, given.url, row.id)
    if "url" in differ:
        row.read_at, row.report = None, {}
    row.etag = None
    try:
        with session.begin_nested():
            for name in differ:
                setattr(row, name, values[name])
            session.add(row)
    except IntegrityError:  # somebody else was faster
        _refuse_known(session, given.url, calendar.id if calendar else None)
        raise
    _note(session, row, "written", actor_id, now=now, columns=differ, trusted=row.trusted)
    return row


def _refuse_known(session: Session, url: str, own_id: int | None) -> None:
    name = session.scalar(sa.select(Calendar.name).where(Calendar.url == url, Calendar.id != (own_id or 0)))
    if name is not None:
        raise AddressKnown(name=name)


def set_paused(session: Session, calendar: Calendar, *, paused: bool, actor_id: int, now: datetime) -> None:
    """Read it no longer for a while, or again; its events stay."""
    if calendar.closed == paused:
        return
    calendar.closed = paused
    session.flush()
    _note(session, calendar, "paused" if paused else "resumed", actor_id, now=now)


def ask_to_read(session: Session, calendar: Calendar, *, actor_id: int, now: datetime) -> bool:
    """Have it read at once; whether that was needed: not if it is being read already.

    :raises IsPaused: if it is paused.
    """
    if calendar.closed:
        raise IsPaused
    asked = schedule.ask(session, calendar.id, now=now)
    if asked:
        _note(session, calendar, "asked", actor_id, now=now)
    return asked


def _note(session: Session, row: Calendar, verb: str, actor_id: int, *, now: datetime, **data: Any) -> None:
    subject = ("event_calendar", row.id)
    audit.record(session, f"events.calendar.{verb}", subject=subject, actor_id=actor_id, now=now, **data)
