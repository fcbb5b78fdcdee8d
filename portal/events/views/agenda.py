"""What is on: as a list, a month, a map, and for the pages of others."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta
from itertools import groupby
from typing import Any

from flask import abort, redirect, render_template
from markupsafe import escape

from portal.accounts.access import public
from portal.core import clock
from portal.core.clock import athens_date
from portal.core.db import db
from portal.core.i18n import format_date, plain
from portal.core.i18n import translate as _
from portal.core.kept import made_of
from portal.core.maps import labels
from portal.core.web import embeddable
from portal.events import queries
from portal.events.queries import Line
from portal.events.queries.notices import nearby
from portal.events.views.base import Wanted, blueprint, wanted
from portal.events.views.filtering import chips, choices_of_time, filter_form, ways
from portal.events.views.words import Row, days, row_of
from portal.organisation import queries as organisation

#: occurrences that a map shows, and lines of each venue beside it
ON_THE_MAP, OF_A_VENUE = 100, 2
#: lines of a day in the grid of a month, chosen among the first ones: what is on once goes before the weekly market
OF_A_DAY, AMONG = 3, 6
#: lines on the pages of others
EMBEDDED = 10
#: months that can be opened
_MONTH = re.compile(r"(20\d\d)-(0[1-9]|1[0-2])")


@blueprint.get("/events/")
@public
@made_of("organisation", "events")
def agenda() -> Any:
    """The list, by day."""
    asked = wanted()
    if asked.applied:
        return redirect(asked.url())
    found = queries.lines(db.session, asked.filter)
    following = queries.next_after(found)
    rows = rows_of(found, asked)
    page = render_template(
        "events/agenda.html",
        days=days(rows, asked.filter.since, asked.today),
        next_url=asked.url(after=queries.place_text(following)) if following else "",
        nearest=[] if rows or following else nearest_days(asked),
        begun=bool(asked.filter.after),
        notices=nearby(db.session, asked.filter, now=clock.now()),
        iframe=iframe(asked),
        **frame(asked),
    )
    return page, 422 if asked.problems else 200


def frame(asked: Wanted, *, dated: bool = True) -> dict[str, Any]:
    """What the three forms of the agenda have in common; a month has days of its own."""
    return {
        "wanted": asked,
        "dated": dated,
        "form": filter_form(asked) if asked.form_shown else None,
        "chips": [] if asked.form_shown else chips(asked, dated=dated),
        "times": choices_of_time(asked) if dated else [],
        "ways": list(ways(asked)),
    }


def rows_of(lines: Iterable[Line], asked: Wanted) -> list[Row]:
    """The lines with their words; where a point is chosen, without the corners of the square around it."""
    near = asked.filter.near
    rows = [row_of(line, asked.today, near) for line in lines]
    return [row for row in rows if near is None or row.away is None or row.away <= near.km]


def nearest_days(asked: Wanted) -> list[dict[str, str]]:
    """The next days on which the rest of the filter finds something; none where no days were asked for."""
    if not asked.given.keys() & {"when", "from", "to"}:
        return []
    since = max(asked.filter.since, asked.today)
    found = queries.lines(db.session, replace(asked.filter, since=since, until=None, after=None))
    on = dict.fromkeys(max(athens_date(line.starts_at), since) for line in found)
    return [
        {
            "label": format_date(day, "EEEE d MMMM"),
            "url": asked.of_day(day),
        }
        for day in list(on)[:3]
    ]


@blueprint.get("/events/month/<string:month>/")
@public
@made_of("organisation", "events")
def month(month: str) -> Any:
    """A month as a calendar on the wall."""
    if not (known := _MONTH.fullmatch(month)):
        abort(404)
    first, asked = date(int(known[1]), int(known[2]), 1), wanted(dated=False)
    if asked.applied:
        return redirect(asked.url("here"))
    last = month_after(first) - timedelta(days=1)
    found = queries.of_each_day(db.session, replace(asked.filter, since=first, until=last, after=None), most=AMONG)
    return render_template(
        "events/month.html",
        first=first,
        weeks=weeks(first, {day: rows_of(lines, asked) for day, lines in found.items()}, asked),
        before=(first - timedelta(days=1)).strftime("%Y-%m"),
        after=month_after(first).strftime("%Y-%m"),
        **frame(asked, dated=False),
    )


def foremost(rows: list[Row]) -> list[Row]:
    """The few lines of a day that fit, in the order of time."""
    chosen = sorted(rows, key=lambda row: row.line.recurs)[:OF_A_DAY]
    return [row for row in rows if row in chosen]


def month_after(first: date) -> date:
    """The first day of the next month."""
    return (first + timedelta(days=32)).replace(day=1)


def weeks(first: date, rows: dict[date, list[Row]], asked: Wanted) -> list[list[dict[str, Any]]]:
    """The weeks of a month from Monday to Sunday, with the days of its neighbours empty."""
    monday = first - timedelta(days=first.weekday())
    count = -(-((month_after(first) - monday).days) // 7)
    all_days = [monday + timedelta(days=number) for number in range(count * 7)]
    cells = [
        {
            "on": day,
            "inside": day.month == first.month,
            "today": day == asked.today,
            "rows": foremost(rows.get(day, [])),
            "more": len(rows.get(day, [])) > OF_A_DAY,
            "url": asked.of_day(day),
        }
        for day in all_days
    ]
    return [cells[at : at + 7] for at in range(0, len(cells), 7)]


@blueprint.get("/events/map/")
@public
@made_of("organisation", "events")
def map() -> Any:  # noqa: A001 – the name of its address
    """The next events on a map, and beside it in words."""
    asked = wanted()
    if asked.applied:
        return redirect(asked.url("here"))
    found = queries.lines(db.session, asked.filter, most=ON_THE_MAP)
    places = by_place(rows_of(found, asked))
    names = ("lat", "lon", "title", "text", "url")
    shapes = [{name: place[name] for name in names} for place in places if place["lat"] is not None]
    shapes = [*labels(organisation.landmarks(db.session)), *shapes] if shapes else []
    more = queries.next_after(found, most=ON_THE_MAP)
    return render_template("events/map.html", places=places, shapes=shapes, full=bool(more), **frame(asked))


def by_place(rows: Iterable[Row]) -> list[dict[str, Any]]:
    """The rows by venue, in the order of what is on next there; those without a point last."""
    found: dict[tuple[Any, ...], list[Row]] = {}
    for row in rows:
        line = row.line
        name = plain(line.venue) or plain(line.place)
        found.setdefault((line.lat is None, line.lat, line.lon, name), []).append(row)
    groups = sorted(found.items(), key=lambda pair: pair[0][0])
    return [
        {
            "lat": lat,
            "lon": lon,
            "title": name,
            "community": group[0].line.community,
            "text": ", ".join(dict.fromkeys(plain(row.line.title) for row in group[:OF_A_VENUE])),
            "url": f"#place-{number}",
            "rows": [next(same) for _line, same in groupby(group, lambda row: row.line.slug)][:OF_A_VENUE],
            "count": len(group),
        }
        for number, ((_unknown, lat, lon, name), group) in enumerate(groups, 1)
    ]


def iframe(asked: Wanted) -> str:
    """The lines that show the list in another page."""
    title, address = escape(_("What is on")), escape(asked.url("events.embed", _external=True))
    return f'<iframe src="{address}" title="{title}" width="100%" height="600" loading="lazy"></iframe>'


@blueprint.get("/events/embed/")
@public
@made_of("organisation", "events")
def embed() -> Any:
    """The next events for an <iframe> in the page of a hotel: without scripts, without our frame."""
    asked = wanted()
    found = queries.lines(db.session, asked.filter, most=EMBEDDED)
    rows = rows_of(found, asked)
    page = render_template(
        "events/embed.html", wanted=asked, days=days(rows, asked.filter.since, asked.today), chips=chips(asked)
    )
    return embeddable(page)
