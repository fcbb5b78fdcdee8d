"""What the staff pages of faults share."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from http import HTTPStatus
from typing import Any

from flask import Blueprint, redirect, url_for
from werkzeug.wrappers import Response

from portal.core import trying
from portal.core.db import db
from portal.core.errors import Refused
from portal.core.i18n import plain
from portal.core.maps import labels
from portal.core.uploads import keep_uploads
from portal.faults import queries
from portal.faults.models import Fault
from portal.organisation import queries as organisation

#: degrees around what a map shows
_AROUND = 0.008

blueprint = Blueprint("faults_desk", __name__, url_prefix="/<lang:lang>/desk/faults")


def to_case(fault: Fault) -> Response:
    """Back to the page of its case."""
    return redirect(url_for("casework_desk.case", slug=fault.slug))


def kept_photos(form: Any, now: datetime) -> list[int]:
    """The photographs of a form, cleaned and kept; their numbers.

    :raises FileRefused: for one that cannot be taken.
    """
    return [kept.id for kept in keep_uploads(db.session, form.photos.data or (), now=now, kinds=("image",))]


def tried(form: Any, slug: str, do: Callable[[], object], fields: Mapping[type[Refused], str] | None = None) -> int:
    """As `core.trying` does; after a refusal a second press knows the report as it is by now."""
    status = trying.tried(form, do, fields)
    if status == HTTPStatus.CONFLICT and "seen" in form:
        found = queries.fault(db.session, slug)
        form.seen.data = str(found.case.version) if found else form.seen.data
    return status


def bounds(points: Iterable[Any]) -> list[list[float]] | None:
    """The part of the map on which these lie, with some streets around them; None: there are none."""
    pairs = [(point.lat, point.lon) for point in points]
    if not pairs:
        return None
    lats, lons = zip(*pairs, strict=True)
    return [[min(lats) - _AROUND, min(lons) - _AROUND], [max(lats) + _AROUND, max(lons) + _AROUND]]


def shapes(faults: Sequence[Fault], *, endpoint: str = "", numbered: bool = False) -> list[dict[str, Any]]:
    """Points for the map; with numbers instead of circles for a route."""
    if numbered:
        points = [{"lat": row.lat, "lon": row.lon, "label": f"{at}"} for at, row in enumerate(faults, start=1)]
        # where two would cover each other, the first one is shown
        return [*points, *labels(organisation.landmarks(db.session))]
    points = [
        {
            "lat": row.lat,
            "lon": row.lon,
            "title": f"{row.reference}: {plain(row.category.name)}",
            "text": row.address,
            "tone": row.state.tone,
            "url": url_for(endpoint, slug=row.slug) if endpoint else "",
        }
        for row in faults
    ]
    return [*points, *labels(organisation.landmarks(db.session))]
