"""The catalogue and the page of a service."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import render_template, request, url_for

from portal.accounts.access import public, visitor
from portal.core import clock
from portal.core.db import db
from portal.core.i18n import plain
from portal.core.kept import made_of
from portal.eservices import policy, queries
from portal.eservices.models import Service, ServiceCategory
from portal.eservices.queries.catalogue import services_found
from portal.eservices.queries.definitions import definition_of
from portal.eservices.views.base import blueprint, found_service
from portal.eservices.views.linked_data import public_service
from portal.organisation import queries as organisation


@blueprint.get("/services/")
@public
@made_of("organisation", "eservices")
def catalogue() -> str:
    """The catalogue: by category, by occasion, by words."""
    text = request.args.get("q", "").strip()[:100]
    chosen = request.args.get("category", ""), request.args.get("event", "")
    return render_template("eservices/catalogue.html", **_shelves(text, *chosen))


def _shelves(text: str, category: str, event: str) -> dict[str, Any]:
    """What the catalogue shows for its address."""
    shelves, events = queries.categories(db.session), queries.life_events(db.session)
    rows = list(queries.services(db.session))
    shown = _wanted(rows, category=category, event=event, text=text)
    return {
        "text": text,
        "category": next((row for row in shelves if row.code == category), None),
        "event": next((row for row in events if row.code == event), None),
        "categories": _chips(shelves, rows, category),
        "events": events,
        "shelves": [(shelf, [row for row in shown if row.category_id == shelf.id]) for shelf in shelves],
        "found": len(shown),
        "filtered": bool(text or category or event),
    }


def _wanted(rows: list[Service], *, category: str, event: str, text: str) -> list[Service]:
    """The services that fit the address of the page; what was searched for in the order of its hits."""
    if text:
        order = {number: at for at, number in enumerate(services_found(db.session, text))}
        rows = sorted((row for row in rows if row.id in order), key=lambda row: order[row.id])
    if category:
        rows = [row for row in rows if row.category.code == category]
    return [row for row in rows if event in row.life_events] if event else rows


def _chips(shelves: Any, rows: list[Service], current: str) -> list[dict[str, Any]]:
    """The categories as filters with their counts."""

    def address(shelf: ServiceCategory | None) -> str:
        return url_for(".catalogue", category=shelf.code) if shelf else url_for(".catalogue")

    chips = [
        {
            "label": plain(shelf.name),
            "url": address(shelf),
            "current": shelf.code == current,
            "count": sum(row.category_id == shelf.id for row in rows),
        }
        for shelf in shelves
    ]
    return [chip for chip in chips if chip["count"]]


@blueprint.get("/services/<string:slug>/")
@public
@made_of("organisation", "eservices")
def service(slug: str) -> str:
    """Everything somebody wants to know before they apply."""
    return render_template("eservices/service.html", **_about(found_service(slug), clock.now()))


def _about(found: Service, now: datetime) -> dict[str, Any]:
    """What the page of a service says."""
    assert found.version is not None
    definition, today = definition_of(found.version), clock.athens_date(now)
    limit = organisation.time_limit(db.session, str(definition.data["time_limit"]), today)
    return {
        "service": found,
        "definition": definition,
        "limit": limit,
        "typical": queries.typical(db.session, found, organisation.working_calendar(db.session), now=now),
        "tariffs": [row for row in definition.data.get("tariffs") or () if _valid(row, today.isoformat())],
        "events": [event for event in queries.life_events(db.session) if event.code in found.life_events],
        "reached": policy.level_reached(visitor(), found),
        "linked": public_service(found, definition, limit, organisation.municipality(db.session)),
    }


def _valid(row: dict[str, Any], today: str) -> bool:
    """Whether a tariff is in force; dates stand in the definition in their ISO form."""
    return (row.get("valid_from") or "") <= today <= (row.get("valid_to") or "9999")
