"""An axis: its measures, objectives and actions, and how they stand."""

from __future__ import annotations

from flask import abort, render_template

from portal.accounts.access import public
from portal.core.db import db
from portal.core.kept import made_of
from portal.plan.access import plan_or_404
from portal.plan.models import NodeLevel
from portal.plan.queries.board import board, light_counts, nodes_below
from portal.plan.views.base import blueprint, today


@blueprint.get("/plan/axes/<string:code>/")
@public
@made_of("organisation", "plan")
def axis(code: str) -> str:
    """Everything below an axis."""
    plan = plan_or_404()
    nodes = nodes_below(db.session, plan, code)
    if not nodes or nodes[0].level is not NodeLevel.AXIS:
        abort(404)
    held = board(db.session, plan, on=today())
    lines = held.of_axis(code)
    return render_template(
        "plan/axis.html",
        plan=plan,
        axis=nodes[0],
        below=nodes[1:],
        board=held,
        lines=lines,
        counts=light_counts(lines),
    )
