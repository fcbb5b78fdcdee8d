"""The indicators: all of them, and one with its years and where its figure comes from."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from flask import render_template

from portal.accounts.access import public
from portal.core.db import db
from portal.core.kept import made_of
from portal.plan import queries
from portal.plan.access import indicator_or_404, plan_or_404
from portal.plan.models import Aggregate, Indicator, Light, Plan, feeds
from portal.plan.queries import record
from portal.plan.queries.calculation import parse
from portal.plan.queries.frozen import frozen_values
from portal.plan.queries.judging import Judgement, judge_indicator
from portal.plan.queries.series import Reading
from portal.plan.queries.values import origin_of, running, values
from portal.plan.views.base import blueprint, today


@blueprint.get("/plan/indicators/")
@public
@made_of("organisation", "plan")
def indicators() -> str:
    """All indicators with this year's value and target."""
    plan = plan_or_404()
    rows = queries.indicators(db.session, plan)
    readings = values(db.session, plan, today=today(), every=rows)
    counts = {light: sum(reading.light is light for reading in readings.values()) for light in Light}
    return render_template(
        "plan/indicators.html", plan=plan, indicators=rows, readings=readings, counts=counts, year=today().year
    )


@blueprint.get("/plan/indicators/<string:code>/")
@public
@made_of("organisation", "eservices", "events", "faults", "plan")
def indicator(code: str) -> str:
    """What an indicator says, and where the figure comes from."""
    plan, row = indicator_or_404(code)
    feed = feeds().get(row.feed or "")
    entered = record.entered(db.session, row) if not feed and not row.calculation else []
    series = queries.indicator_series(db.session, row) if feed else record.entered_series(entered, today=today())
    readings, of_parts = queries.readings(row, series, today=today()), calculated(plan, row)
    if of_parts["reading"]:
        readings = [running(of_parts["reading"]) if each.year == today().year else each for each in readings]
    now = next((reading for reading in readings if reading.year == today().year), None)
    return render_template(
        "plan/indicator.html",
        plan=plan,
        indicator=row,
        part=queries.title_of(db.session, plan, row.belongs_to),
        series=series,
        readings=readings,
        now=now,
        judgement=judged(now),
        feed=feed,
        entered=entered,
        frozen=frozen_values(db.session, row, entered),
        origin=origin_of(row),
        adds_up=feed is not None and feed.aggregate in {Aggregate.COUNT, Aggregate.SUM},
        names=queries.names(db.session, feed, list(row.feed_filter)) if feed and row.feed_filter else {},
        **of_parts,
    )


def judged(now: Reading | None) -> Judgement:
    """The light of this year."""
    return judge_indicator(None if now is None or now.share is None else Decimal(now.share))


def calculated(plan: Plan, row: Indicator) -> dict[str, Any]:
    """Of an indicator that is calculated: what it says this year, and of what."""
    if not row.calculation:
        return {"reading": None, "parts": []}
    every, codes = queries.indicators(db.session, plan), parse(row.calculation).codes
    readings = values(db.session, plan, today=today(), every=every)
    parts = [each for each in every if each.code in codes]
    return {"reading": readings.get(row.id), "parts": [(each, readings[each.id]) for each in parts]}
