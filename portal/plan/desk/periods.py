"""Monitoring periods at the desk of the planning unit: opened, looked at unit by unit, checked, presented, frozen."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from portal.accounts.access import person
from portal.core import clock
from portal.core.db import db
from portal.core.errors import Refused
from portal.core.forms import Form
from portal.core.i18n import languages
from portal.core.i18n import translate as _
from portal.core.trying import tried
from portal.organisation.access import role_required
from portal.organisation.operations import Role
from portal.plan.access import period_or_404, plan_or_404
from portal.plan.desk.base import blueprint
from portal.plan.forms.periods import OpenForm, PresentForm, check_form
from portal.plan.models import Period, ReportState
from portal.plan.operations import periods as operations
from portal.plan.operations.decisions import BadAda
from portal.plan.queries import periods as reads
from portal.plan.queries.picture import snapshot
from portal.plan.queries.spans import parse

#: at which field of a form a refusal is said
_FIELDS: Mapping[type[Refused], str] = {
    operations.PeriodExists: "span",
    operations.NotBegun: "span",
    operations.NotInPlan: "span",
    operations.DueTooEarly: "due_on",
    operations.ReportsMissing: "missing_why",
    operations.BadSession: "presented_on",
    operations.DecisionMissing: "decision",
    BadAda: "ada",
}


def to_period(row: Period) -> Response:
    """Back to the page of a period."""
    return redirect(url_for("plan_desk.period", code=row.code))


@blueprint.get("/plan/periods/")
@role_required(Role.PLANNER)
def periods() -> str:
    """All periods, with how many reports are in."""
    rows = reads.periods(db.session, plan_or_404())
    return render_template(
        "plan/desk_periods.html", rows=rows, states=list(ReportState), counted=reads.counted(db.session, rows)
    )


def _open_form(*, sent: bool) -> OpenForm:
    plan, today = plan_or_404(), clock.athens_date(clock.now())
    choices = reads.to_open(db.session, plan, today=today)
    best = reads.suggested(choices, today=today)
    data = {"span": best.code, "due_on": operations.due_day(best, today=today)} if best else {}
    form = OpenForm() if sent else OpenForm(formdata=None, data=data)
    form.offer(choices)
    return form


@blueprint.get("/plan/periods/new/")
@role_required(Role.PLANNER)
def open_period() -> str:
    """Ask which period is opened, and until when units report."""
    return render_template("plan/desk_period_open.html", form=_open_form(sent=False))


@blueprint.post("/plan/periods/new/")
@role_required(Role.PLANNER)
def open_period_submit() -> Any:
    """Open it; the heads of the units get a letter."""
    plan, form = plan_or_404(), _open_form(sent=True)

    def do() -> None:
        span = parse(form.span.data)
        assert span is not None, "the field offers nothing else"
        operations.open_period(db.session, plan, span, due_on=form.due_on.data, actor_id=person().id, now=clock.now())

    if status := tried(form, do, _FIELDS):
        return render_template("plan/desk_period_open.html", form=form), status
    db.session.commit()
    flash(_("The period is open. The heads of the units are asked by email for their reports."), "success")
    return redirect(url_for(".period", code=form.span.data))


@blueprint.get("/plan/periods/<string:code>/")
@role_required(Role.PLANNER)
def period(code: str) -> str:
    """One period: how far each unit is, and the next step."""
    row = period_or_404(code)[1]
    units = reads.reports_by_unit(db.session, row)
    reports = [report for unit in units for report in unit.reports]
    return render_template(
        "plan/desk_period.html",
        period=row,
        units=units,
        submitted=[each for each in reports if each.state is ReportState.SUBMITTED],
        missing=sum(1 for each in reports if each.state is not ReportState.ACCEPTED),
        today=clock.athens_date(clock.now()),
    )


@blueprint.get("/plan/periods/<string:code>/check/")
@role_required(Role.PLANNER)
def check(code: str) -> str:
    """Ask for remarks, and why reports are missing."""
    row = period_or_404(code)[1]
    return _show_check(row, check_form(languages(), missing=reads.missing(db.session, row)))


def _show_check(row: Period, form: Form) -> str:
    missing = reads.missing(db.session, row)
    return render_template("plan/desk_period_check.html", period=row, form=form, missing=missing)


@blueprint.post("/plan/periods/<string:code>/check/")
@role_required(Role.PLANNER)
def check_submit(code: str) -> Any:
    """It is checked."""
    row = period_or_404(code)[1]
    form = check_form(languages(), missing=reads.missing(db.session, row))

    def do() -> None:
        operations.check_period(db.session, row, form.check, actor_id=person().id, now=clock.now())

    if status := tried(form, do, _FIELDS):
        return _show_check(row, form), status
    db.session.commit()
    flash(_("The period is checked. Its reports can no longer be changed."), "success")
    return to_period(row)


@blueprint.get("/plan/periods/<string:code>/present/")
@role_required(Role.PLANNER)
def present(code: str) -> str:
    """Ask for the session and the decision."""
    return render_template("plan/desk_period_present.html", period=period_or_404(code)[1], form=PresentForm())


@blueprint.post("/plan/periods/<string:code>/present/")
@role_required(Role.PLANNER)
def present_submit(code: str) -> Any:
    """It was presented."""
    row, form = period_or_404(code)[1], PresentForm()

    def do() -> None:
        operations.present(db.session, row, form.presentation, actor_id=person().id, now=clock.now())

    if status := tried(form, do, _FIELDS):
        return render_template("plan/desk_period_present.html", period=row, form=form), status
    db.session.commit()
    flash(_("The period is public now. Freeze it when its figures are final."), "success")
    return to_period(row)


@blueprint.get("/plan/periods/<string:code>/freeze/")
@role_required(Role.PLANNER)
def freeze(code: str) -> str:
    """Show what will be kept for good, and ask once more."""
    plan, row = period_or_404(code)
    return render_template(
        "plan/desk_period_freeze.html", period=row, form=Form(), picture=snapshot(db.session, plan, row)
    )


@blueprint.post("/plan/periods/<string:code>/freeze/")
@role_required(Role.PLANNER)
def freeze_submit(code: str) -> Any:
    """Its figures are kept for good."""
    (plan, row), form = period_or_404(code), Form()

    def do() -> None:
        operations.freeze(db.session, plan, row, actor_id=person().id, now=clock.now())

    if status := tried(form, do, _FIELDS):
        picture = snapshot(db.session, plan, row)
        return render_template("plan/desk_period_freeze.html", period=row, form=form, picture=picture), status
    db.session.commit()
    flash(_("The period is frozen: whatever comes later stands beside its figures, never instead of them."), "success")
    return to_period(row)
