"""Events that are read from calendars: what was last read of them, and what was edited here since."""

from __future__ import annotations

from typing import Any

from portal.core.search import fold
from portal.core.texts import Translated
from portal.events.models import Event

#: texts that are read, in the language of the calendar
TEXTS = ("title", "summary", "text", "place")
#: other columns that are read
COLUMNS = ("venue_id", "category_id", "contact")
#: the dates are one thing: they are kept or taken together
TIMING = ("starts_on", "starts_at", "minutes", "rule", "extra", "left_out")


def present(event: Event, language: str) -> dict[str, Any]:
    """The values of an event as plain JSON, each under the name by which `Event.as_read` holds what was read."""
    values: dict[str, Any] = {name: getattr(event, name).get(language, "") for name in TEXTS}
    values |= {name: getattr(event, name) for name in COLUMNS}
    return values | {"timing": timing_data({name: getattr(event, name) for name in TIMING})}


def timing_data(values: dict[str, Any]) -> dict[str, Any]:
    """The dates of an event as plain JSON."""
    at = values["starts_at"]
    return {
        **values,
        "starts_on": values["starts_on"].isoformat(),
        "starts_at": at.isoformat(timespec="minutes") if at else None,
        "extra": list(values["extra"]),
        "left_out": list(values["left_out"]),
    }


def own_edits(event: Event) -> list[str]:
    """What was edited here and is therefore no longer read: names out of `TEXTS` and `COLUMNS`, and "timing"."""
    read: dict[str, Any] = event.as_read.get("values", {})
    now = present(event, event.as_read.get("language", "")) if read else {}
    return [name for name, value in read.items() if now.get(name) != value]


def folded(text: str) -> str:
    """A name as it is compared."""
    return " ".join(fold(text).split())


def names_of(text: Translated | None) -> set[str]:
    """A name in every language, as it is compared."""
    return {folded(each) for each in (text or {}).values() if each}
