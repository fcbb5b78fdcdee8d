"""The questions of a draft: written on screen, moved, taken out."""

from __future__ import annotations

from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for

from portal.accounts.access import person
from portal.core import clock
from portal.core.db import db
from portal.core.errors import Refused
from portal.core.forms import Form
from portal.core.i18n import languages
from portal.core.i18n import translate as _
from portal.core.texts import LEGAL_LANGUAGE
from portal.core.trying import tried
from portal.eservices.desk.base import blueprint
from portal.eservices.desk.questionnaires import found_or_404
from portal.eservices.forms.questionnaires import QuestionForm, question_data, question_form
from portal.eservices.models import Questionnaire
from portal.eservices.operations import questions as operations
from portal.eservices.queries.definitions import Definition, Question
from portal.organisation.access import role_required
from portal.organisation.models import Role

#: the field at which a refusal is said
_AT = {operations.WrongOptions: f"options_{LEGAL_LANGUAGE}", operations.WrongLimits: "most"}


@blueprint.get("/questionnaires/<string:code>/questions/new/")
@role_required(Role.PLANNER)
def new_question(code: str) -> str:
    """An empty form."""
    row = found_or_404(code)
    return _show(row, None, question_form(languages())(formdata=None, data={"seen": str(row.seen)}))


@blueprint.post("/questionnaires/<string:code>/questions/new/")
@role_required(Role.PLANNER)
def new_question_submit(code: str) -> Any:
    """Add it at the end."""
    return _write(code, "")


@blueprint.get("/questionnaires/<string:code>/questions/<string:name>/")
@role_required(Role.PLANNER)
def question(code: str, name: str) -> str:
    """One question."""
    row = found_or_404(code)
    found = _question(row, name)
    data = {**question_data(found, languages()), "seen": str(row.seen)}
    return _show(row, found, question_form(languages())(formdata=None, data=data))


@blueprint.post("/questionnaires/<string:code>/questions/<string:name>/")
@role_required(Role.PLANNER)
def question_submit(code: str, name: str) -> Any:
    """Change it."""
    return _write(code, name)


def _question(row: Questionnaire, name: str) -> Question:
    return Definition(row.definition).question(name) or abort(404)


def _show(row: Questionnaire, found: Question | None, form: QuestionForm) -> str:
    return render_template("eservices/desk_question.html", row=row, question=found, form=form)


def _write(code: str, name: str) -> Any:
    row, form = found_or_404(code), question_form(languages())()
    if name:
        _question(row, name)

    def do() -> None:
        given: dict[str, Any] = {"seen": form.seen_state, "actor_id": person().id, "now": clock.now()}
        operations.put_question(db.session, row, form.given, name=name, **given)

    if status := tried(form, do, _AT):
        found = found_or_404(code)
        if status == 409:
            form.seen.data = str(found.seen)
        return _show(found, Definition(found.definition).question(name), form), status
    db.session.commit()
    flash(_("The question is saved."), "success")
    return redirect(url_for(".questionnaire", code=code))


@blueprint.post("/questionnaires/<string:code>/questions/<string:name>/arrange/")
@role_required(Role.PLANNER)
def arrange_question(code: str, name: str) -> Any:
    """Move it up or down, or take it out."""
    row, how, seen = found_or_404(code), request.form.get("how", ""), request.form.get("seen", "")
    if Form().validate_on_submit() and how in {"up", "down", "drop"}:
        given: dict[str, Any] = {"actor_id": person().id, "now": clock.now()}
        known = int(seen) if seen.isdecimal() and len(seen) < 9 else 0
        try:
            operations.arrange(db.session, row, name, how, seen=known, **given)
            db.session.commit()
        except Refused as refusal:
            db.session.rollback()
            flash(_(refusal.message, **refusal.values), "error")
    return redirect(url_for(".questionnaire", code=code, _anchor="questions"))
