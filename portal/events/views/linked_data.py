"""An event for machines: schema.org, as search engines read it – one language, that of the page."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from flask import url_for

from portal.core.clock import ATHENS, athens_date
from portal.core.i18n import plain
from portal.events.models import Event, Occurrence, Price, Status, Venue
from portal.events.queries import Line
from portal.events.views.words import last_day, state_of

STATUSES = {
    Status.SCHEDULED: "EventScheduled",
    Status.MOVED: "EventRescheduled",
    Status.POSTPONED: "EventPostponed",
    Status.CANCELLED: "EventCancelled",
}
#: further times and parts of a programme that are told
MOST = 20
#: column of a venue → how schema.org calls it
FEATURES = {
    "step_free": "Step-free access",
    "accessible_toilet": "Accessible toilet",
    "hearing_loop": "Hearing loop",
    "parking": "Parking",
}


def linked_event(
    event: Event, row: Occurrence | None, others: Sequence[Occurrence], programme: Sequence[Line]
) -> dict[str, Any]:
    """JSON-LD of an event at one of its times, with the others and what belongs to it."""
    address = url_for("events.event", slug=event.slug, _external=True)
    linked: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "Festival" if programme else "Event",
        "@id": address,
        "url": address,
        "name": plain(event.title),
        "description": plain(event.summary) or plain(event.text)[:300],
        "image": picture_of(event),
        "inLanguage": list(event.spoken),
        "isAccessibleForFree": event.price is Price.FREE,
        "eventAttendanceMode": "https://schema.org/OfflineEventAttendanceMode",
        "location": _location(event, row),
        "organizer": _organiser(event),
        "offers": _offers(event, address),
        "superEvent": _festival(event),
        "typicalAgeRange": _ages(event),
        "subEvent": [_time(event, other) for other in others[:MOST]] + [_part(line) for line in programme[:MOST]],
    }
    linked |= _time(event, row) if row else {}
    return {name: value for name, value in linked.items() if value not in (None, "", [])} | {
        "@type": linked["@type"],
        "name": linked["name"],
    }


def picture_of(event: Event) -> str:
    """The whole address of its picture; empty: it has none."""
    if event.image_id:
        return url_for("events.image", slug=event.slug, _external=True)
    return url_for("events.card", slug=event.slug, _external=True)


def _time(event: Event, row: Occurrence) -> dict[str, Any]:
    """From when to when, and whether it takes place."""
    return {
        "@type": "Event",
        "name": plain(event.title),
        "startDate": _moment(row.starts_at, event),
        "endDate": last_day(row.ends_at).isoformat() if event.all_day else _moment(row.ends_at, event),
        "eventStatus": f"https://schema.org/{STATUSES[state_of(row, event)]}",
    }


def _moment(at: datetime, event: Event) -> str:
    return athens_date(at).isoformat() if event.all_day else at.astimezone(ATHENS).isoformat()


def _part(line: Line) -> dict[str, Any]:
    return {
        "@type": "Event",
        "name": plain(line.title),
        "url": url_for("events.event", slug=line.slug, _external=True),
        "startDate": line.starts_at.astimezone(ATHENS).isoformat(),
        "eventStatus": f"https://schema.org/{STATUSES[line.status]}",
    }


def _location(event: Event, row: Occurrence | None) -> dict[str, Any] | None:
    venue = (row.venue if row else None) or event.venue
    if venue is None:
        return {"@type": "Place", "name": plain(event.place)} if event.place else None
    place: dict[str, Any] = {
        "@type": "Place",
        "name": plain(venue.name),
        "address": {
            "@type": "PostalAddress",
            "streetAddress": plain(venue.address),
            "addressLocality": plain(venue.community.name) if venue.community else "",
            "addressCountry": "GR",
        },
        "amenityFeature": _features(venue),
    }
    if venue.lat is not None and venue.lon is not None:
        place["geo"] = {"@type": "GeoCoordinates", "latitude": venue.lat, "longitude": venue.lon}
    return place


def _features(venue: Venue) -> list[dict[str, Any]]:
    """What the venue is known to offer, or not to."""
    known = {name: getattr(venue, column) for column, name in FEATURES.items()}
    return [
        {"@type": "LocationFeatureSpecification", "name": name, "value": value}
        for name, value in known.items()
        if value is not None
    ]


def _organiser(event: Event) -> dict[str, Any] | None:
    if event.organiser is None:
        return None
    found = {"@type": "Organization", "name": event.organiser.name}
    return found | ({"url": event.organiser.url} if event.organiser.url else {})


def _offers(event: Event, address: str) -> dict[str, Any] | None:
    """What it costs; nothing where that is not known."""
    if event.price is Price.UNKNOWN or (event.price is Price.PAID and event.price_from is None):
        return None
    offer: dict[str, Any] = {"priceCurrency": "EUR", "url": event.booking_url or address}
    off = event.status in {Status.CANCELLED, Status.POSTPONED}
    offer["availability"] = f"https://schema.org/{'Discontinued' if off else 'InStock'}"
    if event.price_to and event.price_to != event.price_from:
        return offer | {"@type": "AggregateOffer", "lowPrice": str(event.price_from), "highPrice": str(event.price_to)}
    return offer | {"@type": "Offer", "price": str(event.price_from or 0)}


def _festival(event: Event) -> dict[str, Any] | None:
    if event.umbrella is None or event.umbrella.published_at is None:
        return None
    address = url_for("events.event", slug=event.umbrella.slug, _external=True)
    return {"@type": "Festival", "name": plain(event.umbrella.title), "url": address}


def _ages(event: Event) -> str:
    if event.age_from is None and event.age_to is None:
        return ""
    return f"{event.age_from or 0}-{'' if event.age_to is None else event.age_to}"
