"""The desk of making a plan: three stages with their tasks, each with its unit, days, decision and letters."""

from __future__ import annotations

from typing import Any

from flask import abort, flash, redirect, render_template, url_for

from portal.accounts.access import person
from portal.core import audit, clock
from portal.core.db import db
from portal.core.forms import Form
from portal.core.i18n import language, languages, ngettext
from portal.core.i18n import translate as _
from portal.core.trying import tried
from portal.organisation import queries as organisation
from portal.organisation.access import role_required
from portal.organisation.operations import Role
from portal.plan.access import plan_or_404
from portal.plan.desk.base import blueprint, today
from portal.plan.forms.making import BeginForm, LetterForm, TaskForm, task_data, task_form
from portal.plan.models import Plan, StageTask
from portal.plan.operations import making as operations
from portal.plan.operations.decisions import BadAda
from portal.plan.queries import making as reads


@blueprint.get("/plan/making/")
@role_required(Role.PLANNER)
def making() -> Any:
    """The three stages; an empty plan of work offers the usual tasks."""
    return _show_stages(plan_or_404(), BeginForm(data={"first_day": today()}))


@blueprint.post("/plan/making/")
@role_required(Role.PLANNER)
def making_submit() -> Any:
    """Add the usual tasks."""
    plan, form = plan_or_404(), BeginForm()
    given: dict[str, Any] = {"actor_id": person().id, "now": clock.now()}
    if status := tried(form, lambda: operations.begin_tasks(db.session, plan, first_day=form.first_day.data, **given)):
        return _show_stages(plan_or_404(), form), status
    db.session.commit()
    flash(_("The usual tasks stand there. Change what is different here."), "success")
    return redirect(url_for(".making"))


def _show_stages(plan: Plan, form: BeginForm) -> str:
    stages = reads.stages(db.session, plan)
    asked = reads.asked(db.session, stages)
    return render_template("plan/desk_making.html", plan=plan, stages=stages, form=form, today=today(), asked=asked)


def _task(number: int) -> StageTask:
    return reads.task(db.session, number) or abort(404)


def _form(row: StageTask | None, *, sent: bool) -> TaskForm:
    kind = task_form(languages())
    form = kind() if sent else kind(formdata=None, data=task_data(row) if row else None)
    units = [(unit.id, unit.name) for unit in organisation.units(db.session)]
    form.offer(units, reads.to_ask_with(db.session, row))
    return form


def _show_task(row: StageTask | None, form: TaskForm) -> str:
    sent = audit.history(db.session, ("plan_task", row.id)) if row else ()
    letters = [entry for entry in sent if entry.action == "plan.task.letter"]
    return render_template("plan/desk_task.html", task=row, form=form, letters=letters)


@blueprint.get("/plan/making/tasks/new/")
@role_required(Role.PLANNER)
def new_task() -> str:
    """An empty form."""
    plan_or_404()
    return _show_task(None, _form(None, sent=False))


@blueprint.post("/plan/making/tasks/new/")
@role_required(Role.PLANNER)
def new_task_submit() -> Any:
    """A new task."""
    return _write(None)


@blueprint.get("/plan/making/tasks/<int:number>/")
@role_required(Role.PLANNER)
def task(number: int) -> str:
    """One task."""
    row = _task(number)
    return _show_task(row, _form(row, sent=False))


@blueprint.post("/plan/making/tasks/<int:number>/")
@role_required(Role.PLANNER)
def task_submit(number: int) -> Any:
    """Change it."""
    return _write(_task(number))


def _write(row: StageTask | None) -> Any:
    plan, form, number = plan_or_404(), _form(row, sent=True), row.id if row else 0

    def write() -> None:
        seen = str(form.seen.data or "")
        known = int(seen) if seen.isdecimal() and len(seen) < 9 else 0
        given: dict[str, Any] = {"seen": known, "actor_id": person().id, "now": clock.now()}
        operations.write_task(db.session, plan, row, form.given, **given)

    if status := tried(form, write, {BadAda: "ada", operations.NotDoneYet: "done_on"}):
        found = reads.task(db.session, number) if number else None
        if status == 409 and found is not None:
            form.seen.data = str(found.seen)
        return _show_task(found, form), status
    db.session.commit()
    flash(_("The task is saved."), "success")
    return redirect(url_for(".making"))


@blueprint.post("/plan/making/tasks/<int:number>/drop/")
@role_required(Role.PLANNER)
def drop_task_submit(number: int) -> Any:
    """Take it away."""
    row = _task(number)
    if not Form().validate_on_submit():
        return redirect(url_for(".task", number=number))
    operations.drop_task(db.session, row, actor_id=person().id, now=clock.now())
    db.session.commit()
    flash(_("The task is gone."), "success")
    return redirect(url_for(".making"))


@blueprint.get("/plan/making/tasks/<int:number>/letter/")
@role_required(Role.PLANNER)
def task_letter(number: int) -> str:
    """A letter to the bodies involved."""
    row = _task(number)
    return render_template("plan/desk_letter.html", task=row, form=LetterForm())


@blueprint.post("/plan/making/tasks/<int:number>/letter/")
@role_required(Role.PLANNER)
def task_letter_submit(number: int) -> Any:
    """Send it."""
    row, form = _task(number), LetterForm()
    if not form.validate_on_submit():
        return render_template("plan/desk_letter.html", task=row, form=form), form.status
    letter, once = form.letter(language()), str(form.once.data)
    sent = operations.send_letter(db.session, row, letter, once=once, actor_id=person().id, now=clock.now())
    db.session.commit()
    told = ngettext("The letter goes to %(num)s address.", "The letter goes to %(num)s addresses.", sent.addresses)
    flash(f"{told} {_('Protocol number %(number)s', number=sent.reference)}", "success")
    return redirect(url_for(".task", number=number))
