"""Pages of the planning unit: what feeds the indicators, and the workbook."""

from typing import Any

import filetype
from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask_babel import ngettext

from portal.accounts.access import person
from portal.core import clock, files
from portal.core.db import db
from portal.core.files import Attachment, CleanFile
from portal.core.i18n import translate as _
from portal.core.texts import Translated
from portal.core.web import portal
from portal.organisation.access import role_required
from portal.organisation.operations import Role
from portal.plan import forms, operations, queries
from portal.plan.access import indicator_or_404, plan_or_404
from portal.plan.models import Indicator, feeds

blueprint = Blueprint("plan_desk", __name__, url_prefix="/<lang:lang>/desk")
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@blueprint.get("/plan/")
@role_required(Role.PLANNER)
def overview() -> str:
    """Every indicator with its feed and what it shows."""
    plan = queries.current_plan(db.session)
    rows = queries.indicators(db.session, plan) if plan else []
    return render_template(
        "plan/desk_overview.html",
        plan=plan,
        indicators=rows,
        feeds=feeds(),
        readings=queries.year_readings(db.session, rows, today=clock.athens_date(clock.now())),
    )


@blueprint.get("/plan/indicators/<string:code>/")
@role_required(Role.PLANNER)
def indicator(code: str) -> str:
    """What feeds an indicator."""
    row = indicator_or_404(code)[1]
    form = forms.ConnectionForm(data={"feed": row.feed, **row.feed_filter})
    return show_connection(row, form, operations.Connection(row.feed, row.feed_filter))


@blueprint.post("/plan/indicators/<string:code>/")
@role_required(Role.PLANNER)
def indicator_submit(code: str) -> Any:
    """Show what a connection would give, or make it."""
    row, form = indicator_or_404(code)[1], forms.ConnectionForm()
    form.offer(choices())
    if not form.validate_on_submit():
        return show_connection(row, form), form.status
    if "show" in request.form:
        return show_connection(row, form, form.connection)
    operations.bind(db.session, row, form.connection, actor_id=person().id, now=clock.now())
    db.session.commit()
    flash(_("The feed is connected; the figures of all periods have been worked out again."), "success")
    return redirect(url_for(".indicator", code=code))


def show_connection(row: Indicator, form: forms.ConnectionForm, connection: operations.Connection | None = None) -> str:
    """The page of a connection, with what it would have shown so far."""
    form.offer(choices())
    feed = feeds().get(connection.feed or "") if connection else None
    shown = queries.would_show(db.session, feed.code, connection.wanted) if connection and feed else None
    return render_template(
        "plan/connect.html",
        indicator=row,
        form=form,
        feed=feed,
        shown=shown,
        wanted=connection.wanted if connection else {},
        names=queries.names(db.session, feed) if feed else {},
    )


def choices() -> dict[str, dict[str, Translated]]:
    """What filters can name: dimension → code → name; what two feeds call the same is offered together."""
    offered: dict[str, dict[str, Translated]] = {}
    for dimension in dict.fromkeys(dimension for feed in feeds().values() for dimension in feed.dimensions):
        offered.setdefault(dimension.code, {}).update(dimension.choices(db.session))
    return offered


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
    try:
        files.scan(data, files.clean_name(upload.filename), portal.intake)
        changes = operations.import_plan(db.session, operations.read(data), now=clock.now())
    except files.FileRefused as refused:
        form.file.refuse(_(refused.message, **refused.values))
        return render_template("plan/workbook.html", form=form, plan=None, problems=()), 422
    except operations.WorkbookRefused as refused:
        return render_template("plan/workbook.html", form=form, plan=None, problems=refused.problems), 422
    db.session.rollback()
    kept = kept_workbook(data, upload.filename)
    db.session.commit()
    return show_changes(changes, kept)


def kept_workbook(data: bytes, name: str) -> Attachment:
    """The workbook in the store, until it is taken."""
    kind = filetype.guess(data)
    clean = CleanFile(files.clean_name(name), kind.mime if kind else "application/zip", data)
    return files.keep(db.session, portal.store, clean, now=clock.now())


def show_changes(changes: list[operations.Change], kept: Attachment) -> str:
    """What a workbook would change, and the button that takes it."""
    form = forms.TakeForm(formdata=None, data={"file_id": str(kept.id)})
    return render_template("plan/changes.html", form=form, changes=changes, name=kept.name)


@blueprint.post("/plan/workbook/take/")
@role_required(Role.PLANNER)
def take_submit() -> Any:
    """Take the workbook whose changes were shown."""
    form = forms.TakeForm()
    number = str(form.file_id.data or "")
    kept = db.session.get(Attachment, int(number)) if number.isdecimal() and len(number) < 18 else None
    if not form.validate_on_submit() or kept is None:
        return redirect(url_for(".workbook"))
    read = operations.read(portal.store.get(kept.sha256))
    changes = operations.import_plan(db.session, read, now=clock.now(), actor_id=person().id)
    db.session.commit()
    flash(ngettext("Applied: %(num)d change.", "Applied: %(num)d changes.", len(changes)), "success")
    return redirect(url_for(".overview"))


@blueprint.get("/plan/workbook/download/")
@role_required(Role.PLANNER)
def workbook_download() -> Response:
    """The plan as a workbook."""
    plan = plan_or_404()
    response = Response(operations.export_plan(db.session, plan), mimetype=XLSX)
    response.headers["Content-Disposition"] = f'attachment; filename="plan-{plan.code}.xlsx"'
    return response
