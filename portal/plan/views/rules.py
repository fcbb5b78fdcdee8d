"""By which rules progress and lights come about."""

from __future__ import annotations

from flask import render_template

from portal.accounts.access import public
from portal.core.kept import made_of
from portal.plan.queries import judging
from portal.plan.views.base import blueprint


@blueprint.get("/plan/rules/")
@public
@made_of("organisation")
def rules() -> str:
    """The rules, with the numbers that hold today."""
    return render_template("plan/rules.html", judging=judging)
