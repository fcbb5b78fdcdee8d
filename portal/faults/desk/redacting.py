"""What the public reads and sees of a report: other words, which photographs, or nothing."""

from __future__ import annotations

from typing import Any

from flask import abort, flash, render_template, request

from portal.accounts.access import person, staff
from portal.casework.forms import SeenForm
from portal.core import clock
from portal.core.db import db
from portal.core.errors import Refused
from portal.core.i18n import languages
from portal.core.i18n import translate as _
from portal.faults import operations
from portal.faults.access import fault_to_redact
from portal.faults.desk.base import blueprint, to_case, tried
from portal.faults.forms.desk import RedactForm, offer_photos, redact_data, redact_form
from portal.faults.models import Fault


def _form(fault: Fault, *, sent: bool) -> RedactForm:
    kind = redact_form(fault, languages())
    form = kind() if sent else kind(formdata=None, data=redact_data(fault))
    offer_photos(form, fault)
    return form


@blueprint.get("/<string:slug>/redact/")
@staff
def redact(slug: str) -> str:
    """What the public reads now, to be changed."""
    fault = fault_to_redact(slug)
    return render_template("faults/desk_redact.html", fault=fault, form=_form(fault, sent=False))


@blueprint.post("/<string:slug>/redact/")
@staff
def redact_submit(slug: str) -> Any:
    """Change it."""
    fault = fault_to_redact(slug)
    form = _form(fault, sent=True)
    fields: dict[type[Refused], str] = {operations.StaysPrivate: "shown"}
    if status := tried(form, slug, lambda: _redact(fault, form, form.redaction(fault)), fields):
        return render_template("faults/desk_redact.html", fault=fault_to_redact(slug), form=form), status
    db.session.commit()
    flash(_("Saved. The public reads it as it is now."), "success")
    return to_case(fault)


@blueprint.post("/<string:slug>/photos/<int:number>/public/")
@staff
def photo_public(slug: str, number: int) -> Any:
    """Show one photograph to everybody, or to staff alone."""
    fault, form = fault_to_redact(slug), SeenForm()
    if number not in {photo.id for photo in fault.photos}:
        abort(404)
    if not form.validate_on_submit():
        abort(400)
    others = {photo.id for photo in fault.photos if photo.public} - {number}
    public = others | {number} if request.form.get("public") == "yes" else others
    _redact(fault, form, operations.Redaction(public_text=fault.public_text, shown=fault.shown, public_photos=public))
    db.session.commit()
    flash(_("Saved. The public reads it as it is now."), "success")
    return to_case(fault)


def _redact(fault: Fault, form: SeenForm, wanted: operations.Redaction) -> None:
    operations.redact(db.session, fault, wanted, actor=person(), now=clock.now(), seen_version=form.seen_version)
