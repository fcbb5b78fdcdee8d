"""The form of an event as its organiser meets it: filled, judged, its picture kept."""

from __future__ import annotations

from typing import Any

from flask import current_app, render_template

from portal.accounts.access import visitor
from portal.core import clock
from portal.core.db import db
from portal.core.i18n import language
from portal.events import access, operations
from portal.events.forms.known import data_of
from portal.events.forms.offers import offered
from portal.events.forms.pictures import show_picture, take_picture
from portal.events.forms.writing import EventForm, event_form
from portal.events.models import Event, Publication
from portal.events.operations import EventInput, Writer


def written_form(event: Event | None, *, sent: bool) -> Any:
    """The form in the reader's language first, with what the event holds."""
    codes = [language(), *(code for code in current_app.config["LANGUAGES"] if code != language())]
    user, writer = visitor(), access.writer_of(event) if event else None
    data = dict(data_of(operations.input_of(event))) if event else {}
    data |= {"writer_name": user.full_name, "writer_email": user.email, "writer_phone": user.phone} if user else {}
    if writer:
        data |= {"writer_name": writer.name, "writer_email": writer.email, "writer_phone": writer.phone}
    asks = event is None or event.publication is Publication.DRAFT
    form = (
        event_form(codes, asks_writer=asks)(data=data)
        if sent
        else event_form(codes, asks_writer=asks)(formdata=None, data=data)
    )
    if user:
        form.skip({"writer_email"})
    show_picture(db.session, form, access.kept_picture(str(form.once.data), event))
    return offered(form, event)


def taken(form: Any, event: Event | None) -> EventInput | None:
    """What was written, if all of it is right; the picture is kept in any case."""
    picture = take_picture(db.session, form, access.keep_picture, now=clock.now())
    right = form.validate() and picture
    db.session.commit()
    if not right:
        return None
    image_id = access.kept_picture(str(form.once.data), event) if not form.image.is_empty() else None
    given: EventInput = form.given(operations.input_of(event) if event else None, image_id=image_id)
    return given


def writer_in(form: Any) -> Writer:
    """Who holds it: the address of an account counts more than one that is typed."""
    user = visitor()
    email = user.email if user else form.writer_email.data
    return Writer(form.writer_name.data, email, language(), form.writer_phone.data or None)


def show(form: EventForm, event: Event | None) -> tuple[str, int]:
    """The page on which an event is written."""
    return render_template("events/submit.html", form=form, event=event, user=visitor()), form.status
