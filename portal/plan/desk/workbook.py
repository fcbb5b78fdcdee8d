"""The workbook of the plan: bring one, see what it changes, take it; or take the present one along."""

from typing import Any

import filetype
from flask import Response, flash, redirect, render_template, url_for
from flask_babel import ngettext

from portal.accounts.access import person
from portal.core import clock, files
from portal.core.db import db
from portal.core.files import Attachment, CleanFile
from portal.core.i18n import translate as _
from portal.core.web import portal
from portal.organisation.access import role_required
from portal.organisation.operations import Role
from portal.plan import forms, operations, queries
from portal.plan.access import plan_or_404
from portal.plan.desk.base import blueprint
from portal.plan.operations import Workbook
from portal.plan.queries.versions import latest_version

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@blueprint.get("/plan/workbook/")
@role_required(Role.PLANNER)
def workbook() -> str:
    """Bring a workbook, or take the present one along."""
    plan = queries.current_plan(db.session)
    return render_template("plan/workbook.html", form=forms.WorkbookForm(), plan=plan, problems=())


@blueprint.post("/plan/workbook/")
@role_required(Role.PLANNER)
def workbook_submit() -> Any:
    """Read a workbook and show every problem, or what it would change; nothing is taken yet."""
    form = forms.WorkbookForm()
    if not form.validate_on_submit():
        return render_template("plan/workbook.html", form=form, plan=None, problems=()), form.status
    upload = form.file.data[0]
    data = upload.stream.read()
    book = operations.read(data)
    revises = is_revision(book)
    try:
        files.scan(data, files.clean_name(upload.filename), portal.intake)
        changes = operations.import_plan(db.session, book, now=clock.now())
    except files.FileRefused as refused:
        form.file.refuse(_(refused.message, **refused.values))
        return render_template("plan/workbook.html", form=form, plan=None, problems=()), 422
    except operations.WorkbookRefused as refused:
        return render_template("plan/workbook.html", form=form, plan=None, problems=refused.problems), 422
    db.session.rollback()
    kept = kept_workbook(data, upload.filename)
    db.session.commit()
    return show_changes(changes, kept, revises=revises)


def kept_workbook(data: bytes, name: str) -> Attachment:
    """The workbook in the store, until it is taken."""
    kind = filetype.guess(data)
    clean = CleanFile(files.clean_name(name), kind.mime if kind else "application/zip", data)
    return files.keep(db.session, portal.store, clean, now=clock.now())


def is_revision(book: Workbook) -> bool:
    """Whether a workbook is for a plan that has been in force: that changes by revisions alone."""
    plan = queries.current_plan(db.session)
    if plan is None or [book.plan.get(key) for key in ("first_year", "last_year")] != [plan.first_year, plan.last_year]:
        return False
    return latest_version(db.session, plan) is not None


def attachment(number: str) -> Attachment | None:
    """The workbook that was kept under a number."""
    return db.session.get(Attachment, int(number)) if number.isdecimal() and len(number) < 18 else None


def show_changes(changes: list[operations.Change], kept: Attachment, *, revises: bool) -> str:
    """What a workbook would change, and the button that takes it."""
    form = forms.TakeForm(formdata=None, data={"file_id": str(kept.id)})
    return render_template("plan/changes.html", form=form, changes=changes, name=kept.name, revises=revises)


@blueprint.post("/plan/workbook/take/")
@role_required(Role.PLANNER)
def take_submit() -> Any:
    """Take the workbook whose changes were shown, or begin a revision with it."""
    form = forms.TakeForm()
    kept = attachment(str(form.file_id.data or ""))
    if not form.validate_on_submit() or kept is None:
        return redirect(url_for(".workbook"))
    read = operations.read(portal.store.get(kept.sha256))
    if is_revision(read):
        return redirect(url_for(".new_revision", file=kept.id))
    changes = operations.import_plan(db.session, read, now=clock.now(), actor_id=person().id)
    db.session.commit()
    flash(ngettext("Applied: %(num)d change.", "Applied: %(num)d changes.", len(changes)), "success")
    return redirect(url_for("plan_desk.overview"))


@blueprint.get("/plan/workbook/download/")
@role_required(Role.PLANNER)
def workbook_download() -> Response:
    """The plan as a workbook."""
    plan = plan_or_404()
    response = Response(operations.export_plan(db.session, plan), mimetype=XLSX)
    response.headers["Content-Disposition"] = f'attachment; filename="plan-{plan.code}.xlsx"'
    return response
