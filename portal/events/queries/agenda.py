"""The agenda as visitors read it: lists in the order of time, by filters that combine."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.core.clock import athens_date, start_of
from portal.core.texts import Translated
from portal.events.models import LONG, Event, EventCategory, Occurrence, Price, Status, Venue
from portal.events.queries.filters import AgendaFilter, first, matching, resolved
from portal.organisation.models import Community

PAGE = 20


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
    return shown(session, chosen(resolved(session, wanted), most))


def next_after(rows: Sequence[Line], *, most: int = PAGE) -> tuple[datetime, int] | None:
    """Where the next page starts; None if this was the last."""
    return (rows[-1].starts_at, rows[-1].id) if len(rows) == most else None


def of_each_day(session: Session, wanted: AgendaFilter, *, most: int = 5) -> dict[date, list[Line]]:
    """The first lines that begin on each day of a filter with both ends, e.g. a month; empty days are left out."""
    wanted = resolved(session, wanted)
    assert wanted.until is not None
    days = [wanted.since + timedelta(days=number) for number in range((wanted.until - wanted.since).days + 1)]
    parts = [
        sa.select(first(wanted, *_between(day, day), most=most).subquery().c.id)  # a limit stands in a query of its own
        for day in days
    ]
    found: dict[date, list[Line]] = {}
    for line in shown(session, sa.union_all(*parts)):
        found.setdefault(athens_date(line.starts_at), []).append(line)
    return found


def shown(session: Session, ids: sa.SelectBase) -> list[Line]:
    """What lists show of these occurrences, in the order of time."""
    query: sa.Select[Any] = sa.select(*_COLUMNS)
    query = (
        query.join(Event, Event.id == Occurrence.event_id)
        .join(EventCategory, EventCategory.id == Event.category_id)
        .outerjoin(Venue, Venue.id == Occurrence.at_venue_id)
        .outerjoin(Community, Community.id == Occurrence.community_id)
        .where(Occurrence.id.in_(ids))
        .order_by(Occurrence.starts_at, Occurrence.id)
    )
    return [Line(*row) for row in session.execute(query)]


def chosen(wanted: AgendaFilter, most: int) -> sa.SelectBase:
    """Ids of a page of a resolved filter: what begins from the first day on, and before it what still goes on then."""
    begins = start_of(wanted.since)
    later = [sa.tuple_(Occurrence.starts_at, Occurrence.id) > sa.tuple_(*wanted.after)] if wanted.after else []
    starting = first(wanted, *_between(wanted.since, wanted.until), *later, most=most)
    if wanted.after and wanted.after[0] >= begins:
        return sa.select(starting.subquery().c.id)
    going_on = [Occurrence.starts_at < begins, Occurrence.ends_at > begins, *later]
    lately = first(wanted, *going_on, Occurrence.starts_at >= begins - LONG, Occurrence.long.is_(False), most=most)
    # those are few, and an order would lead PostgreSQL past their index
    of_weeks = matching(wanted).where(*going_on, Occurrence.long)
    rows = sa.union_all(sa.select(starting.subquery()), sa.select(lately.subquery()), of_weeks).subquery()
    return sa.select(rows.c.id).order_by(rows.c.starts_at, rows.c.id).limit(most)


def _between(since: date, until: date | None) -> Iterator[sa.ColumnElement[bool]]:
    """What begins on these days."""
    yield Occurrence.starts_at >= start_of(since)
    if until:
        yield Occurrence.starts_at < start_of(until + timedelta(days=1))
