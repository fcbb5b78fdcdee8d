"""Occurrences follow from their event: made ahead, changed with it, and rolled on by the worker."""

from collections.abc import Sequence
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.core.texts import Translated
from portal.events.models import LONG, Event, Occurrence, Price, Publication, Status
from portal.events.queries.recurrence import HORIZON, Timing, times

#: events are rolled on by so many at a time
BATCH = 200


def timing_of(event: Event) -> Timing:
    """What decides when an event takes place."""
    return Timing(
        event.starts_on, event.starts_at, event.minutes, event.rule, tuple(event.extra), tuple(event.left_out)
    )


def roll(session: Session, event: Event, *, today: date) -> None:
    """Make the occurrences of an event equal to its rule up to the horizon; one changed on its own keeps its times.

    One that the rule no longer gives goes, unless something was noted of it: a change of its own, or who came.

    :raises BadRule: if the rule cannot be read.
    """
    until = max(today, event.starts_on) + HORIZON
    given = {each.recurrence_id: each for each in times(timing_of(event), until)}
    known = {row.recurrence_id: row for row in event.occurrences}
    for name, row in known.items():
        if name not in given and not row.single and row.attendance is None:
            event.occurrences.remove(row)
    for name, each in given.items():
        row = known.get(name) or _added(event, name)
        if not row.single:
            row.starts_at, row.ends_at = each.starts_at, each.ends_at
    event.rolled_to = until if event.rule else None
    with session.no_autoflush:  # the venue may have to be read, and new rows are not complete before
        copy_filters(event)
    session.flush()


def _added(event: Event, name: str) -> Occurrence:
    row = Occurrence(recurrence_id=name, status=Status.SCHEDULED, status_note=Translated(), single=False)
    event.occurrences.append(row)
    return row


def copy_filters(event: Event) -> None:
    """Write into each occurrence what lists filter by."""
    for row in event.occurrences:
        venue = row.venue or event.venue
        row.long = row.ends_at - row.starts_at > LONG
        row.shown = event.publication is Publication.PUBLISHED
        row.category_id = event.category_id or event.category.id
        row.free = event.price is Price.FREE
        row.at_venue_id = venue.id if venue else None
        row.community_id, row.lat, row.lon = (venue.community_id, venue.lat, venue.lon) if venue else (None, None, None)
        row.step_free = bool(venue and venue.step_free)


def due(session: Session, *, today: date, most: int = BATCH) -> Sequence[Event]:
    """Events by a rule whose occurrences end within the horizon's last months."""
    soon = today + HORIZON - (HORIZON / 6)
    query = sa.select(Event).where(Event.rolled_to < soon, Event.rule.is_not(None)).order_by(Event.rolled_to)
    return session.scalars(query.limit(most)).all()


def roll_on(session: Session, *, today: date) -> int:
    """Roll on what is due; says how many events there were."""
    rows = due(session, today=today)
    for event in rows:
        roll(session, event, today=today)
    return len(rows)
