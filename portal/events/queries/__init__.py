"""Reads of the agenda."""

from portal.events.queries.addresses import NAMES, RADII, WHEN, Asked, asked, canonical, days_of, place_text
from portal.events.queries.agenda import Line, lines, next_after, of_each_day, shown
from portal.events.queries.catalogue import (
    categories,
    event_by_slug,
    occurrences,
    public_slugs,
    public_slugs_of_occurrences,
    replay_held,
    venues,
)
from portal.events.queries.filters import AgendaFilter, Near

__all__ = [
    "NAMES",
    "RADII",
    "WHEN",
    "AgendaFilter",
    "Asked",
    "Line",
    "Near",
    "asked",
    "canonical",
    "categories",
    "days_of",
    "event_by_slug",
    "lines",
    "next_after",
    "occurrences",
    "of_each_day",
    "place_text",
    "public_slugs",
    "public_slugs_of_occurrences",
    "replay_held",
    "shown",
    "venues",
]
