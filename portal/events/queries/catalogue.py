"""Reads of single events, and of the shelves and places of the agenda."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from portal.core.clock import athens_date
from portal.core.texts import Translated
from portal.events.facts import EventHeld
from portal.events.models import Event, EventCategory, Occurrence, Publication, Venue
from portal.organisation.models import Community


def categories(session: Session) -> Sequence[EventCategory]:
    """The shelves, in the order of the pack."""
    query = sa.select(EventCategory).where(EventCategory.closed.is_(False))
    return session.scalars(query.order_by(EventCategory.position, EventCategory.id)).all()


def venues(session: Session, *, most: int = 1000) -> Sequence[Venue]:
    """The open venues, by code."""
    query = sa.select(Venue).where(Venue.closed.is_(False)).order_by(Venue.code).limit(most)
    return session.scalars(query.options(joinedload(Venue.community))).all()


def event_by_slug(session: Session, slug: str) -> Event | None:
    """An event whatever its publication, with everything its page shows but its occurrences."""
    loads = (
        joinedload(Event.category),
        joinedload(Event.organiser),
        joinedload(Event.venue).joinedload(Venue.community),
        joinedload(Event.image),
        joinedload(Event.umbrella),
    )
    return session.scalar(sa.select(Event).where(Event.slug == slug).options(*loads))


def occurrences(
    session: Session, event: Event, *, since: datetime | None = None, most: int = 50
) -> Sequence[Occurrence]:
    """When it takes place, those that are over by `since` left out, in the order of time."""
    query = sa.select(Occurrence).where(Occurrence.event_id == event.id)
    if since:
        query = query.where(Occurrence.ends_at > since)
    query = query.order_by(Occurrence.starts_at, Occurrence.id).limit(most)
    return session.scalars(query.options(joinedload(Occurrence.venue))).all()


def held(session: Session, occurrence_id: int) -> EventHeld:
    """The fact that an occurrence with attendance announces, from its rows alone."""
    return _held_fact(session.execute(_held().where(Occurrence.id == occurrence_id)).one())


def replay_held(session: Session) -> Iterator[EventHeld]:
    """Every occurrence of history with its attendance, as the fact it announced, oldest first; streamed."""
    for row in session.execute(_held().order_by(Occurrence.id).execution_options(yield_per=1000)):
        yield _held_fact(row)


def _held() -> sa.Select[Any]:
    columns: list[Any] = [
        Occurrence.id,
        Occurrence.event_id,
        EventCategory.code.label("category"),
        Community.code.label("community"),
        Occurrence.starts_at,
        Event.spoken,
        Event.title,
        Event.summary,
        Occurrence.step_free,
        Occurrence.free,
        Occurrence.attendance,
    ]
    query: sa.Select[Any] = sa.select(*columns)
    return (
        query.join(Event, Event.id == Occurrence.event_id)
        .join(EventCategory, EventCategory.id == Event.category_id)
        .outerjoin(Community, Community.id == Occurrence.community_id)
        .where(Occurrence.attendance.is_not(None), Event.publication == Publication.PUBLISHED)
    )


def _held_fact(row: Any) -> EventHeld:
    return EventHeld(
        occurrence_id=row.id,
        event_id=row.event_id,
        category=row.category,
        community=row.community,
        on=athens_date(row.starts_at),
        spoken=tuple(row.spoken),
        written_in=written_in(row.title, row.summary),
        step_free=row.step_free,
        free=row.free,
        attendance=row.attendance,
    )


def written_in(title: Translated, summary: Translated) -> tuple[str, ...]:
    """Languages in which title and summary are written."""
    return tuple(sorted(code for code, text in title.items() if text and (summary.get(code) or not summary)))
