"""Staff note a report for somebody at the counter, on the telephone, by post or by e-mail."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import abort, flash, redirect, render_template, request, session, url_for

from portal.accounts.access import person
from portal.casework import policy as casework
from portal.casework.access import may_see
from portal.core import clock
from portal.core.db import db
from portal.core.errors import Refused
from portal.core.files import FileRefused
from portal.core.i18n import languages
from portal.core.i18n import translate as _
from portal.core.maps import labels
from portal.faults import operations, queries
from portal.faults.desk.base import blueprint, kept_photos, to_case
from portal.faults.forms.noting import NoteForm, note_form
from portal.faults.models import Fault
from portal.faults.queries import drafts as written
from portal.faults.queries import staff as reads
from portal.organisation import queries as organisation
from portal.organisation.access import current_mandate, role_required
from portal.organisation.models import Role
from portal.organisation.policy import Mandate

#: in the session of the browser: reports noted last → their secret codes, for the page that comes after
NOTED = "fault_noted"


@blueprint.get("/new/")
@role_required(Role.CLERK)
def note() -> Any:
    """An empty form."""
    return _show(_form())


@blueprint.post("/new/")
@role_required(Role.CLERK)
def note_submit() -> Any:
    """File it, once its questions and what is known of the place have been seen; a second press files nothing."""
    form, now = _form(), clock.now()
    if known := operations.noted(db.session, form.once.data):
        return _after(known, "")
    complete = _complete(form)
    _keep_photos(form, now)
    if complete and not form.photos.errors and _looked(form) and (filed := _filed(form, now)):
        db.session.commit()
        return _after(filed.fault, filed.secret)
    db.session.commit()
    return _show(form, waits=complete)


def _form() -> NoteForm:
    """The form, with the questions of the category that was chosen."""
    rows = queries.categories(db.session)
    chosen = request.form.get("category", "")
    form = note_form(next((row for row in rows if row.parent_id and str(row.id) == chosen), None))()
    form.settle(rows, languages())
    form.offer(written.spots(db.session, form.sought.typed))
    form.photos.kept = _named(form, clock.now())
    return form


def _named(form: NoteForm, now: datetime) -> dict[str, str]:
    return {str(file.id): file.name for file in operations.pictures(db.session, form.once.data, now=now)}


def _complete(form: NoteForm) -> bool:
    """Whether nothing is missing; whoever only looks for a place is not told what is."""
    finding = "find" in request.form
    return (finding or form.validate()) and form.placed(_ours, finding=finding) and not finding


def _ours(lat: float, lon: float) -> bool:
    return operations.is_ours(db.session, lat, lon)


def _keep_photos(form: NoteForm, now: datetime) -> None:
    """Keep new photographs and let go of others, whatever else is wrong."""
    field = form.photos
    if not (field.data or field.dropped) or not form.csrf_token.validate(form) or not field.validate(form):
        return
    try:
        more = kept_photos(form, now)
    except FileRefused as refusal:
        field.refuse(_(refusal.message, **refusal.values))
        return
    gone = {int(number) for number in field.dropped & field.kept.keys()}
    operations.pictures(db.session, form.once.data, more=more, gone=gone, now=now)
    field.kept, field.data, field.dropped = _named(form, now), [], set()


def _looked(form: NoteForm) -> bool:
    """Whether the page has shown what is to be looked at before, or there is nothing."""
    assert form.kind is not None
    return form.looked.data == form.to_look_at or not (form.kind.questions or _around(form))


def _filed(form: NoteForm, now: datetime) -> operations.Reported | None:
    """What was filed; None: the rules refuse, and the form says why."""
    try:
        return operations.note(db.session, form.once.data, form.report(person()), now=now)
    except Refused as refusal:  # nothing was written: what was typed and the photographs stay
        form.form_errors.append(_(refusal.message, **refusal.values))
        return None


def _around(form: NoteForm) -> list[tuple[reads.Neighbour, str]]:
    """What is open near the point, each with the page to go to if it is the same."""
    if form.point is None:
        return []
    mandate = current_mandate()
    found = reads.around(db.session, *form.point, mandate)
    return [(each, _page_of(each.fault, mandate)) for each in found]


def _page_of(fault: Fault, mandate: Mandate) -> str:
    """Its case; its public page if it is another unit's."""
    mine = casework.may_see(mandate, fault.case)
    return url_for("casework_desk.case" if mine else "faults.fault", slug=fault.slug)


def _show(form: NoteForm, *, waits: bool = False) -> Any:
    """The page; `waits`: everything is there, something is to be looked at first."""
    problems = bool(form.errors or form.form_errors)
    form.skip(())
    form.looked.data = form.to_look_at
    page = render_template(
        "faults/desk_note.html",
        form=form,
        around=_around(form),
        waits=waits and not problems,
        labels=labels(organisation.places(db.session)),
    )
    return page, 422 if problems else 200


# -- it is noted


def _after(fault: Fault, secret: str) -> Any:
    """To its case; to a page to hand out where no letter tells the code, or the case is another unit's."""
    last = session.get(NOTED, {})
    session[NOTED] = {**dict(list(last.items())[-2:]), fault.slug: secret or last.get(fault.slug, "")}
    flash(_("It is noted, with the number %(number)s.", number=fault.reference), "success")
    if fault.case.applicant_email and may_see(fault.case):
        return to_case(fault)
    return redirect(url_for(".noted", slug=fault.slug), 303)


@blueprint.get("/new/<string:slug>/")
@role_required(Role.CLERK)
def noted(slug: str) -> str:
    """Number, day and secret code, to be told or printed; for the browser that noted it."""
    fault = queries.fault(db.session, slug)
    if fault is None or slug not in session.get(NOTED, {}):
        abort(404)
    secret = session[NOTED][slug]
    return render_template("faults/desk_noted.html", fault=fault, secret=secret, may_see=may_see(fault.case))
