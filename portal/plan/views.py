"""Public pages of the plan: the tree, an action, an indicator, and what stands behind a figure."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Any

from babel import Locale
from babel.numbers import format_compact_currency, format_currency
from flask import Blueprint, abort, render_template, request, url_for
from flask_babel import get_locale

from portal.accounts.access import public, visitor
from portal.casework import policy as casework_policy
from portal.casework import queries as casework
from portal.core import clock
from portal.core.db import db
from portal.core.kept import made_of
from portal.organisation import queries as organisation
from portal.organisation.access import current_mandate
from portal.plan import queries
from portal.plan.access import indicator_or_404, plan_or_404
from portal.plan.models import Aggregate, feeds
from portal.plan.queries import EvidenceRow, Point, Span

blueprint = Blueprint("plan", __name__, url_prefix="/<lang:lang>")
#: a page of evidence links to so many periods
MOST_PERIODS = 12


@blueprint.app_template_filter("euro")
def euro(amount: Decimal) -> str:
    """An amount without cents where there are none: 27.560.000 €."""
    return _euro(amount, get_locale())


@lru_cache(maxsize=5000)
def _euro(amount: Decimal, locale: Locale) -> str:
    pattern = locale.currency_formats["standard"].pattern
    whole = amount == int(amount)
    return format_currency(
        amount, "EUR", pattern.replace(".00", "") if whole else None, locale, currency_digits=not whole
    )


@blueprint.app_template_filter("roughly")
def roughly(amount: Decimal) -> str:
    """An amount as people say it: 27,6 εκ. €."""
    return format_compact_currency(amount, "EUR", locale=get_locale(), fraction_digits=1)


def today() -> date:
    """The day in Greece."""
    return clock.athens_date(clock.now())


@blueprint.get("/plan/")
@public
@made_of("organisation", "plan")
def overview() -> str:
    """The whole plan as a tree, or what was found in it."""
    text = request.args.get("q", "")[:100].strip()
    if text:
        return render_template("plan/found.html", text=text, found=queries.found(db.session, text))
    plan = queries.current_plan(db.session)
    if plan is None:
        return render_template("plan/none.html")
    readings = queries.year_readings(db.session, queries.indicators(db.session, plan), today=today()).values()
    measured = [reading for reading in readings if reading.reached is not None]
    tree = queries.tree(db.session, plan)
    return render_template("plan/overview.html", plan=plan, tree=tree, measured=measured, year=today().year)


@blueprint.get("/plan/actions/<string:code>/")
@public
@made_of("organisation", "plan")
def action(code: str) -> str:
    """Everything about an action."""
    plan, row = queries.action(db.session, code) or abort(404)
    above = queries.above(db.session, plan, code)
    shown = queries.indicators(db.session, plan, [code, *(node.code for node in above)])
    places = {community.code: community.name for community in organisation.communities(db.session)}
    return render_template(
        "plan/action.html",
        plan=plan,
        action=row,
        above=above,
        places=[places[place] for place in row.communities if place in places],
        indicators=shown,
        readings=queries.year_readings(db.session, shown, today=today()),
        years=queries.years_of(plan),
    )


@blueprint.get("/plan/indicators/")
@public
@made_of("organisation", "plan")
def indicators() -> str:
    """All indicators with this year's value and target."""
    plan = plan_or_404()
    rows = queries.indicators(db.session, plan)
    readings = queries.year_readings(db.session, rows, today=today())
    return render_template("plan/indicators.html", plan=plan, indicators=rows, readings=readings, year=today().year)


@blueprint.get("/plan/indicators/<string:code>/")
@public
@made_of("organisation", "eservices", "events", "faults", "plan")
def indicator(code: str) -> str:
    """What an indicator says, and where the figure comes from."""
    plan, row = indicator_or_404(code)
    series = queries.indicator_series(db.session, row)
    readings = queries.readings(row, series, today=today())
    feed = feeds().get(row.feed or "")
    return render_template(
        "plan/indicator.html",
        plan=plan,
        indicator=row,
        part=queries.title_of(db.session, plan, row.belongs_to),
        series=series,
        readings=readings,
        now=next((reading for reading in readings if reading.year == today().year), None),
        feed=feed,
        adds_up=feed is not None and feed.aggregate in {Aggregate.COUNT, Aggregate.SUM},
        names=queries.names(db.session, feed, list(row.feed_filter)) if feed and row.feed_filter else {},
    )


@blueprint.get("/plan/indicators/<string:code>/evidence/")
@public
@made_of("organisation", "eservices", "events", "faults", "plan")
def evidence(code: str) -> str:
    """The contributions behind the figure of a period, down to the case for those who may see it."""
    plan, row = indicator_or_404(code)
    series, feed = queries.indicator_series(db.session, row), feeds().get(row.feed or "") or abort(404)
    span = wanted_span(series)
    before = queries.parse_key(request.args.get("before", ""))
    rows = queries.evidence(db.session, row, span, before=before)
    point = next((each for each in every_point(series) if each.span == span), None)
    return render_template(
        "plan/evidence.html",
        plan=plan,
        indicator=row,
        feed=feed,
        point=point,
        span=span,
        rows=rows,
        names=queries.names(db.session, feed, [feed.told_by, "community"]),
        cases=seen_cases(rows),
        periods=periods(code, series, span),
        next_url=next_url(code, span, rows),
    )


def wanted_span(series: queries.Series) -> Span:
    """The period of the address, else the newest quarter with something in it; 404 for what is no period."""
    if period := request.args.get("period", ""):
        return queries.parse_span(period) or abort(404)
    filled = [point.span for point in series.quarters if point.number]
    return filled[-1] if filled else queries.quarter_of(today())


def every_point(series: queries.Series) -> list[Point]:
    """The figures of all periods, longest first."""
    return [*series.years, *series.quarters, *series.months]


def periods(code: str, series: queries.Series, span: Span) -> list[dict[str, Any]]:
    """Links to the newest years and quarters with something in them."""
    filled = [point for point in [*reversed(series.years), *reversed(series.quarters)] if point.number]
    return [
        {
            "span": point.span,
            "url": url_for(".evidence", code=code, period=point.span.code),
            "current": point.span == span,
        }
        for point in filled[:MOST_PERIODS]
    ]


def next_url(code: str, span: Span, rows: Sequence[EvidenceRow]) -> str:
    """Where the evidence goes on; empty: it does not."""
    if len(rows) < queries.PAGE:
        return ""
    return url_for(".evidence", code=code, period=span.code, before=rows[-1].key)


def seen_cases(rows: Sequence[EvidenceRow]) -> dict[int, Any]:
    """The cases behind these rows that the reader may see as staff; nobody else learns their numbers."""
    user = visitor()
    if user is None or not user.is_staff:
        return {}
    mandate = current_mandate()
    found = casework.cases_by_id(db.session, [row.case_id for row in rows if row.case_id is not None])
    return {key: case for key, case in found.items() if casework_policy.may_see(mandate, case)}
