"""The page of a report, and its photographs."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from flask import Response, abort, render_template, request, url_for

from portal.accounts.access import public
from portal.core import clock, downloads
from portal.core.clock import athens_date
from portal.core.db import db
from portal.core.i18n import language, plain
from portal.core.i18n import translate as _
from portal.core.kept import made_of
from portal.core.maps import labels
from portal.faults import queries
from portal.faults.models import Fault, FaultState, Moment
from portal.faults.queries import following
from portal.faults.views import words
from portal.faults.views.base import blueprint
from portal.organisation import queries as organisation

#: seconds for which a browser keeps a photograph: staff may take it back
KEPT = 600


@blueprint.get("/<string:slug>/")
@public
@made_of("organisation", "faults")
def fault(slug: str) -> Any:
    """Everything the public may know of a report; of one that was taken back only that."""
    found = queries.fault(db.session, slug)
    if found is None or found.category.private:
        abort(404)
    if found.state is FaultState.WITHDRAWN:
        return render_template("faults/gone.html", fault=found), 410
    if not found.shown:
        abort(404)
    return render_template("faults/fault.html", **about(found))


@blueprint.get("/<string:slug>/photos/<int:number>/")
@public
def photo(slug: str, number: int) -> Response:
    """A photograph of a report that everybody may see."""
    found = queries.public_fault(db.session, slug)
    shown = words.public_photos(found) if found else ()
    chosen = next((each for each in shown if each.id == number), None)
    if chosen is None:
        abort(404)
    response = downloads.stored(chosen.attachment)
    response.headers["Cache-Control"] = f"public, max-age={KEPT}"
    response.make_conditional(request)
    return response


def about(found: Fault) -> dict[str, Any]:
    """What the page of a report shows."""
    today, here = athens_date(clock.now()), {"lat": found.lat, "lon": found.lon}
    address = url_for("faults.fault", slug=found.slug, _external=True)
    related = following.related(db.session, found)
    overdue = found.is_overdue(today)
    point = f"{found.lat:.4f},{found.lon:.4f}"
    tone = "late" if overdue else "ok" if found.state is FaultState.REPAIRED else ""
    photos = [(each, words.alt_of(each, found)) for each in words.public_photos(found)]
    return {
        "fault": found,
        "tags": words.tags_of(found.state, overdue=overdue),
        "tone": tone,
        "meaning": words.meaning(found),
        "term": words.term(found, today),
        "overdue": overdue,
        "last": found.steps[-1] if found.steps else None,
        "history": words.history(found, following.units_of(db.session, found)),
        "before": [pair for pair in photos if pair[0].moment is Moment.BEFORE],
        "after": [pair for pair in photos if pair[0].moment is Moment.AFTER],
        "first": next((each for each in related if each.id == found.duplicate_of_id), None),
        "whole": next((each for each in related if each.id == found.part_of_id), None),
        "repeated": [each for each in related if each.duplicate_of_id == found.id],
        "parts": [each for each in related if each.part_of_id == found.id],
        "shapes": [
            {**here, "title": plain(found.category.name), "tone": tone},
            *labels(organisation.landmarks(db.session)),
        ],
        "route": f"https://www.openstreetmap.org/?mlat={found.lat}&mlon={found.lon}#map=18/{found.lat}/{found.lon}",
        "address": address,
        "shares": shares(found, address),
        "nearby": url_for("faults.overview", near=point, km="0.5"),
        "follow_place": url_for("faults.follow", near=point, km="0.5"),
        "feed": url_for("faults_feeds.atom", near=point, km="0.5", lang=language()),
    }


def shares(found: Fault, address: str) -> list[tuple[str, str]]:
    """Ways to tell others, by plain links: nobody is followed who does not press one."""
    title, there = quote(plain(found.category.name)), quote(address, safe="")
    return [
        (_("E-mail"), f"mailto:?subject={title}&body={there}"),
        ("WhatsApp", f"https://wa.me/?text={title}%20{there}"),
        ("Facebook", f"https://www.facebook.com/sharer/sharer.php?u={there}"),
    ]
