"""Reads of single events, and of the shelves and places of the agenda."""

from collections.abc import Collection, Iterator, Sequence
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from portal.core.clock import athens_date, start_of
from portal.core.texts import Translated
from portal.events.facts import EventHeld
from portal.events.models import Event, EventCategory, Occurrence, Publication, Venue

#: everybody may read of it
_IN_AGENDA = (Event.publication == Publication.PUBLISHED, Event.published_at.is_not(None))


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


def public_slugs(session: Session, ids: Collection[int]) -> dict[int, str]:
    """Key of an event → the last part of its address; those that are not in the agenda are left out."""
    query = sa.select(Event.id, Event.slug).where(Event.id.in_(ids), *_IN_AGENDA)
    return dict(session.execute(query).all()) if ids else {}


def public_slugs_of_occurrences(session: Session, ids: Collection[int]) -> dict[int, str]:
    """The same by the days on which the events are held."""
    query = sa.select(Occurrence.id, Event.slug).join(Occurrence.event)
    query = query.where(Occurrence.id.in_(ids), *_IN_AGENDA)
    return dict(session.execute(query).all()) if ids else {}


def occurrences(
    session: Session, event: Event, *, since: datetime | None = None, most: int = 50
) -> Sequence[Occurrence]:
    """When it takes place, those that are over by `since` left out, in the order of time."""
    query = sa.select(Occurrence).where(Occurrence.event_id == event.id)
    if since:
        query = query.where(Occurrence.ends_at > since)
    query = query.order_by(Occurrence.starts_at, Occurrence.id).limit(most)
    return session.scalars(query.options(joinedload(Occurrence.venue))).all()


def as_held(row: Occurrence, now: datetime) -> dict[str, Any]:
    """What `EventHeld` tells of an occurrence besides its attendance, as it is now."""
    event, venue = row.event, row.venue or row.event.venue
    return {
        "category": event.category.code,
        "community": venue.community.code if venue and venue.community else None,
        "on": athens_date(row.starts_at).isoformat(),
        "spoken": list(event.spoken),
        "written_in": list(written_in(event.title, event.summary)),
        "step_free": row.step_free,
        "free": row.free,
        "noted_at": now.isoformat(),
    }


def held_fact(row: Any) -> EventHeld:
    """The fact that an occurrence with attendance announces, from its own columns."""
    told, on = row.held, date.fromisoformat(row.held["on"])
    # what was noted before the moment was kept counts as the first word
    noted_at = datetime.fromisoformat(told["noted_at"]) if "noted_at" in told else start_of(on)
    return EventHeld(
        occurrence_id=row.id,
        event_id=row.event_id,
        category=told["category"],
        community=told["community"],
        on=on,
        spoken=tuple(told["spoken"]),
        written_in=tuple(told["written_in"]),
        step_free=told["step_free"],
        free=told["free"],
        attendance=row.attendance,
        noted_at=noted_at,
    )


def replay_held(session: Session) -> Iterator[EventHeld]:
    """Every occurrence of history with its attendance, as the fact it announced, in the order of ids; streamed."""
    columns: list[Any] = [Occurrence.id, Occurrence.event_id, Occurrence.attendance, Occurrence.held]
    query = sa.select(*columns).where(Occurrence.held.is_not(None)).order_by(Occurrence.id)
    for row in session.execute(query.execution_options(yield_per=1000)):
        yield held_fact(row)


def written_in(title: Translated, summary: Translated) -> tuple[str, ...]:
    """Languages in which title and summary are written."""
    return tuple(sorted(code for code, text in title.items() if text and (summary.get(code) or not summary)))
