"""People's own accounts: what they say about themselves, e-mail, password, and the end."""

from __future__ import annotations

from flask import flash, redirect, session, url_for

from portal.accounts import forms, operations, policy
from portal.accounts.access import (
    Purpose,
    close_session,
    hashed,
    knows,
    link_for,
    open_session,
    person,
    signed_in,
)
from portal.accounts.models import User
from portal.accounts.views.blueprint import Page, blueprint, page, refusal_at, to_mailbox
from portal.core import clock
from portal.core.db import db
from portal.core.i18n import language
from portal.core.i18n import translate as _
from portal.core.limits import limiter


@blueprint.get("/settings/")
@signed_in
def settings() -> Page:
    """What the municipality knows about me."""
    return _settings_page(_settings_form(person()))


@blueprint.post("/settings/")
@signed_in
@limiter.limit("30/minute")
def settings_submit() -> Page:
    """Keep what changed."""
    user = person()
    form = _settings_form(user)
    if form.validate_on_submit():
        operations.change_settings(db.session, user, _profile(form, user), now=clock.now())
        db.session.commit()
        flash(_("Your settings have been saved."), "success")
        return redirect(url_for("accounts.settings"), 303)
    return _settings_page(form)


@blueprint.get("/password/")
@signed_in
def change_password() -> Page:
    """Ask for the password until now and a new one."""
    return page("accounts/change_password.html", forms.PasswordChangeForm())


@blueprint.post("/password/")
@signed_in
@limiter.limit("10/minute; 100/hour")
def change_password_submit() -> Page:
    """Change the password; every other device is signed out."""
    user = person()
    form = forms.PasswordChangeForm(about=(user.email, user.full_name))
    if form.validate_on_submit():
        fresh, verify = hashed(form.new_password.data), knows(form.password.data)
        with refusal_at(form.password):
            operations.change_password(db.session, user, fresh, verify, now=clock.now())
            open_session(user, remember=session.permanent)
        db.session.commit()  # a failed try counts too
    if form.errors:
        return page("accounts/change_password.html", form)
    flash(_("Your password has been changed. Other devices were signed out."), "success")
    return redirect(url_for("accounts.settings"), 303)


@blueprint.get("/email/")
@signed_in
def change_email() -> Page:
    """Ask for a new e-mail."""
    return page("accounts/change_email.html", forms.EmailChangeForm(), user=person())


@blueprint.post("/email/")
@signed_in
@limiter.limit("5/minute; 30/hour")
def change_email_submit() -> Page:
    """Send a link to the new e-mail."""
    user, form = person(), forms.EmailChangeForm()
    if form.validate_on_submit():
        wanted = operations.NewEmail(form.email.data, knows(form.password.data))
        link = link_for(Purpose.CHANGE_EMAIL, wanted.email)
        with refusal_at(form.password):
            operations.ask_email_change(db.session, user, wanted, link, now=clock.now())
        db.session.commit()  # a failed try counts too
    return page("accounts/change_email.html", form, user=user) if form.errors else to_mailbox()


@blueprint.get("/close/")
@signed_in
def close() -> Page:
    """Say what closing means and ask for certainty."""
    return page("accounts/close.html", forms.ClosingForm(), allowed=policy.may_close(person()))


@blueprint.post("/close/")
@signed_in
@limiter.limit("10/minute; 100/hour")
def close_submit() -> Page:
    """Close the account."""
    user, form = person(), forms.ClosingForm()
    if form.validate_on_submit():
        with refusal_at(form.password):
            operations.close_account(db.session, user, knows(form.password.data), now=clock.now())
        db.session.commit()  # a failed try counts too
    if form.errors:
        return page("accounts/close.html", form, allowed=policy.may_close(user))
    close_session()
    flash(_("Your account has been closed. Thank you for using it."), "success")
    return redirect(f"/{language()}/", 303)


def _settings_form(user: User) -> forms.SettingsForm:
    """The form, without the questions whose answers were proved."""
    form = forms.SettingsForm(obj=user)
    if not policy.may_change_identity(user):
        form.skip({"full_name", "afm"})
    return form


def _profile(form: forms.SettingsForm, user: User) -> operations.Profile:
    """What the form says; what was proved stays as it is, whatever was sent."""
    free = policy.may_change_identity(user)
    name, afm = (form.full_name.data, form.afm.data or None) if free else (user.full_name, user.afm)
    return operations.Profile(name, form.phone.data or None, form.language.data, afm)


def _settings_page(form: forms.SettingsForm) -> tuple[str, int]:
    return page("accounts/settings.html", form, user=person())
