"""What feeds are written from: plain columns, read in batches, and the dates of an event as calendars carry them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from itertools import islice
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from portal.core.clock import start_of
from portal.core.texts import Translated
from portal.events.models import LONG, Event, EventCategory, Occurrence, Publication, Venue
from portal.events.queries.agenda import chosen
from portal.events.queries.filters import AgendaFilter, matching, resolved
from portal.events.queries.recurrence import (
    Time,
    Timing,
    is_certain,
    moment,
    named,
    on_the_wall,
    parsed,
    starts,
    time_of,
)
from portal.organisation.models import Community

#: rows are read by so many at a time
BATCH = 500
#: what was published and is taken out stays so long in the feeds, as cancelled
WITHDRAWN_FOR = timedelta(days=60)
_umbrella = aliased(Event)
#: by far the most rules: so many days of the week; without asking the expander
_BY_DAY = re.compile(r"FREQ=WEEKLY(?:;INTERVAL=\d+)?;BYDAY=((?:[A-Z]{2},?)+)(?:;UNTIL=[0-9TZ]+|;COUNT=\d+)?")
_DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")

_EVENT: list[Any] = [
    Event.id,
    Event.uid,
    Event.slug,
    Event.sequence,
    Event.publication,
    Event.status,
    Event.status_note,
    Event.title,
    Event.summary,
    Event.text,
    Event.category_id,
    Event.venue_id,
    Event.place,
    Event.contact,
    Event.starts_on,
    Event.starts_at,
    Event.minutes,
    Event.rule,
    Event.extra,
    Event.left_out,
    Event.rolled_to,
    Event.created_at,
    Event.changed_at,
    Event.published_at,
    _umbrella.uid.label("umbrella_uid"),
]
_SINGLE: list[Any] = [
    Occurrence.event_id,
    Occurrence.recurrence_id,
    Occurrence.starts_at,
    Occurrence.ends_at,
    Occurrence.status,
    Occurrence.status_note,
    Occurrence.single,
    Occurrence.venue_id,
]
_OCCURRENCE: list[Any] = [
    Occurrence.id,
    Occurrence.recurrence_id,
    Occurrence.starts_at,
    Occurrence.ends_at,
    Occurrence.status,
    Occurrence.free,
    Occurrence.step_free,
    Occurrence.lat,
    Occurrence.lon,
    Occurrence.category_id,
    Occurrence.community_id,
    Occurrence.at_venue_id.label("venue_id"),
    Event.uid,
    Event.slug,
    Event.status.label("event_status"),
    Event.title,
    Event.summary,
    Event.place,
    Event.starts_at.is_(None).label("all_day"),
]


@dataclass(frozen=True)
class Shelves:
    """What many events share, by id: read once for a feed and not with every row."""

    #: code and name
    categories: dict[int, tuple[str, Translated]]
    communities: dict[int, tuple[str, Translated]]
    venues: dict[int, Any]


def shelves(session: Session) -> Shelves:
    """Categories, communities and venues, the closed ones as well."""

    def names(model: Any) -> dict[int, tuple[str, Translated]]:
        return {row.id: (row.code, row.name) for row in session.execute(sa.select(model.id, model.code, model.name))}

    venues = sa.select(Venue.id, Venue.code, Venue.name, Venue.address, Venue.lat, Venue.lon)
    return Shelves(names(EventCategory), names(Community), {row.id: row for row in session.execute(venues)})


def events(session: Session, wanted: AgendaFilter, *, now: datetime) -> Iterator[tuple[Any, Sequence[Any]]]:
    """Events that have an occurrence within a filter, in the order in which they were made, each with its exceptions.

    Those that were taken out lately are among them. The exceptions are the occurrences that the rule alone does not
    tell of: changed on their own, or kept because something was noted of them.
    """
    ids = iter(event_ids(session, wanted, now=now))
    while batch := list(islice(ids, BATCH)):
        yield from _read(session, batch)


def event(session: Session, slug: str, *, now: datetime) -> tuple[Any, Sequence[Any]] | None:
    """One event for its own feed; None if it is not public."""
    public = sa.or_(Event.publication == Publication.PUBLISHED, _withdrawn(now))
    found = session.scalar(sa.select(Event.id).where(Event.slug == slug, public))
    return None if found is None else next(_read(session, [found]))


def event_ids(session: Session, wanted: AgendaFilter, *, now: datetime) -> list[int]:
    """The numbers of the events of a feed, in their order."""
    wanted = resolved(session, wanted)
    begins = start_of(wanted.since)
    taken_out = Occurrence.event_id.in_(sa.select(Event.id).where(_withdrawn(now)))
    parts = []
    for among in (None, taken_out):
        query = matching(wanted, among=among).where(Occurrence.ends_at > begins)
        if wanted.until:
            query = query.where(Occurrence.starts_at < start_of(wanted.until + timedelta(days=1)))
        query = query.with_only_columns(Occurrence.event_id)
        # what takes weeks is found by its end, everything else has begun lately
        parts += [query.where(Occurrence.starts_at >= begins - LONG), query.where(Occurrence.long)]
    ids = sa.union(*parts).subquery()
    return list(session.scalars(sa.select(ids.c.event_id).order_by(ids.c.event_id)))


def _withdrawn(now: datetime) -> sa.ColumnElement[bool]:
    return sa.and_(
        Event.publication == Publication.WITHDRAWN,
        Event.published_at.is_not(None),
        Event.changed_at > now - WITHDRAWN_FOR,
    )


def _read(session: Session, ids: Sequence[int]) -> Iterator[tuple[Any, Sequence[Any]]]:
    query = sa.select(*_EVENT).outerjoin(_umbrella, _umbrella.id == Event.umbrella_id)
    query = query.where(Event.id.in_(ids)).order_by(Event.id)
    of: dict[int, list[Any]] = {}
    odd = sa.or_(Occurrence.single, Occurrence.attendance.is_not(None))
    rows = sa.select(*_SINGLE).where(Occurrence.event_id.in_(ids), odd).order_by(Occurrence.recurrence_id)
    for row in session.execute(rows):
        of.setdefault(row.event_id, []).append(row)
    for row in session.execute(query.execution_options(yield_per=BATCH)):
        yield row, of.get(row.id, ())


def occurrences(session: Session, wanted: AgendaFilter) -> Iterator[Any]:
    """The occurrences of a filter, as lists show them and in the same order."""
    wanted = resolved(session, wanted)
    query = sa.select(*_OCCURRENCE).join(Event, Event.id == Occurrence.event_id)
    query = query.order_by(Occurrence.starts_at, Occurrence.id)
    while True:
        batch = query.where(Occurrence.id.in_(chosen(wanted, BATCH)))
        count, row = 0, None
        for row in session.execute(batch.execution_options(yield_per=BATCH)):
            count += 1
            yield row
        if row is None or count < BATCH:
            return
        wanted = replace(wanted, after=(row.starts_at, row.id))


# -- dates


@dataclass(slots=True)
class Dates:
    """When an event takes place, as a calendar says it: local times, without a zone; of whole days at midnight."""

    starts: datetime
    ends: datetime
    rule: str | None = None
    #: RDATE and EXDATE
    further: Sequence[datetime] = ()
    left_out: Sequence[datetime] = ()
    #: occurrences that are different on their own (RECURRENCE-ID)
    changed: Sequence[Any] = ()
    #: those whose hour the clock skips or shows twice: programs disagree about it, so it is said in UTC
    uncertain: Sequence[Time] = ()


def dates(event: Any, odd: Sequence[Any]) -> Dates:
    """The dates of an event that `events` gave, with its exceptions."""
    if not odd and not event.rule and not event.extra and not event.left_out:
        begins = datetime.combine(event.starts_on, event.starts_at or time())
        return Dates(begins, begins + timedelta(minutes=event.minutes))
    timing = Timing(
        event.starts_on, event.starts_at, event.minutes, event.rule, tuple(event.extra), tuple(event.left_out)
    )
    begins, length = timing.start, timedelta(minutes=event.minutes)
    own = named(begins, all_day=event.starts_at is None)
    names = {row.recurrence_id for row in odd}
    if odd and not event.rule and not event.extra and names == {own}:
        [row] = odd  # the only one there is: it needs no rule to differ from
        if row.single:
            return Dates(on_the_wall(row.starts_at), on_the_wall(row.ends_at))
    further = [name for name in (*event.extra, *_not_given(timing, names)) if name != own]
    if event.rule and not _begins_with(event.rule, begins):
        further.insert(0, own)  # the first start stands in any case; some programs take it from the rule alone
    return Dates(
        begins,
        begins + length,
        event.rule,
        [moment(text) for text in further],
        [moment(text) for text in event.left_out if text not in names],
        [row for row in odd if row.single],
        [each for each in _uncertain(timing, event) if each.recurrence_id not in names],
    )


def _begins_with(rule: str, start: datetime) -> bool:
    """Whether a rule gives the first start itself."""
    if "BY" not in rule:
        return True
    days = _BY_DAY.fullmatch(rule)
    return _DAYS[start.weekday()] in days[1] if days else next(iter(parsed(rule, start)), None) == start


def _uncertain(timing: Timing, event: Any) -> Iterator[Time]:
    """Of a series, the times of which programs make different hours: two nights a year, between three and four."""
    length = timedelta(minutes=timing.minutes)
    if timing.starts_at is None or not (timing.rule or timing.extra):
        return  # its own DTSTART says it
    seeds = [timing.start, *map(moment, timing.extra)]
    if not any(3 in {seed.hour, (seed + length).hour} for seed in seeds) and "BYHOUR" not in (timing.rule or ""):
        return
    last = max([event.rolled_to or timing.starts_on, *(seed.date() for seed in seeds)])
    for start in starts(timing, last):
        if not is_certain(start) or not is_certain(start + length):
            yield time_of(timing, start)


def _not_given(timing: Timing, names: set[str]) -> list[str]:
    """Those that take place although the rule no longer gives them."""
    if not names:
        return []
    last = max(date.fromisoformat(name[:10]) for name in names)
    given = starts(replace(timing, left_out=()), last)
    return sorted(names - {named(start, all_day=timing.starts_at is None) for start in given})
