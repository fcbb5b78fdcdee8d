"""How it stands – the whole event or one date –, and a series from one of its dates on."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from flask import flash, redirect, render_template, url_for

from portal.accounts.access import person
from portal.core import clock
from portal.core.db import db
from portal.core.fields import choice
from portal.core.i18n import languages, plain
from portal.core.i18n import translate as _
from portal.events import access, operations, queries
from portal.events.access import agenda_staff
from portal.events.desk.base import blueprint, event_at, occurrence_at, unless_changed
from portal.events.desk.writing import show, taken, written_form
from portal.events.forms.desk import single_data, status_form
from portal.events.forms.words import translated
from portal.events.models import Event, Occurrence
from portal.events.operations import EventInput, UnreadableRule
from portal.events.queries.recurrence import moment


@blueprint.get("/<string:slug>/status/")
@agenda_staff
def status(slug: str) -> str:
    """Cancel, postpone, move – or on again: the whole event."""
    event = event_at(slug)
    notes = {f"note_{code}": text for code, text in event.status_note.items()}
    form = status_form(languages())(formdata=None, data={"status": event.status, "seen": event.version, **notes})
    return _status(event, form)


def _status(event: Event, form: Any) -> str:
    return render_template("events/desk_status.html", event=event, form=form, row=None)


@blueprint.post("/<string:slug>/status/")
@agenda_staff
def status_submit(slug: str) -> Any:
    """Say how the whole event stands; whoever follows it is told."""
    event, form = event_at(slug), status_form(languages())()
    if not (form.validate_on_submit() and unless_changed(event, form)):
        return _status(event, form), 409 if form.form_errors else 422
    now, note = clock.now(), translated(form, "note")
    operations.set_status(db.session, event, form.status.data, note, actor_id=person().id, now=now)
    operations.tell_organiser(db.session, event, [], actor=person(), now=now, status=True)
    db.session.commit()
    flash(_("Saved. Whoever follows the event learns of it."), "success")
    return redirect(url_for(".event", slug=slug))


# -- one date


def single_form(event: Event, row: Occurrence, *, sent: bool) -> Any:
    """The form of one date."""
    kind = status_form(languages(), single=True)
    data = single_data(row, all_day=event.all_day) | {"seen": event.version}
    form: Any = kind(data=data) if sent else kind(formdata=None, data=data)
    venues = sorted(((venue.id, plain(venue.name)) for venue in queries.venues(db.session)), key=lambda pair: pair[1])
    form.venue.choices = [choice(number, name) for number, name in venues]
    return form


@blueprint.get("/<string:slug>/dates/<string:recurrence>/")
@agenda_staff
def one(slug: str, recurrence: str) -> str:
    """This date alone: when, where, how it stands."""
    event = event_at(slug)
    row = occurrence_at(event, recurrence)
    form = single_form(event, row, sent=False)
    return render_template("events/desk_status.html", event=event, form=form, row=row)


@blueprint.post("/<string:slug>/dates/<string:recurrence>/")
@agenda_staff
def one_submit(slug: str, recurrence: str) -> Any:
    """Change this one alone."""
    event = event_at(slug)
    row = occurrence_at(event, recurrence)
    form = single_form(event, row, sent=True)
    if not (form.validate_on_submit() and unless_changed(event, form)):
        page = render_template("events/desk_status.html", event=event, form=form, row=row)
        return page, 409 if form.form_errors else 422
    operations.change_one(db.session, row, form.single(row), actor_id=person().id, now=clock.now())
    db.session.commit()
    flash(_("Saved for this date alone."), "success")
    return redirect(url_for(".event", slug=slug))


# -- this and following


def from_here(event: Event, row: Occurrence) -> EventInput:
    """The event as it would go on from a date."""
    return replace(operations.input_of(event), starts_on=moment(row.recurrence_id).date())


@blueprint.get("/<string:slug>/dates/<string:recurrence>/following/")
@agenda_staff
def following(slug: str, recurrence: str) -> Any:
    """The form for this date and all that follow."""
    event = event_at(slug)
    row = occurrence_at(event, recurrence)
    return show(written_form(event, sent=False, given=from_here(event, row)), event, row=row)


@blueprint.post("/<string:slug>/dates/<string:recurrence>/following/")
@agenda_staff
def following_submit(slug: str, recurrence: str) -> Any:
    """The series goes on as another event from here."""
    event = event_at(slug)
    row = occurrence_at(event, recurrence)
    known = from_here(event, row)
    form = written_form(event, sent=True, given=known)
    given = taken(form, event, known)
    if given is None or not unless_changed(event, form):
        return show(form, event, row=row)
    try:
        made = operations.change_following(
            db.session, row, given, host=access.host(), actor_id=person().id, now=clock.now()
        )
    except UnreadableRule as refusal:
        db.session.rollback()
        form.repeats.refuse(_(refusal.message, **refusal.values))
        return show(form, event_at(slug), row=None)
    db.session.commit()
    flash(_("From this date on it is as you wrote; what was before stays."), "success")
    return redirect(url_for(".event", slug=made.slug))
