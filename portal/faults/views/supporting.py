"""“Me too”, and “is it repaired?”: asked on pages of their own, confirmed and ended by links in letters."""

from __future__ import annotations

from typing import Any

from flask import abort, redirect, render_template, request, url_for

from portal.accounts.access import public, visitor
from portal.core import clock
from portal.core.clock import athens_date
from portal.core.db import db
from portal.core.forms import Form
from portal.core.i18n import language
from portal.core.i18n import translate as _
from portal.core.limits import limiter
from portal.core.links import LinkPages, Page
from portal.faults import operations, queries
from portal.faults.forms.following import AnswerForm, SupportForm
from portal.faults.models import Asked, Fault, FaultState
from portal.faults.queries import following
from portal.faults.views.base import blueprint


@blueprint.get("/<string:slug>/support/")
@public
def support(slug: str) -> Page:
    """Ask where we write; who has signed in only presses. Afterwards say what comes next."""
    return _support_page(_public(slug), _support_form(), sent="sent" in request.args)


@blueprint.post("/<string:slug>/support/")
@public
@limiter.limit("10/minute; 60/hour")
def support_submit(slug: str) -> Page:
    """Count who has signed in; send everybody else a letter. The answer is the same whoever has what already."""
    found, user, form = _public(slug), visitor(), _support_form()
    if not form.validate_on_submit():
        return _support_page(found, form)
    email = user.email if user else form.answers["email"]
    operations.support(db.session, found, email=email, language=language(), user=user, now=clock.now())
    db.session.commit()
    return redirect(url_for("faults.support", slug=slug, sent="1"), 303)


def _support_form() -> Form:
    return Form() if visitor() else SupportForm()


def _public(slug: str) -> Fault:
    found = queries.public_fault(db.session, slug)
    if found is None:
        abort(404)
    return found


def _support_page(found: Fault, form: Form, *, sent: bool = False) -> tuple[str, int]:
    user = visitor()
    mine = following.supports(db.session, found, user.id) if user else None
    own = bool(user and found.case.applicant_id == user.id)
    page = render_template("faults/support.html", fault=found, form=form, sent=sent, mine=mine, own=own)
    return page, form.status


# -- links of letters


LINKS = LinkPages(
    confirming="faults/supported.html",
    ending="faults/support_ended.html",
    find=following.supporter,
    on_confirm=operations.confirm_support,
    on_end=operations.end_support,
)


@blueprint.get("/support/<string:token>/")
@public
def confirm_support(token: str) -> Page:
    """Ask whether it was meant; once confirmed, say so."""
    return LINKS.ask(token)


@blueprint.post("/support/<string:token>/")
@public
def confirm_support_submit(token: str) -> Page:
    """Count it."""
    return LINKS.confirm(token)


@blueprint.get("/support/<string:token>/end/")
@public
def end_support(token: str) -> Page:
    """Ask whether to end it; a link behind which nothing is any more says so."""
    return LINKS.ask_end(token)


@blueprint.post("/support/<string:token>/end/")
@public
def end_support_submit(token: str) -> Page:
    """End it."""
    return LINKS.end(token)


# -- is it repaired?


@blueprint.get("/answer/<string:token>/")
@public
def answer(token: str) -> Page:
    """Ask; whoever has answered, or comes too late, is told so."""
    return _answer_page(following.asked(db.session, token), AnswerForm())


@blueprint.post("/answer/<string:token>/")
@public
@limiter.limit("10/minute")
def answer_submit(token: str) -> Page:
    """Keep the answer; a no opens the report again."""
    found, form = following.asked(db.session, token), AnswerForm()
    if found is None or not form.validate_on_submit():
        return _answer_page(found, form)
    said: dict[str, Any] = {"agreed": bool(form.agreed.data), "why": form.why.data or ""}
    operations.answer(db.session, found, **said, now=clock.now())
    db.session.commit()
    return redirect(url_for("faults.answer", token=token), 303)


def _answer_page(found: Asked | None, form: AnswerForm) -> tuple[str, int]:
    if found is None:
        return render_template("faults/answer.html", found=None, form=None), 410
    if found.fault.state is FaultState.IMPOSSIBLE:
        form.agreed.label.text = _("Can you accept this answer?")
    asking = operations.can_answer(found, today=athens_date(clock.now()))
    page = render_template("faults/answer.html", found=found, fault=found.fault, form=form if asking else None)
    return page, form.status
