"""Occurrences as JSON and GeoJSON, events as Atom."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any

from portal.core.clock import ATHENS
from portal.core.i18n import format_date, format_moment
from portal.core.i18n import translate as _
from portal.events.api.icalendar import Words
from portal.events.models import Publication, Status
from portal.events.queries.recurrence import on_the_clock


def items(rows: Iterable[Any], words: Words) -> Iterator[dict[str, Any]]:
    """What the JSON feed says of each occurrence."""
    lang, shelves, page = words.language, words.shelves, f"{words.site}/{words.language}/events/"
    categories = _labels(shelves.categories, lang)
    communities = _labels(shelves.communities, lang)
    venues = {number: {"code": row.code, "name": row.name.text(lang)} for number, row in shelves.venues.items()}
    for row in rows:
        status = row.event_status if row.status is Status.SCHEDULED else row.status
        yield {
            "id": row.id,
            "uid": row.uid,
            "recurrence_id": row.recurrence_id,
            "url": f"{page}{row.slug}/",
            "title": row.title.text(lang),
            "title_language": row.title.language(lang),
            "summary": row.summary.text(lang),
            "starts_at": row.starts_at.astimezone(ATHENS).isoformat(),
            "ends_at": row.ends_at.astimezone(ATHENS).isoformat(),
            "all_day": bool(row.all_day),
            "status": status.value,
            "category": categories[row.category_id],
            "community": communities.get(row.community_id),
            "venue": venues.get(row.venue_id),
            "place": row.place.text(lang),
            "lat": row.lat,
            "lon": row.lon,
            "free": row.free,
            "step_free": row.step_free,
        }


def _labels(shelf: dict[int, tuple[str, Any]], language: str) -> dict[int | None, dict[str, str]]:
    return {number: {"code": code, "name": name.text(language)} for number, (code, name) in shelf.items()}


def features(rows: Iterable[Any], words: Words) -> Iterator[dict[str, Any]]:
    """The same as GeoJSON (RFC 7946); what has no place on the map has no geometry."""
    for item in items(rows, words):
        lat, lon = item.pop("lat"), item.pop("lon")
        geometry = None if lat is None or lon is None else {"type": "Point", "coordinates": [lon, lat]}
        yield {"type": "Feature", "id": item.pop("id"), "geometry": geometry, "properties": item}


def entries(events: Iterable[tuple[Any, Sequence[Any]]], words: Words) -> Iterator[dict[str, Any]]:
    """An Atom entry for each event: what it is, its first date, where."""
    lang, shelves = words.language, words.shelves
    labels = {status: _(status.label) for status in Status}
    for event, _odd in events:
        status = Status.CANCELLED if event.publication is Publication.WITHDRAWN else event.status
        title = event.title.text(lang)
        code, category = shelves.categories[event.category_id]
        yield {
            "id": f"{words.site}/events/{event.slug}.ics",
            "language": event.title.language(lang),
            "title": title if status is Status.SCHEDULED else f"{labels[status]}: {title}",
            "page": f"{words.site}/{lang}/events/{event.slug}/",
            "updated": event.changed_at.isoformat(timespec="seconds"),
            "published": event.published_at.isoformat(timespec="seconds") if event.published_at else "",
            "summary": "\n".join(
                part for part in (_when(event), _where(event, words), event.summary.text(lang)) if part
            ),
            "categories": [(code, category.text(lang))],
        }


def _when(event: Any) -> str:
    """Its first date in words."""
    if event.starts_at is None:
        return format_date(event.starts_on)
    return format_moment(on_the_clock(datetime.combine(event.starts_on, event.starts_at)))


def _where(event: Any, words: Words) -> str:
    venue = words.shelves.venues.get(event.venue_id)
    parts = (event.place.text(words.language), venue.name.text(words.language) if venue else "")
    return ", ".join(part for part in parts if part)
