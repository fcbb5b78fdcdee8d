"""What can be reported, and where: discovery, the list of services, and what each of them asks."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from flask import Response
from sqlalchemy.orm import Session

from portal.accounts.access import public
from portal.core.db import db
from portal.core.i18n import plain
from portal.core.i18n import translate as _
from portal.core.web import portal
from portal.faults import queries
from portal.faults.api.open311.attributes import definition
from portal.faults.api.open311.base import Wrong, answer, blueprint, check, municipality, site
from portal.faults.api.open311.writing import KINDS
from portal.faults.models import FaultCategory

SPECIFICATION = "http://wiki.open311.org/GeoReport_v2"
#: when the form of the answers last changed
CHANGED = "2026-11-22 00:00"


@blueprint.get("/discovery")
@public
def discovery_page() -> Response:
    """The same as `discovery.json`, for whoever knows the address without its end."""
    return answer("json", "discovery", lambda _session: discovered())


@blueprint.get("/discovery.<string:kind>")
@public
def discovery(kind: str) -> Response:
    """Where the endpoint is, which formats it knows, and how to get a key."""
    check(kind)
    return answer(kind, "discovery", lambda _session: discovered())


def discovered() -> dict[str, Any]:
    """What the discovery document says."""
    row = municipality()
    contact = (row.profile.get("contact") or {}) if row else {}
    ways = ", ".join(filter(None, [contact.get("email"), contact.get("phone")]))
    endpoint = {
        "specification": SPECIFICATION,
        "url": f"{site()}/open311/v2",
        "changeset": CHANGED,
        "type": "test" if portal.settings.demonstration else "production",
        "formats": [KINDS["xml"], KINDS["json"]],
    }
    return {
        "changeset": CHANGED,
        "contact": f"{plain(row.name) if row else ''}: {ways}",
        "key_service": _("Write to us for a key, and say which program it is for: %(ways)s", ways=ways),
        "endpoints": [endpoint],
    }


@blueprint.get("/services.<string:kind>")
@public
def services(kind: str) -> Response:
    """Everything that can be reported."""
    check(kind)
    return answer(kind, "services", _services)


def _services(session: Session) -> Iterator[dict[str, Any]]:
    for row in offered(session):
        yield {
            "service_code": row.code,
            "service_name": plain(row.name),
            "description": plain(row.help) or None,
            "metadata": bool(row.questions),
            "type": "realtime",
            "keywords": ", ".join(filter(None, (word.strip() for word in plain(row.keywords).split(",")))) or None,
            "group": plain(row.group.name),
        }


def offered(session: Session) -> list[FaultCategory]:
    """The categories that reports can be filed in."""
    return [row for row in queries.categories(session) if row.parent is not None and not row.parent.closed]


@blueprint.get("/services/<string:code>.<string:kind>")
@public
def service(code: str, kind: str) -> Response:
    """What a service asks."""
    check(kind)
    found = definition(wanted(code))
    return answer(kind, "service_definition", lambda _session: found)


def wanted(code: str) -> FaultCategory:
    """The service with this code.

    :raises Wrong: if there is none.
    """
    found = next((row for row in offered(db.session) if row.code == code), None)
    if found is None:
        raise Wrong(404, _("service_code was not found: %(code)s.", code=code[:80]))
    return found
