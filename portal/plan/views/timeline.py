"""The plan over time: a bar for each action from its beginning to its end, and the same as a table."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from flask import abort, render_template, request, url_for

from portal.accounts.access import public
from portal.core.db import db
from portal.core.kept import made_of
from portal.plan.access import plan_and_axes_or_404
from portal.plan.models import Plan
from portal.plan.queries.board import PAGE_OF_BARS, BoardLine, board, page_of
from portal.plan.views.base import blueprint, today

#: what the picture measures, in its own units
WIDE, TITLE, ROW, HEAD = 960, 250, 26, 34


@dataclass(frozen=True)
class Bar:
    """A line of the picture."""

    line: BoardLine
    #: from the left; None: the plan names no beginning or end
    x: float | None
    width: float
    #: the part of it that is done
    done: float
    #: where its milestones are due
    marks: tuple[float, ...]


@blueprint.get("/plan/timeline/")
@public
@made_of("organisation", "plan")
def timeline() -> str:
    """All actions, or those of an axis."""
    plan, axes = plan_and_axes_or_404()
    code = request.args.get("axis", "")
    if code and code not in {axis.code for axis in axes}:
        abort(404)
    held = board(db.session, plan, on=today())
    lines = held.of_axis(code) if code else list(held.lines)
    shown, following = page_of(lines, lambda line: line.action.code, request.args.get("after", ""), PAGE_OF_BARS)
    return render_template(
        "plan/timeline.html",
        plan=plan,
        axes=axes,
        code=code,
        bars=[bar(line, plan) for line in shown],
        years=[(year, place(date(year, 1, 1), plan)) for year in plan.years],
        now=place(today(), plan),
        size={"wide": WIDE, "title": TITLE, "row": ROW, "head": HEAD, "high": HEAD + ROW * len(shown) + 6},
        next_url=url_for(".timeline", axis=code or None, after=following) if following else "",
    )


def place(day: date, plan: Plan) -> float:
    """Where a day lies in the picture; what is outside the plan lies at its edge."""
    first, last = date(plan.first_year, 1, 1), date(plan.last_year, 12, 31)
    share = (min(max(day, first), last) - first).days / (last - first).days
    return round(TITLE + share * (WIDE - TITLE - 10), 1)


def bar(line: BoardLine, plan: Plan) -> Bar:
    """The bar of an action."""
    row = line.action
    if row.starts_on is None or row.ends_on is None:
        return Bar(line, None, 0, 0, ())
    x = place(row.starts_on, plan)
    width = round(max(place(row.ends_on, plan) - x, 4), 1)
    steps = line.how.progress.milestones if line.how.progress else ()
    marks = tuple(place(step.milestone.due_on, plan) for step in steps)
    return Bar(line, x, width, round(width * (line.how.percent or 0) / 100, 1), marks)
