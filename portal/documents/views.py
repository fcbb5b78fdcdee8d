"""Public pages of documents: is this document genuine, and its sealed original."""

from typing import Any

from flask import Blueprint, Response, abort, redirect, render_template, url_for

from portal.accounts.access import public
from portal.core import clock, downloads, seals
from portal.core.db import db, writes
from portal.core.i18n import translate as _
from portal.core.limits import limiter
from portal.core.web import error_page, portal
from portal.documents import operations, queries
from portal.documents.forms import CodeForm, UploadForm
from portal.documents.models import Standing

blueprint = Blueprint("documents", __name__, url_prefix="/<lang:lang>")


@blueprint.get("/verify/")
@public
def verify() -> Any:
    """Ask for a code or a file; a code in the address leads to its page."""
    form = CodeForm()
    if form.validate_on_submit():
        if code := queries.normal_code(form.code.data):
            return redirect(url_for(".verified", code=code))
        form.code.refuse(_("This is not a code of ours. Check the twelve letters and digits beside the QR code"))
    return render_template("documents/verify.html", form=form, upload=upload_form()), form.status


@blueprint.post("/verify/")
@public
@limiter.limit("20/minute; 200/hour")
def verify_submit() -> Any:
    """Compare a file with what was issued; the file is not kept."""
    form = upload_form()
    if not form.validate_on_submit():
        return render_template("documents/verify.html", form=CodeForm(formdata=None), upload=form), form.status
    data = form.file.data[0].stream.read()
    seal, today = seals.inspect(data), clock.athens_date(clock.now())
    verdict = queries.by_file(db.session, data, sealed_by_us=bool(seal and seal.ours), on=today)
    return render_template("documents/verdict.html", verdict=verdict, seal=seal)


@blueprint.get("/verify/<string:code>/")
@public
@limiter.limit("120/minute")
def verified(code: str) -> Any:
    """What is to be thought of the document with that code; the QR code opens this page."""
    known = queries.normal_code(code)
    if known and known != code:
        return redirect(url_for(".verified", code=known))
    verdict = queries.by_code(db.session, known or "", on=clock.athens_date(clock.now()))
    made = verdict.issued and verdict.issued.sha256
    seal = seals.inspect(portal.store.get(made)) if made else None
    status = 404 if verdict.standing is Standing.UNKNOWN else 200
    return render_template("documents/verdict.html", verdict=verdict, seal=seal), status


@blueprint.get("/documents/<string:code>.pdf")
@public
@limiter.limit("120/minute")
def original(code: str) -> Response:
    """The sealed original, for whoever has its code."""
    issued = queries.issued(db.session, queries.normal_code(code) or "")
    if issued is None:
        abort(404)
    if issued.attachment is None:  # the worker has not come to it yet
        db.session.rollback()
        writes.set(True)
        issued = operations.produce(db.session, issued, make=seals.sealed_pdf, store=portal.store, now=clock.now())
        db.session.commit()
    assert issued.attachment is not None
    return downloads.stored(issued.attachment, name=issued.file_name)


@blueprint.errorhandler(seals.NoSeal)
def not_sealed(_error: seals.NoSeal) -> Any:
    """Without a key no document can be made; the worker's dead letters tell administrators so."""
    db.session.rollback()
    text = _("The document is issued but its file is not ready yet. Please try again later.")
    return error_page(503, _("The file is being prepared"), text)


def upload_form() -> UploadForm:
    """The form for a file, with the largest size of the settings."""
    form = UploadForm()
    form.file.max_size = portal.settings.max_file_mb * 1_000_000
    return form
