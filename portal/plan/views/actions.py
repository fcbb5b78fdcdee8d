"""The actions of the plan as a list with filters, page by page."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import render_template, request, url_for

from portal.accounts.access import public
from portal.core.db import db
from portal.core.fields import choice
from portal.core.i18n import plain
from portal.core.kept import made_of
from portal.organisation import queries as organisation
from portal.plan.access import plan_and_axes_or_404
from portal.plan.forms.actions import ActionsForm
from portal.plan.models import Node
from portal.plan.queries.board import PAGE_OF_ACTIONS, ActionFilter, BoardLine, board, page_of
from portal.plan.views.base import blueprint, today


@blueprint.get("/plan/actions/")
@public
@made_of("organisation", "plan")
def actions() -> tuple[str, int]:
    """All actions, or those that fit the filters."""
    plan, axes = plan_and_axes_or_404()
    held = board(db.session, plan, on=today())
    places = {row.code: row.name for row in organisation.communities(db.session)}
    form = ActionsForm()
    offer(form, axes, held.lines, {code: plain(name) for code, name in places.items()})
    sound = not form.is_submitted() or form.validate()
    found = held.fitting(form.filter() if sound else ActionFilter())
    rows, following = page_of(found, lambda line: line.action.code, request.args.get("after", ""), PAGE_OF_ACTIONS)
    given: dict[str, Any] = form.given()
    next_url = url_for(".actions", **given, after=following) if following else ""
    shown = {"form": form, "rows": rows, "number": len(found), "places": places, "next_url": next_url}
    return render_template("plan/actions.html", plan=plan, begun="after" in request.args, **shown), form.status


def offer(form: ActionsForm, axes: Sequence[Node], lines: Sequence[BoardLine], places: dict[str, str]) -> None:
    """Fill in what can be chosen: only places and units that some action names."""
    named = {code for line in lines for code in line.action.communities}
    units = {line.action.unit.code: plain(line.action.unit.name) for line in lines if line.action.unit}
    form.axis.choices = [choice(axis.code, f"{axis.code}. {plain(axis.title)}") for axis in axes]
    form.community.choices = [choice(code, name) for code, name in places.items() if code in named]
    form.unit.choices = [choice(code, name) for code, name in sorted(units.items(), key=lambda pair: pair[1])]
