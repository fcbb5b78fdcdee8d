"""Versions of the plan: which there were, the plan as it was on a day, and what each of them changed."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import abort, redirect, render_template, request, url_for

from portal.accounts.access import public
from portal.core.db import db
from portal.core.kept import made_of
from portal.organisation import queries as organisation
from portal.plan.access import plan_or_404
from portal.plan.forms import columns
from portal.plan.forms.revising import DayForm
from portal.plan.models import PlanVersion
from portal.plan.operations import comparing
from portal.plan.operations.picturing import pictured
from portal.plan.operations.workbook import AXES
from portal.plan.queries import revisions as revised
from portal.plan.queries import versions as reads
from portal.plan.views.base import blueprint


@blueprint.get("/plan/versions/")
@public
@made_of("organisation", "plan")
def versions() -> Any:
    """Every version, and the way to that of a day."""
    plan, form = plan_or_404(), DayForm()
    rows = reads.versions(db.session, plan)
    if form.is_submitted() and form.validate():
        found = reads.version_on(db.session, plan, form.on.data)
        if found is not None:
            return redirect(url_for(".version", number=found.number, on=form.on.data.isoformat()))
        return render_template("plan/versions.html", plan=plan, rows=rows, form=form, none_on=form.on.data)
    return render_template("plan/versions.html", plan=plan, rows=rows, form=form, none_on=None), form.status


@blueprint.get("/plan/versions/<int:number>/")
@public
@made_of("organisation", "plan")
def version(number: int) -> str:
    """The plan as it was while a version held."""
    found, after = version_or_404(number)
    tree = pictured(found.content)
    return render_template("plan/version.html", version=found, next=after, tree=tree, on=day_asked())


@blueprint.get("/plan/versions/<int:number>/changes/")
@public
@made_of("organisation", "plan")
def changes(number: int) -> str:
    """What a version changed of the one before it, and why."""
    found = version_or_404(number)[0]
    before = reads.version(db.session, plan_or_404(), number - 1)
    if before is None:
        abort(404)
    revision = revised.revision_of(db.session, found)
    communities = {community.code: community.name for community in organisation.communities(db.session)}
    return render_template(
        "plan/version_changes.html",
        version=found,
        before=before,
        compared=comparing.compared(before.content, found.content),
        revision=revision,
        why=revision.why if revision else {},
        titles=comparing.titles(before.content) | comparing.titles(found.content),
        axes=comparing.titles(before.content, AXES) | comparing.titles(found.content, AXES),
        names=communities | {unit.code: unit.name for unit in organisation.units(db.session)},
        words=columns,
    )


def version_or_404(number: int) -> tuple[PlanVersion, PlanVersion | None]:
    """The version at an address, and the one after it."""
    plan = plan_or_404()
    found = reads.version(db.session, plan, number)
    return found or abort(404), reads.version(db.session, plan, number + 1)


def day_asked() -> date | None:
    """The day in the address, if it is one."""
    try:
        return date.fromisoformat(request.args.get("on", ""))
    except ValueError:
        return None
