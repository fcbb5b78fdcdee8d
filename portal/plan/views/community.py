"""In my community: what the plan does there, and the way to what is reported and what is on."""

from __future__ import annotations

from flask import abort, render_template

from portal.accounts.access import public
from portal.core.db import db
from portal.core.kept import made_of
from portal.organisation import queries as organisation
from portal.plan.access import plan_or_404
from portal.plan.queries.board import board, light_counts
from portal.plan.views.base import blueprint, today


@blueprint.get("/plan/communities/")
@public
@made_of("organisation", "plan")
def communities() -> str:
    """All communities, with how many actions name each."""
    plan = plan_or_404()
    held = board(db.session, plan, on=today())
    rows = [
        (place, sum(place.code in line.action.communities for line in held.lines))
        for place in organisation.communities(db.session)
    ]
    everywhere = sum(not line.action.communities for line in held.lines)
    return render_template("plan/communities.html", plan=plan, rows=rows, everywhere=everywhere)


@blueprint.get("/plan/communities/<string:code>/")
@public
@made_of("organisation", "plan")
def community(code: str) -> str:
    """The actions of a community, and those of the whole municipality."""
    plan = plan_or_404()
    place = next((row for row in organisation.communities(db.session) if row.code == code), None) or abort(404)
    held = board(db.session, plan, on=today())
    here = [line for line in held.lines if code in line.action.communities]
    everywhere = [line for line in held.lines if not line.action.communities]
    return render_template(
        "plan/community.html",
        plan=plan,
        place=place,
        here=here,
        everywhere=everywhere,
        counts=light_counts(here),
        amounts=held.amounts(here),
    )
