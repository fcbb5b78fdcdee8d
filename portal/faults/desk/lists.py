"""What heads look at: reports that are not repaired after all, wholes whose parts are done, spots that come back."""

from __future__ import annotations

from typing import Any

from flask import render_template, request, url_for

from portal.core import clock
from portal.core.db import db
from portal.core.maps import labels
from portal.core.web import key
from portal.faults.access import fault_staff
from portal.faults.desk.base import blueprint, bounds
from portal.faults.queries import spots as frequent
from portal.faults.queries import staff as reads
from portal.organisation import queries as organisation
from portal.organisation.access import current_mandate

_PAGE = 20


@blueprint.get("/disputed/")
@fault_staff
def disputed() -> str:
    """Not repaired, somebody says; and open wholes all parts of which are done."""
    mandate, before = current_mandate(), request.args.get("before", type=key)
    rows = reads.disputed(db.session, mandate, before=before, most=_PAGE)
    following = url_for(".disputed", before=rows[-1].id) if len(rows) == _PAGE else ""
    wholes = [] if before else reads.wholes(db.session, mandate)
    return render_template("faults/desk_disputed.html", rows=rows, wholes=wholes, next_url=following)


@blueprint.get("/spots/")
@fault_staff
def spots() -> Any:
    """Three or more at one place within two years: proposals for the plan."""
    found = frequent.spots(db.session, now=clock.now())
    marks = [
        {"lat": spot.lat, "lon": spot.lon, "title": f"{spot.number} × {spot.address}", "url": f"#spot{at}"}
        for at, spot in enumerate(found, start=1)
    ]
    shapes = [*marks, *labels(organisation.landmarks(db.session))]
    return render_template("faults/desk_spots.html", spots=found, shapes=shapes, bounds=bounds(found))
