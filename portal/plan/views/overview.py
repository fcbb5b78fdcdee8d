"""The plan at a glance: its lights, how far it is, what it costs; and what a search in it finds."""

from flask import render_template, request

from portal.accounts.access import public
from portal.core.db import db
from portal.core.kept import made_of
from portal.plan import queries
from portal.plan.queries.board import board, light_counts, plan_and_axes
from portal.plan.views.base import blueprint, today


@blueprint.get("/plan/")
@public
@made_of("organisation", "eservices", "plan")
def overview() -> str:
    """The whole plan in figures, or what was found in it."""
    text = request.args.get("q", "")[:100].strip()
    if text:
        return render_template("plan/found.html", text=text, found=queries.found(db.session, text))
    known = plan_and_axes(db.session)
    if known is None:
        return render_template("plan/none.html")
    plan, axes = known
    held = board(db.session, plan, on=today())
    by_axis = [(axis, held.of_axis(axis.code)) for axis in axes]
    return render_template("plan/overview.html", plan=plan, board=held, by_axis=by_axis, light_counts=light_counts)
