"""What the agenda is on paper and elsewhere: the poster of a week, and the picture that goes with a link."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from flask import Response, abort

from portal.accounts.access import public
from portal.core import clock, pdf
from portal.core.clock import athens_date
from portal.core.db import db
from portal.core.i18n import format_date, language, plain
from portal.core.i18n import translate as _
from portal.core.kept import made_of
from portal.core.limits import limiter
from portal.events import queries
from portal.events.models import Publication, Status
from portal.events.queries import Line
from portal.events.views import words
from portal.events.views.base import Wanted, blueprint, found_event, wanted
from portal.events.views.filtering import chips
from portal.organisation import queries as organisation
from portal.settings import ROOT

#: lines of a day on the poster; more are to be found behind its code
OF_A_DAY = 9
#: what takes place on so many days of the week stands once, at the end
OFTEN = 4
#: pictures of the pack
PICTURES = ROOT / "static" / "img" / "events"


@blueprint.get("/events/poster.pdf")
@public
@limiter.limit("30/minute")
@made_of("organisation", "events")
def poster() -> Response:
    """A week on A4, for the wall of a hotel or a café."""
    asked = wanted()
    response = Response(pdf.render("events/poster", poster_content(asked), language()), mimetype="application/pdf")
    response.headers["Content-Disposition"] = f'inline; filename="agenda-{asked.filter.since}.pdf"'
    return response


def poster_content(asked: Wanted) -> dict[str, Any]:
    """What stands on the poster."""
    since = asked.filter.since
    until = since + timedelta(days=6)
    wanted_week = replace(asked.filter, since=since, until=until, after=None)
    week = queries.of_each_day(db.session, wanted_week, most=OF_A_DAY + 1)
    going_on = queries.lines(db.session, wanted_week)
    counted = Counter(line.event_id for lines in week.values() for line in lines if not words.row_of(line, since).off)
    often = {number for number, count in counted.items() if count >= OFTEN}
    address = asked.url("events.agenda", **dict.fromkeys(("when", "from", "to")), _external=True)
    return {
        "title": _("What is on"),
        "week": week_words(since, until),
        "filter": " · ".join(chip["label"] for chip in chips(asked, dated=False)),
        "municipality": _letterhead(),
        "days": [_day(on, lines, often, asked.today) for on, lines in week.items()],
        "often": [*_going_on(going_on, since), *_often(week, often)],
        "address": address,
        "qr": pdf.qr(address),
    }


def week_words(since: date, until: date) -> str:
    """2–8 March 2026; 30 March – 5 April 2026."""
    if since.month == until.month:
        return f"{since.day}–{format_date(until, 'd MMMM y')}"
    return f"{format_date(since, 'd MMMM')} – {format_date(until, 'd MMMM y')}"


def _letterhead() -> dict[str, Any]:
    body = organisation.municipality(db.session)
    profile = body.profile if body else {}
    return {
        "name": plain(body.name) if body else "",
        "emblem": profile.get("emblem") or "",
        "colours": profile.get("colours") or {},
    }


def _day(on: date, lines: list[Line], often: set[int], today: date) -> dict[str, Any]:
    shown = [line for line in lines[:OF_A_DAY] if line.event_id not in often or line.status is not Status.SCHEDULED]
    return {
        "weekday": format_date(on, "EEEE"),
        "day": on.day,
        "month": format_date(on, "MMM"),
        "rows": [_line(line, today) for line in shown],
        "more": len(lines) > OF_A_DAY,
    }


def _line(line: Line, today: date) -> dict[str, Any]:
    row = words.row_of(line, today)
    status = "" if line.status is Status.SCHEDULED else _(line.status.label)
    return {
        "hours": "" if line.all_day else row.hours.partition("–")[0],
        "title": plain(line.title),
        "where": _where(line),
        "free": line.free and not row.off,
        "status": status,
        "off": row.off,
    }


def _where(line: Line) -> str:
    parts = (plain(line.venue) or plain(line.place), plain(line.community))
    return ", ".join(dict.fromkeys(part for part in parts if part))


def _going_on(lines: Iterable[Line], since: date) -> Iterable[dict[str, Any]]:
    """What began before and goes on: exhibitions, mostly."""
    for line in lines:
        if athens_date(line.starts_at) < since and line.status is Status.SCHEDULED:
            when = words.until(line.starts_at, line.ends_at, since)
            yield {"title": plain(line.title), "when": when, "where": _where(line), "free": line.free}


def _often(week: dict[date, list[Line]], often: set[int]) -> Iterable[dict[str, Any]]:
    """What takes place on most days, with its days."""
    found: dict[int, list[tuple[date, Line]]] = {}
    for on, lines in week.items():
        for line in lines:
            if line.event_id in often and line.status is Status.SCHEDULED:
                found.setdefault(line.event_id, []).append((on, line))
    for times in found.values():
        line = times[0][1]
        names = dict.fromkeys(format_date(on, "EEE") for on, _line_of_it in times)
        on_days = _("every day") if len(names) == 7 else ", ".join(names)
        hours = words.hours(line.starts_at, line.ends_at, all_day=line.all_day)
        yield {"title": plain(line.title), "when": f"{on_days} {hours}", "where": _where(line), "free": line.free}


@blueprint.get("/events/<string:slug>/card.png")
@public
@limiter.limit("60/minute")
@made_of("organisation", "events")
def card(slug: str) -> Response:
    """The picture that others show with a link to an event: what, when, where."""
    event = found_event(slug)
    if event.publication is not Publication.PUBLISHED:
        abort(404)
    today = athens_date(clock.now())
    coming = queries.occurrences(db.session, event, since=clock.start_of(today), most=1)
    time = coming[0] if coming else None
    content = {
        "title": plain(event.title),
        "day": words.weekday(athens_date(time.starts_at), today) if time else "",
        "hours": words.hours(time.starts_at, time.ends_at, all_day=event.all_day) if time else "",
        "where": plain(event.venue.name) if event.venue else plain(event.place),
        "status": "" if event.status is Status.SCHEDULED else _(event.status.label),
        "picture": drawing(event.picture),
        "municipality": _letterhead(),
    }
    return Response(pdf.picture("events/card", content, language()), mimetype="image/png")


def drawing(name: str) -> str:
    """A drawing of the pack as SVG; empty: there is none of that name."""
    path = PICTURES / f"{name}.svg"
    return path.read_text() if name and path.parent == PICTURES and path.is_file() else ""
