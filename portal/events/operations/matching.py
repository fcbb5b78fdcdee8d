"""Names in calendars of others are told to be our shelves and places."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.core.texts import Translated
from portal.events.models import EventCategory, Venue
from portal.events.queries.imported import folded, names_of


@dataclass(frozen=True, kw_only=True)
class Target:
    """What the events of a calendar get from this side."""

    category_id: int
    #: None: a file that was read once
    calendar_id: int | None = None
    organiser_id: int | None = None
    venue_id: int | None = None
    language: str = "el"
    #: published at once; else they wait for the staff
    trusted: bool = False
    #: address of this portal: what ends UIDs, and how addresses of its own events begin
    site: str = ""

    @property
    def host(self) -> str:
        """The name of this portal."""
        return self.site.partition("://")[2].partition("/")[0] or "portal"


@dataclass(frozen=True)
class Names:
    """What there is, by its names in every language."""

    categories: dict[str, int]
    venues: tuple[Any, ...]
    #: name of a venue → its id
    by_name: dict[str, int]


@dataclass(frozen=True)
class Round:
    """One reading of a calendar: for what, by what names, by whom, when."""

    target: Target
    shelf: Names
    actor_id: int | None
    now: datetime

    def text(self, text: str) -> Translated:
        """A text in the language of the calendar."""
        return Translated({self.target.language: text}) if text else Translated()


def names(session: Session) -> Names:
    """The names of all shelves and open venues."""
    shelves = session.execute(sa.select(EventCategory.id, EventCategory.code, EventCategory.name))
    categories = {name: row.id for row in shelves for name in {row.code, *names_of(row.name)}}
    query = sa.select(Venue.id, Venue.name, Venue.address).where(Venue.closed.is_(False)).order_by(Venue.id)
    venues = tuple(session.execute(query))
    return Names(categories, venues, {name: row.id for row in reversed(venues) for name in names_of(row.name)})


def place_of(shelf: Names, location: str, language: str) -> tuple[int | None, str]:
    """The venue that a location means, if we have it, and where there, or where otherwise."""
    for venue in shelf.venues:
        written = written_out(venue, language)
        if location == written:
            return venue.id, ""
        if written and location.endswith(f", {written}"):
            return venue.id, location.removesuffix(f", {written}")
    first = folded(location.partition(",")[0])
    found = shelf.by_name.get(folded(location)) or shelf.by_name.get(first)
    return (found, "") if found else (None, location)


def written_out(venue: Any, language: str) -> str:
    """Name and address of a venue on one line, as our own feeds write it."""
    parts = (venue.name.text(language), (venue.address or Translated()).text(language))
    return ", ".join(part for part in parts if part)
