"""What the agenda knows of a point: whoever reports a closed road or loud music reads it before they send it."""

from __future__ import annotations

from datetime import datetime, timedelta

from flask import url_for
from sqlalchemy.orm import Session

from portal.core.clock import athens_date
from portal.core.i18n import format_moment, plain
from portal.core.i18n import translate as _
from portal.events.queries import lines
from portal.events.queries.filters import AgendaFilter, Near
from portal.events.queries.notices import nearby

#: as far as an event closes roads, and is heard
KM = 0.4
#: events of so many days
AHEAD = timedelta(days=1)
MOST = 4


def events_at(session: Session, lat: float, lon: float, now: datetime) -> list[tuple[str, str]]:
    """Road closures, hours of noise and events around a point: in words, with the address of the event."""
    near, today = Near(lat, lon, KM), athens_date(now)
    found = []
    for row in nearby(session, AgendaFilter(today, near=near), now=now, most=MOST):
        hours = {"first": format_moment(row.notice.since), "last": format_moment(row.notice.until)}
        words = _("from %(first)s to %(last)s", **hours)
        parts = [f"{_(row.notice.kind.label)}: {words}", row.notice.text, plain(row.title)]
        found.append((" · ".join(part for part in parts if part), row.slug))
    known = {slug for _words, slug in found}
    soon = lines(session, AgendaFilter(today, today + AHEAD, near=near), most=MOST)
    others = [line for line in soon if line.slug not in known]
    found += [(f"{plain(line.title)}, {format_moment(line.starts_at)}", line.slug) for line in others]
    return [(words, url_for("events.event", slug=slug)) for words, slug in found[:MOST]]
