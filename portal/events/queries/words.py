"""A filter in words, for headings and letters."""

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.core.texts import N_, Translated
from portal.events.models import Audience, Event, EventCategory, Venue
from portal.organisation.models import Community

#: name in the address → msgid
LABELS = {
    "category": N_("Category"),
    "community": N_("Community"),
    "venue": N_("Venue"),
    "festival": N_("Festival"),
    "audience": N_("For whom"),
    "spoken": N_("Language of the event"),
    "free": N_("Free"),
    "step_free": N_("Without steps"),
    "q": N_("Words"),
    "near": N_("Near a chosen place"),
}
_ROWS: dict[str, tuple[Any, Any]] = {
    "category": (EventCategory.code, EventCategory.name),
    "community": (Community.code, Community.name),
    "venue": (Venue.code, Venue.name),
    "festival": (Event.slug, Event.title),
}


def in_words(session: Session, given: Mapping[str, str]) -> list[tuple[str, str, str | Translated]]:
    """Name, label (msgid) and value of each part of a filter, in the order of `LABELS`; a flag has no value.

    The value is a text in its languages, a msgid (audience), a code (spoken) or as it was typed.
    """
    return [(name, label, _value(session, name, given)) for name, label in LABELS.items() if given.get(name)]


def _value(session: Session, name: str, given: Mapping[str, str]) -> str | Translated:
    value = given[name]
    if name in _ROWS:
        key, text = _ROWS[name]
        return session.scalar(sa.select(text).where(key == value)) or value
    if name == "audience":
        return Audience(value).label if value in set(Audience) else value
    if name == "near":
        return f"{given.get('km') or '3'} km"
    return "" if name in {"free", "step_free"} else value
