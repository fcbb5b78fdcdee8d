"""The way in and out: signing in, registering, signing out."""

from __future__ import annotations

from flask import abort, flash, redirect, render_template
from werkzeug.wrappers import Response

from portal.accounts import forms, operations, queries
from portal.accounts.access import (
    Purpose,
    close_session,
    hashed,
    knows,
    link_for,
    next_page,
    open_session,
    public,
    visitor,
)
from portal.accounts.views.blueprint import Page, blueprint, page, refusal_at, to_mailbox
from portal.core import clock
from portal.core.db import db
from portal.core.i18n import language
from portal.core.i18n import translate as _
from portal.core.limits import limiter
from portal.core.web import portal


@blueprint.get("/sign-in/")
@public
def sign_in() -> Page | str:
    """Ask for e-mail and password; whoever is signed in already goes on."""
    user = visitor()
    return redirect(next_page(user)) if user else _sign_in_page(forms.SignInForm())


@blueprint.post("/sign-in/")
@public
@limiter.limit("10/minute; 100/hour")
def sign_in_submit() -> Page:
    """Sign in."""
    form = forms.SignInForm()
    user = None
    if form.validate_on_submit():
        with refusal_at(form.password):
            user = operations.sign_in(db.session, form.email.data, knows(form.password.data), now=clock.now())
            open_session(user, remember=form.remember.data)
        db.session.commit()  # a failed try counts too
    return redirect(next_page(user), 303) if user else _sign_in_page(form)


@blueprint.post("/sign-in/demonstration/")
@public
@limiter.limit("60/minute")
def demonstrate() -> Response:
    """Sign in as one of the sample people; there is no such page outside a demonstration."""
    form = forms.DemonstrationForm()
    number = form.user_id.data or ""
    if not portal.settings.demonstration or not number.isascii():
        abort(404)
    if not form.validate_on_submit() or not number.isdecimal() or len(number) > 18:
        abort(400)
    user = operations.open_demonstration(db.session, int(number), now=clock.now())
    open_session(user)
    db.session.commit()
    return redirect(next_page(user), 303)


@blueprint.post("/sign-out/")
@public
def sign_out() -> Response:
    """Sign out; also from a page that was open for too long, so no token is asked for (cookies are SameSite)."""
    close_session()
    flash(_("You have signed out."), "success")
    return redirect(f"/{language()}/", 303)


@blueprint.get("/register/")
@public
def register() -> Page:
    """Ask what a new account needs."""
    return page("accounts/register.html", forms.RegistrationForm())


@blueprint.post("/register/")
@public
@limiter.limit("5/minute; 30/hour")
def register_submit() -> Page:
    """Register; the answer is the same whether the e-mail has an account or not."""
    form = forms.RegistrationForm()
    if not form.validate_on_submit():
        return page("accounts/register.html", form)
    wanted = operations.Registration(
        form.email.data, form.full_name.data, hashed(form.password.data), language=language()
    )
    operations.register(db.session, wanted, link_for(Purpose.CONFIRM), now=clock.now())
    db.session.commit()
    return to_mailbox()


@blueprint.get("/check-mail/")
@public
def check_mail() -> str:
    """What to do next when a letter is under way; says nothing about who has an account."""
    return render_template("accounts/check_mail.html")


def _sign_in_page(form: forms.SignInForm) -> tuple[str, int]:
    """The form, with the sample people in a demonstration."""
    people = queries.demonstration_people(db.session) if portal.settings.demonstration else ()
    return page("accounts/sign_in.html", form, people=people)
