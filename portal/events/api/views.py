"""/events.ics, .atom, .json, .geojson with the filters of the pages, and /events/<slug>.ics."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from flask import Blueprint, Response, abort, current_app, request
from sqlalchemy.orm import Session
from werkzeug.exceptions import HTTPException

from portal.accounts.access import public
from portal.core import clock, feeds, stamps
from portal.core.db import db
from portal.core.i18n import plain, speak
from portal.core.i18n import translate as _
from portal.core.texts import LEGAL_LANGUAGE
from portal.core.web import portal
from portal.events import queries
from portal.events.api import icalendar, listing
from portal.events.models import Event as EventRow
from portal.events.models import EventCategory, Venue
from portal.events.queries import feeds as columns
from portal.organisation import queries as organisation
from portal.organisation.models import Community

blueprint = Blueprint("events_feeds", __name__)
#: what feeds are made of
ROOMS = ("events", "organisation")
stamps.watch(ROOMS)
#: whoever names no days gets these
BEFORE, AHEAD = timedelta(days=30), timedelta(days=365)
_CODED = {"category": EventCategory.code, "community": Community.code, "venue": Venue.code, "festival": EventRow.slug}


@dataclass(frozen=True)
class Wanted:
    """What the address of a feed asks for."""

    filter: queries.AgendaFilter
    words: icalendar.Words
    now: datetime
    #: the filter as a query string in one order, with the language
    asked: str


@blueprint.get("/events.ics")
@public
def calendar() -> Response:
    """The events of a filter as a calendar to subscribe to."""
    wanted = _wanted()

    def make(session: Session) -> Iterator[bytes]:
        rows = columns.events(session, wanted.filter, now=wanted.now)
        return feeds.calendar(_title(), _product(), icalendar.components(rows, wanted.words))

    return _answer(make, feeds.ICALENDAR, wanted)


@blueprint.get("/events.atom")
@public
def atom() -> Response:
    """The events of a filter for feed readers."""
    wanted = _wanted()
    words = wanted.words
    head = {
        "title": _title(),
        "id": f"{words.site}/events.atom?{wanted.asked}",
        "self": f"{words.site}/events.atom?{wanted.asked}",
        "page": f"{words.site}/{words.language}/events/",
        "author": _municipality(),
        "updated": wanted.now.isoformat(timespec="seconds"),
        "language": words.language,
    }

    def make(session: Session) -> Iterator[bytes]:
        return feeds.atom(head, listing.entries(columns.events(session, wanted.filter, now=wanted.now), words))

    return _answer(make, feeds.ATOM, wanted)


@blueprint.get("/events.json")
@public
def listed() -> Response:
    """The occurrences of a filter, in the order of time."""
    wanted = _wanted()
    head = {"title": _title(), "language": wanted.words.language, "time_zone": "Europe/Athens", **_days(wanted)}

    def make(session: Session) -> Iterator[bytes]:
        rows = columns.occurrences(session, wanted.filter)
        return feeds.document(head, "events", listing.items(rows, wanted.words))

    return _answer(make, feeds.JSON, wanted)


@blueprint.get("/events.geojson")
@public
def mapped() -> Response:
    """The occurrences of a filter for maps."""
    wanted = _wanted()

    def make(session: Session) -> Iterator[bytes]:
        rows = columns.occurrences(session, wanted.filter)
        return feeds.document({"type": "FeatureCollection"}, "features", listing.features(rows, wanted.words))

    return _answer(make, feeds.GEOJSON, wanted)


@blueprint.get("/events/<string:slug>.ics")
@public
def one(slug: str) -> Response:
    """One event, to be put into somebody's calendar; of what was taken out that it is cancelled."""
    now = clock.now()
    _refuse(*_unknown({"lang"}))
    words = _words()
    found = columns.event(db.session, slug, now=now)
    if found is None:
        abort(404)

    def make(_session: Session) -> Iterable[bytes]:
        return feeds.calendar(found[0].title.text(words.language), _product(), icalendar.components([found], words))

    asked = f"lang={words.language}"
    return feeds.answer(make, feeds.ICALENDAR, rooms=ROOMS, asked=asked, name=f"{slug}.ics", now=now)


# -- what is asked for


def _wanted() -> Wanted:
    """The filter that the address asks for; whatever in it is not understood is refused by its name."""
    given = {name: value.strip() for name, value in request.args.items() if value.strip()}
    now = clock.now()
    today = clock.athens_date(now)
    found = queries.asked(given, today=today)
    unreadable = {*found.problems, *_flags(given), *_not_there(given)}
    _refuse(*_unknown({*queries.NAMES, "lang"}), sorted(unreadable))
    words = _words()
    wanted = replace(_with_days(found.filter, given, today), after=None)
    return Wanted(
        wanted, words, now, "&".join(part for part in (queries.canonical(given), f"lang={words.language}") if part)
    )


def _words() -> icalendar.Words:
    """In the language that was asked for, else in Greek: a feed is the same for whoever asks."""
    language = request.args.get("lang", "") or LEGAL_LANGUAGE
    if language not in current_app.config["LANGUAGES"]:
        _refuse([], ["lang"])
    speak(language)
    return icalendar.Words(language, portal.settings.public_url.rstrip("/"), columns.shelves(db.session))


def _with_days(wanted: queries.AgendaFilter, given: Mapping[str, str], today: date) -> queries.AgendaFilter:
    """From a month ago to a year ahead, unless the address says other days."""
    if given.get("when"):
        return wanted
    until = wanted.until or max(wanted.since, today) + AHEAD
    since = wanted.since if given.get("from") else min(today, until) - BEFORE
    return replace(wanted, since=since, until=until)


def _unknown(names: set[str]) -> tuple[list[str]]:
    return (sorted(set(request.args) - names),)


def _flags(given: Mapping[str, str]) -> list[str]:
    return [name for name in ("free", "step_free") if given.get(name, "1") not in {"0", "1"}]


def _not_there(given: Mapping[str, str]) -> list[str]:
    """Names whose code nothing has."""
    missing = []
    for name, column in _CODED.items():
        code = given.get(name)
        if code and "\0" not in code and db.session.scalar(sa.select(sa.literal(1)).where(column == code)) is None:
            missing.append(name)
    return missing


def _refuse(unknown: list[str], unreadable: list[str] | None = None) -> None:
    """400 with the names, if there are any."""
    if not unknown and not unreadable:
        return
    title = _("We could not read this")
    detail = _(
        "Something in the address is not known or cannot be read: %(names)s.",
        names=", ".join([*unknown, *(unreadable or [])]),
    )
    answer = feeds.problem(title, detail=detail, unknown=unknown, unreadable=unreadable or [])
    raise BadFilter(response=answer)


class BadFilter(HTTPException):
    """An address that asks for something that cannot be understood."""

    code = 400


# -- what is answered


def _answer(make: Any, mimetype: str, wanted: Wanted) -> Response:
    name = request.path.rpartition("/")[2]
    return feeds.answer(make, mimetype, rooms=ROOMS, asked=wanted.asked, name=name, now=wanted.now)


def _municipality() -> str:
    row = organisation.municipality(db.session)
    return plain(row.profile["name"]) if row else ""


def _title() -> str:
    name = _municipality()
    return _("Events – %(name)s", name=name) if name else _("Events")


def _product() -> str:
    return f"-//{_municipality() or 'portal'}//events//EN"


def _days(wanted: Wanted) -> dict[str, Any]:
    until = wanted.filter.until
    return {"from": wanted.filter.since.isoformat(), "to": until.isoformat() if until else None}
