"""All figures of the plan as data: which files there are, and what their columns mean."""

from __future__ import annotations

from flask import render_template

from portal.accounts.access import public
from portal.core.i18n import language
from portal.core.kept import made_of
from portal.plan.queries.tables import TABLES
from portal.plan.views.base import blueprint


@blueprint.get("/plan/data/")
@public
@made_of("organisation")
def data() -> str:
    """The files, each with its columns."""
    return render_template("plan/data.html", tables=TABLES, in_language=language())
