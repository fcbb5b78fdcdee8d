"""The documents of the plan, by one press each: which there are, and each of them as PDF and as DOCX."""

from __future__ import annotations

from flask import Response, abort, render_template, request

from portal.accounts.access import public
from portal.core.db import db
from portal.core.kept import made_of
from portal.core.limits import limiter
from portal.core.web import key
from portal.organisation import queries as organisation
from portal.plan.access import is_planner, period_or_404, plan_or_404, plan_with
from portal.plan.models import Period, PeriodState, Plan
from portal.plan.operations import content, exporting
from portal.plan.queries import accounts
from portal.plan.queries import periods as reads
from portal.plan.queries.picture import Picture, frozen_picture, snapshot
from portal.plan.queries.versions import version
from portal.plan.views.base import blueprint, today
from portal.plan.views.documents import annual, evaluating, quarterly, whole
from portal.plan.views.documents.whole import Text
from portal.plan.views.documents.words import period_name
from portal.plan.views.documents.writing import FORMS, answered

LIMIT = "60/minute"


@blueprint.get("/plan/documents/")
@public
@made_of("organisation", "plan")
def documents() -> str:
    """Which documents there are."""
    plan = plan_or_404()
    rows = reads.periods(db.session, plan, public=True)
    return render_template(
        "plan/documents.html",
        plan=plan,
        periods=[(row, period_name(row)) for row in rows],
        years=[year for year in reversed(plan.years) if year <= today().year],
        evaluated=bool(frozen_ones(plan)),
        forms=FORMS,
    )


@blueprint.get("/plan/periods/<string:code>/report.<string:form>")
@public
@limiter.limit(LIMIT)
@made_of("organisation", "plan")
def report(code: str, form: str) -> Response:
    """The report of a period, once it was presented; for the planning unit before that, and with what only it reads."""
    planner = is_planner()
    plan, row = period_or_404(code, public=not planner)
    for_staff = planner and "staff" in request.args
    name = f"monitoring-{row.code}-staff" if for_staff else f"monitoring-{row.code}"
    return answered(quarterly.report(row, picture_of(plan, row), for_staff=for_staff), name, form)


@blueprint.get("/plan/accounts/<int:year>.<string:form>")
@public
@limiter.limit(LIMIT)
@made_of("organisation", "plan")
def account(year: int, form: str) -> Response:
    """The account of a year that has begun."""
    plan = plan_with(year)
    if year > today().year:
        abort(404)
    found = accounts.account(db.session, plan, year, today=today())
    return answered(annual.annual_account(found), f"account-{year}", form)


@blueprint.get("/plan/document.<string:form>")
@public
@limiter.limit(LIMIT)
@made_of("organisation", "plan")
def document(form: str) -> Response:
    """The plan as it is today, or a version of it, by its number."""
    plan, number = plan_or_404(), request.args.get("number", 0, type=key)
    text = text_of(plan, number)
    name = f"plan-{plan.code}-version-{number}" if number else f"plan-{plan.code}"
    return answered(whole.plan_text(text), name, form)


@blueprint.get("/plan/evaluation.<string:form>")
@public
@limiter.limit(LIMIT)
@made_of("organisation", "plan")
def evaluation(form: str) -> Response:
    """The frozen periods of the plan side by side."""
    plan = plan_or_404()
    course = [(row, frozen_picture(db.session, row)) for row in evaluating.chosen(frozen_ones(plan))]
    if not course:
        abort(404)
    return answered(evaluating.evaluation(plan, course), f"evaluation-{course[-1][0].code}", form)


def picture_of(plan: Plan, row: Period) -> Picture:
    """The figures of a period: what was frozen, else those of now."""
    if row.state is PeriodState.FROZEN:
        return frozen_picture(db.session, row)
    return snapshot(db.session, plan, row)


def frozen_ones(plan: Plan) -> list[Period]:
    """The periods that stand for good."""
    return [row for row in reads.periods(db.session, plan, public=True) if row.state is PeriodState.FROZEN]


def text_of(plan: Plan, number: int) -> Text:
    """The text of the plan of today (0), or of the version with that number."""
    names = {row.code: row.name for row in organisation.communities(db.session)}
    names |= {row.code: row.name for row in organisation.units(db.session)}
    if not number:
        return Text(content.dump(exporting.workbook_of(db.session, plan)), names)
    found = version(db.session, plan, number) or abort(404)
    return Text(found.content, names, found)
