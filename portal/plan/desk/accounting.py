"""The export of the accounting system: bring it, say what its columns are, see what it holds, take it."""

from __future__ import annotations

import mimetypes
from typing import Any

from flask import flash, redirect, render_template, request, session, url_for
from flask_babel import ngettext

from portal.accounts.access import person
from portal.core import clock, files
from portal.core.db import db
from portal.core.errors import Refused
from portal.core.files import Attachment, CleanFile
from portal.core.trying import tried
from portal.core.web import portal
from portal.organisation.access import role_required
from portal.organisation.operations import Role
from portal.plan.access import plan_or_404
from portal.plan.desk.base import blueprint
from portal.plan.forms.ledgers import ColumnsForm, LedgerForm, TakeLedgerForm, columns_form
from portal.plan.models import Plan
from portal.plan.operations import accounting as operations
from portal.plan.operations import mapping
from portal.plan.operations.ledgers import Ledger, LedgerRefused, read_ledger
from portal.plan.operations.mapping import Columns
from portal.plan.operations.money import STAGES
from portal.plan.queries import feeding

#: in the session of the browser: the file that was brought and not taken yet
BROUGHT = "plan_ledger"


@blueprint.get("/plan/accounting/")
@role_required(Role.PLANNER)
def accounting() -> str:
    """What the file that was brought holds, or what is to be said of it first; a form for another one."""
    fresh = LedgerForm(formdata=None) if "other" in request.args else None
    return _show(plan_or_404(), fresh, asked="columns" in request.args)


@blueprint.post("/plan/accounting/")
@role_required(Role.PLANNER)
def accounting_submit() -> Any:
    """Keep a file until it is taken."""
    plan, form = plan_or_404(), LedgerForm()
    status = tried(form, lambda: _bring(plan, form), {LedgerRefused: "file", files.FileRefused: "file"})
    if status:
        return _show(plan, form), status
    db.session.commit()
    return redirect(url_for(".accounting"))


@blueprint.post("/plan/accounting/columns/")
@role_required(Role.PLANNER)
def accounting_columns_submit() -> Any:
    """Keep what its columns and words are."""
    plan = plan_or_404()
    kept, ledger = _brought(plan)
    if kept is None or ledger is None:
        return redirect(url_for(".accounting"))
    form, words = _columns_form(plan, ledger)
    if status := tried(form, lambda: _keep(plan, ledger, form, words), {}):
        return _show(plan, columns=form), status
    db.session.commit()
    return redirect(url_for(".accounting"))


@blueprint.post("/plan/accounting/take/")
@role_required(Role.PLANNER)
def accounting_take_submit() -> Any:
    """Take every row that is not there yet, or none."""
    plan, form = plan_or_404(), TakeLedgerForm()
    kept, ledger = _brought(plan)
    if kept is None or ledger is None or not form.validate_on_submit() or form.seen.data != str(kept.id):
        return redirect(url_for(".accounting"))
    columns = mapping.columns_of(db.session, plan, ledger)
    if not mapping.is_complete(ledger, columns):
        return redirect(url_for(".accounting"))
    given: dict[str, Any] = {"attachment_id": kept.id, "actor_id": person().id, "now": clock.now()}
    try:
        taken = operations.take_export(db.session, plan, ledger, columns, **given)
    except operations.ExportRefused:
        return redirect(url_for(".accounting"))
    db.session.commit()
    session.pop(BROUGHT, None)
    number = taken.rows - taken.known
    flash(ngettext("Taken: %(num)d new amount.", "Taken: %(num)d new amounts.", number), "success")
    return redirect(url_for(".money"))


def _bring(plan: Plan, form: LedgerForm) -> None:
    upload = form.file.data[0]
    data, name = upload.stream.read(), files.clean_name(upload.filename)
    files.scan(data, name, portal.intake)
    read_ledger(data, known=mapping.known_headings(db.session, plan))
    kind = mimetypes.guess_type(name)[0] or "text/csv"
    kept = files.keep(db.session, portal.store, CleanFile(name, kind[:100], data), now=clock.now())
    session[BROUGHT] = kept.id


def _brought(plan: Plan) -> tuple[Attachment | None, Ledger | None]:
    """The file of this browser that waits to be taken."""
    number = session.get(BROUGHT)
    kept = db.session.get(Attachment, number) if number else None
    if kept is None:
        return None, None
    try:
        known = mapping.known_headings(db.session, plan)
        return kept, read_ledger(portal.store.get(kept.sha256), known=known)
    except (LedgerRefused, KeyError):
        return None, None


def _columns_form(plan: Plan, ledger: Ledger) -> tuple[ColumnsForm, list[str]]:
    """The form, asking for the words of the column of stages that is chosen in it."""
    columns = mapping.columns_of(db.session, plan, ledger)
    chosen = request.form.get("column_stage")
    if chosen is not None and (not chosen or chosen in ledger.headings):
        columns = Columns(dict(columns.headings) | {"stage": chosen}, columns.stages)
    try:
        words = mapping.words_of(ledger, columns)
    except Refused:  # said when it is kept; until then its words are not asked
        words = []
    return columns_form(ledger, columns, words)(), words


def _keep(plan: Plan, ledger: Ledger, form: ColumnsForm, words: list[str]) -> None:
    columns = Columns(form.headings, form.stages(words))
    mapping.keep_columns(db.session, plan, ledger, columns, actor_id=person().id, now=clock.now())


def _show(
    plan: Plan, form: LedgerForm | None = None, *, columns: ColumnsForm | None = None, asked: bool = False
) -> str:
    """The page: questions, problems or a preview of the file, as far as it is."""
    kept, ledger = (None, None) if form else _brought(plan)
    preview = None
    if kept and ledger and columns is None:
        columns, preview = _questions_or_preview(plan, ledger, asked=asked)
    return render_template(
        "plan/desk_accounting.html",
        form=form or LedgerForm(formdata=None),
        kept=kept,
        columns=columns,
        preview=preview,
        take=TakeLedgerForm(formdata=None, data={"seen": str(kept.id) if kept else ""}),
        stages=STAGES,
        imports=feeding.imports(db.session, plan),
    )


def _questions_or_preview(
    plan: Plan, ledger: Ledger, *, asked: bool
) -> tuple[ColumnsForm | None, operations.Preview | None]:
    columns = mapping.columns_of(db.session, plan, ledger)
    if asked or not mapping.is_complete(ledger, columns):
        return _columns_form(plan, ledger)[0], None
    return None, operations.preview(db.session, plan, ledger, columns, now=clock.now())
