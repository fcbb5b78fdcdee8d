"""What the page of an event shows around it: its programme, what else is on, what was before."""

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from portal.core.texts import Translated
from portal.events.models import Event, Occurrence, Publication, Venue
from portal.events.queries.agenda import AgendaFilter, Line, Near, lines, shown

#: as far as one goes on foot or by car for something else on the same day
NEARBY_KM = 5


def programme(session: Session, festival: Event, *, most: int = 60) -> list[Line]:
    """Everything that belongs to a festival, in the order of time."""
    children = sa.select(Event.id).where(Event.umbrella_id == festival.id)
    return _lines_of(session, children, most=most)


def also_there(session: Session, event: Event, *, since: datetime, most: int = 4) -> list[Line]:
    """What else begins at its venue from a moment on; nothing where it has none."""
    if event.venue_id is None:
        return []
    there = sa.select(Event.id).where(
        Event.venue_id == event.venue_id,
        Event.publication == Publication.PUBLISHED,
        Event.id != event.id,
        Event.umbrella_id.is_distinct_from(event.id),
    )
    return _lines_of(session, there, since=since, most=most)


def also_then(session: Session, event: Event, wanted: AgendaFilter, *, most: int = 4) -> list[Line]:
    """What else is on within the days of a filter, near its venue if that is known."""
    if event.venue and event.venue.lat is not None and event.venue.lon is not None:
        wanted = AgendaFilter(wanted.since, wanted.until, near=Near(event.venue.lat, event.venue.lon, NEARBY_KM))
    return [line for line in lines(session, wanted, most=most * 2) if line.event_id != event.id][:most]


def past_occurrences(session: Session, event: Event, *, before: datetime, most: int = 20) -> Sequence[Occurrence]:
    """The last ones that are over, the latest first."""
    query = sa.select(Occurrence).where(Occurrence.event_id == event.id, Occurrence.ends_at <= before)
    query = query.order_by(Occurrence.starts_at.desc(), Occurrence.id.desc()).limit(most)
    return session.scalars(query.options(joinedload(Occurrence.venue))).all()


def venue_name(session: Session, code: str) -> Translated | None:
    """What a venue is called."""
    return session.scalar(sa.select(Venue.name).where(Venue.code == code))


def festival_title(session: Session, slug: str) -> Translated | None:
    """What a published event is called."""
    query = sa.select(Event.title).where(Event.slug == slug, Event.publication == Publication.PUBLISHED)
    return session.scalar(query)


def _lines_of(session: Session, events: sa.Select[int], *, since: datetime | None = None, most: int) -> list[Line]:
    """The first public occurrences of some events; found by these, so that it does not matter how many others are."""
    query = sa.select(Occurrence.id).where(Occurrence.event_id.in_(events), Occurrence.shown)
    if since:
        query = query.where(Occurrence.starts_at >= since)
    query = query.order_by(Occurrence.starts_at, Occurrence.id).limit(most)
    return shown(session, sa.select(query.subquery().c.id))
