"""What a digest says: what is on in the coming days, and what has changed of what the last one named."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from portal.core.clock import athens_date
from portal.core.texts import LEGAL_LANGUAGE, Translated
from portal.events.models import Event, Occurrence, Publication, Status
from portal.events.queries.addresses import asked, canonical
from portal.events.queries.agenda import Line, lines

#: so many days are told, today included
DAYS = 10
#: so many occurrences are looked at, so many events are told
MOST_LINES, MOST_EVENTS = 400, 60
#: what a subscription does not keep: its days are always the coming ones
_DAYS = ("when", "from", "to")
_FLAGS = ("free", "step_free")
_LONGEST = {"q": 100, "near": 40, "km": 10}


def standing(given: Mapping[str, str], *, now: datetime) -> str:
    """The part of a filter that a subscription keeps: no days, and nothing that cannot be understood."""
    problems = asked(given, today=athens_date(now)).problems
    kept = {
        name: value[: _LONGEST.get(name, 80)]
        for name, value in given.items()
        if name not in {*_DAYS, *problems} and (name not in _FLAGS or value == "1")
    }
    if "near" not in kept:
        kept.pop("km", None)
    return canonical(kept)


def given_in(text: str) -> dict[str, str]:
    """Name → value of a filter as it is kept."""
    return dict(parse_qsl(text))


def upcoming(session: Session, text: str, *, now: datetime) -> list[Line]:
    """The occurrences that a kept filter finds in the coming days and that are not over, in the order of time."""
    today = athens_date(now)
    wanted = replace(
        asked(given_in(text), today=today).filter, since=today, until=today + timedelta(days=DAYS - 1), after=None
    )
    found = [line for line in lines(session, wanted, most=MOST_LINES) if line.ends_at > now]
    near = wanted.near
    if near is None:
        return found
    return [line for line in found if near.distance(line.lat or 0.0, line.lon or 0.0) <= near.km]


def mark(line: Line) -> list[Any]:
    """What is remembered of a named occurrence, so that the next digest knows what has changed."""
    venue = line.venue.text(LEGAL_LANGUAGE) if line.venue else ""
    return [line.event_id, line.starts_at.isoformat(), line.status.value, venue]


@dataclass(frozen=True)
class Change:
    """What has become of an occurrence that the last digest named."""

    title: Translated
    slug: str
    #: None: it is no longer in the agenda
    status: Status | None
    was_at: datetime
    starts_at: datetime | None
    all_day: bool
    note: Translated
    venue: Translated | None


def changes(session: Session, named: Mapping[str, Sequence[Any]], *, now: datetime) -> list[Change]:
    """What has changed since, of what still lies ahead, in the order of the times that had been named."""
    if not named:
        return []
    loads = joinedload(Occurrence.event).joinedload(Event.venue), joinedload(Occurrence.venue)
    query = sa.select(Occurrence).where(Occurrence.id.in_([int(key) for key in named])).options(*loads)
    rows = {row.id: row for row in session.scalars(query)}
    gone = [mark[0] for key, mark in named.items() if int(key) not in rows]
    events = {each.id: each for each in session.scalars(sa.select(Event).where(Event.id.in_(gone)))} if gone else {}
    found = []
    for key, mark in named.items():
        row, was_at = rows.get(int(key)), datetime.fromisoformat(mark[1])
        if row is not None and row.event.publication is Publication.PUBLISHED:
            found.append(_changed(row, mark, was_at))
        elif event := row.event if row else events.get(mark[0]):
            found.append(_taken_out(event, was_at))
    ahead = [each for each in found if each and max(each.was_at, each.starts_at or each.was_at) > now]
    return sorted(ahead, key=lambda each: each.was_at)


def _changed(row: Occurrence, mark: Sequence[Any], was_at: datetime) -> Change | None:
    event = row.event
    status = event.status if row.status is Status.SCHEDULED else row.status
    venue = row.venue or event.venue
    elsewhere = status is Status.MOVED and mark[3] != (venue.name.text(LEGAL_LANGUAGE) if venue else "")
    if status.value == mark[2] and row.starts_at == was_at and not elsewhere:
        return None
    note = row.status_note or event.status_note
    name = venue.name if venue else None
    return Change(event.title, event.slug, status, was_at, row.starts_at, event.all_day, note, name)


def _taken_out(event: Event, was_at: datetime) -> Change:
    return Change(event.title, event.slug, None, was_at, None, event.all_day, Translated(), None)
