"""What the public pages share: the blueprint, the filter that an address asks for, addresses with the same filter."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlsplit

from flask import Blueprint, abort, request, url_for

from portal.core import clock
from portal.core.db import db
from portal.core.i18n import language
from portal.events import queries
from portal.events.models import Event, Publication

#: signs of a value in an address; the code of a poster holds no more
LONGEST = 100

blueprint = Blueprint("events", __name__, url_prefix="/<lang:lang>")


@dataclass(frozen=True)
class Wanted:
    """What an address of the agenda asks for."""

    #: the names of a filter that it holds, in their order
    given: Mapping[str, str]
    filter: queries.AgendaFilter
    #: names that could not be understood
    problems: tuple[str, ...]
    today: date

    def url(self, endpoint: str = "events.agenda", **changes: Any) -> str:
        """A page with the same filter but for some changes; None takes a name out. “here” is the page at hand."""
        here = request.view_args or {} if endpoint in {"here", request.endpoint} else {}
        return url_for(str(request.endpoint) if endpoint == "here" else endpoint, **self._with({**here, **changes}))

    def of_day(self, day: date) -> str:
        """The list of one day with the rest of the filter."""
        return url_for("events.agenda", **self._with({"when": None, "from": day.isoformat(), "to": day.isoformat()}))

    @property
    def applied(self) -> bool:
        """Whether the form was sent, and can be read: then the page goes on at its short address."""
        return request.args.get("filters") == "apply" and not self.problems

    @property
    def form_shown(self) -> bool:
        """Whether the form is asked for, or has to be corrected."""
        return bool(self.problems) or request.args.get("filters") == "show"

    def lasting(self) -> dict[str, Any]:
        """The filter without its days: for what goes on for longer."""
        return self._with(dict.fromkeys(("when", "from", "to")))

    def feed(self, name: str) -> str:
        """The whole address of a feed of the same filter, from today on."""
        return url_for(f"events_feeds.{name}", _external=True, **self.lasting(), lang=language())

    def subscription(self) -> str:
        """The same as an address that opens the calendar of a telephone."""
        address = self.feed("calendar")
        return f"webcal{address[len(urlsplit(address).scheme) :]}"

    def _with(self, changes: Mapping[str, Any]) -> dict[str, Any]:
        known = {**self.given, **changes}
        order = {name: number for number, name in enumerate(queries.NAMES)}
        names = sorted(known, key=lambda name: order.get(name, len(order)))
        return {name: known[name] for name in names if known[name] is not None}


def wanted(*, dated: bool = True) -> Wanted:
    """What the address of the page at hand asks for; a page that has its own days takes none from it."""
    today = clock.athens_date(clock.now())
    names = [name for name in queries.NAMES if dated or name not in {"when", "from", "to"}]
    # a box says “yes”; addresses say 1
    given = {name: request.args.get(name, "").strip()[:LONGEST] for name in names}
    given |= {name: "1" for name in ("free", "step_free") if given[name] in {"yes", "on"}}
    given = {name: value for name, value in given.items() if value}
    if {"from", "to"} & given.keys():
        given.pop("when", None)
    if "near" not in given:
        given.pop("km", None)
    found = queries.asked({**given, "after": request.args.get("after", "")}, today=today)
    return Wanted(given, found.filter, found.problems, today)


def found_event(slug: str) -> Event:
    """The event at an address, if it stands in the agenda or did so until it was withdrawn; else 404."""
    found = queries.event_by_slug(db.session, slug)
    public = {Publication.PUBLISHED, Publication.WITHDRAWN}
    if found is None or found.published_at is None or found.publication not in public:
        abort(404)
    return found
