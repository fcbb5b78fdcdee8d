"""The weekly digest: asked for on the agenda's page, confirmed and ended by links in its letters.

Opening a link changes nothing, since mail programs do so too; the button on its page does. So does the one press that
mail programs offer beside the letter (RFC 8058): it comes without a form's token and needs only that of its address.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from portal.accounts.access import public
from portal.core import clock
from portal.core.db import db
from portal.core.forms import Form
from portal.core.i18n import NAMES, language, marked
from portal.core.i18n import translate as _
from portal.core.limits import limiter
from portal.events import operations
from portal.events.forms.digest import SubscribeForm
from portal.events.models import Subscription
from portal.events.queries import digests, words
from portal.events.views.base import blueprint, wanted

Page = Response | tuple[str, int]


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


@blueprint.get("/events/subscribe/<string:token>/")
@public
def confirm_digest(token: str) -> Page:
    """Ask whether it was meant; once confirmed, say so."""
    return _link_page("events/subscribed.html", token, Form(), gone=410)


@blueprint.post("/events/subscribe/<string:token>/")
@public
def confirm_digest_submit(token: str) -> Page:
    """Confirm it."""
    form, found = Form(), digests.by_token(db.session, token)
    if found is None or not form.validate_on_submit():
        return _link_page("events/subscribed.html", token, form, gone=410)
    operations.confirm_digest(db.session, found, now=clock.now())
    db.session.commit()
    return redirect(url_for("events.confirm_digest", token=token), 303)


@blueprint.get("/events/unsubscribe/<string:token>/")
@public
def unsubscribe(token: str) -> Page:
    """Ask whether to end it; a link whose digest has ended says that it has."""
    return _link_page("events/unsubscribed.html", token, Form())


@blueprint.post("/events/unsubscribe/<string:token>/")
@public
def unsubscribe_submit(token: str) -> Page:
    """End it: by the button of the page, or by the one press in a mail program, which is not sent anywhere else."""
    form, found = Form(), digests.by_token(db.session, token)
    one_click = request.form.get("List-Unsubscribe") == "One-Click"
    if not one_click and not form.validate_on_submit():
        return _link_page("events/unsubscribed.html", token, form)
    if found is not None:
        operations.end_digest(db.session, found, now=clock.now())
        db.session.commit()
    done = redirect(url_for("events.unsubscribe", token=token), 303)
    return Response(_("You will get no more of these letters."), mimetype="text/plain") if one_click else done


def _form_page(form: SubscribeForm, *, sent: bool = False) -> tuple[str, int]:
    given = digests.given_in(digests.standing(wanted().given, now=clock.now()))
    return render_template("events/subscribe.html", form=form, given=given, about=_about(given), sent=sent), form.status


def _link_page(name: str, token: str, form: Form, *, gone: int = 200) -> tuple[str, int]:
    """The page of a link; `gone` is its status where nothing is behind the link any more."""
    found: Subscription | None = digests.by_token(db.session, token)
    given = digests.given_in(found.filter) if found else {}
    page = render_template(name, form=form, found=found, given=given, about=_about(given))
    return page, form.status if found else gone


def _about(given: dict[str, str]) -> list[tuple[str, Any]]:
    """A filter in the reader's words: (label, value)."""
    say: dict[str, Callable[[Any], str]] = {"audience": _, "spoken": lambda code: NAMES.get(code, code)}
    parts = words.in_words(db.session, given)
    return [(_(label), say.get(name, marked)(value)) for name, label, value in parts]
