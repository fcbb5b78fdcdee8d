"""Reports as Open311 tells them: nothing of who reported them, nothing of what is private."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time
from functools import lru_cache
from typing import Any

from flask import Response
from sqlalchemy.orm import Session

from portal.accounts.access import public
from portal.core import clock
from portal.core.clock import ATHENS
from portal.core.db import db
from portal.core.i18n import format_date, language, plain
from portal.core.i18n import translate as _
from portal.faults.api.open311.asking import asked, asked_updates
from portal.faults.api.open311.base import Wrong, answer, blueprint, check, given, next_page, site
from portal.faults.models import FaultState
from portal.faults.queries import open311 as queries
from portal.faults.queries.open311 import Asked, Requests
from portal.organisation import queries as organisation


@blueprint.get("/requests.<string:kind>")
@public
def requests(kind: str) -> Response:
    """The reports that are asked for, the newest first."""
    check(kind)
    wanted, told = asked(now=clock.now()), []

    def content(session: Session) -> Iterator[dict[str, Any]]:
        told.append(Teller(session, queries.requests(session, wanted)))
        return told[0].items()

    response = answer(kind, "service_requests", content)
    more = bool(told) and told[0].found.more and not wanted.slugs
    return next_page(response, wanted.page, more=more)


@blueprint.get("/requests/<string:slug>.<string:kind>")
@public
def request_one(slug: str, kind: str) -> Response:
    """One report, as a list of one."""
    check(kind)
    found = queries.requests(db.session, Asked(slugs=(slug,)))
    if not found.rows:
        raise Wrong(404, _("service_request_id was not found: %(number)s.", number=slug[:80]))
    return answer(kind, "service_requests", lambda session: Teller(session, found).items())


@blueprint.get("/tokens/<string:token>.<string:kind>")
@public
def token(token: str, kind: str) -> Response:
    """The number of a report from its token: here they are the same, and known at once."""
    check(kind)
    found = queries.requests(db.session, Asked(slugs=(token,)))
    if not found.rows:
        raise Wrong(404, _("token was not found: %(token)s.", token=token[:80]))
    rows = [{"service_request_id": row.slug, "token": row.slug} for row in found.rows]
    return answer(kind, "service_requests", lambda _session: rows)


@blueprint.get("/servicerequestupdates.<string:kind>")
@public
def updates(kind: str) -> Response:
    """Lines of the public histories, the oldest first."""
    check(kind)
    wanted = asked_updates(now=clock.now())
    rows = queries.updates(db.session, wanted)
    response = answer(kind, "service_request_updates", lambda _session: map(_update, rows))
    return next_page(response, wanted.page, more=len(rows) == wanted.size)


def _update(row: Any) -> dict[str, Any]:
    more = {"state": row.state.value, "planned_on": row.planned_on.isoformat() if row.planned_on else None}
    return {
        "update_id": str(row.id),
        "service_request_id": row.slug,
        "status": "open" if row.state.is_open else "closed",
        "updated_datetime": stamp(row.at),
        "description": plain(row.note) or _(row.state.label),
        "media_url": None,
        **({"extended_attributes": more} if _extended() else {}),
    }


def _extended() -> bool:
    """Whether fields are asked for that the specification does not know."""
    return given("extensions").lower() in {"true", "1"}


class Teller:
    """Tells reports one after the other; what many of them share is put into words once."""

    def __init__(self, session: Session, found: Requests) -> None:
        self.found, self.extended = found, _extended()
        row = organisation.municipality(session)
        self.us = plain(row.name) if row else None
        self.services = {number: (code, plain(name)) for number, (code, name) in found.categories.items()}
        self.bodies = {number: plain(name) for number, name in found.bodies.items()}
        self.states = {state: _(state.label) for state in FaultState}
        self.pages = f"{site()}/{language()}/faults/"

    def items(self) -> Iterator[dict[str, Any]]:
        """Each as the specification names its parts, and in its order."""
        for row in self.found.rows:
            code, name = self.services[row.category_id]
            photo = self.found.photos.get(row.id)
            yield {
                "service_request_id": row.slug,
                "status": "open" if row.is_open else "closed",
                "status_notes": plain(self.found.notes.get(row.id)) or None,
                "service_name": name,
                "service_code": code,
                "description": row.text or None,
                "agency_responsible": self._agency(row),
                "service_notice": self._notice(row),
                "requested_datetime": stamp(row.reported_at),
                "updated_datetime": stamp(row.changed_at if row.is_open else row.closed_at or row.changed_at),
                "expected_datetime": self._expected(row),
                "address": row.address or None,
                "address_id": None,
                "zipcode": None,
                "lat": row.lat,
                "long": row.lon,
                "media_url": f"{self.pages}{row.slug}/photos/{photo}/" if photo else None,
                **({"extended_attributes": self._more(row, name)} if self.extended else {}),
            }

    @staticmethod
    def _expected(row: Any) -> str | None:
        ours = row.state is not FaultState.PASSED_ON  # others have limits of their own
        return end_of(row.planned_on or row.due_on) if ours else None

    def _agency(self, row: Any) -> str | None:
        return self.bodies.get(row.body_id, self.us) if row.state is FaultState.PASSED_ON else self.us

    def _notice(self, row: Any) -> str:
        label = self.states[row.state]
        return f"{label}: {format_date(row.planned_on)}" if row.planned_on and row.is_open else label

    def _more(self, row: Any, name: str) -> dict[str, Any]:
        return {
            "title": f"{name}, {row.address}" if row.address else name,
            "language": row.language,
            "state": row.state.value,
            "supporters": row.supporters,
            "url": f"{self.pages}{row.slug}/",
        }


def stamp(moment: datetime) -> str:
    """A moment in UTC, as the W3C writes it."""
    return f"{moment.isoformat()[:19]}Z"


@lru_cache(maxsize=1000)
def end_of(day: date) -> str:
    """The last second of a day in Greece."""
    return datetime.combine(day, time(23, 59, 59), ATHENS).isoformat()
