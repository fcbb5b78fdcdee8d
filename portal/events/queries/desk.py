"""Reads of the desk: what may be the same twice, who holds a venue when, what is over and was not counted."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from difflib import SequenceMatcher
from itertools import groupby
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from portal.core import search
from portal.core.clock import athens_date, start_of
from portal.core.texts import Translated
from portal.events.models import Event, EventCategory, Occurrence, Organiser, Publication, Status, Venue

PAGE = 30
#: so many occurrences around an event are looked at for its double
MOST_AROUND = 300
#: from here on two titles say the same
ALIKE = 0.62
#: a planner's month shows so many at once, whole days of them
MOST_OF_MONTH = 250
_DAY = timedelta(days=1)
_OFF = (Status.CANCELLED, Status.POSTPONED)
_GONE = (Publication.REFUSED, Publication.WITHDRAWN)


# -- doubles


@dataclass(frozen=True)
class Double:
    """Another event that may be the same."""

    event: Event
    starts_at: datetime
    same_place: bool
    #: from 0 to 1
    alike: float


def doubles(session: Session, event: Event, *, most: int = 5) -> list[Double]:
    """Events within a day of this one's first date, at its venue or with a similar title; the likeliest first."""
    first = min((row.starts_at for row in event.occurrences), default=None)
    if first is None:
        return []
    place = Occurrence.at_venue_id
    query = (
        sa.select(Event, Occurrence.starts_at, place)
        .join(Occurrence, Occurrence.event_id == Event.id)
        .where(Occurrence.shown.in_([True, False]), Occurrence.starts_at.between(first - _DAY, first + _DAY))
        .where(Event.id != event.id, Event.publication.not_in([*_GONE, Publication.DRAFT]))
        .order_by(Occurrence.starts_at)
        .limit(MOST_AROUND)
    )
    found: dict[int, Double] = {}
    for other, starts_at, venue_id in session.execute(query):
        same = venue_id is not None and venue_id == event.venue_id and _same_day(starts_at, first)
        alike = likeness(event.title, other.title)
        if (same or alike >= ALIKE) and other.id not in found:
            found[other.id] = Double(other, starts_at, same, alike)
    return sorted(found.values(), key=lambda each: (-each.alike - each.same_place, each.event.id))[:most]


def _same_day(one: datetime, other: datetime) -> bool:
    return athens_date(one) == athens_date(other)


def likeness(one: Translated, other: Translated) -> float:
    """How much two titles have in common in the language in which they have most, from 0 to 1."""
    pairs = [(search.fold(one[code]), search.fold(other[code])) for code in one.keys() & other.keys()]
    return max((SequenceMatcher(None, *pair).ratio() for pair in pairs if all(pair)), default=0.0)


# -- who holds a venue when


@dataclass(frozen=True)
class Held:
    """An occurrence in the planner's month."""

    id: int
    event_id: int
    slug: str
    title: Translated
    publication: Publication
    status: Status
    starts_at: datetime
    ends_at: datetime
    all_day: bool
    venue_id: int | None
    venue: Translated | None
    #: titles of what is at the same venue at the same time
    conflicts: tuple[Translated, ...] = field(default=())


@dataclass(frozen=True)
class Month:
    """What takes place in a month, or in some of its days."""

    rows: Sequence[Held]
    #: the day from which it goes on, if not everything fits
    more: date | None = None
    #: not even the first day fits
    cut: bool = False


def month(session: Session, first: date, *, since: date | None = None, venue: str = "", most: int = 0) -> Month:
    """What takes place in a month, drafts included, in the order of time, each with its conflicts.

    From the day `since` on, if that lies in it, and as many whole days as fit.
    """
    begins, most = first.replace(day=1), most or MOST_OF_MONTH
    ends = (begins + timedelta(days=32)).replace(day=1)
    place = sa.func.coalesce(Occurrence.venue_id, Event.venue_id)
    from_day = since if since and begins <= since < ends else begins
    query = (
        _held(place)
        .where(Occurrence.starts_at >= start_of(from_day), Occurrence.starts_at < start_of(ends))
        .order_by(Occurrence.starts_at, Occurrence.id)
        .limit(most + 1)
    )
    if venue:
        query = query.where(Venue.code == venue)
    return _whole_days([Held(*row) for row in session.execute(query)], ends, most)


def _held(place: Any) -> sa.Select[Any]:
    columns: list[Any] = [
        Occurrence.id,
        Event.id,
        Event.slug,
        Event.title,
        Event.publication,
        sa.case((Occurrence.status != Status.SCHEDULED, Occurrence.status), else_=Event.status),
        Occurrence.starts_at,
        Occurrence.ends_at,
        Event.starts_at.is_(None),
        place,
        Venue.name,
    ]
    query: sa.Select[Any] = sa.select(*columns)
    query = query.join(Event, Event.id == Occurrence.event_id).outerjoin(Venue, Venue.id == place)
    return query.where(Occurrence.shown.in_([True, False]), Event.publication.not_in(_GONE))


def _whole_days(rows: Sequence[Held], ends: date, most: int) -> Month:
    """The days that fit; of a day that does not fit alone, as much as there is room for."""
    if len(rows) <= most:
        return Month(with_conflicts(rows))
    last = athens_date(rows[-1].starts_at)
    whole = [row for row in rows if athens_date(row.starts_at) < last]
    if whole:
        return Month(with_conflicts(whole), last)
    following = last + timedelta(days=1)
    return Month(with_conflicts(rows[:most]), following if following < ends else None, cut=True)


def with_conflicts(rows: Sequence[Held]) -> list[Held]:
    """The same rows, each with the titles of others that overlap with it at its venue."""
    found: dict[int, dict[int, Translated]] = {}
    for one, other in _overlaps(row for row in rows if row.venue_id and row.status not in _OFF):
        found.setdefault(one.id, {})[other.event_id] = other.title
        found.setdefault(other.id, {})[one.event_id] = one.title
    return [replace(row, conflicts=tuple(found[row.id].values())) if row.id in found else row for row in rows]


def _overlaps(rows: Iterable[Held]) -> Iterator[tuple[Held, Held]]:
    ordered = sorted(rows, key=lambda row: (row.venue_id or 0, row.starts_at, row.id))
    for _venue, group in groupby(ordered, key=lambda row: row.venue_id):
        still: list[Held] = []
        for row in group:
            still = [other for other in still if other.ends_at > row.starts_at]
            yield from ((other, row) for other in still if other.event_id != row.event_id)
            still.append(row)


def by_day(rows: Iterable[Held]) -> Mapping[date, list[Held]]:
    """The rows by the day on which they begin."""
    days: dict[date, list[Held]] = {}
    for row in rows:
        days.setdefault(athens_date(row.starts_at), []).append(row)
    return days


# -- lists


def not_counted(session: Session, *, now: datetime, before: tuple[datetime, int] | None = None) -> Sequence[Occurrence]:
    """What is over and has no attendance, the latest first, a page at a time."""
    query = (
        sa.select(Occurrence)
        .join(Occurrence.event)
        .where(Occurrence.shown, Occurrence.ends_at < now, Occurrence.starts_at < now)
        .where(Occurrence.attendance.is_(None), Occurrence.status.not_in(_OFF), Event.status.not_in(_OFF))
        .order_by(Occurrence.starts_at.desc(), Occurrence.id.desc())
        .limit(PAGE)
    )
    if before:
        query = query.where(sa.tuple_(Occurrence.starts_at, Occurrence.id) < sa.tuple_(*before))
    loads = (joinedload(Occurrence.event).joinedload(Event.venue), joinedload(Occurrence.venue))
    return session.scalars(query.options(*loads)).all()


def written(
    session: Session, publication: Publication, *, from_calendars: bool = False, before: tuple[date, int] | None = None
) -> Sequence[Event]:
    """Events of one publication, the last to begin first; what organisers only begin is not shown."""
    query = sa.select(Event).where(Event.publication == publication)
    if from_calendars:
        query = query.where(Event.calendar_id.is_not(None))
    if publication is Publication.DRAFT:
        query = query.where(sa.or_(Event.secret_hash.is_(None), Event.permit_id.is_not(None)))
    if before:
        query = query.where(sa.tuple_(Event.starts_on, Event.id) < sa.tuple_(*before))
    query = query.order_by(Event.starts_on.desc(), Event.id.desc()).limit(PAGE)
    return session.scalars(
        query.options(joinedload(Event.venue), joinedload(Event.organiser), joinedload(Event.case))
    ).all()


def occurrence(session: Session, event: Event, recurrence_id: str) -> Occurrence | None:
    """One date of an event by the name its rule gave it."""
    query = sa.select(Occurrence).where(Occurrence.event_id == event.id, Occurrence.recurrence_id == recurrence_id)
    return session.scalar(query)


def organisers(session: Session, *, after: tuple[str, int] | None = None, most: int = PAGE) -> Sequence[Organiser]:
    """Who holds events, by name, a page at a time."""
    query = sa.select(Organiser).order_by(Organiser.name, Organiser.id).limit(most)
    if after:
        query = query.where(sa.tuple_(Organiser.name, Organiser.id) > sa.tuple_(*after))
    return session.scalars(query).all()


def all_venues(session: Session, *, most: int = 1000) -> Sequence[Venue]:
    """The venues, closed ones last."""
    query = sa.select(Venue).order_by(Venue.closed, Venue.code).limit(most)
    return session.scalars(query.options(joinedload(Venue.community))).all()


def venue_by_code(session: Session, code: str) -> Venue | None:
    """A venue, closed or not."""
    return session.scalar(sa.select(Venue).where(Venue.code == code))


def all_categories(session: Session) -> Sequence[EventCategory]:
    """The shelves in their order, closed ones too."""
    return session.scalars(sa.select(EventCategory).order_by(EventCategory.position, EventCategory.id)).all()


def category_by_code(session: Session, code: str) -> EventCategory | None:
    """A shelf, closed or not."""
    return session.scalar(sa.select(EventCategory).where(EventCategory.code == code))


def festivals(session: Session, *, since: date, most: int = 100) -> Sequence[Event]:
    """Events of several days that can hold a programme: whole days, and not over for long."""
    query = sa.select(Event).where(
        Event.starts_at.is_(None), Event.minutes > 1440, Event.rule.is_(None), Event.starts_on >= since - 31 * _DAY
    )
    return session.scalars(query.where(Event.publication.not_in(_GONE)).order_by(Event.starts_on).limit(most)).all()
