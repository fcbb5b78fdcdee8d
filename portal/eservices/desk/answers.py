"""What was answered, for staff: figures with filters, free text to read and to release, every answer as a file."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from flask import Response, abort, flash, redirect, render_template, request, stream_with_context, url_for

from portal.accounts.access import person
from portal.core import clock, feeds
from portal.core.db import db
from portal.core.forms import Form
from portal.core.i18n import language, languages, plain
from portal.core.i18n import translate as _
from portal.core.web import key
from portal.eservices.desk.base import blueprint, today
from portal.eservices.desk.questionnaires import found_or_404
from portal.eservices.forms.questionnaires import ResultsForm
from portal.eservices.models import Questionnaire
from portal.eservices.operations import answering
from portal.eservices.queries import questionnaires as queries
from portal.eservices.queries.definitions import Definition, Question
from portal.eservices.queries.readable import Reader, in_words
from portal.eservices.queries.results import answer_rows, results
from portal.organisation.access import role_required
from portal.organisation.models import Role


@blueprint.get("/questionnaires/<string:code>/results/")
@role_required(Role.PLANNER)
def questionnaire_results(code: str) -> str:
    """A picture and a table of each question, of all answers or some."""
    row, form = found_or_404(code), ResultsForm()
    form.offer(languages())
    found = results(db.session, row, form.only)
    return render_template("eservices/desk_questionnaire_results.html", row=row, form=form, found=found, today=today())


@blueprint.get("/questionnaires/<string:code>/texts/<string:name>/")
@role_required(Role.PLANNER)
def questionnaire_texts(code: str, name: str) -> str:
    """What people wrote to a question, the newest first."""
    row = found_or_404(code)
    asked = _free_question(row, name)
    rows = queries.written(db.session, row, name, before=request.args.get("before", type=key))
    following = url_for(".questionnaire_texts", code=code, name=name, before=rows[-1].id) if rows else ""
    next_url = following if len(rows) == queries.PAGE else ""
    return render_template(
        "eservices/desk_questionnaire_texts.html", row=row, question=asked, rows=rows, next_url=next_url
    )


def _free_question(row: Questionnaire, name: str) -> Question:
    found = Definition(row.definition).question(name)
    return found if found is not None and queries.kind_of(found) in queries.WORDS else abort(404)


@blueprint.post("/questionnaires/<string:code>/texts/<string:name>/")
@role_required(Role.PLANNER)
def questionnaire_texts_submit(code: str, name: str) -> Any:
    """Let everybody read one, or no longer."""
    row, number = found_or_404(code), request.form.get("text", type=key)
    _free_question(row, name)
    back = url_for(".questionnaire_texts", code=code, name=name, before=request.args.get("before", type=key))
    if not Form().validate_on_submit() or number is None:
        return redirect(back)
    text, shown = queries.text(db.session, row, number) or abort(404), "release" in request.form
    answering.release(db.session, row, text, shown=shown, actor_id=person().id, now=clock.now())
    db.session.commit()
    flash(_("Everybody can read it in the results.") if shown else _("It is for staff alone again."), "success")
    return redirect(back)


@blueprint.get("/questionnaires/<string:code>/answers.csv")
@role_required(Role.PLANNER)
def questionnaire_answers(code: str) -> Response:
    """Every answer as a line for a spreadsheet, written out while it is read."""
    row = found_or_404(code)
    asked = queries.questions_of(row)
    headings = [_("Day"), _("Language"), *(plain(each.label) for each in asked)]
    lines = feeds.table(headings, _lines(row, asked))
    response = Response(stream_with_context(lines), mimetype="text/csv")
    response.headers.set("Content-Disposition", "attachment", filename=f"answers-{row.code}.csv")
    return response


def _lines(row: Questionnaire, asked: tuple[Question, ...]) -> Iterator[list[Any]]:
    reader = Reader(language())
    for one in answer_rows(db.session, row):
        words = (in_words(each, one.answers.get(each.id), reader) for each in asked)
        yield [one.on.isoformat(), one.language, *words]
