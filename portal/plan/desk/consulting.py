"""The desk of public consultation: opening it, answering every comment, publishing the report."""

from __future__ import annotations

from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for

from portal.accounts.access import person
from portal.core import clock
from portal.core.db import db
from portal.core.i18n import languages
from portal.core.i18n import translate as _
from portal.core.trying import tried
from portal.core.web import key
from portal.organisation.access import role_required
from portal.organisation.operations import Role
from portal.plan.access import consultation_or_404, draft_of, plan_or_404
from portal.plan.desk.base import blueprint, today
from portal.plan.forms.consulting import (
    STANDINGS,
    AnswerForm,
    ConsultationForm,
    answer_form,
    consultation_data,
    consultation_form,
    report_form,
)
from portal.plan.forms.filters import comment_chips, wanted_state
from portal.plan.forms.proposals import HideForm
from portal.plan.forms.wording import text_data
from portal.plan.models import Comment, Consultation, Plan
from portal.plan.operations import commenting
from portal.plan.operations import consulting as operations
from portal.plan.queries import consulting as reads


@blueprint.get("/plan/consultations/")
@role_required(Role.PLANNER)
def consultations() -> str:
    """All consultations, the newest first."""
    rows = reads.consultations(db.session, plan_or_404())
    return render_template("plan/desk_consultations.html", rows=rows, today=today())


@blueprint.get("/plan/consultations/new/")
@role_required(Role.PLANNER)
def new_consultation() -> str:
    """An empty form."""
    return _show_form(None, _form(plan_or_404(), None, sent=False))


@blueprint.post("/plan/consultations/new/")
@role_required(Role.PLANNER)
def new_consultation_submit() -> Any:
    """Open it."""
    plan = plan_or_404()
    form = _form(plan, None, sent=True)

    def do() -> None:
        operations.open_consultation(db.session, plan, form.given, actor_id=person().id, now=clock.now())

    if status := tried(form, do, {operations.WrongDays: "closes_on", operations.NoDraft: "revision"}):
        return _show_form(None, form), status
    db.session.commit()
    flash(_("The consultation is kept; it opens on its first day by itself."), "success")
    return redirect(url_for(".consultations"))


def _form(plan: Plan, row: Consultation | None, *, sent: bool) -> ConsultationForm:
    kind = consultation_form(languages())
    form = kind() if sent else kind(formdata=None, data=consultation_data(row) if row else {"opens_on": today()})
    drafts = list(reads.drafts(db.session, plan))
    form.offer(drafts)
    return form


def _show_form(row: Consultation | None, form: ConsultationForm) -> str:
    return render_template("plan/desk_consultation_form.html", row=row, form=form)


@blueprint.get("/plan/consultations/<int:number>/")
@role_required(Role.PLANNER)
def consultation(number: int) -> str:
    """Its comments, how many wait for an answer, and what comes next."""
    row, state, before = consultation_or_404(number), wanted_state(), request.args.get("before", type=key)
    rows = reads.comments(db.session, row, state=state, before=before, with_hidden=True)
    following: dict[str, Any] = {"number": number, "state": state, "before": rows[-1].id if rows else None}
    return render_template(
        "plan/desk_consultation.html",
        row=row,
        rows=rows,
        parts=draft_of(row).parts,
        chips=comment_chips(".consultation", number),
        standings=STANDINGS,
        waiting=reads.unanswered(db.session, row),
        over=today() > row.closes_on,
        next_url=url_for(".consultation", **following) if len(rows) == reads.PAGE else "",
    )


@blueprint.get("/plan/consultations/<int:number>/change/")
@role_required(Role.PLANNER)
def change_consultation(number: int) -> str:
    """Its words and days."""
    row = consultation_or_404(number)
    return _show_form(row, _form(plan_or_404(), row, sent=False))


@blueprint.post("/plan/consultations/<int:number>/change/")
@role_required(Role.PLANNER)
def change_consultation_submit(number: int) -> Any:
    """Correct them, or give people more time."""
    row = consultation_or_404(number)
    form = _form(plan_or_404(), row, sent=True)

    def do() -> None:
        seen = str(form.seen.data or "")
        given: dict[str, Any] = {"seen": int(seen) if seen.isdecimal() and len(seen) < 9 else 0, "now": clock.now()}
        operations.change_consultation(db.session, row, form.given, actor_id=person().id, **given)

    if status := tried(form, do, {operations.WrongDays: "closes_on", operations.NoDraft: "revision"}):
        found = consultation_or_404(number)
        form.seen.data = str(found.seen) if status == 409 else form.seen.data
        return _show_form(found, form), status
    db.session.commit()
    flash(_("The consultation is changed."), "success")
    return redirect(url_for(".consultation", number=number))


# -- comments


@blueprint.get("/plan/comments/<int:number>/")
@role_required(Role.PLANNER)
def comment(number: int) -> str:
    """One comment and its answer."""
    row = _comment(number)
    form = answer_form(row, languages())(formdata=None, data=_answered(row))
    return _show_comment(row, form)


@blueprint.post("/plan/comments/<int:number>/")
@role_required(Role.PLANNER)
def comment_submit(number: int) -> Any:
    """Answer it."""
    form = answer_form(_comment(number), languages())()

    def do() -> None:
        given: dict[str, Any] = {"actor_id": person().id, "now": clock.now()}
        commenting.answer_comment(db.session, _comment(number), form.state.data, form.texts("answer"), **given)

    if status := tried(form, do):
        return _show_comment(_comment(number), form), status
    db.session.commit()
    flash(_("The answer is published, and its author is told."), "success")
    return redirect(url_for(".consultation", number=_comment(number).consultation_id, state="new"))


@blueprint.get("/plan/comments/<int:number>/hide/")
@role_required(Role.PLANNER)
def hide_comment(number: int) -> str:
    """Ask why it is taken down."""
    return _show_hide(_comment(number), HideForm())


@blueprint.post("/plan/comments/<int:number>/hide/")
@role_required(Role.PLANNER)
def hide_comment_submit(number: int) -> Any:
    """Take it down."""
    row, form = _comment(number), HideForm()
    if not form.validate_on_submit():
        return _show_hide(row, form), form.status
    commenting.hide_comment(db.session, row, str(form.why.data), actor_id=person().id, now=clock.now())
    db.session.commit()
    flash(_("It is not shown in public any more, and its author is told."), "success")
    return redirect(url_for(".comment", number=number))


def _show_hide(row: Comment, form: HideForm) -> str:
    return render_template("plan/desk_hide.html", row=row, form=form, back=url_for(".comment", number=row.id))


def _comment(number: int) -> Comment:
    return reads.comment(db.session, number) or abort(404)


def _answered(row: Comment) -> dict[str, Any]:
    return {"state": row.state, **text_data(answer=row.answer)} if row.answer else {}


def _show_comment(row: Comment, form: AnswerForm) -> str:
    part = draft_of(row.consultation).parts.get(row.part)
    return render_template("plan/desk_comment.html", row=row, part=part, form=form)


# -- the report


@blueprint.get("/plan/consultations/<int:number>/report/")
@role_required(Role.PLANNER)
def consultation_report(number: int) -> str:
    """The words above what was done with every comment."""
    row = consultation_or_404(number)
    return render_template("plan/desk_consultation_report.html", row=row, form=report_form(languages())())


@blueprint.post("/plan/consultations/<int:number>/report/")
@role_required(Role.PLANNER)
def consultation_report_submit(number: int) -> Any:
    """Publish it."""
    row, form = consultation_or_404(number), report_form(languages())()

    def do() -> None:
        given: dict[str, Any] = {"actor_id": person().id, "now": clock.now()}
        operations.publish_report(db.session, row, form.texts("report"), **given)

    if status := tried(form, do):
        return render_template("plan/desk_consultation_report.html", row=consultation_or_404(number), form=form), status
    db.session.commit()
    flash(_("The report is published."), "success")
    return redirect(url_for(".consultation", number=number))
