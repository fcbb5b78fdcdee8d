"""Questionnaires: which ones there are, answering one without an account, and what was answered."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from flask import Response, abort, redirect, render_template, request, url_for

from portal.accounts.access import public
from portal.core import clock, feeds
from portal.core.db import db
from portal.core.i18n import language, plain
from portal.core.i18n import translate as _
from portal.core.kept import made_of
from portal.core.limits import limiter
from portal.core.trying import tried
from portal.core.web import key
from portal.eservices.forms.questionnaires import SheetForm, sheet_form
from portal.eservices.models import Questionnaire, QuestionnaireState
from portal.eservices.operations.answering import answer
from portal.eservices.queries import questionnaires as queries
from portal.eservices.queries.results import Results, results
from portal.eservices.views.base import blueprint, today


@blueprint.app_template_global()
def open_questionnaires() -> Sequence[Questionnaire]:
    """Those that everybody can answer today, for pages that lead there."""
    return queries.open_questionnaires(db.session, today())


@blueprint.get("/questionnaires/")
@public
@made_of("organisation", "eservices")
def questionnaires() -> str:
    """Those that can be answered, then those that could, the newest first."""
    before = request.args.get("before", type=key)
    former = queries.former_questionnaires(db.session, today(), before=before)
    return render_template(
        "eservices/questionnaires.html",
        running=queries.open_questionnaires(db.session, today(), coming=True) if before is None else (),
        former=former,
        today=today(),
        next_url=url_for(".questionnaires", before=former[-1].id) if len(former) == queries.PAGE else "",
    )


def shown_or_404(code: str) -> Questionnaire:
    """The questionnaire at an address, unless it is a draft."""
    row = queries.questionnaire(db.session, code)
    return row if row is not None and row.state(today()) is not QuestionnaireState.DRAFT else abort(404)


@blueprint.get("/questionnaires/<string:code>/")
@public
def questionnaire(code: str) -> str:
    """The questions; before the first and after the last day what comes instead."""
    row = shown_or_404(code)
    return _sheet_page(row, sheet_form(row, language(), today()))


@blueprint.post("/questionnaires/<string:code>/")
@public
@limiter.limit("20/minute; 200/hour")
def questionnaire_submit(code: str) -> Any:
    """Keep the answer, or say what has to be corrected."""
    row, now = shown_or_404(code), clock.now()
    form = sheet_form(row, language(), today())
    given: dict[str, Any] = {"once": str(form.once.data), "language": language(), "now": now}
    if status := tried(form, lambda: answer(db.session, row, form.good_answers, **given)):
        return _sheet_page(shown_or_404(code), form), status
    db.session.commit()
    return redirect(url_for(".questionnaire_thanks", code=code), 303)


def _sheet_page(row: Questionnaire, form: SheetForm) -> str:
    return render_template("eservices/questionnaire.html", row=row, form=form, state=row.state(today()), today=today())


@blueprint.get("/questionnaires/<string:code>/thanks/")
@public
def questionnaire_thanks(code: str) -> str:
    """It has come in; when the results can be read."""
    return render_template("eservices/questionnaire_thanks.html", row=shown_or_404(code), today=today())


# -- results


@blueprint.get("/questionnaires/<string:code>/results/")
@public
def questionnaire_results(code: str) -> str:
    """A picture and a table of each question; of free text only what was released."""
    row = _with_results(code)
    found = results(db.session, row)
    given = {"row": row, "found": found, "released": released(row, found), "today": today()}
    return render_template("eservices/questionnaire_results.html", **given)


def _with_results(code: str) -> Questionnaire:
    row = shown_or_404(code)
    return row if row.shows_results(today()) else abort(404)


def released(row: Questionnaire, found: Results) -> dict[str, list[queries.Words]]:
    """Question → the words that everybody may read, the newest first."""
    texts = queries.released_texts(db.session, row)
    return {each.question.id: texts.get(each.question.id, []) for each in found.each if each.kind in queries.WORDS}


@blueprint.get("/questionnaires/<string:code>/results.csv")
@public
@limiter.limit("60/minute")
def questionnaire_figures(code: str) -> Response:
    """The same figures for a spreadsheet."""
    row = _with_results(code)
    headings = [_("Question"), _("Answer"), _("Answers"), _("Percent")]
    lines = b"".join(feeds.table(headings, figure_rows(results(db.session, row))))
    response = Response(lines, mimetype="text/csv")
    response.headers.set("Content-Disposition", "attachment", filename=f"questionnaire-{row.code}.csv")
    return response


def figure_rows(found: Results) -> Iterator[list[Any]]:
    """One line for each answer that could be given."""
    yield [_("All questions"), _("All answers"), found.answers, 100 if found.answers else 0]
    for each in found.each:
        asked = plain(each.question.label)
        share = round(100 * each.answered / found.answers) if found.answers else 0
        yield [asked, _("All answers"), each.answered, share]
        for figure in each.figures:
            yield [asked, plain(figure.label), figure.number, figure.share]
