"""What can be chosen in the form of an event."""

from __future__ import annotations

from typing import TypeVar

from portal.core.db import db
from portal.core.i18n import plain
from portal.events import queries
from portal.events.forms.writing import EventForm
from portal.events.models import Event, Venue

Kind = TypeVar("Kind", bound=EventForm)


def offered(form: Kind, event: Event | None) -> Kind:
    """The form with the kinds of events and the venues that there are, and those that the event has already."""
    venues = [(venue.id, _venue_name(venue)) for venue in queries.venues(db.session)]
    if event is not None and event.venue is not None and event.venue.closed:
        venues.append((event.venue.id, _venue_name(event.venue)))
    categories = [(row.id, plain(row.name)) for row in queries.categories(db.session)]
    if event is not None and event.category.closed:
        categories.append((event.category.id, plain(event.category.name)))
    form.offer(
        categories=categories,
        venues=sorted(venues, key=lambda pair: pair[1]),
    )
    return form


def _venue_name(venue: Venue) -> str:
    where = plain(venue.community.name) if venue.community else ""
    name = plain(venue.name)
    return f"{name} – {where}" if where and where not in name else name
