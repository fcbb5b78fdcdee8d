"""Reports on actions: written by the heads of the units, looked at by the planning unit."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from portal.accounts.access import person
from portal.core import clock
from portal.core.db import db
from portal.core.errors import Refused
from portal.core.i18n import translate as _
from portal.core.trying import tried
from portal.organisation.access import current_mandate, role_required
from portal.organisation.operations import Role
from portal.plan.access import plan_or_404, report_to_see, report_to_write
from portal.plan.desk.base import blueprint
from portal.plan.forms.reporting import ReportForm, ReturnForm, SeenForm
from portal.plan.models import ActionReport, PeriodState, ReportState
from portal.plan.operations import reporting as operations
from portal.plan.policy import may_report
from portal.plan.queries import periods as reads
from portal.plan.queries.progress import physical, planned

#: at which field of a form a refusal is said
_FIELDS: Mapping[type[Refused], str] = {
    operations.DoneMissing: "done",
    operations.WhyMissing: "why",
    operations.BadPercent: "stated",
    operations.ReasonMissing: "reason",
}


@blueprint.get("/plan/reports/")
@role_required(Role.HEAD)
def my_reports() -> str:
    """The reports of the units that one heads: first what waits."""
    rows = reads.my_reports(db.session, current_mandate().headed_ids)
    found: dict[int, list[ActionReport]] = {}
    for row in rows:
        found.setdefault(row.period_id, []).append(row)
    return render_template("plan/desk_reports.html", groups=list(found.values()), today=clock.athens_date(clock.now()))


@blueprint.get("/plan/reports/<int:number>/")
@role_required(Role.HEAD, Role.PLANNER)
def report(number: int) -> str:
    """One report: what evidence comes to, what the unit says, what it said before."""
    return _show(report_to_see(number))


def _report_form(row: ActionReport) -> ReportForm:
    kept = {name: getattr(row, name) for name in ("done", "problems", "next_steps", "stated", "why")}
    return ReportForm(formdata=None, data={**kept, "seen": str(row.version)})


def _show(row: ActionReport, form: ReportForm | None = None, returning: ReturnForm | None = None) -> str:
    plan, last = plan_or_404(), row.period.last
    progress = physical(db.session, plan, on=last, action_ids=[row.action_id]).get(row.action_id)
    steps = [step.milestone for step in progress.milestones] if progress else []
    mandate, is_open = current_mandate(), row.period.state is PeriodState.OPEN
    writes = is_open and row.state is not ReportState.ACCEPTED and may_report(mandate, row.unit_id)
    return render_template(
        "plan/desk_report.html",
        report=row,
        progress=progress,
        planned=planned(steps, last),
        before=reads.report_before(db.session, row),
        form=(form or _report_form(row)) if writes else None,
        returning=returning or ReturnForm(formdata=None),
        looks=is_open and mandate.has(Role.PLANNER),
    )


@blueprint.post("/plan/reports/<int:number>/")
@role_required(Role.HEAD, Role.PLANNER)
def report_submit(number: int) -> Any:
    """Keep what was typed, or send it to the planning unit."""
    row, form, is_kept = report_to_write(number), ReportForm(), "keep" in request.form
    act = operations.keep if is_kept else operations.submit

    def do() -> None:
        act(db.session, row, form.said, seen=form.version, actor_id=person().id, now=clock.now())

    if status := tried(form, do, _FIELDS):
        return _again(row, form), status
    db.session.commit()
    if is_kept:
        flash(_("Kept. The planning unit does not see it until you send it."), "success")
        return redirect(url_for(".report", number=number))
    flash(_("The report was sent."), "success")
    return redirect(url_for(".my_reports"))


def _again(row: ActionReport, form: ReportForm) -> str:
    """The page with what was typed; a second press then knows the report as it is by now."""
    form.seen.data = str(row.version)
    return _show(row, form)


@blueprint.post("/plan/reports/<int:number>/accept/")
@role_required(Role.PLANNER)
def accept_submit(number: int) -> Response:
    """Take it as it is."""
    row, form = report_to_see(number), SeenForm()
    if form.validate_on_submit():
        operations.accept(db.session, row, seen=form.version, actor_id=person().id, now=clock.now())
        db.session.commit()
        flash(_("The report on action %(code)s is accepted.", code=row.action.code), "success")
    return redirect(url_for(".period", code=row.period.code))


@blueprint.post("/plan/reports/<int:number>/return/")
@role_required(Role.PLANNER)
def return_submit(number: int) -> Any:
    """Ask for more; the unit gets a letter."""
    row, form = report_to_see(number), ReturnForm()

    def do() -> None:
        reason, seen = str(form.reason.data), form.version
        operations.give_back(db.session, row, reason, seen=seen, actor_id=person().id, now=clock.now())

    if status := tried(form, do, _FIELDS):
        return _show(row, returning=form), status
    db.session.commit()
    flash(_("The report went back to the unit; its head gets a letter."), "success")
    return redirect(url_for(".period", code=row.period.code))
