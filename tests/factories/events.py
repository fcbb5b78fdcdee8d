"""Events, published as staff publish them."""

from __future__ import annotations

import itertools
from datetime import date, datetime, time
from typing import Any

from sqlalchemy.orm import Session

from portal.core.texts import Translated
from portal.events import operations
from portal.events.models import Calendar, Event, EventCategory, Organiser, Venue
from portal.events.operations import EventInput
from tests.factories.moments import DAY, NOW

_numbers = itertools.count(1)


def make_category(session: Session, **given: Any) -> EventCategory:
    """A shelf of the agenda."""
    number = next(_numbers)
    made: dict[str, Any] = {
        "code": f"category-{number}",
        "name": Translated(el=f"Κατηγορία {number}", en=f"Category {number}"),
        "position": number,
    }
    row = EventCategory(**(made | given))
    session.add(row)
    session.flush()
    return row


def make_venue(session: Session, **given: Any) -> Venue:
    """A place by the sea, without a step, in no community unless one is given."""
    number = next(_numbers)
    made: dict[str, Any] = {
        "code": f"venue-{number}",
        "name": Translated(el=f"Χώρος {number}", en=f"Venue {number}"),
        "address": Translated(el=f"Οδός {number}", en=f"Street {number}"),
        "lat": 35.3177,
        "lon": 25.3904,
        "step_free": True,
        "notes": Translated(),
    }
    row = Venue(**(made | given))
    session.add(row)
    session.flush()
    return row


def make_organiser(session: Session, **given: Any) -> Organiser:
    """An association."""
    number = next(_numbers)
    made: dict[str, Any] = {"name": f"Σύλλογος {number}", "email": f"organiser{number}@example.org", "trusted": False}
    row = Organiser(**(made | given))
    session.add(row)
    session.flush()
    return row


def make_calendar(session: Session, **given: Any) -> Calendar:
    """The calendar of an association, which has not been read yet."""
    number = next(_numbers)
    made: dict[str, Any] = {
        "name": f"Σύλλογος {number}",
        "url": f"https://association{number}.example/events.ics",
        "category": given.get("category") or make_category(session),
        "language": "el",
        "every_hours": 24,
        "report": {},
    }
    row = Calendar(**(made | given))
    session.add(row)
    session.flush()
    return row


def event_input(session: Session, **given: Any) -> EventInput:
    """What somebody writes of an event: two hours on the evening of `DAY`, in Greek and English."""
    number = next(_numbers)
    made: dict[str, Any] = {
        "title": Translated(el=f"Εκδήλωση {number}", en=f"Event {number}"),
        "summary": Translated(el="Με λύρα και λαούτο.", en="With lyra and lute."),
        "starts_on": DAY,
        "starts_at": time(20, 0),
        "minutes": 120,
    }
    if category := given.pop("category", None):
        given["category_id"] = category.id
    for name in ("venue", "organiser", "umbrella"):
        if row := given.pop(name, None):
            given[f"{name}_id"] = row.id
    if "category_id" not in given:
        given["category_id"] = make_category(session).id
    return EventInput(**(made | given))


def make_event(
    session: Session,
    *,
    on: date = DAY,
    at: time | None = time(20, 0),
    published: bool = True,
    now: datetime = NOW,
    **given: Any,
) -> Event:
    """An event with its occurrences, in the agenda unless it is not published.

    Rows may be given as `category`, `venue`, `organiser`, `umbrella`; everything else as `EventInput` names it.
    """
    wanted = event_input(session, starts_on=on, starts_at=at, **given)
    event = operations.create(session, wanted, host="portal.example.org", actor_id=None, now=now)
    if published:
        operations.publish(session, event, actor=None, now=now)
    return event
