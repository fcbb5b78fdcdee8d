"""The filters of a page: its form, what is chosen as removable chips, and the big choices of time."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from flask import request

from portal.core.db import db
from portal.core.i18n import NAMES as LANGUAGES
from portal.core.i18n import format_date, plain
from portal.core.i18n import translate as _
from portal.core.texts import N_
from portal.events import queries
from portal.events.forms.filters import AgendaForm
from portal.events.models import Audience
from portal.events.queries import around
from portal.events.views.base import Wanted
from portal.organisation import queries as organisation

#: the big choices; nothing: everything from today on
CHOICES = {
    "": N_("All coming"),
    "today": N_("Today"),
    "weekend": N_("This weekend"),
    "week": N_("Next 7 days"),
    "month": N_("This month"),
}
#: names that go together: to take one out is to take out both
PAIRS = {"near": ("near", "km"), "from": ("from", "to")}


def choices_of_time(wanted: Wanted) -> list[dict[str, Any]]:
    """The big choices, each with the rest of the filter; the last one asks for dates."""
    when = None if {"from", "to"} & wanted.given.keys() else wanted.given.get("when", "")
    links = [
        {
            "label": _(label),
            "url": wanted.url("here", **{"when": name or None, "from": None, "to": None}),
            "current": name == when,
        }
        for name, label in CHOICES.items()
    ]
    dates = wanted.url("here", filters="show", _anchor="filters")
    return [*links, {"label": _("Dates"), "url": dates, "current": when is None}]


def filter_form(wanted: Wanted) -> AgendaForm:
    """The form with what can be chosen, and its mistakes."""
    form = AgendaForm()
    places = {_point(row): plain(row.name) for row in organisation.places(db.session)}
    near = wanted.given.get("near")
    if near and near not in places and wanted.filter.near:
        places = {near: _("Where I am"), **places}
    form.offer(
        categories=[(row.code, plain(row.name)) for row in queries.categories(db.session)],
        communities=[(row.code, plain(row.name)) for row in organisation.communities(db.session)],
        places=dict(sorted(places.items(), key=lambda pair: (pair[0] != near, pair[1]))),
    )
    form.note(wanted.problems, _)
    return form


def _point(place: Any) -> str:
    return f"{place.lat},{place.lon}"


def chips(wanted: Wanted, *, dated: bool = True) -> list[dict[str, str]]:
    """What is chosen, each with the address of the page without it."""
    names = [name for name in NAMERS if name in wanted.given and name not in wanted.problems]
    found = [(name, NAMERS[name](wanted)) for name in names if dated or name != "from"]
    if dated and "from" not in wanted.given and "to" in wanted.given:
        found.insert(0, ("from", _dates(wanted)))
    return [
        {"label": label, "url": wanted.url("here", **dict.fromkeys(PAIRS.get(name, (name,))))} for name, label in found
    ]


def _dates(wanted: Wanted) -> str:
    first, last = format_date(wanted.filter.since, "d MMM y"), format_date(wanted.filter.until, "d MMM y")
    if not last:
        return _("from %(day)s", day=first)
    return first if first == last else f"{first} – {last}"


def _near(wanted: Wanted) -> str:
    near = wanted.filter.near
    assert near is not None
    named = {_point(row): plain(row.name) for row in organisation.places(db.session)}
    where = named.get(wanted.given["near"])
    values = {"km": f"{near.km:g}", "place": where}
    return _("%(km)s km around %(place)s", **values) if where else _("%(km)s km around you", **values)


def _named(rows: Callable[[Any], Sequence[Any]], name: str) -> Callable[[Wanted], str]:
    def label(wanted: Wanted) -> str:
        code = wanted.given[name]
        return next((plain(row.name) for row in rows(db.session) if row.code == code), code)

    return label


def _audience(wanted: Wanted) -> str:
    return _(Audience(wanted.given["audience"]).label)


#: name in the address → what its chip says
NAMERS: dict[str, Callable[[Wanted], str]] = {
    "from": _dates,
    "q": lambda wanted: f"“{wanted.given['q']}”",
    "category": _named(queries.categories, "category"),
    "community": _named(organisation.communities, "community"),
    "venue": lambda wanted: plain(around.venue_name(db.session, wanted.given["venue"])) or wanted.given["venue"],
    "festival": lambda wanted: (
        plain(around.festival_title(db.session, wanted.given["festival"])) or wanted.given["festival"]
    ),
    "near": _near,
    "audience": _audience,
    "spoken": lambda wanted: LANGUAGES.get(wanted.given["spoken"], wanted.given["spoken"]),
    "free": lambda _wanted: _("Free"),
    "step_free": lambda _wanted: _("Without steps"),
}


def ways(wanted: Wanted) -> Iterator[dict[str, Any]]:
    """List, month, map: the same filter in three forms."""
    month = (request.view_args or {}).get("month") or wanted.filter.since.strftime("%Y-%m")
    no_days = dict.fromkeys(("when", "from", "to"))
    addresses = {
        "events.agenda": (_("List"), wanted.url()),
        "events.month": (_("Month"), wanted.url("events.month", month=month, **no_days)),
        "events.map": (_("Map"), wanted.url("events.map")),
    }
    for endpoint, (label, url) in addresses.items():
        yield {"label": label, "url": url, "current": endpoint == request.endpoint}
