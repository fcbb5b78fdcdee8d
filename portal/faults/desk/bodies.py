"""The other bodies that are responsible for something, and how reports reach them."""

from __future__ import annotations

from typing import Any

from flask import abort, flash, redirect, render_template, url_for

from portal.accounts.access import person
from portal.core import clock
from portal.core.db import db
from portal.core.i18n import translate as _
from portal.faults import operations, queries
from portal.faults.desk.base import blueprint, tried
from portal.faults.forms.bodies import BodyForm, body_data
from portal.faults.models import Body
from portal.organisation.access import role_required
from portal.organisation.models import Role


@blueprint.get("/bodies/")
@role_required(Role.ADMINISTRATOR)
def bodies() -> str:
    """All of them."""
    return render_template("faults/desk_bodies.html", rows=queries.bodies(db.session))


def _body(code: str) -> Body:
    found = queries.body(db.session, code)
    if found is None:
        abort(404)
    return found


@blueprint.get("/bodies/<string:code>/")
@role_required(Role.ADMINISTRATOR)
def body(code: str) -> str:
    """One of them."""
    found = _body(code)
    return _show(found, BodyForm(formdata=None, data=body_data(found)))


def _show(found: Body, form: BodyForm) -> str:
    form.settle(found)
    return render_template("faults/desk_body.html", body=found, form=form)


@blueprint.post("/bodies/<string:code>/")
@role_required(Role.ADMINISTRATOR)
def body_submit(code: str) -> Any:
    """Change how it is reached."""
    found, form = _body(code), BodyForm()

    def write() -> None:
        operations.write_body(db.session, found, form.given, actor=person(), now=clock.now())

    if status := tried(form, "", write):
        return _show(found, form), status
    db.session.commit()
    flash(_("Saved. Reports that are passed on from now on go there."), "success")
    return redirect(url_for(".bodies"))
