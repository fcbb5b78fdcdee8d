"""Amounts of the plan: a list by action, year and stage; marked on documents, taken out, given an action."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import ngettext

from portal.accounts.access import person
from portal.core import clock
from portal.core.db import db
from portal.core.errors import Refused
from portal.core.i18n import translate as _
from portal.core.orm import LARGEST_KEY
from portal.core.trying import tried
from portal.organisation.access import current_mandate, role_required
from portal.organisation.operations import Role
from portal.plan.access import fed_unit_ids, plan_or_404
from portal.plan.desk.base import blueprint
from portal.plan.forms.feeding import MarkForm, OrphansForm, ReasonForm
from portal.plan.models import Action, FundingSource, MoneyEntry, MoneyStage, Plan
from portal.plan.operations import money as operations
from portal.plan.operations import records
from portal.plan.policy import may_feed
from portal.plan.queries import feeding
from portal.plan.queries.evidence import parse_key
from portal.plan.queries.feeding import MoneyFilter

#: so many are given an action at once
MOST_ORPHANS = 100
_FIELDS: Mapping[type[Refused], str] = {
    records.NothingThere: "number",
    operations.AlreadyMarked: "number",
    operations.DayAhead: "on",
    operations.YearOutside: "year",
    operations.NothingOf: "amount",
}


@blueprint.get("/plan/money/")
@role_required(Role.PLANNER, Role.HEAD)
def money() -> str:
    """The amounts that a filter finds, and what they come to by stage."""
    plan, units = plan_or_404(), fed_unit_ids()
    wanted = _wanted(plan)
    rows = feeding.amounts_page(db.session, plan, wanted)
    return render_template(
        "plan/desk_money.html",
        plan=plan,
        wanted=wanted,
        rows=rows,
        sums=feeding.amounts_by_stage(db.session, plan, wanted),
        sources=feeding.sources(db.session, plan),
        actions=feeding.actions_of(db.session, plan, unit_ids=units),
        stages=operations.STAGES,
        taken_out=feeding.taken_out(db.session, plan, rows),
        opposite=operations.OPPOSITE,
        planning=units is None,
        next_url=_next(rows),
    )


def _wanted(plan: Plan) -> MoneyFilter:
    """The filter of an address; what cannot be understood is left out."""
    year, stage = request.args.get("year", ""), request.args.get("stage", "")
    return MoneyFilter(
        action=request.args.get("action", "")[:80],
        year=next((each for each in plan.years if str(each) == year), None),
        stage=next((each for each in operations.STAGES if each.value == stage), None),
        orphans=bool(request.args.get("orphans")),
        unit_ids=fed_unit_ids(),
        before=parse_key(request.args.get("before", "")),
    )


def _next(rows: Sequence[MoneyEntry]) -> str:
    if len(rows) < feeding.PAGE:
        return ""
    names = ("action", "year", "stage", "orphans")
    kept: dict[str, Any] = {name: request.args[name] for name in names if request.args.get(name)}
    return url_for(".money", **kept, before=f"{rows[-1].on}_{rows[-1].id}")


@blueprint.get("/plan/money/new/")
@role_required(Role.PLANNER, Role.HEAD)
def money_new() -> str:
    """A form for an amount that stands on a registered document."""
    year = clock.athens_date(clock.now()).year
    form = MarkForm(data={"action": request.args.get("action", "")[:80], "year": year})
    _choices(plan_or_404(), form)
    return render_template("plan/desk_money_new.html", form=form)


@blueprint.post("/plan/money/new/")
@role_required(Role.PLANNER, Role.HEAD)
def money_submit() -> Any:
    """Write it down."""
    plan, form = plan_or_404(), MarkForm()
    actions, sources = _choices(plan, form)

    def mark() -> None:
        new = form.marking(actions, sources)
        operations.mark_document(db.session, plan, new, mandate=current_mandate(), now=clock.now())

    if status := tried(form, mark, _FIELDS):
        return render_template("plan/desk_money_new.html", form=form), status
    db.session.commit()
    flash(_("The amount has been written down."), "success")
    return redirect(url_for(".money", action=form.action.data))


def _choices(plan: Plan, form: MarkForm) -> tuple[Sequence[Action], Sequence[FundingSource]]:
    actions = feeding.actions_of(db.session, plan, unit_ids=fed_unit_ids())
    sources = list(feeding.sources(db.session, plan).values())
    form.settle(actions, sources, plan.years)
    return actions, sources


@blueprint.get("/plan/money/<int:number>/take-out/")
@role_required(Role.PLANNER, Role.HEAD)
def money_out(number: int) -> str:
    """Why an amount is wrong."""
    return render_template("plan/desk_money_out.html", entry=_entry(number), form=ReasonForm())


@blueprint.post("/plan/money/<int:number>/take-out/")
@role_required(Role.PLANNER, Role.HEAD)
def money_out_submit(number: int) -> Any:
    """Take it out by its opposite."""
    row, form = _entry(number), ReasonForm()
    given: dict[str, Any] = {"actor_id": person().id, "now": clock.now()}
    if status := tried(form, lambda: operations.take_out(db.session, row, why=str(form.why.data), **given), {}):
        return render_template("plan/desk_money_out.html", entry=row, form=form), status
    db.session.commit()
    flash(_("The amount has been taken out; both stay in the list."), "success")
    return redirect(url_for(".money"))


def _entry(number: int) -> MoneyEntry:
    """The amount at an address, for planners and the heads of the unit of its action."""
    row = (feeding.amount(db.session, plan_or_404(), number) if number < LARGEST_KEY else None) or abort(404)
    if not may_feed(current_mandate(), row.action.unit_id if row.action else None):
        abort(403)
    return row


@blueprint.get("/plan/money/orphans/")
@role_required(Role.PLANNER)
def orphans() -> str:
    """Amounts that no action explains."""
    form, rows = _orphans(plan_or_404())
    return render_template("plan/desk_orphans.html", form=form, rows=rows, most=MOST_ORPHANS)


@blueprint.post("/plan/money/orphans/")
@role_required(Role.PLANNER)
def orphans_submit() -> Any:
    """Say for which action they were."""
    plan = plan_or_404()
    form, rows = _orphans(plan)

    def give() -> None:
        action = next(
            row for row in feeding.actions_of(db.session, plan, unit_ids=None) if row.code == form.action.data
        )
        given: dict[str, Any] = {"actor_id": person().id, "now": clock.now()}
        operations.give_action(db.session, plan, list(form.entries.data), action, **given)

    if status := tried(form, give, {}):
        return render_template("plan/desk_orphans.html", form=form, rows=rows, most=MOST_ORPHANS), status
    db.session.commit()
    number = len(form.entries.data)
    flash(ngettext("%(num)d amount has its action now.", "%(num)d amounts have their action now.", number), "success")
    return redirect(url_for(".orphans"))


def _orphans(plan: Plan) -> tuple[OrphansForm, Sequence[MoneyEntry]]:
    rows = feeding.amounts_page(db.session, plan, MoneyFilter(orphans=True), most=MOST_ORPHANS)
    rows = [row for row in rows if row.stage is not MoneyStage.BUDGETED]
    form = OrphansForm()
    form.settle(rows, feeding.actions_of(db.session, plan, unit_ids=None))
    return form, rows
