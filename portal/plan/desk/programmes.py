"""The programmes of a year on the desk: made from the plan, compared with it, changed line by line, approved."""

from __future__ import annotations

from typing import Any

from flask import abort, current_app, flash, redirect, render_template, url_for

from portal.accounts.access import person
from portal.core import clock
from portal.core.db import db
from portal.core.errors import Refused
from portal.core.i18n import translate as _
from portal.organisation import queries as organisation
from portal.organisation.access import role_required
from portal.organisation.operations import Role
from portal.plan import queries
from portal.plan.access import plan_or_404, plan_with, programme_kind
from portal.plan.desk.base import blueprint
from portal.plan.forms.programmes import ApproveForm, Known, LineForm, MakeForm, line_data, line_form
from portal.plan.forms.reporting import SeenForm
from portal.plan.models import Plan, Programme
from portal.plan.operations import programmes as operations
from portal.plan.operations.decisions import BadAda
from portal.plan.queries import programmes as reads
from portal.plan.queries.lines import Line
from portal.plan.queries.progress import milestones


def _programme(year: int, kind: str) -> tuple[Plan, Programme]:
    plan = plan_with(year)
    return plan, reads.programme(db.session, plan, year, programme_kind(kind)) or abort(404)


@blueprint.get("/plan/programmes/")
@role_required(Role.PLANNER)
def programmes() -> str:
    """The newest of each year and kind, and making another."""
    return _list(MakeForm(formdata=None))


def _list(form: MakeForm) -> str:
    plan = plan_or_404()
    form.offer(queries.years_of(plan))
    rows = [(row, reads.lines_of(row)) for row in reads.programmes(db.session, plan)]
    return render_template("plan/desk_programmes.html", plan=plan, rows=rows, form=form)


@blueprint.post("/plan/programmes/")
@role_required(Role.PLANNER)
def programmes_submit() -> Any:
    """Make one from the plan."""
    plan, form = plan_or_404(), MakeForm()
    form.offer(queries.years_of(plan))
    if not form.validate_on_submit():
        return _list(form), form.status
    try:
        row = operations.make_programme(
            db.session, plan, form.year.data, form.kind.data, actor_id=person().id, now=clock.now()
        )
    except Refused as refusal:
        form.form_errors.append(_(refusal.message, **refusal.values))
        return _list(form), 409
    db.session.commit()
    flash(_("The programme is drafted from the plan. Look at its lines, then have it approved."), "success")
    return _to(row)


def _to(row: Programme) -> Any:
    return redirect(url_for(".programme", year=row.year, kind=row.kind.value))


@blueprint.get("/plan/programmes/<int:year>/<string:kind>/")
@role_required(Role.PLANNER)
def programme(year: int, kind: str) -> str:
    """The newest programme of that year and kind, with its lines and every difference."""
    plan, row = _programme(year, kind)
    return _show(plan, row, ApproveForm(formdata=None, data={"seen": row.seen}))


def _show(plan: Plan, row: Programme, form: ApproveForm) -> str:
    today = clock.athens_date(clock.now())
    return render_template(
        "plan/desk_programme.html",
        plan=plan,
        programme=row,
        lines=reads.lines_of(row),
        differences=operations.differences(db.session, plan, row, today=today),
        form=form,
    )


@blueprint.post("/plan/programmes/<int:year>/<string:kind>/approve/")
@role_required(Role.PLANNER)
def programme_approve(year: int, kind: str) -> Any:
    """Write down the decision that approves it."""
    (plan, row), form = _programme(year, kind), ApproveForm()
    if not form.validate_on_submit():
        return _show(plan, row, form), form.status
    try:
        operations.approve_programme(
            db.session, row, form.approval, seen=form.version, actor_id=person().id, now=clock.now()
        )
    except BadAda as refusal:
        form.ada.refuse(_(refusal.message, **refusal.values))
        return _show(plan, row, form), 422
    except Refused as refusal:
        form.form_errors.append(_(refusal.message, **refusal.values))
        form.seen.data = str(row.seen)
        return _show(plan, row, form), 409
    db.session.commit()
    flash(_("The programme is approved; everybody can read it."), "success")
    return _to(row)


@blueprint.post("/plan/programmes/<int:year>/<string:kind>/change/")
@role_required(Role.PLANNER)
def programme_change(year: int, kind: str) -> Any:
    """Begin a change of an approved one."""
    plan, row = _programme(year, kind)
    if not SeenForm().validate_on_submit():
        abort(400)
    fresh = operations.revise_programme(db.session, plan, row, actor_id=person().id, now=clock.now())
    db.session.commit()
    flash(_("A change is begun. The approved programme holds until the change is approved too."), "success")
    return _to(fresh)


@blueprint.post("/plan/programmes/<int:year>/<string:kind>/lines/<string:code>/take/")
@role_required(Role.PLANNER)
def programme_take(year: int, kind: str, code: str) -> Any:
    """Make a line what the plan says."""
    (plan, row), form = _programme(year, kind), SeenForm()
    if not form.validate_on_submit():
        abort(400)
    seen = form.version
    operations.take_line(db.session, plan, row, code, seen=seen, actor_id=person().id, now=clock.now())
    db.session.commit()
    flash(_("Action %(code)s now stands here as in the plan.", code=code), "success")
    return _to(row)


@blueprint.get("/plan/programmes/<int:year>/<string:kind>/lines/<string:code>/")
@role_required(Role.PLANNER)
def programme_line(year: int, kind: str, code: str) -> str:
    """A line, to be written anew."""
    plan, row = _programme(year, kind)
    line = reads.lines_of(row).get(code) or abort(404)
    data = line_data(line, current_app.config["LANGUAGES"]) | {"seen": row.seen}
    return _show_line(row, line, line_form(_known(plan, row, code))(formdata=None, data=data))


@blueprint.post("/plan/programmes/<int:year>/<string:kind>/lines/<string:code>/")
@role_required(Role.PLANNER)
def programme_line_submit(year: int, kind: str, code: str) -> Any:
    """Write it."""
    plan, row = _programme(year, kind)
    line = reads.lines_of(row).get(code) or abort(404)
    form = line_form(_known(plan, row, code))()
    if not form.validate_on_submit():
        return _show_line(row, line, form), form.status
    try:
        written, seen = form.line(code, line.title, line.kind), form.version
        operations.change_line(db.session, row, written, seen=seen, actor_id=person().id, now=clock.now())
    except Refused as refusal:
        form.form_errors.append(_(refusal.message, **refusal.values))
        form.seen.data = str(row.seen)
        return _show_line(row, line, form), 409
    db.session.commit()
    flash(_("The line is saved."), "success")
    return _to(row)


def _known(plan: Plan, row: Programme, code: str) -> Known:
    action = queries.action(db.session, code)
    return Known(
        current_app.config["LANGUAGES"],
        reads.lines_of(row),
        milestones(db.session, plan, action_ids=[action[1].id]).get(action[1].id, ()) if action else (),
        {unit.code: unit.name for unit in organisation.units(db.session)},
        {community.code: community.name for community in organisation.communities(db.session)},
        row.year,
    )


def _show_line(row: Programme, line: Line, form: LineForm) -> str:
    return render_template("plan/desk_line.html", programme=row, line=line, form=form)
