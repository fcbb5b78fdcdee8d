"""What the page of an event shows around it: its programme, what else is on, what was before."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from portal.core.texts import Translated
from portal.events.models import Event, Occurrence, Publication, Venue
from portal.events.queries.agenda import Line, lines, shown
from portal.events.queries.filters import AgendaFilter, Near, first_of_few

#: as far as one goes on foot or by car for something else on the same day
NEARBY_KM = 5


def programme(session: Session, festival: Event, *, most: int = 60) -> list[Line]:
    """Everything that belongs to a festival, in the order of time."""
    children = sa.select(Event.id).where(Event.umbrella_id == festival.id)
    columns: list[Any] = [Occurrence.id, Occurrence.starts_at]
    query = sa.select(*columns).where(Occurrence.event_id.in_(children), Occurrence.shown)
    return shown(session, sa.select(first_of_few(query, most).subquery().c.id))


def also_there(session: Session, event: Event, *, since: datetime, most: int = 4) -> list[Line]:
    """What else begins at its venue from a moment on; nothing where it has none."""
    if event.venue_id is None:
        return []
    there = (
        sa.select(Occurrence.id)
        .join(Event, Event.id == Occurrence.event_id)
        .where(Occurrence.at_venue_id == event.venue_id, Occurrence.shown, Occurrence.starts_at >= since)
        .where(Event.id != event.id, Event.umbrella_id.is_distinct_from(event.id))
    )
    query = there.order_by(Occurrence.starts_at, Occurrence.id).limit(most)
    return shown(session, sa.select(query.subquery().c.id))


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
