"""Venues and organisers are written and changed by staff."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.core import audit
from portal.core.clock import athens_date
from portal.core.texts import Translated
from portal.events.models import Event, Occurrence, Organiser, Venue
from portal.events.operations.writing import address_word, find_by_words


@dataclass(frozen=True, kw_only=True)
class VenueInput:
    """Everything about a venue that people write; see `models.Venue`."""

    name: Translated
    address: Translated = field(default_factory=Translated)
    community_id: int | None = None
    lat: float | None = None
    lon: float | None = None
    step_free: bool | None = None
    accessible_toilet: bool | None = None
    hearing_loop: bool | None = None
    parking: bool | None = None
    notes: Translated = field(default_factory=Translated)
    closed: bool = False


def write_venue(session: Session, venue: Venue | None, given: VenueInput, *, actor_id: int, now: datetime) -> Venue:
    """A new venue, or a changed one: then what lists filter by changes with it."""
    row = venue or Venue(code=free_code(session, Venue, given.name, "venue"), from_pack=False)
    for name, value in vars(given).items():
        setattr(row, name, value)
    row.from_pack = False  # from now on the pack has no say in it
    session.add(row)
    session.flush()
    if venue is not None:
        spread(session, venue, now=now)
    _note(session, "venue", row.id, "written", actor_id, now=now)
    return row


def spread(session: Session, venue: Venue, *, now: datetime) -> None:
    """A venue was changed: what takes place there is filtered, and coming events are found, by what it is now."""
    session.flush()
    values = {name: getattr(venue, name) for name in ("community_id", "lat", "lon")}
    here = sa.update(Occurrence).where(Occurrence.at_venue_id == venue.id)
    session.execute(here.values(step_free=bool(venue.step_free), **values))
    coming = sa.or_(Event.starts_on >= athens_date(now), Event.rule.is_not(None))
    for event in session.scalars(sa.select(Event).where(Event.venue_id == venue.id, coming)):
        find_by_words(session, event)


def free_code(session: Session, kind: Any, name: Translated, otherwise: str) -> str:
    """A readable code that no row of this kind has, made of its name; `otherwise` where that has no letters."""
    wanted = address_word(name.text("en"), otherwise)
    taken = {"new"} | set(session.scalars(sa.select(kind.code).where(kind.code.startswith(wanted, autoescape=True))))
    number, code = 2, wanted
    while code in taken:
        code, number = f"{wanted}-{number}", number + 1
    return code


def trust(session: Session, row: Organiser, *, trusted: bool, actor_id: int, now: datetime) -> None:
    """Let an organiser publish without moderation, or no longer."""
    row.trusted = trusted
    session.flush()
    _note(session, "organiser", row.id, "trusted" if trusted else "untrusted", actor_id, now=now)


def _note(session: Session, noun: str, number: int, verb: str, actor_id: int, *, now: datetime, **data: Any) -> None:
    subject = (f"event_{noun}", number)
    audit.record(session, f"events.{noun}.{verb}", subject=subject, actor_id=actor_id, now=now, **data)
