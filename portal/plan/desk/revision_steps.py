"""What becomes of a revision: proposed, taken back, decided, rejected, carried over, in force."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import flash, redirect, url_for
from flask_babel import ngettext

from portal.core import clock
from portal.core.db import db
from portal.core.i18n import translate as _
from portal.core.trying import tried
from portal.organisation.access import role_required
from portal.organisation.operations import Role
from portal.plan.desk.base import blueprint
from portal.plan.desk.revisions import STEPS, by, revision_or_404, show_revision
from portal.plan.models import Revision
from portal.plan.operations import deciding, revising
from portal.plan.operations.decisions import BadAda
from portal.plan.operations.revising import By

Deed = Callable[[Revision, Any, By], str]
#: which refusal is said at which field
FIELDS = {
    BadAda: "ada",
    deciding.HoldsTooEarly: "valid_from",
    deciding.DecidedTooLate: "decided_on",
}


def step(number: int, name: str, deed: Deed) -> Any:
    """Do it, and say what was done; a refusal is shown on the page."""
    row, form = revision_or_404(number), STEPS[name]()
    said: list[str] = []
    if status := tried(form, lambda: said.append(deed(row, form, by(form))), FIELDS if name == "decide" else None):
        return show_revision(row, **{name: form}), status
    db.session.commit()
    flash(said[0], "success")
    return redirect(url_for(".revision", number=number))


@blueprint.post("/plan/revisions/<int:number>/reasons/rest/")
@role_required(Role.PLANNER)
def rest_submit(number: int) -> Any:
    """One reason for everything that has none."""

    def deed(row: Revision, form: Any, by: By) -> str:
        revising.explain_rest(db.session, row, form.reason.data, by=by)
        return _("The reasons are saved.")

    return step(number, "rest", deed)


@blueprint.post("/plan/revisions/<int:number>/propose/")
@role_required(Role.PLANNER)
def propose_submit(number: int) -> Any:
    """Bring it before the council."""

    def deed(row: Revision, _form: Any, by: By) -> str:
        deciding.propose(db.session, row, by=by)
        return _("The revision is before the council. Note its decision here.")

    return step(number, "step", deed)


@blueprint.post("/plan/revisions/<int:number>/take-back/")
@role_required(Role.PLANNER)
def take_back_submit(number: int) -> Any:
    """Make a draft of it again."""

    def deed(row: Revision, _form: Any, by: By) -> str:
        deciding.take_back(db.session, row, by=by)
        return _("The revision is a draft again. You can change it.")

    return step(number, "step", deed)


@blueprint.post("/plan/revisions/<int:number>/decide/")
@role_required(Role.PLANNER)
def decide_submit(number: int) -> Any:
    """Note the decision."""

    def deed(row: Revision, form: Any, by: By) -> str:
        if deciding.decide(db.session, row, form.given, by=by):
            return _("The decision is noted, and the plan is now as the revision says.")
        return _("The decision is noted. On its day the plan changes by itself.")

    return step(number, "decide", deed)


@blueprint.post("/plan/revisions/<int:number>/reject/")
@role_required(Role.PLANNER)
def reject_submit(number: int) -> Any:
    """Give it up."""

    def deed(row: Revision, form: Any, by: By) -> str:
        deciding.reject(db.session, row, form.why.data, by=by)
        return _("The revision is rejected. The plan stays as it is.")

    return step(number, "reject", deed)


@blueprint.post("/plan/revisions/<int:number>/carry-over/")
@role_required(Role.PLANNER)
def carry_over_submit(number: int) -> Any:
    """Make it a revision of the plan of today; what collides with it is left out of a draft."""

    def deed(row: Revision, _form: Any, by: By) -> str:
        left = len(deciding.carry_over(db.session, row, leave_out=True, by=by))
        if not left:
            return _("All changes are carried over to the plan of today.")
        return str(
            ngettext("Carried over; %(num)d change is left out.", "Carried over; %(num)d changes are left out.", left)
        )

    return step(number, "step", deed)


@blueprint.post("/plan/revisions/<int:number>/in-force/")
@role_required(Role.PLANNER)
def in_force_submit(number: int) -> Any:
    """Bring into force what could not be on its day."""

    def deed(row: Revision, _form: Any, by: By) -> str:
        deciding.bring_into_force(db.session, row, now=clock.now(), actor_id=by.actor_id)
        return _("The plan is now as the revision says.")

    return step(number, "step", deed)
