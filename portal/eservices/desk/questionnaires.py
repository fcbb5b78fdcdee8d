"""The desk of questionnaires: the list, the words and days of one, and what can be done with it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from portal.accounts.access import person
from portal.core import clock
from portal.core.db import db
from portal.core.errors import Refused
from portal.core.forms import Form
from portal.core.i18n import language, languages
from portal.core.i18n import translate as _
from portal.core.trying import tried
from portal.core.web import key
from portal.eservices.desk.base import blueprint, today
from portal.eservices.forms.questionnaires import (
    SUBJECTS,
    QuestionnaireForm,
    questionnaire_data,
    questionnaire_form,
    sheet_form,
)
from portal.eservices.models import Questionnaire
from portal.eservices.operations import questionnaires as operations
from portal.eservices.queries import questionnaires as queries
from portal.organisation.access import role_required
from portal.organisation.models import Role

#: what a button of the page does, and what is said afterwards
STEPS: dict[str, tuple[Callable[..., Any], LazyString]] = {
    "publish": (operations.publish, _l("The questionnaire is published; it opens on its first day by itself.")),
    "close": (operations.close, _l("The questionnaire is closed, and everybody can read the results.")),
    "show": (operations.show_results, _l("Everybody can read the results so far.")),
    "copy": (operations.copy, _l("This is the copy. Check its days and words before you publish it.")),
    "discard": (operations.discard, _l("The draft is gone.")),
}


def found_or_404(code: str) -> Questionnaire:
    """The questionnaire with that code."""
    return queries.questionnaire(db.session, code) or abort(404)


@blueprint.get("/questionnaires/")
@role_required(Role.PLANNER)
def questionnaires() -> str:
    """All of them, drafts included, with how many answered."""
    rows = queries.all_questionnaires(db.session, before=request.args.get("before", type=key))
    return render_template(
        "eservices/desk_questionnaires.html",
        rows=rows,
        counts=queries.answer_counts(db.session, rows),
        today=today(),
        next_url=url_for(".questionnaires", before=rows[-1].id) if len(rows) == queries.PAGE else "",
    )


@blueprint.get("/questionnaires/new/")
@role_required(Role.PLANNER)
def new_questionnaire() -> str:
    """An empty form."""
    days = {"opens_on": today(), "closes_on": today() + operations.USUAL_DAYS - timedelta(days=1)}
    return _show_form(None, questionnaire_form(languages())(formdata=None, data=days))


@blueprint.post("/questionnaires/new/")
@role_required(Role.PLANNER)
def new_questionnaire_submit() -> Any:
    """Begin a draft."""
    return _write(None)


@blueprint.get("/questionnaires/<string:code>/")
@role_required(Role.PLANNER)
def questionnaire(code: str) -> str:
    """Where it stands, its questions, and what comes next."""
    row = found_or_404(code)
    return render_template(
        "eservices/desk_questionnaire.html",
        row=row,
        state=row.state(today()),
        today=today(),
        questions=[(question, queries.kind_of(question)) for question in queries.questions_of(row)],
        answers=queries.answer_counts(db.session, [row]).get(row.id, 0),
        subject=dict(SUBJECTS).get(row.subject, ""),
        link=url_for("eservices.questionnaire", code=row.code, _external=True),
    )


@blueprint.get("/questionnaires/<string:code>/change/")
@role_required(Role.PLANNER)
def change_questionnaire(code: str) -> str:
    """Its words and days."""
    row = found_or_404(code)
    return _show_form(row, questionnaire_form(languages())(formdata=None, data=questionnaire_data(row)))


@blueprint.post("/questionnaires/<string:code>/change/")
@role_required(Role.PLANNER)
def change_questionnaire_submit(code: str) -> Any:
    """Correct them."""
    return _write(found_or_404(code))


def _show_form(row: Questionnaire | None, form: QuestionnaireForm) -> str:
    return render_template("eservices/desk_questionnaire_form.html", row=row, form=form)


def _write(row: Questionnaire | None) -> Any:
    form, code = questionnaire_form(languages())(), row.code if row else ""
    made: list[str] = []

    def do() -> None:
        given: dict[str, Any] = {"seen": form.seen_state, "actor_id": person().id, "now": clock.now()}
        made.append(operations.write_questionnaire(db.session, row, form.given, **given).code)

    if status := tried(form, do, {operations.WrongDays: "closes_on"}):
        found = found_or_404(code) if code else None
        if found is not None and status == 409:
            form.seen.data = str(found.seen)
        return _show_form(found, form), status
    db.session.commit()
    flash(_("The questionnaire is saved."), "success")
    return redirect(url_for(".questionnaire", code=made[0]))


@blueprint.get("/questionnaires/<string:code>/preview/")
@role_required(Role.PLANNER)
def preview_questionnaire(code: str) -> str:
    """The sheet as people will see it; nothing can be sent."""
    row = found_or_404(code)
    form = sheet_form(row, language(), today(), formdata=None, meta={"csrf": False}) if row.definition["form"] else None
    return render_template("eservices/desk_questionnaire_preview.html", row=row, form=form)


@blueprint.post("/questionnaires/<string:code>/step/")
@role_required(Role.PLANNER)
def step_questionnaire(code: str) -> Any:
    """Publish it, close it, show its results, copy it, or throw a draft away."""
    row, wanted = found_or_404(code), request.form.get("step", "")
    if not Form().validate_on_submit() or wanted not in STEPS:
        return redirect(url_for(".questionnaire", code=code))
    do, told = STEPS[wanted]
    try:
        made = do(db.session, row, actor_id=person().id, now=clock.now())
    except Refused as refusal:
        db.session.rollback()
        flash(_(refusal.message, **refusal.values), "error")
        return redirect(url_for(".questionnaire", code=code))
    following = _after(wanted, made.code if wanted == "copy" else code)
    db.session.commit()
    flash(str(told), "success")
    return redirect(following)


def _after(wanted: str, code: str) -> str:
    return url_for(".questionnaires") if wanted == "discard" else url_for(".questionnaire", code=code)
