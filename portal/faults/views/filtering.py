"""What an address of the list and of the map asks for: its filter, its form, what is chosen as removable chips."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import request, url_for

from portal.core import clock
from portal.core.db import db
from portal.core.i18n import format_date, language, plain
from portal.core.i18n import translate as _
from portal.faults import queries
from portal.faults.forms.filters import FaultsForm, kilometres
from portal.faults.models import FaultState
from portal.faults.queries import FaultFilter, Group, addresses
from portal.organisation import queries as organisation

#: signs of a value in an address
LONGEST = 100
#: the big choices
CHOICES = (Group.ALL, Group.OPEN, Group.OVERDUE, Group.REPAIRED, Group.CLOSED)
#: names that go together: to take one out is to take out all
TOGETHER = {"near": ("near", "km", "m"), "from": ("from", "to")}


@dataclass(frozen=True)
class Wanted:
    """What an address asks for."""

    #: the names of a filter that it holds, in their order
    given: Mapping[str, str]
    filter: FaultFilter
    #: names that could not be understood
    problems: tuple[str, ...]
    today: date

    def url(self, endpoint: str = "faults.overview", **changes: Any) -> str:
        """A page with the same filter but for some changes; None takes a name out. “here” is the page at hand."""
        return url_for(str(request.endpoint) if endpoint == "here" else endpoint, **self._with(changes))

    @property
    def applied(self) -> bool:
        """Whether the form was sent, and can be read: then the page goes on at its short address."""
        return request.args.get("filters") == "apply" and not self.problems

    @property
    def form_shown(self) -> bool:
        """Whether the form is asked for, or has to be corrected."""
        return bool(self.problems) or request.args.get("filters") == "show"

    def feed(self, name: str) -> str:
        """The whole address of a feed of the same filter."""
        return url_for(f"faults_feeds.{name}", _external=True, **self._with({}), lang=language())

    def to_follow(self) -> str:
        """The page on which somebody asks to be told of what this filter is about."""
        kept: dict[str, Any] = {
            name: self.given[name] for name in ("category", "community", "near", "km") if name in self.given
        }
        return url_for("faults.follow", **kept)

    def _with(self, changes: Mapping[str, Any]) -> dict[str, Any]:
        known = {**self.given, **changes}
        order = {name: number for number, name in enumerate(addresses.NAMES)}
        names = sorted(known, key=lambda name: order.get(name, len(order)))
        return {name: known[name] for name in names if known[name] is not None}


def wanted() -> Wanted:
    """What the address of the page at hand asks for."""
    given = {name: request.args.get(name, "").strip()[:LONGEST] for name in addresses.NAMES}
    given = {name: value for name, value in given.items() if value}
    if "near" not in given:
        given = {name: value for name, value in given.items() if name not in {"km", "m"}}
    found = addresses.asked({**given, "before": request.args.get("before", "")})
    return Wanted(given, found.filter, found.problems, clock.athens_date(clock.now()))


def frame(asked: Wanted) -> dict[str, Any]:
    """What the list and the map have in common."""
    return {
        "wanted": asked,
        "form": filter_form(asked) if asked.form_shown else None,
        "chips": [] if asked.form_shown else chips(asked),
        "groups": groups(asked),
        "ways": list(ways(asked)),
    }


def groups(asked: Wanted) -> list[dict[str, Any]]:
    """The big choices, each with the rest of the filter."""
    return [
        {
            "label": _(group.label),
            "url": asked.url("here", group=group.value or None, state=None),
            "current": group is asked.filter.group and asked.filter.state is None,
        }
        for group in CHOICES
    ]


def filter_form(asked: Wanted) -> FaultsForm:
    """The form with what can be chosen, and its mistakes."""
    form = FaultsForm()
    form.offer(
        categories=categories(),
        communities=[(row.code, plain(row.name)) for row in organisation.communities(db.session)],
        places=places(asked.given.get("near", "") if asked.filter.near else ""),
    )
    form.note(asked.problems)
    return form


def categories() -> list[tuple[str, str]]:
    """What can be chosen: groups, and what is in them a little to the right."""
    rows = queries.categories(db.session)
    return [(row.code, plain(row.name) if row.parent_id is None else f"– {plain(row.name)}") for row in rows]


def places(near: str = "") -> dict[str, str]:
    """Known places by their point; a point that is none of them comes first."""
    found = {point(row): plain(row.name) for row in organisation.places(db.session)}
    if near and near not in found:
        found = {near: _("The point you chose"), **found}
    return dict(sorted(found.items(), key=lambda pair: (pair[0] != near, pair[1])))


def point(place: Any) -> str:
    """A place as addresses write it."""
    return f"{place.lat},{place.lon}"


def chips(asked: Wanted) -> list[dict[str, str]]:
    """What is chosen, each with the address of the page without it."""
    names = [name for name in NAMERS if name in asked.given and name not in asked.problems]
    if "to" in asked.given and "from" not in asked.given and "to" not in asked.problems:
        names.append("from")
    return [
        {
            "label": NAMERS[name](asked),
            "url": asked.url("here", **dict.fromkeys(TOGETHER.get(name, (name,)))),
        }
        for name in names
    ]


def _dates(asked: Wanted) -> str:
    first, last = format_date(asked.filter.since, "d MMM y"), format_date(asked.filter.until, "d MMM y")
    if not last:
        return _("from %(day)s", day=first)
    if not first:
        return _("until %(day)s", day=last)
    return first if first == last else f"{first} – {last}"


def _near(asked: Wanted) -> str:
    near = asked.filter.near
    assert near is not None
    named = {point(row): plain(row.name) for row in organisation.places(db.session)}
    where, km = named.get(asked.given["near"]), kilometres(near.metres / 1000)
    if where:
        return _("%(km)s around %(place)s", km=km, place=where)
    return _("%(km)s around the point you chose", km=km)


def _named(rows: Callable[[Any], Sequence[Any]], name: str) -> Callable[[Wanted], str]:
    def label(asked: Wanted) -> str:
        code = asked.given[name]
        return next((plain(row.name) for row in rows(db.session) if row.code == code), code)

    return label


#: name in the address → what its chip says
NAMERS: dict[str, Callable[[Wanted], str]] = {
    "state": lambda asked: _(FaultState(asked.given["state"]).label),
    "category": _named(lambda session: queries.categories(session, closed=True), "category"),
    "community": _named(organisation.communities, "community"),
    "from": _dates,
    "near": _near,
    "box": lambda _asked: _("This part of the map"),
}


def ways(asked: Wanted) -> Iterator[dict[str, Any]]:
    """List and map: the same filter in two forms."""
    labels = {"faults.overview": _("List"), "faults.map": _("Map")}
    for endpoint, label in labels.items():
        yield {"label": label, "url": asked.url(endpoint), "current": endpoint == request.endpoint}
