"""Proposals for the plan, as everybody reads them, and the form with which a resident makes one."""

from __future__ import annotations

from typing import Any

from flask import abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from portal.accounts.access import public, visitor
from portal.core import clock
from portal.core.db import db
from portal.core.forms import Form
from portal.core.i18n import language
from portal.core.kept import made_of
from portal.core.limits import limiter
from portal.core.web import key
from portal.organisation import queries as organisation
from portal.plan.access import plan_or_404
from portal.plan.forms.filters import state_chips, wanted_state
from portal.plan.forms.proposals import GuestProposalForm, ProposalForm
from portal.plan.operations import proposals as operations
from portal.plan.queries import proposals as reads
from portal.plan.views.base import blueprint

Page = Response | tuple[str, int]


@blueprint.get("/plan/proposals/")
@public
@made_of("organisation", "plan")
def proposals() -> str:
    """What was proposed and what became of it, newest first."""
    plan, state, before = plan_or_404(), wanted_state(), request.args.get("before", type=key)
    rows = reads.proposals(db.session, plan, state=state, before=before)
    following = url_for(".proposals", state=state, before=rows[-1].id) if len(rows) == reads.PAGE else ""
    chips = state_chips(".proposals", state)
    return render_template("plan/proposals.html", rows=rows, chips=chips, next_url=following)


@blueprint.get("/plan/proposals/<int:number>/")
@public
@made_of("organisation", "plan")
def proposal(number: int) -> str:
    """One proposal with its answer; of a resident's nothing personal."""
    row = reads.proposal(db.session, number)
    if row is None or row.hidden_at is not None:
        abort(404)
    return render_template("plan/proposal.html", row=row)


@blueprint.get("/plan/proposals/new/")
@public
def propose() -> Page:
    """Ask what should be done; afterwards say what comes next."""
    plan_or_404()
    return _form_page(_form(), sent="sent" in request.args)


@blueprint.post("/plan/proposals/new/")
@public
@limiter.limit("5/minute; 30/hour")
def propose_submit() -> Page:
    """Keep it: of who has signed in at once, of everybody else once they open the link of a letter."""
    plan, form, user = plan_or_404(), _form(), visitor()
    if not form.validate_on_submit():
        return _form_page(form)
    given: dict[str, Any] = {"user": user, "once": str(form.once.data), "now": clock.now()}
    row = operations.propose(db.session, plan, form.new(language()), **given)
    db.session.commit()
    if user is not None and row is not None and row.user_id == user.id:
        return redirect(url_for(".proposal_link", token=row.token), 303)
    return redirect(url_for(".propose", sent="1"), 303)


def _form() -> ProposalForm:
    form = ProposalForm() if visitor() else GuestProposalForm()
    form.offer([(row.id, row.name) for row in organisation.communities(db.session)])
    return form


def _form_page(form: ProposalForm, *, sent: bool = False) -> tuple[str, int]:
    return render_template("plan/propose.html", form=form, sent=sent), form.status


# -- the link of the letter


@blueprint.get("/plan/proposals/mine/<string:token>/")
@public
def proposal_link(token: str) -> Page:
    """Ask whether it was meant; once confirmed, say what became of it."""
    return _link_page(token, Form())


@blueprint.post("/plan/proposals/mine/<string:token>/")
@public
def proposal_link_submit(token: str) -> Page:
    """Publish it."""
    form, found = Form(), reads.own_proposal(db.session, token)
    if found is None or not form.validate_on_submit():
        return _link_page(token, form)
    operations.confirm_proposal(db.session, found, now=clock.now())
    db.session.commit()
    return redirect(url_for(".proposal_link", token=token), 303)


def _link_page(token: str, form: Form) -> tuple[str, int]:
    found = reads.own_proposal(db.session, token)
    return render_template("plan/proposal_link.html", form=form, row=found), form.status if found else 410
