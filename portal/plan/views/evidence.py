"""The contributions behind a figure of an indicator."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import abort, render_template, request, url_for

from portal.accounts.access import public, visitor
from portal.casework import policy as casework_policy
from portal.casework import queries as casework
from portal.core.db import db
from portal.core.kept import made_of
from portal.organisation.access import current_mandate
from portal.plan import queries
from portal.plan.access import indicator_or_404
from portal.plan.models import feeds
from portal.plan.queries import EvidenceRow, Point, Span
from portal.plan.queries.behind import pages_behind
from portal.plan.queries.frozen import frozen_with
from portal.plan.views.base import blueprint, today

#: a page of evidence links to so many periods
MOST_PERIODS = 12


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
        frozen=frozen_with(db.session, row, span),
        cases=seen_cases(rows),
        pages=pages_behind(db.session, feed, rows),
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
