"""What the pages of the desk share: the blueprint, the event of an address, and whether it is as it was seen."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort

from portal.core.db import db
from portal.core.errors import Refused
from portal.core.i18n import translate as _
from portal.core.texts import N_
from portal.events import queries
from portal.events.models import Event, Occurrence
from portal.events.queries import desk as reads

blueprint = Blueprint("events_desk", __name__, url_prefix="/<lang:lang>/desk/events")


class EventChangedMeanwhile(Refused):
    """Somebody else was faster."""

    message = N_(
        "Somebody else has changed this event since you opened it. Look at it again, then repeat what you wanted."
    )


def event_at(slug: str) -> Event:
    """The event of an address; else 404."""
    found = queries.event_by_slug(db.session, slug)
    if found is None:
        abort(404)
    return found


def occurrence_at(event: Event, recurrence_id: str) -> Occurrence:
    """One date of an event; else 404."""
    found = reads.occurrence(db.session, event, recurrence_id)
    if found is None:
        abort(404)
    return found


def claim(event: Event, form: Any) -> None:
    """Lock the event; it must be the version that the page showed.

    :raises EventChangedMeanwhile: if it is not.
    """
    db.session.refresh(event, with_for_update={"of": Event})
    if str(form.seen.data or "") != str(event.version):
        raise EventChangedMeanwhile


def unless_changed(event: Event, form: Any) -> bool:
    """The same, as a message of the form: nothing typed is lost, and a second press knows the event as it is now."""
    try:
        claim(event, form)
    except EventChangedMeanwhile as refusal:
        form.form_errors.append(_(refusal.message))
        form.seen.data = str(event.version)
        return False
    return True
