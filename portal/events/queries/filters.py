"""What a list of the agenda is filtered by, and the occurrences that fit, found by the index that fits best."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from math import asin, cos, radians, sin, sqrt
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.core import search
from portal.events.models import Event, EventCategory, Occurrence, Venue
from portal.organisation.models import Community

#: if so many events hold the words at most, a list is read event by event; else in the order of time
FEW_EVENTS = 60
#: if the filter leaves so many venues at most, a list is read venue by venue; else in the order of time
FEW_VENUES = 8
#: kilometres in one degree of latitude
_DEGREE = 111.2
#: of the Earth, in kilometres
_RADIUS = 6371.0


@dataclass(frozen=True)
class Near:
    """A point and how far from it."""

    lat: float
    lon: float
    km: float

    def distance(self, lat: float, lon: float) -> float:
        """Kilometres as the crow flies."""
        up, across = radians(lat - self.lat) / 2, radians(lon - self.lon) / 2
        return 2 * _RADIUS * asin(sqrt(sin(up) ** 2 + cos(radians(self.lat)) * cos(radians(lat)) * sin(across) ** 2))


@dataclass(frozen=True)
class Found:
    """What the words, the festival and the place of a filter stand for; None: it does not ask for that."""

    #: the events it leaves, if they are few
    event_ids: Sequence[int] | None = None
    #: the condition that an event holds the words, if many do
    holds: sa.ColumnElement[bool] | None = None
    #: the venues around its point
    venue_ids: Sequence[int] | None = None


@dataclass(frozen=True)
class AgendaFilter:
    """What a list shows; each field stands in the address of the page."""

    #: days in Athens; what goes on at the beginning of the first is in it
    since: date
    #: the last day; None: without an end
    until: date | None = None
    #: codes
    category: str = ""
    community: str = ""
    venue: str = ""
    audience: str = ""
    spoken: str = ""
    free: bool = False
    step_free: bool = False
    text: str = ""
    near: Near | None = None
    #: slug of a festival
    umbrella: str = ""
    #: where the last page ended
    after: tuple[datetime, int] | None = None
    #: looked up by `resolved`
    found: Found = Found()


def resolved(session: Session, wanted: AgendaFilter) -> AgendaFilter:
    """The filter with what its words, its festival and its place stand for."""
    event_ids: Sequence[int] | None = None
    holds = venue_ids = None
    if wanted.text:
        sought = search.Sought(wanted.text, "event", search.PUBLIC)
        event_ids, holds = search.narrowed(session, sought, Occurrence.event_id, few=FEW_EVENTS)
        holds = holds if event_ids is None else None
    if wanted.umbrella:
        programme = _programme(session, wanted.umbrella)
        event_ids = programme if event_ids is None else [number for number in event_ids if number in set(programme)]
    if wanted.near and event_ids is None and wanted.until is None:  # within days, or among few events, it is soon found
        venue_ids = session.scalars(sa.select(Venue.id).where(*_places(wanted)).order_by(Venue.id)).all()
    return replace(wanted, found=Found(event_ids, holds, venue_ids))


def _programme(session: Session, slug: str) -> Sequence[int]:
    """A festival and everything in it."""
    festival = sa.select(Event.id).where(Event.slug == slug)
    inside = sa.select(Event.id).where(Event.umbrella_id.in_(festival.scalar_subquery()))
    return session.scalars(sa.union(festival, inside)).all()


def _places(wanted: AgendaFilter) -> Iterator[sa.ColumnElement[bool]]:
    """A venue, or the square around a point; who shows distances measures them."""
    if wanted.venue:
        yield Venue.code == wanted.venue
    if wanted.near:
        up = wanted.near.km / _DEGREE
        across = up / max(cos(radians(wanted.near.lat)), 0.01)
        yield Venue.lat.between(wanted.near.lat - up, wanted.near.lat + up)
        yield Venue.lon.between(wanted.near.lon - across, wanted.near.lon + across)


def first(wanted: AgendaFilter, *where: sa.ColumnElement[bool], most: int) -> sa.Select[Any]:
    """Id and start of the first occurrences of a resolved filter that fulfil these conditions, in the order of time."""
    found = wanted.found
    query = matching(wanted).where(*where)
    if found.event_ids is not None:
        return first_of_few(query, most)
    if found.venue_ids and len(found.venue_ids) <= FEW_VENUES:
        there = replace(wanted, near=None, venue="", found=replace(found, venue_ids=None))
        each = [matching(there).where(*where, Occurrence.at_venue_id == number) for number in found.venue_ids]
        parts = [sa.select(_in_time(part, most).subquery()) for part in each]
        return _in_time(sa.select(sa.union_all(*parts).subquery()), most)
    return _in_time(query, most)


def first_of_few(query: sa.Select[Any], most: int) -> sa.Select[Any]:
    """The same of a query by few events: all their rows are read, which in the order of time lie among all others."""
    return _in_time(sa.select(*query.cte().prefix_with("MATERIALIZED").c), most)


def _in_time(query: sa.Select[Any], most: int) -> sa.Select[Any]:
    return query.order_by(*list(query.selected_columns)[::-1]).limit(most)


def matching(wanted: AgendaFilter, *, among: sa.ColumnElement[bool] | None = None) -> sa.Select[Any]:
    """Id and start of occurrences by everything but time, among the public ones or others; the filter is resolved."""
    columns: list[Any] = [Occurrence.id, Occurrence.starts_at]
    query: sa.Select[Any] = sa.select(*columns).where(Occurrence.shown if among is None else among)
    query = query.where(*_of_occurrences(wanted))
    events = list(_of_events(wanted))
    return query.join(Event, Event.id == Occurrence.event_id).where(*events) if events else query


def _of_occurrences(wanted: AgendaFilter) -> Iterator[sa.ColumnElement[bool]]:
    if wanted.free:
        yield Occurrence.free.is_(True)
    if wanted.step_free:
        yield Occurrence.step_free.is_(True)
    if wanted.category:
        yield Occurrence.category_id == _id_of(EventCategory, wanted.category)
    if wanted.community:
        yield Occurrence.community_id == _id_of(Community, wanted.community)
    if wanted.found.event_ids is not None:
        yield _in(Occurrence.event_id, wanted.found.event_ids)
    if wanted.found.holds is not None:
        yield wanted.found.holds
    if wanted.found.venue_ids is not None:
        yield _in(Occurrence.at_venue_id, wanted.found.venue_ids)
    elif wanted.near:
        yield Occurrence.at_venue_id.in_(sa.select(Venue.id).where(*_places(wanted)))
    elif wanted.venue:
        yield Occurrence.at_venue_id == _id_of(Venue, wanted.venue)


def _of_events(wanted: AgendaFilter) -> Iterator[sa.ColumnElement[bool]]:
    """What only the event itself knows."""
    for column, value in ((Event.audience, wanted.audience), (Event.spoken, wanted.spoken)):
        if value:  # codes are plain words: as text a list of them is the same on both databases
            yield sa.cast(column, sa.Text).contains(f'"{value}"', autoescape=True)


def _in(column: Any, ids: Sequence[int]) -> sa.ColumnElement[bool]:
    """One of these; if there are none the database need not look for it."""
    return column.in_(ids) if ids else sa.false()


def _id_of(model: Any, code: str) -> sa.ScalarSelect[Any]:
    return sa.select(model.id).where(model.code == code).scalar_subquery()
