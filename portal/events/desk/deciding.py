"""A submission is decided: what was submitted, what may be the same twice, publish, refuse – and wished changes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import abort, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from portal.accounts.access import person
from portal.casework.models import Case
from portal.core import clock
from portal.core.db import db
from portal.core.i18n import translate as _
from portal.events import access, operations, queries
from portal.events.access import agenda_staff
from portal.events.desk.base import blueprint, claim, event_at, unless_changed
from portal.events.desk.words import edited_words, facts_of
from portal.events.forms.desk import InternalReasonForm, ReasonForm, SeenForm
from portal.events.models import Calendar, Event, Proposal, Publication
from portal.events.operations import wished
from portal.events.queries import desk as reads
from portal.events.queries import submitted


@dataclass(frozen=True)
class Difference:
    """One thing that an organiser wants to be otherwise."""

    #: msgid
    label: str
    now: str
    wished: str


def differences(proposal: Proposal) -> list[Difference]:
    """What would change, in words."""
    event = proposal.event
    before = facts_of(db.session, operations.input_of(event))
    after = facts_of(db.session, wished(event, proposal.values))
    return [
        Difference(label, before.get(label, ""), after.get(label, ""))
        for label in dict.fromkeys([*before, *after])
        if before.get(label) != after.get(label)
    ]


def panel(case: Case) -> tuple[str, dict[str, Any]]:
    """What was submitted, for the staff's page of a case."""
    event, proposal = submitted.of_case(db.session, case.id)
    may_decide = access.keeps_agenda() and not case.is_closed
    values: dict[str, Any] = {"event": event, "proposal": proposal, "may_decide": may_decide}
    if event is None:
        return "events/desk_panel.html", values
    if may_decide and (proposal or event.publication is Publication.SUBMITTED):
        values["decide_url"] = "#decide"
    if proposal:
        values["differences"] = differences(proposal)
    else:
        values["facts"] = facts_of(db.session, operations.input_of(event))
        values["doubles"] = reads.doubles(db.session, event) if event.publication is Publication.SUBMITTED else []
    return "events/desk_panel.html", values


def applicants_panel(case: Case) -> tuple[str, dict[str, Any]]:
    """The same for the applicant: where to look at the event and change it."""
    event, _proposal = submitted.of_case(db.session, case.id)
    if event is not None:  # who may see the case may manage what it is about
        access.open_event(event)
    return "events/panel.html", {"event": event, "decide_url": ""}


def back_to(event: Event) -> Response:
    """Where one goes on after a decision."""
    return redirect(url_for(".event", slug=event.slug))


@blueprint.post("/<string:slug>/publish/")
@agenda_staff
def publish(slug: str) -> Any:
    """Into the agenda."""
    event, form = event_at(slug), SeenForm()
    if not form.validate_on_submit():
        abort(400)
    claim(event, form)
    operations.publish(db.session, event, actor=person(), now=clock.now())
    db.session.commit()
    flash(_("Published. The organiser has been told.") if event.case else _("Published."), "success")
    return back_to(event)


@blueprint.get("/<string:slug>/refuse/")
@agenda_staff
def refuse(slug: str) -> str:
    """Ask for the reason."""
    event = event_at(slug)
    return _reason(event, _reason_form(event)(formdata=None, data={"seen": str(event.version)}))


def _reason_form(event: Event) -> type[ReasonForm]:
    return ReasonForm if event.case else InternalReasonForm


def _reason(event: Event, form: ReasonForm, proposal: Proposal | None = None) -> str:
    return render_template("events/desk_refuse.html", event=event, form=form, proposal=proposal)


@blueprint.post("/<string:slug>/refuse/")
@agenda_staff
def refuse_submit(slug: str) -> Any:
    """Not into the agenda."""
    event = event_at(slug)
    form = _reason_form(event)()
    if not (form.validate_on_submit() and unless_changed(event, form)):
        return _reason(event, form), 422
    operations.refuse(db.session, event, form.text.data, actor=person(), now=clock.now())
    db.session.commit()
    told = _("Refused. The organiser reads your reason.") if event.case else _("Refused. Colleagues read your reason.")
    flash(told, "success")
    return back_to(event)


# -- wished changes


def proposal_at(slug: str) -> Proposal:
    """The wish that waits for an event; else 404."""
    found = submitted.waiting_proposal(db.session, event_at(slug).id)
    if found is None:
        abort(404)
    return found


@blueprint.post("/<string:slug>/changes/accept/")
@agenda_staff
def accept_changes(slug: str) -> Any:
    """They become the event."""
    proposal, form = proposal_at(slug), SeenForm()
    if not form.validate_on_submit():
        abort(400)
    claim(proposal.event, form)
    operations.take_over(db.session, proposal, actor=person(), now=clock.now())
    db.session.commit()
    flash(_("The changes are in the agenda. The organiser has been told."), "success")
    return back_to(proposal.event)


@blueprint.get("/<string:slug>/changes/refuse/")
@agenda_staff
def refuse_changes(slug: str) -> str:
    """Ask for the reason."""
    proposal = proposal_at(slug)
    form = ReasonForm(formdata=None, data={"seen": str(proposal.event.version)})
    return _reason(proposal.event, form, proposal)


@blueprint.post("/<string:slug>/changes/refuse/")
@agenda_staff
def refuse_changes_submit(slug: str) -> Any:
    """It stays as it was."""
    proposal, form = proposal_at(slug), ReasonForm()
    if not (form.validate_on_submit() and unless_changed(proposal.event, form)):
        return _reason(proposal.event, form, proposal), 422
    operations.decline(db.session, proposal, form.text.data, actor=person(), now=clock.now())
    db.session.commit()
    flash(_("Refused. The organiser reads your reason."), "success")
    return back_to(proposal.event)


@blueprint.get("/<string:slug>/")
@agenda_staff
def event(slug: str) -> str:
    """One event at the desk: how it stands, its dates, what can be done."""
    found = event_at(slug)
    waiting = submitted.waiting_proposal(db.session, found.id)
    return render_template(
        "events/desk_event.html",
        event=found,
        facts=facts_of(db.session, operations.input_of(found)),
        coming=queries.occurrences(db.session, found, since=clock.now(), most=20),
        doubles=reads.doubles(db.session, found) if found.publication is Publication.SUBMITTED else [],
        proposal=waiting,
        differences=differences(waiting) if waiting else [],
        calendar=db.session.get(Calendar, found.calendar_id) if found.calendar_id else None,
        edited=edited_words(found),
    )
