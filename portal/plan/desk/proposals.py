"""The desk of proposals: what came in, what units and councils say, what the data say, and what becomes of each."""

from __future__ import annotations

from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for

from portal.accounts.access import person
from portal.core import clock
from portal.core.db import db
from portal.core.forms import Form
from portal.core.i18n import language, languages, plain
from portal.core.i18n import translate as _
from portal.core.trying import tried
from portal.core.web import key
from portal.organisation import queries as organisation
from portal.organisation.access import role_required
from portal.organisation.operations import Role
from portal.plan.access import plan_or_404
from portal.plan.desk.base import blueprint
from portal.plan.forms.filters import state_chips, wanted_state
from portal.plan.forms.proposals import EnteredProposalForm, HideForm, VerdictForm, verdict_form
from portal.plan.models import Origin, PlanProposal, ProposalState
from portal.plan.operations import proposals as operations
from portal.plan.queries import needs as data
from portal.plan.queries import proposals as reads


@blueprint.get("/plan/proposals/")
@role_required(Role.PLANNER)
def proposals() -> str:
    """Every proposal, newest first."""
    plan, state, before = plan_or_404(), wanted_state(), request.args.get("before", type=key)
    rows = reads.proposals(db.session, plan, state=state, before=before, with_hidden=True)
    following = url_for(".proposals", state=state, before=rows[-1].id) if len(rows) == reads.PAGE else ""
    chips = state_chips(".proposals", state)
    return render_template("plan/desk_proposals.html", rows=rows, chips=chips, next_url=following)


@blueprint.get("/plan/proposals/new/")
@role_required(Role.PLANNER)
def new_proposal() -> str:
    """An empty form for what a unit or a community council proposes."""
    plan_or_404()
    return render_template("plan/desk_new_proposal.html", form=_entered())


@blueprint.post("/plan/proposals/new/")
@role_required(Role.PLANNER)
def new_proposal_submit() -> Any:
    """Keep it."""
    plan, form = plan_or_404(), _entered()

    def write() -> None:
        given: dict[str, Any] = {"once": str(form.once.data), "actor_id": person().id, "now": clock.now()}
        operations.enter_proposal(db.session, plan, form.new(language()), **given)

    if status := tried(form, write, {operations.RankTaken: "rank"}):
        return render_template("plan/desk_new_proposal.html", form=form), status
    db.session.commit()
    flash(_("The proposal is kept, and everybody can read it."), "success")
    return redirect(url_for(".proposals"))


def _entered() -> EnteredProposalForm:
    form, session = EnteredProposalForm(), db.session
    communities = [(row.id, row.name) for row in organisation.communities(session)]
    form.offer(communities, [(row.id, row.name) for row in organisation.units(session)])
    return form


@blueprint.get("/plan/proposals/data/")
@role_required(Role.PLANNER)
def needs() -> str:
    """What the data say, each to be made a proposal by one press."""
    return render_template("plan/desk_needs.html", needs=_needs(), rules=data)


@blueprint.post("/plan/proposals/data/")
@role_required(Role.PLANNER)
def needs_submit() -> Any:
    """Make one of them a proposal."""
    plan, wanted = plan_or_404(), request.form.get("reference", "")
    if not Form().validate_on_submit():
        return redirect(url_for(".needs"))
    need = next((each for each in _needs() if each.reference == wanted), None)
    if need is None:
        flash(_("This has been made a proposal already, or it does not come back any more."), "notice")
        return redirect(url_for(".needs"))
    title, text = words(need)
    new = operations.NewProposal(
        title=title[:200], text=text, language=language(), origin=Origin.DATA, reference=need.reference
    )
    operations.enter_proposal(db.session, plan, new, actor_id=person().id, now=clock.now())
    db.session.commit()
    flash(_("It is a proposal now."), "success")
    return redirect(url_for(".needs"))


def _needs() -> list[data.Need]:
    known = reads.references(db.session, plan_or_404())
    return data.needs(db.session, known, now=clock.now())


def words(need: data.Need) -> tuple[str, str]:
    """Title and text of a proposal that the data make."""
    name = plain(need.name)
    if need.kind == "spot":
        place = f"{name}, {need.address}" if need.address else name
        said = _("%(number)s reports at the same place within two years.", number=need.number)
        return _("A lasting repair: %(place)s", place=place), said
    said = _(
        "Only %(share)s %% of %(number)s decisions of the last twelve months were in time.",
        share=need.in_time,
        number=need.number,
    )
    return _("Faster answers: %(service)s", service=name), said


@blueprint.get("/plan/proposals/<int:number>/")
@role_required(Role.PLANNER)
def proposal(number: int) -> str:
    """One proposal and what can become of it."""
    row = _proposal(number)
    return _show(row, _form(row))


@blueprint.post("/plan/proposals/<int:number>/")
@role_required(Role.PLANNER)
def proposal_submit(number: int) -> Any:
    """Accept, merge or refuse it."""
    form = _form(_proposal(number))

    def decide() -> None:
        given: dict[str, Any] = {"actor_id": person().id, "now": clock.now()}
        operations.decide_proposal(db.session, _proposal(number), form.verdict, **given)

    at_fields = {operations.NoSuchAction: "action_code", operations.CannotMerge: "merged"}
    if status := tried(form, decide, at_fields):
        return _show(_proposal(number), form), status
    db.session.commit()
    flash(_("The answer is published, and its author is told."), "success")
    return redirect(url_for(".proposals", state=ProposalState.NEW.value))


@blueprint.get("/plan/proposals/<int:number>/hide/")
@role_required(Role.PLANNER)
def hide_proposal(number: int) -> str:
    """Ask why it is taken down."""
    return _show_hide(_proposal(number), HideForm())


@blueprint.post("/plan/proposals/<int:number>/hide/")
@role_required(Role.PLANNER)
def hide_proposal_submit(number: int) -> Any:
    """Take it down."""
    row, form = _proposal(number), HideForm()
    if not form.validate_on_submit():
        return _show_hide(row, form), form.status
    operations.hide_proposal(db.session, row, str(form.why.data), actor_id=person().id, now=clock.now())
    db.session.commit()
    flash(_("It is not shown in public any more, and its author is told."), "success")
    return redirect(url_for(".proposal", number=number))


def _show_hide(row: PlanProposal, form: HideForm) -> str:
    return render_template("plan/desk_hide.html", row=row, form=form, back=url_for(".proposal", number=row.id))


def _proposal(number: int) -> PlanProposal:
    return reads.proposal(db.session, number) or abort(404)


def _form(row: PlanProposal) -> VerdictForm:
    form = verdict_form(row, languages())()
    form.offer(reads.mergeable(db.session, row))
    return form


def _show(row: PlanProposal, form: VerdictForm) -> str:
    return render_template("plan/desk_proposal.html", row=row, form=form)
