"""Who stands before an event: its organiser by account or by the link of a letter, or staff who keep the agenda."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from flask import abort, current_app, g, session
from itsdangerous import BadData, URLSafeTimedSerializer

from portal.accounts.access import guard, visitor
from portal.core.db import db
from portal.core.i18n import language
from portal.core.web import portal
from portal.events import policy, queries
from portal.events.models import Event, Publication
from portal.events.operations import Writer
from portal.events.queries import submitted
from portal.organisation.access import current_mandate

#: events opened by a link or written in this browser session; who writes them; their secrets, shown once
OPENED, WRITERS, SECRETS = "events", "event_writers", "event_secrets"
#: pictures of pages that are still being written: token of the page → attachment
PICTURES = "event_pictures"
#: a letter waits so long to be confirmed, in seconds
CONFIRM_WITHIN = 3 * 24 * 3600


def host() -> str:
    """What ends the UID of an event written here."""
    return urlsplit(portal.settings.public_url).hostname or "localhost"


# -- staff


def keeps_agenda() -> bool:
    """Whether whoever has signed in writes the agenda; asked once a request."""
    if "keeps_agenda" not in g:
        user = visitor()
        g.keeps_agenda = bool(user and user.is_staff) and policy.may_write(current_mandate(), _unit_id())
    return bool(g.keeps_agenda)


def trusts() -> bool:
    """Whether they say whom the municipality trusts."""
    return policy.may_trust(current_mandate(), _unit_id())


def _unit_id() -> int:
    return submitted.events_unit_id(db.session)


agenda_staff = guard("events", lambda user: user.is_staff and keeps_agenda())
agenda_heads = guard("events-head", lambda user: user.is_staff and trusts())


# -- organisers


def own_event(slug: str) -> Event:
    """The event, if whoever asks has submitted it or holds its link; else 404, which tells nobody that it exists."""
    found = queries.event_by_slug(db.session, slug)
    if found is None or not (policy.is_organiser(visitor(), found) or found.id in session.get(OPENED, ())):
        abort(404)
    return found


def may_look(event: Event) -> bool:
    """Whether whoever asks may see it: everybody once it stands in the agenda."""
    if event.publication is Publication.PUBLISHED:
        return True
    return policy.is_organiser(visitor(), event) or event.id in session.get(OPENED, ()) or keeps_agenda()


def open_event(event: Event, *, secret: str = "") -> None:
    """Let this browser session manage the event; its secret is shown once more, on the page that says it was filed."""
    others = [number for number in session.get(OPENED, ()) if number != event.id]
    session[OPENED] = [*others[-19:], event.id]
    if secret:
        session[SECRETS] = {**dict(list(session.get(SECRETS, {}).items())[-2:]), event.slug: secret}


def secret_of(event: Event) -> str:
    """The secret, as long as this browser knows it."""
    return str(session.get(SECRETS, {}).get(event.slug, ""))


def remember_writer(event: Event, writer: Writer) -> None:
    """Who holds a draft is known to this browser alone, until they confirm their address."""
    values = [writer.name, writer.email, writer.language, writer.phone]
    session[WRITERS] = {**dict(list(session.get(WRITERS, {}).items())[-4:]), str(event.id): values}


def writer_of(event: Event) -> Writer | None:
    """Who holds a draft, as they wrote it in this browser; else as the organiser is known."""
    values = session.get(WRITERS, {}).get(str(event.id))
    if values:
        return Writer(*values)
    if event.organiser is None:
        return None
    said = event.case.language if event.case else language()
    return Writer(event.organiser.name, event.organiser.email, said, event.organiser.phone)


def confirmation(event: Event, writer: Writer) -> str:
    """What stands in the link that confirms an address."""
    return str(_signer().dumps([event.id, writer.name, writer.email, writer.language, writer.phone]))


def confirmed(token: str) -> tuple[Event, Writer] | None:
    """Whose link it is, and for which draft; None: too old, or not ours."""
    try:
        number, *writer = _signer().loads(token, max_age=CONFIRM_WITHIN)
    except BadData:
        return None
    found = db.session.get(Event, number)
    return (found, Writer(*writer)) if found else None


def _signer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(current_app.secret_key or "", salt="events-submission")


# -- pictures of a page that is shown again


def keep_picture(once: str, attachment_id: int | None) -> None:
    """Remember the picture that came with a page, or that it was taken out."""
    session[PICTURES] = {**dict(list(session.get(PICTURES, {}).items())[-4:]), once: attachment_id or 0}


def kept_picture(once: str, event: Event | None) -> int | None:
    """The picture that a page has by now: the one that came with it, else the event's own."""
    known: dict[str, Any] = session.get(PICTURES, {})
    if once in known:
        return known[once] or None
    return event.image_id if event else None
