"""Organisers afterwards: how it stands, change it, take it back – by the link of a letter or in the account."""

from __future__ import annotations

from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for

from portal.accounts.access import person, public, signed_in, visitor
from portal.casework import operations as casework
from portal.core import clock
from portal.core.db import db
from portal.core.forms import Form
from portal.core.i18n import translate as _
from portal.core.limits import limiter
from portal.events import access, operations, policy, queries
from portal.events.access import own_event
from portal.events.models import Event, Publication
from portal.events.operations import EventInput, NotWaiting
from portal.events.queries import submitted
from portal.events.views.base import blueprint
from portal.events.views.writing import show, taken, writer_in, written_form


@blueprint.get("/events/mine/")
@signed_in
def mine() -> str:
    """What my account has submitted."""
    return render_template("events/mine.html", events=submitted.events_of(db.session, person().id))


@blueprint.get("/events/manage/<string:slug>/")
@public
@limiter.limit("60/minute")
def manage(slug: str) -> Any:
    """How it stands, and what its organiser can do; the link of a letter brings its key along."""
    if key := request.args.get("key", ""):
        return _open_by_key(slug, key)
    event = own_event(slug)
    if event.publication is Publication.DRAFT:
        return redirect(url_for(".preview", slug=slug))
    return render_template(
        "events/manage.html",
        event=event,
        proposal=submitted.waiting_proposal(db.session, event.id),
        at_once=policy.changes_at_once(event),
        can_change=policy.can_change(event),
    )


def _open_by_key(slug: str, key: str) -> Any:
    """The key goes into the session of the browser and out of the address."""
    event = queries.event_by_slug(db.session, slug)
    if event is None or not submitted.secret_fits(event, key):
        abort(404)
    access.open_event(event)
    return redirect(url_for(".manage", slug=slug))


@blueprint.get("/events/manage/<string:slug>/withdraw/")
@public
def withdraw(slug: str) -> Any:
    """Ask once more."""
    return render_template("events/withdraw.html", event=own_event(slug), form=Form(formdata=None))


@blueprint.post("/events/manage/<string:slug>/withdraw/")
@public
def withdraw_submit(slug: str) -> Any:
    """Out of the agenda, or out of the queue."""
    event, form = own_event(slug), Form()
    if not form.validate_on_submit():
        return render_template("events/withdraw.html", event=event, form=form), 422
    db.session.refresh(event, with_for_update={"of": Event})
    operations.withdraw(db.session, event, actor=visitor(), now=clock.now())
    db.session.commit()
    flash(_("You have withdrawn the event."), "success")
    return redirect(url_for(".manage", slug=slug))


@blueprint.get("/events/manage/<string:slug>/change/")
@public
def change(slug: str) -> Any:
    """The form with what it says now."""
    event = own_event(slug)
    if not policy.can_change(event):
        raise NotWaiting
    return show(written_form(event, sent=False), event)


@blueprint.post("/events/manage/<string:slug>/change/")
@public
@limiter.limit("60/hour")
def change_submit(slug: str) -> Any:
    """Change it, or hand the wish on to staff where they have published it already."""
    event = own_event(slug)
    if not policy.can_change(event):
        raise NotWaiting
    form = written_form(event, sent=True)
    given = taken(form, event)
    if given is None:
        return show(form, event)
    if event.publication is Publication.DRAFT:
        access.remember_writer(event, writer_in(form))
    message = _apply(event, given)
    db.session.commit()
    if event.publication is Publication.DRAFT:
        return redirect(url_for(".preview", slug=slug))
    flash(message, "success")
    return redirect(url_for(".manage", slug=slug))


def _apply(event: Event, given: EventInput) -> str:
    """Do with a change what may be done; the words for whoever made it."""
    now, user = clock.now(), visitor()
    db.session.refresh(event, with_for_update={"of": Event})
    if not policy.changes_at_once(event):
        unit = submitted.events_unit(db.session).code
        proposal = operations.propose(db.session, event, given, unit_code=unit, actor=user, now=now)
        return (
            _("Thank you. We look at your changes; until then the agenda stays as it is.")
            if proposal
            else _("Nothing was changed.")
        )
    differ = operations.change(db.session, event, given, actor_id=user.id if user else None, now=now)
    if not differ:
        return _("Nothing was changed.")
    if event.case is not None and not event.case.is_closed:
        text = _("The organiser has changed the event.")
        casework.add_documents(db.session, event.case, [], text=text, actor=user, now=now)
    return _("Your changes are saved.")
