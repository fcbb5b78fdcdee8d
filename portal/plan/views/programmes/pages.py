"""The programmes of a year as pages: which there are, one of them by axis, and a quarter of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import abort, render_template, request, url_for

from portal.accounts.access import public
from portal.core.db import db
from portal.core.i18n import translate as _
from portal.core.kept import made_of
from portal.core.web import key
from portal.plan import queries
from portal.plan.access import plan_with, programme_kind
from portal.plan.models import Plan, Programme
from portal.plan.queries import programmes as reads
from portal.plan.queries.lines import QUARTERS, Lines
from portal.plan.views.base import blueprint, today
from portal.plan.views.programmes import tables


def approved_or_404(year: int, kind: str) -> tuple[Plan, Programme]:
    """The newest approved programme of that year and kind, or the one whose number the address names."""
    plan, number = plan_with(year), request.args.get("number", 0, type=key)
    row = reads.programme(db.session, plan, year, programme_kind(kind), approved=True, number=number)
    return plan, row or abort(404)


@blueprint.get("/plan/programmes/")
@public
@made_of("organisation", "plan")
def programmes() -> str:
    """The approved programmes, newest years first."""
    plan = queries.current_plan(db.session)
    rows = reads.programmes(db.session, plan, approved=True) if plan else []
    return render_template("plan/programmes.html", plan=plan, rows=[(row, reads.lines_of(row)) for row in rows])


@blueprint.get("/plan/programmes/<int:year>/<string:kind>/")
@public
@made_of("organisation", "plan")
def programme(year: int, kind: str) -> str:
    """A programme: what it comes to, and the lines of one axis."""
    plan, row = approved_or_404(year, kind)
    lines = reads.lines_of(row)
    axis = chosen_axis(lines)
    others = reads.numbers(db.session, plan, year, row.kind)
    return render_template(
        "plan/programme.html",
        plan=plan,
        programme=row,
        lines=lines,
        axis=axis,
        shown=lines.of_axis(axis),
        measures=measures_of(lines.of_axis(axis)),
        by_axis=[(tables.named(lines, "node", code), lines.of_axis(code).total) for code in lines.axes],
        by_source=[(tables.source_words(lines, code), found) for code, found in lines.by_source.items()],
        axes=axis_links(row, lines, axis),
        others=[other for other in others if other.decided_on and other is not row],
        begun=begun(year),
        quarters=QUARTERS,
    )


def chosen_axis(lines: Lines) -> str:
    """The axis that the address names, else the first one; "" where there are no lines."""
    asked = request.args.get("axis", "")
    if asked and asked not in lines.axes:
        abort(404)
    return asked or next(iter(lines.axes), "")


def axis_links(row: Programme, lines: Lines, chosen: str) -> list[dict[str, Any]]:
    """The axes to choose from."""
    here: dict[str, Any] = {"year": row.year, "kind": row.kind.value, "number": row.number, "_anchor": "lines"}
    return [
        {
            "label": tables.named(lines, "node", code),
            "url": url_for(".programme", axis=code, **here),
            "current": code == chosen,
        }
        for code in lines.axes
    ]


def measures_of(lines: Lines) -> Sequence[str]:
    """The codes of the measures that have lines."""
    return list(dict.fromkeys(line.measure for line in lines))


@blueprint.get("/plan/programmes/<int:year>/<string:kind>/quarters/<int:quarter>/")
@public
@made_of("organisation", "plan")
def programme_quarter(year: int, kind: str, quarter: int) -> str:
    """What was planned for a quarter, what evidence says, and what was paid."""
    plan, row = approved_or_404(year, kind)
    if quarter not in begun(year):
        abort(404)
    found = reads.follow_up(db.session, plan, row, quarter, today=today())
    others = [
        {
            "label": _("Quarter %(number)s", number=each),
            "url": url_for(".programme_quarter", year=year, kind=kind, quarter=each),
            "current": each == quarter,
        }
        for each in begun(year)
    ]
    return render_template("plan/programme_quarter.html", programme=row, quarter=found, others=others)


def begun(year: int) -> list[int]:
    """The quarters of a year that have begun."""
    return [each for each in QUARTERS if reads.quarter_days(year, each)[0] <= today()]
