"""Organisers: write an event, look at it, hand it in – with an account or without."""

from __future__ import annotations

from typing import Any

from flask import redirect, render_template, url_for

from portal.accounts.access import public, visitor
from portal.core import clock
from portal.core.clock import athens_date
from portal.core.db import db
from portal.core.forms import Form
from portal.core.limits import limiter
from portal.events import access, operations
from portal.events.access import own_event
from portal.events.models import Event, Publication
from portal.events.operations import NotWaiting, Writer
from portal.events.queries import submitted
from portal.events.views.base import blueprint
from portal.events.views.event import about
from portal.events.views.writing import show, taken, writer_in, written_form


@blueprint.get("/events/submit/")
@public
def submit() -> Any:
    """An empty form."""
    return show(written_form(None, sent=False), None)


@blueprint.post("/events/submit/")
@public
@limiter.limit("60/hour")
def submit_submit() -> Any:
    """Keep what was written as a draft, and show it as it will look."""
    form = written_form(None, sent=True)
    given = taken(form, None)
    if given is None:
        return show(form, None)
    draft = operations.keep_draft(
        db.session, given, once=str(form.once.data), host=access.host(), writer=visitor(), now=clock.now()
    )
    access.open_event(draft)
    access.remember_writer(draft, writer_in(form))
    db.session.commit()
    return redirect(url_for(".preview", slug=draft.slug))


# -- look at it, hand it in


@blueprint.get("/events/manage/<string:slug>/preview/")
@public
def preview(slug: str) -> Any:
    """The draft exactly as its page will look."""
    event = own_event(slug)
    if event.publication is not Publication.DRAFT:
        return redirect(url_for(".manage", slug=slug))
    return _preview(event, Form(formdata=None))


def _preview(event: Event, form: Form) -> str:
    page = about(event, athens_date(clock.now()))
    return render_template("events/preview.html", **page, form=form, writer=access.writer_of(event), user=visitor())


@blueprint.post("/events/manage/<string:slug>/preview/")
@public
@limiter.limit("20/hour")
def hand_in(slug: str) -> Any:
    """With an account it is handed in; without one a letter asks first whether the address is right."""
    event, form, user = own_event(slug), Form(), visitor()
    writer = access.writer_of(event)
    if event.publication is not Publication.DRAFT:
        return redirect(url_for(".filed", slug=slug))
    if writer is None:  # another browser, or an old one
        return redirect(url_for(".change", slug=slug))
    if not form.validate_on_submit():
        return _preview(event, form), 422
    if user is not None:
        return _file(event, writer)
    token = access.confirmation(event, writer)
    operations.ask_to_confirm(db.session, event, writer, token, now=clock.now())
    db.session.commit()
    return redirect(url_for(".check_mail", slug=slug))


@blueprint.get("/events/manage/<string:slug>/check-mail/")
@public
def check_mail(slug: str) -> Any:
    """A letter is on its way."""
    event = own_event(slug)
    return render_template("events/confirm.html", event=event, writer=access.writer_of(event), form=None)


@blueprint.get("/events/confirm/<string:token>/")
@public
def confirm_submission(token: str) -> Any:
    """The link of the letter: one more press, so that programs that open links hand nothing in."""
    found = access.confirmed(token)
    if found is None:
        return render_template("events/confirm.html", event=None, writer=None, form=None), 410
    return render_template("events/confirm.html", event=found[0], writer=found[1], form=Form(formdata=None))


@blueprint.post("/events/confirm/<string:token>/")
@public
@limiter.limit("30/hour")
def confirm_submission_submit(token: str) -> Any:
    """The address is right: hand it in."""
    found, form = access.confirmed(token), Form()
    if found is None:
        return render_template("events/confirm.html", event=None, writer=None, form=None), 410
    if not form.validate_on_submit():
        return render_template("events/confirm.html", event=found[0], writer=found[1], form=form), 422
    access.open_event(found[0])
    return _file(*found)


def _file(event: Event, writer: Writer) -> Any:
    """Hand it in, once: a second press leads to the same page."""
    unit = submitted.events_unit(db.session).code
    try:
        filed = operations.hand_in(db.session, event, writer, unit_code=unit, user=visitor(), now=clock.now())
    except NotWaiting:
        db.session.rollback()
        return redirect(url_for(".filed", slug=event.slug))
    slug, secret = event.slug, filed.secret
    if visitor() is None:
        access.open_event(event, secret=secret)
    db.session.commit()
    return redirect(url_for(".filed", slug=slug))


@blueprint.get("/events/manage/<string:slug>/filed/")
@public
def filed(slug: str) -> Any:
    """It is handed in: number, and what comes next."""
    event = own_event(slug)
    if event.case is None:
        return redirect(url_for(".manage", slug=slug))
    return render_template("events/submitted.html", event=event, secret=access.secret_of(event), user=visitor())
