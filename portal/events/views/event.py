"""The page of an event, its pictures, and the page of one that was taken out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask import Response, abort, render_template, request, url_for

from portal.accounts.access import public
from portal.core import clock, downloads
from portal.core.clock import athens_date, start_of
from portal.core.db import db
from portal.core.i18n import format_date, language, plain
from portal.core.i18n import translate as _
from portal.core.kept import made_of
from portal.core.maps import labels
from portal.events import access, queries
from portal.events.models import Audience, Event, Occurrence, Publication, Status, Venue
from portal.events.queries import AgendaFilter, around
from portal.events.queries.recurrence import moment, on_the_wall
from portal.events.views import words
from portal.events.views.base import blueprint, found_event
from portal.events.views.calendars import google, outlook, shares
from portal.events.views.linked_data import linked_event
from portal.organisation import queries as organisation

#: coming occurrences that the page shows at once
AT_ONCE = 8


@blueprint.get("/events/<string:slug>/")
@public
@made_of("organisation", "events")
def event(slug: str) -> Any:
    """Everything about an event."""
    found = found_event(slug)
    if found.publication is Publication.WITHDRAWN:
        return render_template("events/gone.html", event=found), 410
    return render_template("events/event.html", **about(found, athens_date(clock.now())))


@blueprint.get("/events/<string:slug>/image/")
@public
def image(slug: str) -> Response:
    """The picture that was uploaded for it; before it is published, for its organiser and for staff."""
    found = queries.event_by_slug(db.session, slug)
    if found is None or found.image is None or not access.may_look(found):
        abort(404)
    return downloads.stored(found.image)


@dataclass(frozen=True)
class When:
    """One time of an event, in words."""

    row: Occurrence
    on: date
    day: str
    hours: str
    until: str
    nearness: str
    status: Status
    #: of one that was moved: when it would have been
    instead: str
    venue: Venue | None

    @property
    def tone(self) -> str:
        """How its status looks."""
        return words.TONES.get(self.status, "")

    @property
    def off(self) -> bool:
        """Whether it does not take place then."""
        return self.status in {Status.CANCELLED, Status.POSTPONED}


def about(found: Event, today: date) -> dict[str, Any]:
    """What the page of an event shows. Today counts as coming until midnight: the page is kept for a day."""
    begins = start_of(today)
    coming = queries.occurrences(db.session, found, since=begins)
    past = around.past_occurrences(db.session, found, before=begins) if found.recurs or not coming else []
    chosen = _chosen(coming, past)
    day = athens_date(chosen.starts_at) if chosen else today
    then = AgendaFilter(max(day, today), max(day, today))
    others = [row for row in coming if row is not chosen]
    children = [] if found.umbrella_id else around.programme(db.session, found)
    address = url_for(".event", slug=found.slug, _external=True)
    return {
        "event": found,
        "chosen": when(found, chosen, today) if chosen else None,
        "others": [when(found, row, today) for row in others[:AT_ONCE]],
        "later": [when(found, row, today) for row in others[AT_ONCE:]],
        "past": [when(found, row, today) for row in past if row is not chosen],
        "programme": words.days([words.row_of(line, today) for line in children], found.starts_on, today),
        "then": [words.row_of(line, today) for line in around.also_then(db.session, found, then)],
        "there": [words.row_of(line, today) for line in around.also_there(db.session, found, since=begins)],
        **_where(found, chosen),
        "price": words.price_words(found.price, found.price_from, found.price_to),
        "pages": [link for link in found.links if str(link.get("url", "")).startswith(("https://", "http://"))],
        "calendars": [("Google", google(found, chosen)), ("Outlook", outlook(found, chosen))] if chosen else [],
        "address": address,
        "ics": url_for("events_feeds.one", slug=found.slug, lang=language()),
        "audience": [_(Audience(value).label) for value in found.audience if value in set(Audience)],
        "shares": shares(found, address),
        "linked": linked_event(found, chosen, others, children),
        "tone": words.TONES.get(found.status, ""),
        "today": today,
        "over": chosen is not None and chosen.ends_at <= begins,
    }


def _where(found: Event, chosen: Occurrence | None) -> dict[str, Any]:
    """The venue, what a map shows, and the way there."""
    venue = (chosen.venue if chosen else None) or found.venue
    if venue is None or venue.lat is None or venue.lon is None:
        return {"venue": venue, "route": "", "shapes": []}
    shapes = [
        {"lat": venue.lat, "lon": venue.lon, "title": plain(venue.name)},
        *labels(organisation.landmarks(db.session)),
    ]
    point = f"{venue.lat}/{venue.lon}"
    route = f"https://www.openstreetmap.org/?mlat={venue.lat}&mlon={venue.lon}#map=17/{point}"
    return {"venue": venue, "route": route, "shapes": shapes}


def _chosen(coming: Sequence[Occurrence], past: Sequence[Occurrence]) -> Occurrence | None:
    """The time that the address names; else the next, or the last there was. One that takes place goes first."""
    wanted = request.args.get("on", "")
    for row in [*coming, *past]:
        if row.recurrence_id == wanted:
            return row
    on = [row for row in coming if row.status not in {Status.CANCELLED, Status.POSTPONED}]
    return next(iter([*on, *coming, *past]), None)


def when(event: Event, row: Occurrence, today: date) -> When:
    """One time of an event, in words."""
    day = athens_date(row.starts_at)
    planned = moment(row.recurrence_id)
    moved = planned != on_the_wall(row.starts_at)
    return When(
        row,
        day,
        words.weekday(day, today),
        words.hours(row.starts_at, row.ends_at, all_day=event.all_day),
        words.until(row.starts_at, row.ends_at, today),
        words.nearness(day, today),
        words.state_of(row, event),
        _planned(planned, all_day=event.all_day) if moved else "",
        row.venue if row.venue_id != event.venue_id else None,
    )


def _planned(at: datetime, *, all_day: bool) -> str:
    day = format_date(at.date(), "EEEE d MMMM")
    return _("instead of %(when)s", when=day if all_day else f"{day}, {at:%H:%M}")
