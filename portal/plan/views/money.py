"""What the plan costs and what was spent: by year, by source, by axis, and down to each amount."""

from __future__ import annotations

from typing import Any

from flask import render_template, request, url_for

from portal.accounts.access import public
from portal.core.db import db
from portal.core.kept import made_of
from portal.plan import queries
from portal.plan.access import plan_and_axes_or_404, plan_or_404
from portal.plan.models import MoneyStage, Plan
from portal.plan.queries import planned, record
from portal.plan.queries.board import added_up, axis_of_actions, source_codes, sum_of
from portal.plan.queries.finance import in_full
from portal.plan.queries.record import PAGE_OF_AMOUNTS, AmountFilter
from portal.plan.queries.versions import version_on
from portal.plan.views.base import blueprint, today


@blueprint.get("/plan/money/")
@public
@made_of("organisation", "plan")
def money() -> str:
    """The money of the plan in every cut; each adds up to the same."""
    plan, axes = plan_and_axes_or_404()
    held = in_full(db.session, plan, on=today())
    sources, axis_of = source_codes(db.session, plan), axis_of_actions(db.session, plan)
    by_year = added_up(held, lambda _action, _source, year: year)
    return render_template(
        "plan/money.html",
        plan=plan,
        axes=axes,
        sources=sources,
        by_year=dict(sorted(by_year.items())),
        by_source=added_up(held, lambda _action, source, _year: source),
        by_source_year=added_up(held, lambda _action, source, year: (source, year)),
        by_axis=added_up(held, lambda action, _source, _year: axis_of.get(action or 0, "")),
        by_axis_year=added_up(held, lambda action, _source, year: (axis_of.get(action or 0, ""), year)),
        total=sum_of(by_year.values()),
    )


@blueprint.get("/plan/money/amounts/")
@public
@made_of("organisation", "plan")
def amounts() -> str:
    """The amounts behind a figure, the newest first; behind what is budgeted, the lines of the plan."""
    plan = plan_or_404()
    wanted = asked(plan)
    budgeted = wanted.stage is MoneyStage.BUDGETED
    shown = lines_of_the_plan(plan, wanted) if budgeted else documents(plan, wanted)
    return render_template("plan/amounts.html", plan=plan, wanted=wanted, stages=list(MoneyStage), **shown)


def documents(plan: Plan, wanted: AmountFilter) -> dict[str, Any]:
    """What was committed, invoiced and paid; of stages together there is no sum."""
    rows = record.amounts(db.session, plan, wanted)
    more = f"{rows[-1].on}_{rows[-1].id}" if len(rows) == PAGE_OF_AMOUNTS else ""
    total = record.amounts_total(db.session, plan, wanted) if wanted.stage else None
    return {"rows": rows, "total": total, "next_url": next_url(before=more) if more else ""}


def lines_of_the_plan(plan: Plan, wanted: AmountFilter) -> dict[str, Any]:
    """What the plan foresees, and the version that says so."""
    rows = planned.planned(db.session, plan, wanted, after=request.args.get("after", ""))
    more = rows[-1].key if len(rows) == PAGE_OF_AMOUNTS else ""
    return {
        "rows": rows,
        "total": planned.planned_total(db.session, plan, wanted),
        "version": version_on(db.session, plan, today()),
        "next_url": next_url(after=more) if more else "",
    }


#: what an address of the list may say
NAMES = ("action", "axis", "source", "year", "stage")


def next_url(**key: Any) -> str:
    """The next page of the same list."""
    given: dict[str, Any] = {name: request.args[name] for name in NAMES if request.args.get(name)}
    return url_for(".amounts", **given, **key)


def asked(plan: Plan) -> AmountFilter:
    """What the address asks for; what cannot be understood asks for nothing."""
    given = {name: request.args.get(name, "")[:80].strip() or None for name in NAMES}
    stage, years = given["stage"], {str(year): year for year in range(plan.first_year - 10, plan.last_year + 11)}
    return AmountFilter(
        action=given["action"],
        axis=given["axis"],
        source=given["source"],
        year=years.get(given["year"] or ""),
        stage=MoneyStage(stage) if stage in set(MoneyStage) else None,
        on=today(),
        before=queries.parse_key(request.args.get("before", "")),
    )
