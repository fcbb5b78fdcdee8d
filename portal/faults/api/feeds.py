"""/faults.atom, .geojson, .csv with the filters of the pages."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from flask import Blueprint, Response, current_app, request
from sqlalchemy.orm import Session
from werkzeug.exceptions import HTTPException

from portal.accounts.access import public
from portal.core import clock, feeds, stamps
from portal.core.clock import ATHENS
from portal.core.db import db
from portal.core.i18n import plain, speak
from portal.core.i18n import translate as _
from portal.core.texts import LEGAL_LANGUAGE
from portal.core.web import portal
from portal.faults.models import FaultState
from portal.faults.queries import FaultFilter, addresses
from portal.faults.queries import feeds as columns
from portal.organisation import queries as organisation

blueprint = Blueprint("faults_feeds", __name__)
#: what feeds are made of
ROOMS = ("faults", "organisation")
stamps.watch(ROOMS)
CSV = "text/csv"
#: entries of a news feed, which is about what is new; the other feeds go on to the end
NEWEST = 500


@dataclass(frozen=True)
class Wanted:
    """What the address of a feed asks for."""

    filter: FaultFilter
    language: str
    now: datetime
    #: the filter as a query string in one order, with the language
    asked: str

    @property
    def today(self) -> date:
        """The day in Athens."""
        return clock.athens_date(self.now)

    @property
    def page(self) -> str:
        """Where the pages of reports begin."""
        return f"{portal.settings.public_url.rstrip('/')}/{self.language}/faults/"


@blueprint.get("/faults.atom")
@public
def atom() -> Response:
    """The newest reports of a filter for feed readers, each with its point (GeoRSS)."""
    wanted = _wanted()
    address = f"{portal.settings.public_url.rstrip('/')}/faults.atom?{wanted.asked}"
    town = organisation.municipality(db.session)
    name = plain(town.profile["name"]) if town else ""
    head = {
        "title": _("Fault reports – %(name)s", name=name) if name else _("Fault reports"),
        "id": address,
        "self": address,
        "page": wanted.page,
        "author": name,
        "updated": wanted.now.isoformat(timespec="seconds"),
        "language": wanted.language,
    }
    return _answer(lambda session: feeds.atom(head, _entries(session, wanted)), feeds.ATOM, wanted)


@blueprint.get("/faults.geojson")
@public
def geojson() -> Response:
    """All reports of a filter for maps."""
    wanted = _wanted()

    def make(session: Session) -> Iterator[bytes]:
        return feeds.document({"type": "FeatureCollection"}, "features", _features(session, wanted))

    return _answer(make, feeds.GEOJSON, wanted)


@blueprint.get("/faults.csv")
@public
def csv() -> Response:
    """All reports of a filter for spreadsheets."""
    wanted = _wanted()
    return _answer(lambda session: feeds.table(list(NAMES), _cells(session, wanted)), CSV, wanted)


# -- what stands in them


def _items(session: Session, wanted: Wanted, most: int | None = None) -> Iterator[dict[str, Any]]:
    """What is said of each report; nothing personal."""
    shelves, lang, page = columns.shelves(session), wanted.language, wanted.page
    categories = {number: (code, name.text(lang)) for number, (code, name) in shelves.categories.items()}
    communities = {number: (code, name.text(lang)) for number, (code, name) in shelves.communities.items()}
    labels = {state: _(state.label) for state in FaultState}
    for row in columns.rows(session, wanted.filter, today=wanted.today, most=most):
        code, name = categories[row.category_id]
        place, place_name = communities.get(row.community_id, ("", ""))
        yield {
            "id": row.slug,
            "url": f"{page}{row.slug}/",
            "state": row.state.value,
            "state_label": labels[row.state],
            "open": row.is_open,
            "category": code,
            "category_name": name,
            "group": categories[row.group_id][0],
            "community": place,
            "community_name": place_name,
            "address": row.address,
            "text": row.text,
            "text_language": row.language,
            "reported_at": _moment(row.reported_at),
            "changed_at": _moment(row.changed_at),
            "due_on": row.due_on.isoformat(),
            "planned_on": row.planned_on.isoformat() if row.planned_on else None,
            "closed_at": _moment(row.closed_at) if row.closed_at else None,
            "supporters": row.supporters,
            "lat": row.lat,
            "lon": row.lon,
        }


#: the columns of the table, as `_items` names them
NAMES = (
    *("id", "url", "state", "state_label", "open", "category", "category_name", "group", "community", "community_name"),
    *("address", "text", "text_language", "reported_at", "changed_at", "due_on", "planned_on", "closed_at"),
    *("supporters", "lat", "lon"),
)


def _moment(at: datetime) -> str:
    return at.astimezone(ATHENS).isoformat(timespec="seconds")


def _features(session: Session, wanted: Wanted) -> Iterator[dict[str, Any]]:
    """RFC 7946."""
    for item in _items(session, wanted):
        geometry = {"type": "Point", "coordinates": [item.pop("lon"), item.pop("lat")]}
        yield {"type": "Feature", "id": item.pop("id"), "geometry": geometry, "properties": item}


def _cells(session: Session, wanted: Wanted) -> Iterator[list[Any]]:
    for item in _items(session, wanted):
        item["open"] = int(item["open"])
        yield [item[name] for name in NAMES]


def _entries(session: Session, wanted: Wanted) -> Iterator[dict[str, Any]]:
    for item in _items(session, wanted, most=NEWEST):
        where = ", ".join(part for part in (item["address"], item["community_name"]) if part)
        yield {
            "id": item["url"],
            "language": wanted.language,
            "title": f"{item['state_label']}: {item['category_name']}",
            "page": item["url"],
            "updated": item["changed_at"],
            "published": item["reported_at"],
            "summary": "\n".join(part for part in (where, item["text"]) if part),
            "categories": [(item["category"], item["category_name"])],
            "point": (item["lat"], item["lon"]),
        }


# -- what is asked for


def _wanted() -> Wanted:
    """The filter that the address asks for; whatever in it is not understood is refused by its name."""
    given = {name: value.strip() for name, value in request.args.items() if value.strip()}
    unknown = sorted(set(request.args) - {*addresses.NAMES, "lang"})
    found = addresses.asked(given)
    language = given.get("lang", LEGAL_LANGUAGE)
    unreadable = sorted({*found.problems, *(["lang"] if language not in current_app.config["LANGUAGES"] else [])})
    if unknown or unreadable:
        raise BadFilter(unknown, unreadable)
    speak(language)
    asked = "&".join(part for part in (addresses.canonical(given), f"lang={language}") if part)
    return Wanted(replace(found.filter, before=None), language, clock.now(), asked)


class BadFilter(HTTPException):
    """An address that asks for something that cannot be understood."""

    code = 400

    def __init__(self, unknown: list[str], unreadable: list[str]) -> None:
        names = ", ".join([*unknown, *unreadable])
        detail = _("Something in the address is not known or cannot be read: %(names)s.", names=names)
        title = _("We could not read this")
        super().__init__(response=feeds.problem(title, detail=detail, unknown=unknown, unreadable=unreadable))


def _answer(make: Any, mimetype: str, wanted: Wanted) -> Response:
    name = request.path.rpartition("/")[2]
    return feeds.answer(make, mimetype, rooms=ROOMS, asked=wanted.asked, name=name, now=wanted.now)
