"""What the staff pages of faults share."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from flask import Blueprint, current_app, redirect, url_for
from werkzeug.wrappers import Response

from portal.core.db import db
from portal.core.errors import Refused
from portal.core.i18n import plain
from portal.core.i18n import translate as _
from portal.core.uploads import keep_uploads
from portal.faults import queries
from portal.faults.models import Fault
from portal.organisation import queries as organisation

#: degrees around what a map shows
_AROUND = 0.008

blueprint = Blueprint("faults_desk", __name__, url_prefix="/<lang:lang>/desk/faults")


def languages() -> list[str]:
    """The languages of the portal, Greek first."""
    return list(current_app.config["LANGUAGES"])


def to_case(fault: Fault) -> Response:
    """Back to the page of its case."""
    return redirect(url_for("casework_desk.case", slug=fault.slug))


def kept_photos(form: Any, now: datetime) -> list[int]:
    """The photographs of a form, cleaned and kept; their numbers.

    :raises FileRefused: for one that cannot be taken.
    """
    return [kept.id for kept in keep_uploads(db.session, form.photos.data or (), now=now, kinds=("image",))]


def tried(form: Any, slug: str, do: Callable[[], object], fields: Mapping[type[Refused], str] | None = None) -> int:
    """Do what a form asks for: 0 if it is done, else the status with which the page is shown again.

    A refusal is said at its field, or above all of them; a second press then knows the report as it is by now.
    """
    if not form.validate_on_submit():
        return 422
    try:
        do()
    except Refused as refusal:
        db.session.rollback()
        message = _(refusal.message, **refusal.values)
        field = next((name for kind, name in (fields or {}).items() if isinstance(refusal, kind)), "")
        if field:
            form[field].refuse(message)
            return 422
        form.form_errors.append(message)
        found = queries.fault(db.session, slug)
        if found is not None and "seen" in form:
            form.seen.data = str(found.case.version)
        return 409
    return 0


def named_places() -> list[dict[str, Any]]:
    """A name for each community on the map, so that one knows where one is."""
    found: dict[int, dict[str, Any]] = {}
    for place in organisation.places(db.session):
        found.setdefault(place.community_id, {"lat": place.lat, "lon": place.lon, "label": plain(place.name)})
    return list(found.values())


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
        return [*points, *named_places()]  # where two would cover each other, the first one is shown
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
    return [*points, *named_places()]
