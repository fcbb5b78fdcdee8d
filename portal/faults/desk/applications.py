"""Keys of the programs that file reports by Open311."""

from __future__ import annotations

from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for

from portal.accounts.access import person
from portal.core import clock
from portal.core.db import db
from portal.core.forms import Form
from portal.core.i18n import translate as _
from portal.faults import operations
from portal.faults.desk.base import blueprint, tried
from portal.faults.forms.crews import ApplicationForm
from portal.faults.models import Application
from portal.faults.queries import applications as reads
from portal.organisation.access import role_required
from portal.organisation.models import Role


@blueprint.get("/applications/")
@role_required(Role.ADMINISTRATOR)
def applications() -> str:
    """All of them, and how much they sent today."""
    today = clock.athens_date(clock.now())
    return render_template("faults/desk_applications.html", rows=reads.applications(db.session), today=today)


@blueprint.get("/applications/new/")
@role_required(Role.ADMINISTRATOR)
def new_application() -> str:
    """An empty form."""
    return render_template("faults/desk_application.html", form=ApplicationForm(formdata=None), key="")


@blueprint.post("/applications/new/")
@role_required(Role.ADMINISTRATOR)
def new_application_submit() -> Any:
    """A new key, which this page alone shows."""
    form = ApplicationForm()
    made: list[tuple[Application, str]] = []

    def create() -> None:
        made.append(operations.create_application(db.session, form.given, actor=person(), now=clock.now()))

    if status := tried(form, "", create, {operations.NameTaken: "name"}):
        return render_template("faults/desk_application.html", form=form, key=""), status
    db.session.commit()
    [(row, secret)] = made
    return render_template("faults/desk_application.html", form=form, key=secret, row=row)


@blueprint.post("/applications/<int:number>/close/")
@role_required(Role.ADMINISTRATOR)
def close_application(number: int) -> Any:
    """Take the key away, or give it back."""
    row = reads.application(db.session, number)
    if row is None:
        abort(404)
    if not Form().validate_on_submit():
        abort(400)
    closed = request.form.get("closed") == "yes"
    operations.set_closed(db.session, row, closed=closed, actor=person(), now=clock.now())
    db.session.commit()
    flash(_("The key no longer works.") if closed else _("The key works again."), "success")
    return redirect(url_for(".applications"))
