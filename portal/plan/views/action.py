"""An action: what, where, who, when, how much; how far it is and by what that is shown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask import abort, render_template

from portal.accounts.access import public
from portal.core.db import db
from portal.core.i18n import plain
from portal.core.i18n import translate as _
from portal.core.kept import made_of
from portal.core.maps import labels
from portal.organisation import queries as organisation
from portal.plan import queries
from portal.plan.models import Evidence, Light, Plan
from portal.plan.queries import record
from portal.plan.queries.board import sum_of
from portal.plan.queries.finance import Amounts
from portal.plan.queries.progress import progress_of
from portal.plan.queries.record import ActionRecord
from portal.plan.queries.standing import standing_of
from portal.plan.queries.values import year_values
from portal.plan.views.base import blueprint, today, tone_of_light
from portal.plan.views.documents.words import period_name

#: source and year → amounts
Money = Mapping[tuple[str, int], Amounts]
#: lines of the history
MOST_EVENTS = 30


@blueprint.get("/plan/actions/<string:code>/")
@public
@made_of("organisation", "plan")
def action(code: str) -> str:
    """Everything about an action."""
    found = record.action_record(db.session, code) or abort(404)
    plan, row = found.plan, found.action
    evidence = record.evidence_of(db.session, plan, action_ids=[row.id])
    money = record.money_of(db.session, row, on=today())
    return render_template(
        "plan/action.html",
        action=row,
        above=found.above,
        places=places(row.communities),
        indicators=year_values(db.session, plan, {code, *(node.code for node in found.above)}, today=today()),
        evidence=evidence,
        today=today(),
        **told(plan, found, evidence),
        **standing(found, evidence, money),
        **costs(plan, money),
    )


def places(codes: list[str]) -> list[Any]:
    """The communities of an action."""
    return [row for row in organisation.communities(db.session) if row.code in codes] if codes else []


def standing(found: ActionRecord, evidence: Sequence[Evidence], money: Money) -> dict[str, Any]:
    """How it stands today, and its point on the map."""
    row = found.action
    progress = progress_of(row.milestones, evidence, today()) if row.milestones else None
    how = standing_of(row, progress, sum_of(money.values()), on=today())
    shapes = []
    if row.lat is not None and row.lon is not None:
        shapes = [
            *labels(organisation.landmarks(db.session)),
            {
                "lat": row.lat,
                "lon": row.lon,
                "title": plain(row.title),
                "text": _(how.light.label),
                "tone": tone_of_light(how.light),
            },
        ]
    return {"plan": found.plan, "how": how, "shapes": shapes}


def costs(plan: Plan, money: Money) -> dict[str, Any]:
    """Its money by year and by source."""
    by_year: dict[int, Amounts] = {year: Amounts() for year in plan.years}
    by_source: dict[str, Amounts] = {}
    for (source, year), held in money.items():
        by_year[year] = by_year.get(year, Amounts()).plus(held)
        by_source[source] = by_source.get(source, Amounts()).plus(held)
    return {"by_year": dict(sorted(by_year.items())), "by_source": by_source}


def told(plan: Plan, found: ActionRecord, evidence: Sequence[Evidence]) -> dict[str, Any]:
    """What the unit said in public periods, and what happened, the newest first."""
    said = record.said(db.session, plan, found.action)
    titles = {row.id: row.title for row in found.action.milestones}
    happened = [(one.on, f"{_(one.kind.label)}: {plain(one.title)}") for one in evidence]
    for each in said:
        if each.period.presented_on:
            when = {"period": period_name(each.period)}
            happened.append((each.period.presented_on, _("Presented to the Municipal Committee: %(period)s", **when)))
    progress = progress_of(found.action.milestones, evidence, today())
    for step in progress.milestones:
        if step.reached_on:
            title = plain(titles[step.milestone.id])
            happened.append((step.reached_on, _("Milestone reached: %(title)s", title=title)))
    return {
        "said": said,
        "spans": {each.period.code: queries.parse_span(each.period.code) for each in said},
        "frozen_light": lambda frozen: Light(frozen.values["light"]),
        "history": sorted(happened, key=lambda each: each[0], reverse=True)[:MOST_EVENTS],
    }
