"""What there is: coming events, what waits, drafts; the planner's month with its conflicts."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any

from flask import abort, redirect, render_template, request, url_for

from portal.core import clock
from portal.core.clock import athens_date
from portal.core.db import db
from portal.core.i18n import plain
from portal.core.i18n import translate as _
from portal.core.texts import N_
from portal.events import access, queries
from portal.events.access import agenda_staff
from portal.events.desk.base import blueprint
from portal.events.models import Publication
from portal.events.queries import AgendaFilter, sources
from portal.events.queries import desk as reads
from portal.events.queries.addresses import place

VIEWS = {
    "coming": N_("Coming"),
    "submitted": N_("Waiting"),
    "calendars": N_("Waiting, from calendars"),
    "draft": N_("Drafts"),
    "published": N_("All that are published"),
    "refused": N_("Refused"),
    "withdrawn": N_("Withdrawn"),
}
#: so many that wait are counted
MOST_COUNTED = 100
_MONTH = re.compile(r"(20\d\d)-(0[1-9]|1[0-2])")


def chips(current: str, waiting: int) -> list[dict[str, Any]]:
    """The views of the list; so many events of calendars wait, if any."""
    counts = {"calendars": (f"{waiting}+" if waiting >= MOST_COUNTED else waiting) if waiting else None}
    return [
        {"label": _(label), "url": url_for(".events", view=view), "current": view == current, "count": counts.get(view)}
        for view, label in VIEWS.items()
    ]


@blueprint.get("/")
@agenda_staff
def events() -> str:
    """Events by how far they are."""
    view = request.args.get("view", "coming")
    if view not in VIEWS:
        view = "coming"
    shown = _coming() if view == "coming" else _written(view)
    waiting = sources.waiting_number(db.session, most=MOST_COUNTED)
    return render_template(
        "events/desk_events.html", view=view, chips=chips(view, waiting), trusts=access.trusts(), **shown
    )


def _coming() -> dict[str, Any]:
    """What is on from today, by the time."""
    text = request.args.get("q", "").strip()[:100]
    wanted = AgendaFilter(athens_date(clock.now()), text=text, after=place(request.args))
    rows = queries.lines(db.session, wanted)
    after = queries.next_after(rows)
    following = url_for(".events", view="coming", q=text or None, after=queries.place_text(after)) if after else ""
    return {"lines": rows, "rows": [], "text": text, "next_url": following}


def _written(view: str) -> dict[str, Any]:
    """Events of one publication."""
    day, _mark, number = request.args.get("after", "").partition("_")
    try:
        before = (date.fromisoformat(day), int(number)) if number.isdecimal() and len(number) < 19 else None
    except ValueError:
        before = None
    from_calendars = view == "calendars"
    publication = Publication.SUBMITTED if from_calendars else Publication(view)
    rows = reads.written(db.session, publication, from_calendars=from_calendars, before=before)
    last = rows[-1] if len(rows) == reads.PAGE else None
    following = url_for(".events", view=view, after=f"{last.starts_on.isoformat()}_{last.id}") if last else ""
    known = sources.named(db.session, {row.calendar_id for row in rows if row.calendar_id})
    return {"lines": [], "rows": rows, "text": "", "next_url": following, "calendars": known}


@blueprint.get("/month/")
@agenda_staff
def this_month() -> Any:
    """The month at hand."""
    wanted = request.args.get("month", "")
    month = wanted if _MONTH.fullmatch(wanted) else f"{athens_date(clock.now()):%Y-%m}"
    return redirect(url_for(".month", month=month, venue=request.args.get("venue") or None))


@blueprint.get("/month/<string:month>/")
@agenda_staff
def month(month: str) -> str:
    """Who holds which venue when, drafts included; what overlaps is said in words."""
    if not (known := _MONTH.fullmatch(month)):
        abort(404)
    first = date(int(known[1]), int(known[2]), 1)
    venue = request.args.get("venue", "")[:80]
    since = _day_of(first, request.args.get("from", ""))
    shown = reads.month(db.session, first, since=since, venue=venue)
    return render_template(
        "events/desk_month.html",
        first=first,
        since=since,
        shown=shown,
        days=reads.by_day(shown.rows),
        conflicts=[row for row in shown.rows if row.conflicts],
        venue=venue,
        venues=sorted(((row.code, plain(row.name)) for row in queries.venues(db.session)), key=lambda pair: pair[1]),
        before=f"{first - timedelta(days=1):%Y-%m}",
        after=f"{first + timedelta(days=32):%Y-%m}",
    )


def _day_of(first: date, number: str) -> date | None:
    """A later day of a month, if it has one with that number."""
    try:
        day = first.replace(day=int(number)) if number.isdecimal() and len(number) < 3 else first
    except ValueError:
        return None
    return day if day > first else None
