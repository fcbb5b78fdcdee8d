"""Venues with what they offer to whom, and organisers with whom the municipality trusts."""

from __future__ import annotations

from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for

from portal.accounts.access import person
from portal.core import clock
from portal.core.db import db
from portal.core.fields import choice
from portal.core.forms import Form
from portal.core.i18n import languages, plain
from portal.core.i18n import translate as _
from portal.core.web import key
from portal.events import operations
from portal.events.access import agenda_heads, agenda_staff
from portal.events.desk.base import blueprint
from portal.events.forms.desk import FACTS, venue_data, venue_form
from portal.events.models import Organiser, Venue
from portal.events.queries import desk as reads
from portal.organisation import queries as organisation


@blueprint.get("/venues/")
@agenda_staff
def venues() -> str:
    """Every venue with what is known of it."""
    return render_template("events/desk_venues.html", venues=reads.all_venues(db.session), facts=FACTS)


def _venue_form(venue: Venue | None, *, sent: bool) -> Any:
    data = venue_data(venue) if venue else {}
    kind = venue_form(languages())
    form: Any = kind(data=data) if sent else kind(formdata=None, data=data)
    form.community.choices = [choice(row.id, plain(row.name)) for row in organisation.communities(db.session)]
    return form


def _venue(code: str) -> Venue:
    found = reads.venue_by_code(db.session, code)
    if found is None:
        abort(404)
    return found


def _show(form: Any, venue: Venue | None) -> str:
    return render_template("events/desk_venue.html", form=form, venue=venue)


@blueprint.get("/venues/new/")
@agenda_staff
def new_venue() -> str:
    """An empty form."""
    return _show(_venue_form(None, sent=False), None)


@blueprint.post("/venues/new/")
@agenda_staff
def new_venue_submit() -> Any:
    """A new venue."""
    return _write(None)


@blueprint.get("/venues/<string:code>/")
@agenda_staff
def venue(code: str) -> str:
    """What is known of a venue."""
    found = _venue(code)
    return _show(_venue_form(found, sent=False), found)


@blueprint.post("/venues/<string:code>/")
@agenda_staff
def venue_submit(code: str) -> Any:
    """Change it."""
    return _write(_venue(code))


def _write(found: Venue | None) -> Any:
    form = _venue_form(found, sent=True)
    if not form.validate_on_submit():
        return _show(form, found), 422
    operations.write_venue(db.session, found, form.given, actor_id=person().id, now=clock.now())
    db.session.commit()
    flash(_("The venue is saved."), "success")
    return redirect(url_for(".venues"))


# -- organisers


@blueprint.get("/organisers/")
@agenda_heads
def organisers() -> str:
    """Who holds events, and whom the municipality trusts to publish at once."""
    name, number = request.args.get("name", "")[:200], request.args.get("after", type=key)
    rows = reads.organisers(db.session, after=(name, number) if number else None)
    last = rows[-1] if len(rows) == reads.PAGE else None
    following = url_for(".organisers", name=last.name, after=last.id) if last else ""
    return render_template("events/desk_organisers.html", rows=rows, next_url=following, form=Form(formdata=None))


@blueprint.post("/organisers/<int:organiser_id>/trust/")
@agenda_heads
def trust(organiser_id: int) -> Any:
    """Trust them, or no longer."""
    row, form = db.session.get(Organiser, organiser_id), Form()
    if row is None or not form.validate_on_submit():
        abort(404 if row is None else 400)
    trusted = request.form.get("trusted") == "yes"
    operations.trust(db.session, row, trusted=trusted, actor_id=person().id, now=clock.now())
    db.session.commit()
    if trusted:
        flash(_("%(name)s publishes at once from now on.", name=row.name), "success")
    else:
        flash(_("What %(name)s submits is looked at first.", name=row.name), "success")
    return redirect(url_for(".organisers"))
