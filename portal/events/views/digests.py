"""The weekly digest: asked for on the agenda's page, confirmed and ended by links in its letters."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from flask import redirect, render_template, request, url_for

from portal.accounts.access import public
from portal.core import clock, following
from portal.core.db import db
from portal.core.i18n import NAMES, language, marked
from portal.core.i18n import translate as _
from portal.core.limits import limiter
from portal.core.links import LinkPages, Page
from portal.events import operations
from portal.events.forms.digest import SubscribeForm
from portal.events.models import Subscription
from portal.events.queries import digests, words
from portal.events.views.base import blueprint, wanted


@blueprint.get("/events/subscribe/")
@public
def subscribe() -> Page:
    """Ask where the digest of a filter goes; afterwards say what comes next."""
    return _form_page(SubscribeForm(), sent="sent" in request.args)


@blueprint.post("/events/subscribe/")
@public
@limiter.limit("5/minute; 30/hour")
def subscribe_submit() -> Page:
    """Send the letter; the answer is the same whoever has what already."""
    form, now = SubscribeForm(), clock.now()
    if not form.validate_on_submit():
        return _form_page(form)
    kept = digests.standing(wanted().given, now=now)
    asked = operations.DigestWanted(form.email.data.lower(), kept, language())
    operations.ask_for_digest(db.session, asked, now=now)
    db.session.commit()
    return redirect(f"{url_for('events.subscribe')}?{kept}{'&' if kept else ''}sent=1", 303)


def _form_page(form: SubscribeForm, *, sent: bool = False) -> tuple[str, int]:
    given = digests.given_in(digests.standing(wanted().given, now=clock.now()))
    return render_template("events/subscribe.html", form=form, given=given, about=_about(given), sent=sent), form.status


def _about(given: dict[str, str]) -> list[tuple[str, Any]]:
    """A filter in the reader's words: (label, value)."""
    say: dict[str, Callable[[Any], str]] = {"audience": _, "spoken": lambda code: NAMES.get(code, code)}
    parts = words.in_words(db.session, given)
    return [(_(label), say.get(name, marked)(value)) for name, label, value in parts]


# -- links of letters


def _filter(row: Subscription) -> dict[str, Any]:
    given = digests.given_in(row.filter)
    return {"given": given, "about": _about(given)}


LINKS = LinkPages(
    confirming="events/subscribed.html",
    ending="events/unsubscribed.html",
    find=partial(following.wished, kind=Subscription),
    on_confirm=following.confirm,
    on_end=following.end,
    about=_filter,
)


@blueprint.get("/events/subscribe/<string:token>/")
@public
def confirm_digest(token: str) -> Page:
    """Ask whether it was meant; once confirmed, say so."""
    return LINKS.ask(token)


@blueprint.post("/events/subscribe/<string:token>/")
@public
def confirm_digest_submit(token: str) -> Page:
    """Confirm it."""
    return LINKS.confirm(token)


@blueprint.get("/events/unsubscribe/<string:token>/")
@public
def unsubscribe(token: str) -> Page:
    """Ask whether to end it; a link whose digest has ended says that it has."""
    return LINKS.ask_end(token)


@blueprint.post("/events/unsubscribe/<string:token>/")
@public
def unsubscribe_submit(token: str) -> Page:
    """End it."""
    return LINKS.end(token)
