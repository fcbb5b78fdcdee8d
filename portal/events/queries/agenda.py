"""The agenda as visitors read it: lists in the order of time, by filters that combine."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from math import asin, cos, radians, sin, sqrt
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.core import search
from portal.core.clock import athens_date, start_of
from portal.core.texts import Translated
from portal.events.models import LONG, Event, EventCategory, Occurrence, Price, Status, Venue
from portal.organisation.models import Community

PAGE = 20
#: so many events that hold some words are looked at, the newest
MOST_FOUND = 500
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
    #: events that hold the words of `text`; found by the queries themselves
    event_ids: tuple[int, ...] | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the agenda: an occurrence with what lists show of its event."""

    id: int
    recurrence_id: str
    starts_at: datetime
    ends_at: datetime
    own_status: Status
    free: bool
    step_free: bool
    lat: float | None
    lon: float | None
    event_id: int
    slug: str
    event_status: Status
    title: Translated
    summary: Translated
    #: minutes past midnight do not count for it
    all_day: bool
    recurs: bool
    place: Translated
    price: Price
    price_from: Decimal | None
    price_to: Decimal | None
    category: Translated
    venue: Translated | None
    community: Translated | None

    @property
    def status(self) -> Status:
        """Its own, unless the whole event is postponed or cancelled."""
        return self.event_status if self.own_status is Status.SCHEDULED else self.own_status


_COLUMNS: list[Any] = [
    Occurrence.id,
    Occurrence.recurrence_id,
    Occurrence.starts_at,
    Occurrence.ends_at,
    Occurrence.status,
    Occurrence.free,
    Occurrence.step_free,
    Occurrence.lat,
    Occurrence.lon,
    Event.id,
    Event.slug,
    Event.status,
    Event.title,
    Event.summary,
    Event.starts_at.is_(None),
    sa.or_(Event.rule.is_not(None), sa.func.length(sa.cast(Event.extra, sa.Text)) > 2),
    Event.place,
    Event.price,
    Event.price_from,
    Event.price_to,
    EventCategory.name,
    Venue.name,
    Community.name,
]


def lines(session: Session, wanted: AgendaFilter, *, most: int = PAGE) -> Sequence[Line]:
    """A page of the agenda, in the order of time."""
    return shown(session, chosen(with_events(session, wanted), most))


def next_after(rows: Sequence[Line], *, most: int = PAGE) -> tuple[datetime, int] | None:
    """Where the next page starts; None if this was the last."""
    return (rows[-1].starts_at, rows[-1].id) if len(rows) == most else None


def of_each_day(session: Session, wanted: AgendaFilter, *, most: int = 5) -> dict[date, list[Line]]:
    """The first lines that begin on each day of a filter with both ends, e.g. a month; empty days are left out."""
    wanted = with_events(session, wanted)
    assert wanted.until is not None
    days = [wanted.since + timedelta(days=number) for number in range((wanted.until - wanted.since).days + 1)]
    parts = [_first(_starting(replace(wanted, since=day, until=day, after=None)), most) for day in days]
    found: dict[date, list[Line]] = {}
    for line in shown(session, sa.union_all(*parts)):
        found.setdefault(athens_date(line.starts_at), []).append(line)
    return found


def with_events(session: Session, wanted: AgendaFilter) -> AgendaFilter:
    """The filter with the events that hold its words."""
    if not wanted.text:
        return wanted
    hits = search.find(session, wanted.text, kinds=["event"], most=MOST_FOUND)
    return replace(wanted, event_ids=tuple(hit.ref_id for hit in hits))


def shown(session: Session, ids: sa.SelectBase) -> list[Line]:
    """What lists show of these occurrences, in the order of time."""
    query: sa.Select[Any] = sa.select(*_COLUMNS)
    query = (
        query.join(Event, Event.id == Occurrence.event_id)
        .join(EventCategory, EventCategory.id == Event.category_id)
        .outerjoin(Venue, Venue.id == sa.func.coalesce(Occurrence.venue_id, Event.venue_id))
        .outerjoin(Community, Community.id == Occurrence.community_id)
        .where(Occurrence.id.in_(ids))
        .order_by(Occurrence.starts_at, Occurrence.id)
    )
    return [Line(*row) for row in session.execute(query)]


def chosen(wanted: AgendaFilter, most: int) -> sa.SelectBase:
    """Ids of a page: what begins from the first day on, and before it, on the first page, what still goes on then."""
    starting = _starting(wanted)
    if wanted.after:
        later = sa.tuple_(Occurrence.starts_at, Occurrence.id) > sa.tuple_(*wanted.after)
        starting = starting.where(later)
    begins = start_of(wanted.since)
    going_on = [Occurrence.starts_at < begins, Occurrence.ends_at > begins]
    if wanted.after and wanted.after[0] >= begins:
        return _first(starting, most)
    parts = [
        starting,
        matching(wanted).where(*going_on, Occurrence.starts_at >= begins - LONG, Occurrence.long.is_(False)),
        matching(wanted).where(*going_on, Occurrence.long),
    ]
    if wanted.after:
        parts = [
            part.where(sa.tuple_(Occurrence.starts_at, Occurrence.id) > sa.tuple_(*wanted.after)) for part in parts
        ]
    *ordered, of_weeks = parts  # those are few, and an order would lead PostgreSQL past their index
    firsts = (sa.select(_in_time(part).limit(most).subquery()) for part in ordered)
    rows = sa.union_all(*firsts, of_weeks).subquery()
    return sa.select(rows.c.id).order_by(rows.c.starts_at, rows.c.id).limit(most)


def _starting(wanted: AgendaFilter) -> sa.Select[Any]:
    """Occurrences of a filter that begin on its days."""
    query = matching(wanted).where(Occurrence.starts_at >= start_of(wanted.since))
    if wanted.until:
        query = query.where(Occurrence.starts_at < start_of(wanted.until + timedelta(days=1)))
    return query


def _in_time(query: sa.Select[Any]) -> sa.Select[Any]:
    return query.order_by(Occurrence.starts_at, Occurrence.id)


def _first(query: sa.Select[Any], most: int) -> sa.Select[Any]:
    return sa.select(_in_time(query).limit(most).subquery().c.id)


def matching(wanted: AgendaFilter, *, among: sa.ColumnElement[bool] | None = None) -> sa.Select[Any]:
    """Occurrences by everything but time, among the public ones or others."""
    columns: list[Any] = [Occurrence.id, Occurrence.starts_at]
    query: sa.Select[Any] = sa.select(*columns).where(Occurrence.shown if among is None else among)
    if wanted.free:
        query = query.where(Occurrence.free)
    if wanted.step_free:
        query = query.where(Occurrence.step_free)
    if wanted.category:
        query = query.where(Occurrence.category_id == _id_of(EventCategory, wanted.category))
    if wanted.community:
        query = query.where(Occurrence.community_id == _id_of(Community, wanted.community))
    if wanted.event_ids is not None:
        query = query.where(Occurrence.event_id.in_(wanted.event_ids))
    if wanted.near:
        query = query.where(*_box(wanted.near))
    events = list(_of_events(wanted))
    if events:
        query = query.join(Event, Event.id == Occurrence.event_id).where(*events)
    return query


def _of_events(wanted: AgendaFilter) -> Iterator[sa.ColumnElement[bool]]:
    """What only the event itself knows."""
    if wanted.venue:
        yield sa.func.coalesce(Occurrence.venue_id, Event.venue_id) == _id_of(Venue, wanted.venue)
    for column, value in ((Event.audience, wanted.audience), (Event.spoken, wanted.spoken)):
        if value:  # codes are plain words: as text a list of them is the same on both databases
            yield sa.cast(column, sa.Text).contains(f'"{value}"', autoescape=True)
    if wanted.umbrella:
        festival = sa.select(Event.id).where(Event.slug == wanted.umbrella).scalar_subquery()
        yield sa.or_(Event.umbrella_id == festival, Event.id == festival)


def _id_of(model: Any, code: str) -> sa.ScalarSelect[Any]:
    return sa.select(model.id).where(model.code == code).scalar_subquery()


def _box(near: Near) -> list[sa.ColumnElement[bool]]:
    """The square around a point; who shows distances measures them."""
    up = near.km / _DEGREE
    across = up / max(cos(radians(near.lat)), 0.01)
    return [
        Occurrence.lat.between(near.lat - up, near.lat + up),
        Occurrence.lon.between(near.lon - across, near.lon + across),
    ]
