"""Addresses by which others are told of an event: calendars in the web, friends."""

from __future__ import annotations

from datetime import datetime
from urllib.parse import quote, urlencode

from flask import url_for

from portal.core.clock import athens_date
from portal.core.i18n import plain
from portal.core.i18n import translate as _
from portal.events.models import Event, Occurrence


def google(event: Event, row: Occurrence) -> str:
    """Adds one time of an event to a Google calendar."""
    form = "%Y%m%d" if event.all_day else "%Y%m%dT%H%M%SZ"
    query = {
        "action": "TEMPLATE",
        "text": plain(event.title),
        "dates": "/".join(_moment(event, at).strftime(form) for at in (row.starts_at, row.ends_at)),
        "ctz": "Europe/Athens",
        "details": _details(event),
        "location": where(event, row),
    }
    return f"https://calendar.google.com/calendar/render?{urlencode(query)}"


def outlook(event: Event, row: Occurrence) -> str:
    """Adds one time of an event to an Outlook calendar."""
    form = "%Y-%m-%d" if event.all_day else "%Y-%m-%dT%H:%M:%SZ"
    start, end = (_moment(event, at).strftime(form) for at in (row.starts_at, row.ends_at))
    query = {
        "path": "/calendar/action/compose",
        "rru": "addevent",
        "subject": plain(event.title),
        "startdt": start,
        "enddt": end,
        "allday": "true" if event.all_day else "false",
        "body": _details(event),
        "location": where(event, row),
    }
    return f"https://outlook.live.com/calendar/0/deeplink/compose?{urlencode(query)}"


def _moment(event: Event, at: datetime) -> datetime:
    """Whole days are those of Athens; moments go in UTC."""
    return datetime.combine(athens_date(at), datetime.min.time()) if event.all_day else at


def _details(event: Event) -> str:
    return f"{plain(event.summary)}\n{url_for('events.event', slug=event.slug, _external=True)}".strip()


def where(event: Event, row: Occurrence | None) -> str:
    """Place, venue and address in one line."""
    venue = (row.venue if row else None) or event.venue
    parts = [plain(event.place)] + ([plain(venue.name), plain(venue.address)] if venue else [])
    return ", ".join(part for part in parts if part)


def shares(event: Event, address: str) -> list[tuple[str, str]]:
    """Ways to tell others, by plain links: nobody is followed who does not press one."""
    title, there = quote(plain(event.title)), quote(address, safe="")
    return [
        (_("E-mail"), f"mailto:?subject={title}&body={there}"),
        ("WhatsApp", f"https://wa.me/?text={title}%20{there}"),
        ("Facebook", f"https://www.facebook.com/sharer/sharer.php?u={there}"),
    ]
