"""The rows of the plan as a revision would have it: found, changed, added, taken out, left as they were."""

from __future__ import annotations

from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for

from portal.core.db import db
from portal.core.i18n import plain
from portal.core.i18n import translate as _
from portal.core.search.words import fold
from portal.core.texts import Translated
from portal.core.trying import tried
from portal.organisation import queries as organisation
from portal.organisation.access import role_required
from portal.organisation.operations import Role
from portal.plan.desk.base import blueprint
from portal.plan.desk.revisions import by, revision_or_404
from portal.plan.forms import columns
from portal.plan.forms.revising import StepForm
from portal.plan.forms.rows import Known, RowForm, row_data, row_form
from portal.plan.models import Revision, RevisionState
from portal.plan.operations import revising
from portal.plan.operations.content import code_of
from portal.plan.operations.sheets import TABLES
from portal.plan.operations.workbook import ACTIONS

_SHEETS = {table.name: table.sheet for table in TABLES}
#: rows on one page; whoever looks for others writes some of their words
MOST = 100


@blueprint.get("/plan/revisions/<int:number>/rows/")
@role_required(Role.PLANNER)
def revision_rows(number: int) -> str:
    """The rows of one kind, or those with some words in them."""
    row, kind, text = revision_or_404(number), request.args.get("kind", "action"), request.args.get("q", "")[:100]
    if kind not in _SHEETS:
        abort(404)
    titles = {one["code"]: one["title"] for one in row.content["sheets"][ACTIONS]}
    found = [
        (code_of(one), plain(Translated(one.get("title") or titles.get(one.get("action", ""), {}))))
        for one in row.content["sheets"].get(_SHEETS[kind], ())
    ]
    found = [each for each in found if all(word in fold(" ".join(each)) for word in fold(text).split())]
    return render_template(
        "plan/desk_revision_rows.html",
        revision=row,
        kind=kind,
        text=text,
        found=found[:MOST],
        more=len(found) > MOST,
        words=columns,
        may_change=row.state is RevisionState.DRAFT,
    )


@blueprint.get("/plan/revisions/<int:number>/row/<string:kind>/")
@role_required(Role.PLANNER)
def revision_row(number: int, kind: str) -> str:
    """The form of a row; without a code that of a new one."""
    row = revision_or_404(number)
    return show_row(row, kind, form_of(row, kind))


@blueprint.post("/plan/revisions/<int:number>/row/<string:kind>/")
@role_required(Role.PLANNER)
def revision_row_submit(number: int, kind: str) -> Any:
    """Change or add it."""
    row = revision_or_404(number)
    form = form_of(row, kind, sent=True)

    def write() -> None:
        revising.write_row(db.session, row, kind, code_asked(), with_unasked(form), by=by(form))

    if status := tried(form, write, {revising.CodeTaken: "code"} if "code" in form else None):
        return show_row(row, kind, form), status
    return done(number, _("The row is saved. Now write why it changes."))


@blueprint.post("/plan/revisions/<int:number>/row/<string:kind>/take-out/")
@role_required(Role.PLANNER)
def take_out_submit(number: int, kind: str) -> Any:
    """Take a row out of the plan as it would be."""
    row, form = revision_or_404(number), StepForm()
    if not code_asked() or not known_or_404(row, kind):
        abort(404)

    def take_out() -> None:
        revising.write_row(db.session, row, kind, code_asked(), None, by=by(form))

    if status := tried(form, take_out):
        return show_row(row, kind, form_of(row, kind), form), status
    return done(number, _("The row is taken out. Now write why."))


@blueprint.post("/plan/revisions/<int:number>/row/<string:kind>/undo/")
@role_required(Role.PLANNER)
def undo_submit(number: int, kind: str) -> Any:
    """Leave a row as the valid plan has it."""
    row, form = revision_or_404(number), StepForm()
    if kind != "plan" and not (kind in _SHEETS and code_asked()):
        abort(404)
    if status := tried(form, lambda: revising.undo_row(db.session, row, kind, code_asked(), by=by(form))):
        return render_template("plan/desk_revision_refused.html", revision=row, form=form), status
    return done(number, _("The row is again as in the valid plan."))


def done(number: int, said: str) -> Any:
    """Commit, say so, and go back to the revision."""
    db.session.commit()
    flash(said, "success")
    return redirect(url_for(".revision", number=number))


def code_asked() -> str:
    """The code in the address; "": a new row."""
    return request.args.get("code", "")[:200]


def known_or_404(row: Revision, kind: str) -> dict[str, Any]:
    """The row at an address; an empty one where a new one is asked for."""
    if kind != "plan" and kind not in _SHEETS:
        abort(404)
    found = revising.row_of(row.content, kind, code_asked()) if kind == "plan" or code_asked() else {}
    return abort(404) if found is None else found


def form_of(row: Revision, kind: str, *, sent: bool = False) -> RowForm:
    """The form of the row at the address."""
    held = known_or_404(row, kind)
    units = {unit.code: unit.name for unit in organisation.units(db.session)}
    places = {community.code: community.name for community in organisation.communities(db.session)}
    known = Known(row.content, units, places)
    form = row_form(kind, known, new=not held)
    if sent:
        return form()
    given = {"action": request.args.get("action", "")} if not held else row_data(kind, held, known)
    return form(formdata=None, data={**given, "seen": str(row.seen)})


def with_unasked(form: RowForm) -> dict[str, Any]:
    """What the form says; a new indicator has no feed yet."""
    new = form.kind == "indicator" and not code_asked()
    return {**({"feed": None, "feed_filter": {}} if new else {}), **form.values}


def show_row(row: Revision, kind: str, form: Any, taking: Any = None) -> str:
    """The page of a row."""
    form.seen.data = str(row.seen)
    taking = taking or StepForm(formdata=None)
    taking.seen.data = str(row.seen)
    return render_template(
        "plan/desk_revision_row.html",
        revision=row,
        kind=kind,
        code=code_asked(),
        form=form,
        taking=taking,
        words=columns,
    )
