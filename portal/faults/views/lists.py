"""What is reported: as a list and as a map, with the same filters."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from flask import redirect, render_template

from portal.accounts.access import public
from portal.core.db import db
from portal.core.i18n import ngettext, plain
from portal.core.i18n import translate as _
from portal.core.kept import made_of
from portal.core.maps import labels
from portal.faults import queries
from portal.faults.models.grid import Box, Near
from portal.faults.queries import Circle, Line, addresses
from portal.faults.queries.lists import PAGE
from portal.faults.views.base import blueprint
from portal.faults.views.filtering import Wanted, frame, wanted
from portal.faults.views.words import Row, row_of, tone_of
from portal.organisation import queries as organisation

#: lines beside the map; the list has all of them
BESIDE = 20
#: a circle that is pressed shows this part of the map around it, and “wider” so many times as much
CLOSER, WIDER = 3, 2
#: degrees that a part of the map has at least
LEAST = 0.004


@blueprint.get("/")
@public
@made_of("organisation", "faults")
def overview() -> Any:
    """The list, newest first."""
    asked = wanted()
    if asked.applied:
        return redirect(asked.url())
    rows, following = page_of(asked)
    page = render_template(
        "faults/overview.html",
        rows=rows,
        next_url=asked.url(before=following) if following else "",
        begun=bool(asked.filter.before),
        **frame(asked),
    )
    return page, 422 if asked.problems else 200


def page_of(asked: Wanted, most: int = PAGE) -> tuple[list[Row], int | None]:
    """A page of the list, and where the next one begins; around a point without the corners of its square."""
    near = asked.filter.near
    square = replace(asked.filter, near=None, box=near.box) if near else asked.filter
    found = queries.lines(db.session, square, today=asked.today, most=most)
    inside = [line for line in found if near is None or near.distance(line.lat, line.lon) <= near.metres]
    return [row_of(line, asked.today, near) for line in inside], queries.next_before(found, most=most)


@blueprint.get("/map/")
@public
@made_of("organisation", "faults")
def map() -> Any:  # noqa: A001 – the name of its address
    """The reports on a map: circles with numbers, or points; beside it the same in words."""
    asked = wanted()
    if asked.applied:
        return redirect(asked.url("here"))
    shown = asked.filter.where
    part = shown or whole()
    drawn = replace(asked.filter, before=None, box=None if asked.filter.near else part)
    found = queries.picture(db.session, drawn, today=asked.today)
    rows = [row_of(line, asked.today, asked.filter.near) for line in found.points[:BESIDE]]
    page = render_template(
        "faults/map.html",
        picture=found,
        rows=rows,
        heaps=heaps(found.circles, asked),
        shapes=[
            *labels(organisation.landmarks(db.session)),
            *circles(found.circles, part, asked),
            *points(found.points, asked),
        ],
        bounds=[part.south, part.west, part.north, part.east],
        wider=wider(shown, asked),
        **frame(asked),
    )
    return page, 422 if asked.problems else 200


def whole() -> Box:
    """All of the municipality."""
    town = organisation.municipality(db.session)
    known = town.profile.get("map", {}).get("bounds") if town else None
    south, west, north, east = known or (34.8, 23.5, 35.7, 26.4)
    return Box(south, west, north, east)


def points(lines: Sequence[Line], asked: Wanted) -> list[dict[str, Any]]:
    """A point for each report; what it says when pressed leads to its page."""
    return [
        {
            "lat": line.lat,
            "lon": line.lon,
            "title": plain(line.category),
            "text": _(line.state.label),
            "url": f"../{line.slug}/",
            "tone": tone_of(line, asked.today),
        }
        for line in lines
    ]


def circles(found: Sequence[Circle], part: Box, asked: Wanted) -> list[dict[str, Any]]:
    """A circle with its number; pressed, it shows the map around it closer."""
    up = max((part.north - part.south) / CLOSER, LEAST) / 2
    across = max((part.east - part.west) / CLOSER, LEAST) / 2
    return [
        {
            "lat": round(each.lat, 5),
            "lon": round(each.lon, 5),
            "number": each.number,
            "title": ngettext("%(num)s report", "%(num)s reports", each.number),
            "url": in_part(asked, Box(each.lat - up, each.lon - across, each.lat + up, each.lon + across)),
        }
        for each in found
    ]


def in_part(asked: Wanted, box: Box) -> str:
    """The map of a part with the rest of the filter."""
    return asked.url("faults.map", near=None, km=None, m=None, box=addresses.box_text(box))


def heaps(found: Sequence[Circle], asked: Wanted) -> list[dict[str, Any]]:
    """The circles in words: how many there are near each known place, the most first."""
    near: dict[str, list[Circle]] = {}
    known = [(Near(row.lat, row.lon, 0), plain(row.name)) for row in organisation.places(db.session)] if found else []
    for each in found:
        name = min(known, key=lambda pair: pair[0].distance(each.lat, each.lon))[1] if known else _("Elsewhere")
        near.setdefault(name, []).append(each)
    heaped = [
        {"name": name, "number": sum(each.number for each in group), "url": in_part(asked, around(group))}
        for name, group in near.items()
    ]
    return sorted(heaped, key=lambda heap: -int(heap["number"]))


def around(group: Sequence[Circle]) -> Box:
    """The part of the map in which some circles lie."""
    lats, lons = [each.lat for each in group], [each.lon for each in group]
    return Box(min(lats) - LEAST, min(lons) - LEAST, max(lats) + LEAST, max(lons) + LEAST)


def wider(shown: Box | None, asked: Wanted) -> str:
    """The map of more than is shown; nothing where everything is."""
    if shown is None:
        return ""
    up, across = (shown.north - shown.south) * WIDER / 2, (shown.east - shown.west) * WIDER / 2
    lat, lon = (shown.north + shown.south) / 2, (shown.east + shown.west) / 2
    town = whole()
    if 2 * up >= town.north - town.south:
        return asked.url("faults.map", near=None, km=None, m=None, box=None)
    return in_part(asked, Box(lat - up, lon - across, lat + up, lon + across))
