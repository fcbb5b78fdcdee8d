"""What feeds the indicators, and connecting it."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for

from portal.accounts.access import person
from portal.core import clock
from portal.core.db import db
from portal.core.i18n import translate as _
from portal.core.texts import Translated
from portal.organisation.access import role_required
from portal.organisation.operations import Role
from portal.plan import forms, operations, queries
from portal.plan.access import indicator_or_404
from portal.plan.desk.base import blueprint, today
from portal.plan.models import Indicator, feeds
from portal.plan.queries.values import origin_of, values
from portal.plan.queries.waiting import waiting


@blueprint.get("/plan/")
@role_required(Role.PLANNER)
def overview() -> str:
    """Every indicator with its feed and what it shows."""
    plan = queries.current_plan(db.session)
    rows = queries.indicators(db.session, plan) if plan else []
    return render_template(
        "plan/desk_overview.html",
        plan=plan,
        indicators=rows,
        feeds=feeds(),
        readings=values(db.session, plan, today=today(), every=rows) if plan else {},
        origin_of=origin_of,
        waiting=waiting(db.session, plan) if plan else None,
    )


@blueprint.get("/plan/indicators/<string:code>/")
@role_required(Role.PLANNER)
def indicator(code: str) -> str:
    """What feeds an indicator."""
    row = indicator_or_404(code)[1]
    form = forms.ConnectionForm(data={"feed": row.feed, **row.feed_filter})
    return show_connection(row, form, operations.Connection(row.feed, row.feed_filter))


@blueprint.post("/plan/indicators/<string:code>/")
@role_required(Role.PLANNER)
def indicator_submit(code: str) -> Any:
    """Show what a connection would give, or make it."""
    row, form = indicator_or_404(code)[1], forms.ConnectionForm()
    form.offer(choices())
    if not form.validate_on_submit():
        return show_connection(row, form), form.status
    if "show" in request.form:
        return show_connection(row, form, form.connection)
    operations.bind(db.session, row, form.connection, actor_id=person().id, now=clock.now())
    db.session.commit()
    flash(_("The feed is connected; the figures of all periods have been worked out again."), "success")
    return redirect(url_for(".indicator", code=code))


def show_connection(row: Indicator, form: forms.ConnectionForm, connection: operations.Connection | None = None) -> str:
    """The page of a connection, with what it would have shown so far."""
    form.offer(choices())
    feed = feeds().get(connection.feed or "") if connection else None
    shown = queries.would_show(db.session, feed.code, connection.wanted) if connection and feed else None
    return render_template(
        "plan/connect.html",
        indicator=row,
        form=form,
        feed=feed,
        shown=shown,
        wanted=connection.wanted if connection else {},
        names=queries.names(db.session, feed) if feed else {},
    )


def choices() -> dict[str, dict[str, Translated]]:
    """What filters can name: dimension → code → name; what two feeds call the same is offered together."""
    offered: dict[str, dict[str, Translated]] = {}
    for dimension in dict.fromkeys(dimension for feed in feeds().values() for dimension in feed.dimensions):
        offered.setdefault(dimension.code, {}).update(dimension.choices(db.session))
    return offered
