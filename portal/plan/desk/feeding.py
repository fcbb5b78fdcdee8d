"""Evidence of actions, and values of indicators that no feed gives: by planners, and by the heads of the units."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import abort, flash, redirect, render_template, url_for

from portal.accounts.access import person
from portal.core import clock, files
from portal.core.db import db
from portal.core.errors import Refused
from portal.core.fields import choice
from portal.core.i18n import format_date
from portal.core.i18n import translate as _
from portal.core.orm import LARGEST_KEY
from portal.core.trying import tried
from portal.core.uploads import keep_uploads
from portal.organisation.access import current_mandate, role_required
from portal.organisation.operations import Role
from portal.plan import queries
from portal.plan.access import action_to_feed, fed_unit_ids, indicator_to_feed
from portal.plan.desk.base import blueprint
from portal.plan.desk.records import records_behind
from portal.plan.forms.feeding import EvidenceForm, ReasonForm, ValueForm
from portal.plan.models import Action, Evidence, Indicator, Plan
from portal.plan.operations import decisions, records
from portal.plan.operations import evidence as proving
from portal.plan.operations import values as entering
from portal.plan.operations.evidence import NewEvidence
from portal.plan.queries import feeding, periods, spans
from portal.plan.queries.progress import physical
from portal.plan.queries.values import From, origin_of

#: at which field of a form a refusal is said
_FIELDS: Mapping[type[Refused], str] = {
    decisions.BadAda: "url",
    records.NothingThere: "number",
    records.NotCompleted: "number",
    records.NotRepaired: "number",
    records.NotHeld: "number",
    files.FileRefused: "photo",
    proving.NotOfTheAction: "milestone",
    proving.NoQuantityHere: "quantity",
    proving.NotAQuantity: "quantity",
    proving.NotYet: "on",
}
_OF_VALUES: Mapping[type[Refused], str] = {
    entering.WrongSpan: "span",
    entering.SpanAhead: "span",
    entering.NothingToTakeBack: "gone",
}


@blueprint.get("/plan/feeding/")
@role_required(Role.PLANNER, Role.HEAD)
def fed() -> str:
    """The actions and indicators that somebody feeds, each with the way to its evidence, money and values."""
    plan, units = queries.current_plan(db.session), fed_unit_ids()
    actions = feeding.actions_of(db.session, plan, unit_ids=units) if plan else []
    keys = [row.id for row in actions]
    return render_template(
        "plan/desk_fed.html",
        actions=actions,
        progress=physical(db.session, plan, on=_today(), action_ids=keys) if plan and keys else {},
        indicators=feeding.entered_indicators(db.session, plan, unit_ids=units) if plan else [],
        plan=plan,
        planning=units is None,
    )


@blueprint.get("/plan/actions/<string:code>/evidence/")
@role_required(Role.PLANNER, Role.HEAD)
def evidence_of(code: str) -> str:
    """The evidence of an action, and a form for more."""
    plan, action = action_to_feed(code)
    form = EvidenceForm()
    form.settle(action.milestones)
    return _show_evidence(plan, action, form)


@blueprint.post("/plan/actions/<string:code>/evidence/")
@role_required(Role.PLANNER, Role.HEAD)
def evidence_submit(code: str) -> Any:
    """Add a piece."""
    plan, action = action_to_feed(code)
    form = EvidenceForm()
    form.settle(action.milestones)
    if status := tried(form, lambda: _add(action, form), _FIELDS):
        form.skip(())
        return _show_evidence(plan, action, form), status
    db.session.commit()
    flash(_("The evidence has been added; everybody can read it."), "success")
    return redirect(url_for(".evidence_of", code=code))


def _add(action: Action, form: EvidenceForm) -> None:
    now = clock.now()
    uploads = [] if form.photo.skipped else form.photo.data
    kept = keep_uploads(db.session, uploads, now=now, kinds=("image",))
    new = NewEvidence(
        kind=form.kind.data,
        title=form.title,
        on=form.on.data,
        milestone=next((row for row in action.milestones if row.code == form.milestone.data), None),
        quantity=form.quantity.data,
        number="" if form.number.skipped else str(form.number.data),
        url="" if form.url.skipped else decisions.address(str(form.url.data)),
        attachment_id=kept[0].id if kept else None,
    )
    proving.add_evidence(db.session, action, new, mandate=current_mandate(), now=now)


def _show_evidence(plan: Plan, action: Action, form: EvidenceForm) -> str:
    rows = feeding.evidence_of(db.session, action)
    return render_template(
        "plan/desk_evidence.html",
        action=action,
        form=form,
        rows=rows,
        records=records_behind(rows),
        reports=periods.open_reports(db.session, action),
        progress=physical(db.session, plan, on=_today(), action_ids=[action.id]).get(action.id),
    )


@blueprint.get("/plan/actions/<string:code>/evidence/<int:number>/take-back/")
@role_required(Role.PLANNER, Role.HEAD)
def evidence_back(code: str, number: int) -> str:
    """Why a piece no longer counts."""
    action, row = _piece(code, number)
    return render_template("plan/desk_evidence_back.html", action=action, evidence=row, form=ReasonForm())


@blueprint.post("/plan/actions/<string:code>/evidence/<int:number>/take-back/")
@role_required(Role.PLANNER, Role.HEAD)
def evidence_back_submit(code: str, number: int) -> Any:
    """Take it back."""
    action, row = _piece(code, number)
    form = ReasonForm()
    given: dict[str, Any] = {"actor_id": person().id, "now": clock.now()}
    if status := tried(form, lambda: proving.take_back(db.session, row, why=str(form.why.data), **given), {}):
        return render_template("plan/desk_evidence_back.html", action=action, evidence=row, form=form), status
    db.session.commit()
    flash(_("The evidence has been taken back; it no longer counts."), "success")
    return redirect(url_for(".evidence_of", code=code))


def _piece(code: str, number: int) -> tuple[Action, Evidence]:
    _plan, action = action_to_feed(code)
    row = feeding.evidence_piece(db.session, action, number) if number < LARGEST_KEY else None
    return action, row or abort(404)


@blueprint.get("/plan/indicators/<string:code>/values/")
@role_required(Role.PLANNER, Role.HEAD)
def value(code: str) -> str:
    """What was entered for an indicator, and a form for more."""
    plan, row = indicator_to_feed(code)
    form = ValueForm()
    form.span.choices = _spans(plan, row)
    return _show_values(row, form)


@blueprint.post("/plan/indicators/<string:code>/values/")
@role_required(Role.PLANNER, Role.HEAD)
def value_submit(code: str) -> Any:
    """Enter a value, or take one back."""
    plan, row = indicator_to_feed(code)
    form = ValueForm()
    form.span.choices = _spans(plan, row)
    if status := tried(form, lambda: _enter(row, form), _OF_VALUES):
        return _show_values(row, form), status
    db.session.commit()
    flash(_("Saved. It is the value that holds from now on."), "success")
    return redirect(url_for(".value", code=code))


def _enter(row: Indicator, form: ValueForm) -> None:
    new = entering.NewValue(form.span.data, form.value.data, str(form.source.data), bool(form.partial.data))
    entering.enter_value(db.session, row, new, actor_id=person().id, now=clock.now())


def _show_values(row: Indicator, form: ValueForm) -> str:
    rows = feeding.entered_values(db.session, row)
    newest: dict[str, int] = {}
    for each in rows:
        newest.setdefault(each.span, each.id)
    return render_template(
        "plan/desk_values.html",
        indicator=row,
        form=form,
        rows=[(spans.parse(each.span), each) for each in rows],
        holding=set(newest.values()),
        entered=origin_of(row) is From.ENTERED and not row.closed,
    )


def _spans(plan: Plan, row: Indicator) -> list[Any]:
    """The periods that have begun, the newest first, from the year before the plan on: baselines are of then."""
    months, found = entering.MONTHS[row.frequency], []
    span = spans.Span(_today().replace(year=plan.first_year - 1, month=1, day=1), months)
    last = min(_today(), spans.year(plan.last_year).after)
    while span.first <= last:
        found.append(choice(span.code, _named(span)))
        span = spans.Span(span.after, months)
    return found[::-1]


def _named(span: spans.Span) -> str:
    if span.months == 12:
        return span.code
    return format_date(span.first, "QQQQ y" if span.months == 3 else "LLLL y")


def _today() -> Any:
    return clock.athens_date(clock.now())
