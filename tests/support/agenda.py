"""Who keeps an agenda in tests, and how somebody fills in its form."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from portal.accounts.models import User
from portal.core.deadlines import DayKind
from portal.events.models import EventCategory, Organiser, Venue
from portal.organisation.models import Role, Unit
from tests.factories import make_staff, make_time_limit, make_unit, make_user
from tests.factories.events import make_category, make_organiser, make_venue


@dataclass(frozen=True)
class Stage:
    """The unit that keeps the agenda with its people, another clerk, a resident; a shelf and a venue."""

    unit: Unit
    clerk: User
    head: User
    stranger: User
    resident: User
    category: EventCategory
    venue: Venue
    trusted: Organiser


def furnish(session: Session) -> Stage:
    """The stage in a database that has nothing yet."""
    make_time_limit(session, "event-submission", 5, day_kind=DayKind.WORKING)
    unit, other = make_unit(session, code="culture"), make_unit(session)
    return Stage(
        unit,
        make_staff(session, unit, full_name="Άννα Πολιτισμού"),
        make_staff(session, unit, Role.HEAD),
        make_staff(session, other),
        make_user(session, full_name="Μαρία Κάτοικος"),
        make_category(session),
        make_venue(session),
        make_organiser(session, trusted=True),
    )


def written(stage: Stage, on: date, language: str = "el", **given: Any) -> Mapping[str, Any]:
    """What somebody writes into the form of an event."""
    made = {
        f"title_{language}": "Συναυλία στο λιμάνι",
        f"summary_{language}": "Με λύρα και λαούτο.",
        "category": str(stage.category.id),
        **day("starts_on", on),
        "starts_at": "21:00",
        "ends_at": "23:30",
        "repeats": "no",
        "venue": str(stage.venue.id),
        "price": "free",
    }
    return made | given


def writer(**given: Any) -> dict[str, Any]:
    """Who holds it."""
    return {"writer_name": "Σύλλογος Λύρα", "writer_email": "lyra@example.org", "writer_phone": ""} | given


def day(name: str, on: date) -> dict[str, str]:
    """A date as three inputs."""
    return {f"{name}-day": str(on.day), f"{name}-month": str(on.month), f"{name}-year": str(on.year)}
