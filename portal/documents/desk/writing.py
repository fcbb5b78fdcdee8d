"""The register to write: register by hand, correct, link, take an issued document back."""

from datetime import datetime
from typing import Any

from flask import abort, flash, redirect, render_template, url_for
from flask_babel import lazy_gettext as _l

from portal.accounts.access import person, staff
from portal.core import clock
from portal.core.db import db
from portal.core.files import FileRefused
from portal.core.i18n import translate as _
from portal.core.uploads import keep_uploads
from portal.documents import operations, policy, queries
from portal.documents.desk.frame import blueprint, correctable_entry, current_reader, place, seen_entry, unit_choices
from portal.documents.desk.reading import show
from portal.documents.forms import CorrectionForm, EntryForm, LinkForm, RevokeForm
from portal.documents.models import Entry, Issued, LinkKind

NO_SUCH_ENTRY = _l("There is no such entry, or you may not see it. Check the number")


@blueprint.get("/register/new/")
@staff
def new() -> str:
    """The form to register a document by hand."""
    return render_template("documents/new.html", form=entry_form())


@blueprint.post("/register/new/")
@staff
def new_submit() -> Any:
    """Give a document its number."""
    form = entry_form()
    earlier = linked(form.link_to.data)
    if not form.validate_on_submit() or not link_fits(form, earlier):
        return render_template("documents/new.html", form=form), 422
    try:
        entry = registered(form, earlier, clock.now())
        db.session.commit()
    except FileRefused as refusal:
        db.session.rollback()
        form.files.refuse(_(refusal.message, **refusal.values))
        return render_template("documents/new.html", form=entry_form(form)), 422
    flash(_("Registered with number %(number)s.", number=entry.full_reference), "success")
    return redirect(address(entry))


@blueprint.get("/register/<string:book>/<int:year>/<int:number>/correct/")
@staff
def correct(book: str, year: int, number: int) -> str:
    """The form to set an entry right."""
    entry = correctable_entry(book, year, number)
    form = correction_form(entry)
    form.show(entry)
    return render_template("documents/correct.html", form=form, entry=entry, place=place(entry))


@blueprint.post("/register/<string:book>/<int:year>/<int:number>/correct/")
@staff
def correct_submit(book: str, year: int, number: int) -> Any:
    """Set an entry right; what it said first stays visible."""
    entry = correctable_entry(book, year, number)
    form = correction_form(entry)
    if not form.validate_on_submit():
        return render_template("documents/correct.html", form=form, entry=entry, place=place(entry)), 422
    operations.correct(db.session, entry, form.correcting(), by=person(), now=clock.now())
    db.session.commit()
    flash(_("The entry was corrected."), "success")
    return redirect(address(entry))


@blueprint.post("/register/<string:book>/<int:year>/<int:number>/link/")
@staff
def link_submit(book: str, year: int, number: int) -> Any:
    """Say what the document does to an earlier one."""
    entry, form = correctable_entry(book, year, number), LinkForm()
    earlier = linked(form.reference.data) if form.validate_on_submit() else None
    if earlier is None or earlier is entry:
        if not form.errors:
            form.reference.refuse(NO_SUCH_ENTRY)
        return show(entry, form), 422
    kind = LinkKind(form.kind.data)
    operations.link(db.session, entry, earlier, kind=kind, now=clock.now(), by_id=person().id)
    db.session.commit()
    return redirect(address(entry))


@blueprint.get("/documents/<string:code>/revoke/")
@staff
def revoke(code: str) -> str:
    """Ask why an issued document is taken back."""
    return render_template("documents/revoke.html", form=RevokeForm(), issued=revocable(code))


@blueprint.post("/documents/<string:code>/revoke/")
@staff
def revoke_submit(code: str) -> Any:
    """Take an issued document back; its verification page says so from now on."""
    issued, form = revocable(code), RevokeForm()
    if not form.validate_on_submit():
        return render_template("documents/revoke.html", form=form, issued=issued), 422
    operations.revoke(db.session, issued, reason=form.reason.data, by_id=person().id, now=clock.now())
    db.session.commit()
    flash(_("The document was taken back. Anyone who verifies it will read so."), "success")
    return redirect(url_for("documents.verified", code=issued.code))


def entry_form(form: EntryForm | None = None) -> EntryForm:
    """The form to register, with the units that can be chosen; 403 for whoever has no duty."""
    if not policy.may_register(current_reader()):
        abort(403)
    form = form or EntryForm()
    form.unit.choices = unit_choices(first=_("Choose"))
    return form


def correction_form(entry: Entry) -> CorrectionForm:
    """The form to correct, with the units that can be chosen."""
    form = CorrectionForm()
    form.unit.choices = unit_choices(entry.unit_id, entry.current_unit_id, first=_("Choose"))
    return form


def registered(form: EntryForm, earlier: Entry | None, now: datetime) -> Entry:
    """Keep the files, register, link."""
    kept = keep_uploads(db.session, form.files.data or (), now=now)
    new = form.new_entry(registered_by_id=person().id, attachment_ids=tuple(file.id for file in kept))
    entry = operations.register(db.session, new, now=now)
    if earlier is not None and form.link_kind.data:
        kind = LinkKind(form.link_kind.data)
        operations.link(db.session, entry, earlier, kind=kind, now=now, by_id=person().id)
    return entry


def linked(reference: str | None) -> Entry | None:
    """The entry with that number, if the reader may see it."""
    named = queries.year_and_number(reference or "")
    found = queries.entry(db.session, operations.MAIN_BOOK, *named) if named else None
    return found if found and policy.may_see(current_reader(), found) else None


def link_fits(form: EntryForm, earlier: Entry | None) -> bool:
    """Whether the earlier document is named in whole or not at all; else the form says what is missing."""
    if form.link_to.data and earlier is None:
        form.link_to.refuse(NO_SUCH_ENTRY)
    elif form.link_to.data and not form.link_kind.data:
        form.link_kind.refuse(_("Choose what this document does to the earlier one"))
    elif form.link_kind.data and not form.link_to.data:
        form.link_to.refuse(_("Write the number of the earlier document"))
    return not form.errors


def revocable(code: str) -> Issued:
    """The issued document, if the reader may correct the entry it was issued under."""
    issued = queries.issued(db.session, queries.normal_code(code) or "")
    if issued is None or issued.entry is None:
        abort(404)
    entry = issued.entry
    seen_entry(entry.book.code, entry.year, entry.number)
    if not policy.may_revoke(current_reader(), entry):
        abort(403)
    return issued


def address(entry: Entry) -> str:
    """Where somebody is taken after writing: the entry, or the register where it is not theirs to see any more."""
    if not policy.may_see(current_reader(), entry):
        return url_for(".register")
    return url_for(".entry", **place(entry))  # type: ignore[arg-type]
