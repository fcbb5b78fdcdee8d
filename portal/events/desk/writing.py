"""Staff write events: a new one, all languages side by side, another one like it."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, url_for

from portal.accounts.access import person
from portal.core import clock
from portal.core.db import db
from portal.core.i18n import languages, plain
from portal.core.i18n import translate as _
from portal.events import access, operations
from portal.events.access import agenda_staff
from portal.events.desk.base import blueprint, event_at, unless_changed
from portal.events.forms.desk import CloneForm
from portal.events.forms.known import data_of
from portal.events.forms.offers import offered
from portal.events.forms.pictures import show_picture, take_picture
from portal.events.forms.writing import event_form
from portal.events.models import Event
from portal.events.operations import EventInput, UnreadableRule
from portal.events.queries import desk as reads


def written_form(event: Event | None, *, sent: bool, given: EventInput | None = None) -> Any:
    """The form in all languages, with what the event holds."""
    known = given or (operations.input_of(event) if event else None)
    data = dict(data_of(known)) if known else {}
    if known:
        data |= {"organiser": known.organiser_id, "umbrella": known.umbrella_id, "picture": known.picture or None}
    data |= {"seen": str(event.version)} if event else {}
    kind = event_form(languages(), by_staff=True)
    form = kind(data=data) if sent else kind(formdata=None, data=data)
    show_picture(db.session, form, access.kept_picture(str(form.once.data), event))
    _offer_staff(form, event)
    return offered(form, event)


def _offer_staff(form: Any, event: Event | None) -> None:
    """Organisers and festivals; those that the event has already are there whatever their number and age."""
    organisers = {row.id: row.name for row in reads.organisers(db.session, most=1000)}
    rows = reads.festivals(db.session, since=clock.athens_date(clock.now()))
    festivals = {row.id: plain(row.title) for row in rows}
    if event is not None and event.organiser is not None:
        organisers[event.organiser.id] = event.organiser.name
    if event is not None and event.umbrella is not None:
        festivals[event.umbrella.id] = plain(event.umbrella.title)
    if event is not None:
        festivals.pop(event.id, None)
    form.offer_staff(organisers=list(organisers.items()), festivals=list(festivals.items()))


def taken(form: Any, event: Event | None, known: EventInput | None = None) -> EventInput | None:
    """What was written, if all of it is right; the picture is kept in any case."""
    picture = take_picture(db.session, form, access.keep_picture, now=clock.now())
    right = form.validate() and picture
    db.session.commit()
    if not right:
        return None
    known = known or (operations.input_of(event) if event else None)
    image_id = access.kept_picture(str(form.once.data), event) if not form.image.is_empty() else None
    given: EventInput = form.given(known, image_id=image_id)
    return given


def show(form: Any, event: Event | None, **more: Any) -> tuple[str, int]:
    """The page on which staff write an event."""
    status = 409 if form.form_errors else form.status
    values = {"original": event.case.language if event and event.case else ""} | more
    return render_template("events/desk_write.html", form=form, event=event, **values), status


@blueprint.get("/new/")
@agenda_staff
def new() -> Any:
    """An empty form."""
    return show(written_form(None, sent=False), None)


@blueprint.post("/new/")
@agenda_staff
def new_submit() -> Any:
    """A draft of staff, once for each page."""
    form = written_form(None, sent=True)
    given = taken(form, None)
    if given is None:
        return show(form, None)
    event = operations.create_once(
        db.session, given, once=str(form.once.data), host=access.host(), actor_id=person().id, now=clock.now()
    )
    db.session.commit()
    flash(_("The draft is saved. Look at it, then publish it."), "success")
    return redirect(url_for(".event", slug=event.slug))


@blueprint.get("/<string:slug>/edit/")
@agenda_staff
def edit(slug: str) -> Any:
    """The form with what it says now, all languages side by side."""
    event = event_at(slug)
    return show(written_form(event, sent=False), event)


@blueprint.post("/<string:slug>/edit/")
@agenda_staff
def edit_submit(slug: str) -> Any:
    """Change the event, the whole series; its organiser is told."""
    event = event_at(slug)
    form = written_form(event, sent=True)
    given = taken(form, event)
    if given is None or not unless_changed(event, form):
        return show(form, event)
    try:
        differ = operations.change(db.session, event, given, actor_id=person().id, now=clock.now())
    except UnreadableRule as refusal:
        db.session.rollback()
        form.repeats.refuse(_(refusal.message, **refusal.values))
        return show(form, event_at(slug))
    operations.tell_organiser(db.session, event, differ, actor=person(), now=clock.now())
    db.session.commit()
    flash(_said(differ), "success")
    return redirect(url_for(".event", slug=slug))


def _said(differ: list[str]) -> str:
    if "notices" in differ:
        return _("Saved. The notices for those who live nearby have moved along.")
    return _("Saved.") if differ else _("Nothing was changed.")


@blueprint.get("/<string:slug>/clone/")
@agenda_staff
def clone(slug: str) -> str:
    """Ask for the day."""
    return render_template("events/desk_clone.html", event=event_at(slug), form=CloneForm(formdata=None))


@blueprint.post("/<string:slug>/clone/")
@agenda_staff
def clone_submit(slug: str) -> Any:
    """Another one like it, as a draft."""
    event, form = event_at(slug), CloneForm()
    if not form.validate_on_submit():
        return render_template("events/desk_clone.html", event=event, form=form), 422
    like = operations.clone(
        db.session, event, starts_on=form.starts_on.data, host=access.host(), actor_id=person().id, now=clock.now()
    )
    db.session.commit()
    flash(_("A draft like it was made. Look at it, then publish it."), "success")
    return redirect(url_for(".edit", slug=like.slug))
