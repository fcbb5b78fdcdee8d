"""Links in letters: asking for one, and opening it. Opening alone changes nothing: mail programs do it too."""

from __future__ import annotations

from flask import flash, redirect, url_for
from werkzeug.wrappers import Response

from portal.accounts import forms, operations
from portal.accounts.access import (
    Purpose,
    hashed,
    knows,
    link_for,
    next_page,
    open_session,
    opened,
    public,
    visitor,
)
from portal.accounts.views.blueprint import Page, blueprint, page, refusal_at, stale_link, to_mailbox
from portal.core import clock
from portal.core.db import db
from portal.core.forms import Form
from portal.core.i18n import translate as _
from portal.core.limits import limiter


@blueprint.get("/confirm/")
@public
def ask_confirmation() -> Page:
    """Ask where to send the link once more."""
    return page("accounts/ask_confirmation.html", forms.EmailForm())


@blueprint.post("/confirm/")
@public
@limiter.limit("5/minute; 30/hour")
def ask_confirmation_submit() -> Page:
    """Send the link once more."""
    form = forms.EmailForm()
    if not form.validate_on_submit():
        return page("accounts/ask_confirmation.html", form)
    operations.send_confirmation(db.session, form.email.data, link_for(Purpose.CONFIRM), now=clock.now())
    db.session.commit()
    return to_mailbox()


@blueprint.get("/confirm/<string:token>/")
@public
def confirm(token: str) -> Page:
    """Ask for the password of the account whose e-mail is confirmed."""
    found = opened(Purpose.CONFIRM, token)
    return (
        page("accounts/confirm.html", forms.PasswordForm(), user=found[0]) if found else stale_link("ask_confirmation")
    )


@blueprint.post("/confirm/<string:token>/")
@public
@limiter.limit("10/minute; 100/hour")
def confirm_submit(token: str) -> Page:
    """Confirm the e-mail and sign in."""
    form, found = forms.PasswordForm(), opened(Purpose.CONFIRM, token)
    if not found:
        return stale_link("ask_confirmation")
    user, done = found[0], False
    if form.validate_on_submit():
        with refusal_at(form.password):
            operations.confirm(db.session, user, knows(form.password.data), now=clock.now())
            open_session(user)
            done = True
        db.session.commit()  # a failed try counts too
    return redirect(next_page(user), 303) if done else page("accounts/confirm.html", form, user=user)


@blueprint.get("/recover/")
@public
def recover() -> Page:
    """Ask where to send a link for a new password."""
    return page("accounts/recover.html", forms.EmailForm())


@blueprint.post("/recover/")
@public
@limiter.limit("5/minute; 30/hour")
def recover_submit() -> Page:
    """Send a link for a new password."""
    form = forms.EmailForm()
    if not form.validate_on_submit():
        return page("accounts/recover.html", form)
    operations.send_recovery(db.session, form.email.data, link_for(Purpose.RESET), now=clock.now())
    db.session.commit()
    return to_mailbox()


@blueprint.get("/reset/<string:token>/")
@public
def reset(token: str) -> Page:
    """Ask for a new password."""
    return page("accounts/reset.html", forms.ResetForm()) if opened(Purpose.RESET, token) else stale_link("recover")


@blueprint.post("/reset/<string:token>/")
@public
@limiter.limit("10/minute; 100/hour")
def reset_submit(token: str) -> Page:
    """Set the new password."""
    found = opened(Purpose.RESET, token)
    if not found:
        return stale_link("recover")
    user = found[0]
    form = forms.ResetForm(about=(user.email, user.full_name))
    if not form.validate_on_submit():
        return page("accounts/reset.html", form)
    operations.reset_password(db.session, user, hashed(form.new_password.data), now=clock.now())
    db.session.commit()
    flash(_("Your new password is set. Sign in with it."), "success")
    return redirect(url_for("accounts.sign_in"), 303)


@blueprint.get("/email/<string:token>/")
@public
def confirm_email(token: str) -> Page:
    """Ask whether to use the new e-mail from now on."""
    found = opened(Purpose.CHANGE_EMAIL, token)
    return page("accounts/confirm_email.html", Form(), email=found[1][0]) if found else stale_link("change_email")


@blueprint.post("/email/<string:token>/")
@public
@limiter.limit("10/minute; 100/hour")
def confirm_email_submit(token: str) -> Page:
    """Use the new e-mail from now on."""
    form, found = Form(), opened(Purpose.CHANGE_EMAIL, token)
    if not found:
        return stale_link("change_email")
    user, (email, *_more) = found
    if not form.validate_on_submit():
        return page("accounts/confirm_email.html", form, email=email)
    here = visitor() is user
    operations.change_email(db.session, user, email, now=clock.now())
    db.session.commit()
    if here:
        open_session(user)
    flash(_("From now on we write to your new email. Use it to sign in too."), "success")
    return _after_new_email(here=here)


def _after_new_email(*, here: bool) -> Response:
    """To the settings where somebody is signed in, else to the way in."""
    return redirect(url_for("accounts.settings" if here else "accounts.sign_in"), 303)
