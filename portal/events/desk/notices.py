"""Closed roads and hours of music: what those who live near an event must know."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, url_for

from portal.accounts.access import person
from portal.core import clock
from portal.core.db import db
from portal.core.i18n import translate as _
from portal.events import operations
from portal.events.access import agenda_staff
from portal.events.desk.base import blueprint, event_at, unless_changed
from portal.events.forms.notices import NoticesForm, notices_data
from portal.events.models import Event


@blueprint.get("/<string:slug>/notices/")
@agenda_staff
def notices(slug: str) -> Any:
    """What is closed or loud, as it stands."""
    event = event_at(slug)
    return _show(NoticesForm(formdata=None, data=notices_data(event)), event)


def _show(form: NoticesForm, event: Event) -> tuple[str, int]:
    status = 409 if form.form_errors else form.status
    return render_template("events/desk_notices.html", form=form, event=event), status


@blueprint.post("/<string:slug>/notices/")
@agenda_staff
def notices_submit(slug: str) -> Any:
    """Say it anew; whoever submitted the event is told."""
    event, form, now = event_at(slug), NoticesForm(), clock.now()
    if not (form.validate_on_submit() and unless_changed(event, form)):
        return _show(form, event)
    changed = operations.set_notices(db.session, event, form.given, actor_id=person().id, now=now)
    if changed:
        operations.tell_organiser(db.session, event, ["notices"], actor=person(), now=now)
    db.session.commit()
    flash(_("Saved.") if changed else _("Nothing was changed."), "success")
    return redirect(url_for(".event", slug=slug))
