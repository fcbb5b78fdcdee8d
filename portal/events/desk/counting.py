"""Who came: what is over and was not counted, and the form for one date."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for

from portal.accounts.access import person
from portal.core import clock
from portal.core.db import db
from portal.core.i18n import translate as _
from portal.events import operations, queries
from portal.events.access import agenda_staff
from portal.events.desk.base import blueprint, event_at, occurrence_at
from portal.events.forms.desk import AttendanceForm
from portal.events.models import Event, Occurrence
from portal.events.operations import NotHeld
from portal.events.queries import desk as reads
from portal.events.queries.addresses import place


@blueprint.get("/attendance/")
@agenda_staff
def over() -> str:
    """Events that are over and have no attendance, the latest first."""
    rows = reads.not_counted(db.session, now=clock.now(), before=place(request.args))
    last = rows[-1] if len(rows) == reads.PAGE else None
    following = url_for(".over", after=queries.place_text((last.starts_at, last.id))) if last else ""
    return render_template("events/desk_over.html", rows=rows, next_url=following)


@blueprint.get("/<string:slug>/dates/<string:recurrence>/attendance/")
@agenda_staff
def attendance(slug: str, recurrence: str) -> str:
    """How many came, and what should be remembered."""
    event = event_at(slug)
    row = occurrence_at(event, recurrence)
    data = {"people": row.attendance, "counting": row.counting, "evaluation": row.evaluation}
    return _form(event, row, AttendanceForm(formdata=None, data=data))


def _form(event: Event, row: Occurrence, form: AttendanceForm) -> str:
    return render_template("events/desk_attendance.html", event=event, row=row, form=form)


@blueprint.post("/<string:slug>/dates/<string:recurrence>/attendance/")
@agenda_staff
def attendance_submit(slug: str, recurrence: str) -> Any:
    """Note it; the last word counts."""
    event, form = event_at(slug), AttendanceForm()
    row = occurrence_at(event, recurrence)
    if not form.validate_on_submit():
        return _form(event, row, form), 422
    try:
        operations.note_attendance(db.session, row, form.attendance, actor_id=person().id, now=clock.now())
    except NotHeld as refusal:
        db.session.rollback()
        form.form_errors.append(_(refusal.message))
        return _form(event_at(slug), occurrence_at(event, recurrence), form), 409
    db.session.commit()
    flash(_("Noted. Thank you."), "success")
    return redirect(url_for(".over"))
