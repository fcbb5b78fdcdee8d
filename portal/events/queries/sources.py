"""Calendars of others at the desk: how each stands, what of it waits for a decision, what was edited here."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.core.choices import Choice
from portal.core.outbox import Job
from portal.core.texts import N_
from portal.events.models import Calendar, Event, Publication
from portal.events.queries.imported import own_edits

#: the kind of job that reads a calendar
KIND = "events.calendar"
#: so many events of a calendar are named on its page
MOST_NAMED = 20
#: so many, the last changed first, are looked through for what was edited here
_LOOKED_AT = 300


class State(Choice):
    """How a calendar stands."""

    BEING_READ = "being-read", N_("Being read")
    PAUSED = "paused", N_("Paused")
    FAILED = "failed", N_("Could not be read")
    NEVER = "never", N_("Never read")
    READ = "read", N_("Read")


@dataclass(frozen=True)
class Source:
    """A calendar, and whether a job to read it waits."""

    calendar: Calendar
    being_read: bool

    @property
    def state(self) -> State:
        """How it stands; what matters most comes first."""
        if self.being_read:
            return State.BEING_READ
        if self.calendar.closed:
            return State.PAUSED
        if self.calendar.report.get("failed"):
            return State.FAILED
        return State.READ if self.calendar.read_at else State.NEVER

    @property
    def next_at(self) -> datetime | None:
        """When it is read again by itself; None: with the next round, or not at all."""
        if self.state is not State.READ or self.calendar.read_at is None:
            return None
        return self.calendar.read_at + timedelta(hours=self.calendar.every_hours)

    @property
    def tried_at(self) -> datetime | None:
        """When somebody last tried to read it."""
        at = self.calendar.report.get("at")
        return datetime.fromisoformat(at) if at else self.calendar.read_at

    @property
    def taken_at(self) -> datetime | None:
        """When its counts were made: an unchanged calendar is not taken in again."""
        at = self.calendar.report.get("taken_at")
        return datetime.fromisoformat(at) if at else None


def being_read(session: Session) -> set[int]:
    """The calendars for which a job waits."""
    waits = sa.select(Job.payload).where(Job.kind == KIND, Job.done_at.is_(None), Job.dead_at.is_(None))
    return {payload["calendar"] for payload in session.scalars(waits)}


def sources(session: Session, *, most: int = 500) -> list[Source]:
    """The calendars by name, paused ones last."""
    query = sa.select(Calendar).order_by(Calendar.closed, Calendar.name, Calendar.id).limit(most)
    busy = being_read(session)
    return [Source(row, row.id in busy) for row in session.scalars(query)]


def source(session: Session, number: int) -> Source | None:
    """One of them."""
    row = session.get(Calendar, number)
    return Source(row, row.id in being_read(session)) if row else None


def named(session: Session, numbers: Collection[int]) -> Mapping[int, str]:
    """The names of calendars by their ids."""
    query = sa.select(Calendar.id, Calendar.name).where(Calendar.id.in_(numbers))
    return {number: name for number, name in session.execute(query)} if numbers else {}  # noqa: C416 – rows


def waiting(session: Session, calendar: Calendar) -> Sequence[Event]:
    """Its events that wait for a decision, the first to begin first."""
    query = sa.select(Event).where(Event.calendar_id == calendar.id, Event.publication == Publication.SUBMITTED)
    return session.scalars(query.order_by(Event.starts_on, Event.id).limit(MOST_NAMED)).all()


def waiting_number(session: Session, *, most: int = 100) -> int:
    """How many events of all calendars wait for a decision; more than `most` are not counted."""
    query = sa.select(Event.id).where(Event.publication == Publication.SUBMITTED, Event.calendar_id.is_not(None))
    return session.scalar(sa.select(sa.func.count()).select_from(query.limit(most).subquery())) or 0


def edited(session: Session, calendar: Calendar) -> list[Event]:
    """Its events that were edited here: what differs from what was read is no longer read."""
    shown = Event.publication.in_([Publication.SUBMITTED, Publication.PUBLISHED])
    query = sa.select(Event).where(Event.calendar_id == calendar.id, shown)
    rows = session.scalars(query.order_by(Event.changed_at.desc(), Event.id.desc()).limit(_LOOKED_AT))
    return [event for event in rows if own_edits(event)][:MOST_NAMED]
