"""The actions on the map, and beside it the same in words."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask import render_template, url_for

from portal.accounts.access import public
from portal.core.db import db
from portal.core.i18n import plain
from portal.core.i18n import translate as _
from portal.core.kept import made_of
from portal.core.maps import labels
from portal.organisation import queries as organisation
from portal.plan.access import plan_or_404
from portal.plan.queries.board import BoardLine, board
from portal.plan.views.base import blueprint, today, tone_of_light


@blueprint.get("/plan/map/")
@public
@made_of("organisation", "plan")
def map() -> str:  # noqa: A001 – the name of its address
    """Every action with a point; what has none is only counted."""
    plan = plan_or_404()
    held = board(db.session, plan, on=today())
    placed = [line for line in held.lines if line.action.lat is not None and line.action.lon is not None]
    names = {place.code: place.name for place in organisation.communities(db.session)}
    return render_template(
        "plan/map.html",
        plan=plan,
        lines=placed,
        places=names,
        elsewhere=len(held.lines) - len(placed),
        shapes=[*labels(organisation.landmarks(db.session)), *points(placed)],
    )


def points(lines: Iterable[BoardLine]) -> list[dict[str, Any]]:
    """A point for each action; what it says when pressed leads to its page."""
    return [
        {
            "lat": line.action.lat,
            "lon": line.action.lon,
            "title": plain(line.action.title),
            "text": _(line.how.light.label),
            "url": url_for("plan.action", code=line.action.code),
            "tone": tone_of_light(line.how.light),
        }
        for line in lines
    ]
