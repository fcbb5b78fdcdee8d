"""Monitoring periods as everybody reads them, once the Municipal Committee has seen them."""

from __future__ import annotations

from collections import Counter

from flask import render_template

from portal.accounts.access import public
from portal.core.db import db
from portal.core.kept import made_of
from portal.plan.access import period_or_404, plan_or_404
from portal.plan.models import Light, Period, PeriodState, Plan
from portal.plan.queries import periods as reads
from portal.plan.queries.judging import Ground
from portal.plan.queries.picture import Picture, frozen_picture, snapshot
from portal.plan.queries.since import changed_since
from portal.plan.views.base import blueprint


@blueprint.get("/plan/periods/")
@public
@made_of("organisation", "plan")
def periods() -> str:
    """The periods that were presented, the newest first."""
    plan = plan_or_404()
    return render_template("plan/periods.html", plan=plan, rows=reads.periods(db.session, plan, public=True))


@blueprint.get("/plan/periods/<string:code>/")
@public
@made_of("organisation", "plan")
def period(code: str) -> str:
    """A period: figures by axis and action, what evidence says beside what the unit says, remarks, decision."""
    plan, row = period_or_404(code, public=True)
    picture = _picture(plan, row)
    lights = Counter(each.light for each in picture.of("indicator"))
    indicators = {light: lights[light] for light in Light}
    return render_template("plan/period.html", period=row, picture=picture, grounds=Ground, indicators=indicators)


@blueprint.get("/plan/periods/<string:code>/indicators/")
@public
@made_of("organisation", "plan")
def period_indicators(code: str) -> str:
    """How the indicators stood on its last day."""
    plan, row = period_or_404(code, public=True)
    return render_template("plan/period_indicators.html", period=row, rows=_picture(plan, row).of("indicator"))


def _picture(plan: Plan, row: Period) -> Picture:
    """What was frozen; until then what its last day gives now."""
    is_frozen = row.state is PeriodState.FROZEN
    return frozen_picture(db.session, row) if is_frozen else snapshot(db.session, plan, row)


@blueprint.get("/plan/periods/<string:code>/since/")
@public
@made_of("organisation", "plan")
def period_since(code: str) -> str:
    """What would look different today, beside what was frozen, and what came later."""
    plan, row = period_or_404(code, public=True)
    return render_template("plan/period_since.html", period=row, changes=changed_since(db.session, plan, row))
