"""The plan is followed by e-mail: asked for, confirmed and ended by links in letters."""

from __future__ import annotations

from functools import partial
from typing import Any

from flask import redirect, render_template, request, url_for

from portal.accounts.access import public, visitor
from portal.core import clock, following
from portal.core.db import db
from portal.core.fields import choice
from portal.core.i18n import language, plain
from portal.core.limits import limiter
from portal.core.links import LinkPages, Page
from portal.organisation import queries as organisation
from portal.plan import queries
from portal.plan.access import plan_and_axes_or_404
from portal.plan.forms.following import FollowForm
from portal.plan.models import PlanFollow
from portal.plan.operations import following as operations
from portal.plan.queries import following as reads
from portal.plan.queries.following import KINDS
from portal.plan.views.base import blueprint


@blueprint.get("/plan/follow/")
@public
def follow() -> Page:
    """Ask what somebody wants to be told of; afterwards say what comes next."""
    return _form_page(_form(), sent="sent" in request.args)


@blueprint.post("/plan/follow/")
@public
@limiter.limit("5/minute; 30/hour")
def follow_submit() -> Page:
    """Send the letter; the answer is the same whoever has what already."""
    form = _form()
    if not form.validate_on_submit():
        return _form_page(form)
    [(kind, code)] = form.wanted()
    wanted = operations.FollowWanted(email=form.email.data, language=language(), kind=kind, code=code)
    operations.ask_to_follow(db.session, wanted, now=clock.now())
    db.session.commit()
    return redirect(url_for("plan.follow", sent="1"), 303)


def _form() -> FollowForm:
    """The form with what can be chosen; what stands in the address is chosen."""
    plan, axes = plan_and_axes_or_404()
    kind, code = request.args.get("kind", ""), request.args.get("code", "")[:40]
    user = visitor()
    chosen = {kind: code} if kind in KINDS else {}
    form = FollowForm(data={**chosen, "email": user and user.email})
    lines = queries.tree(db.session, plan).lines()
    form.action.choices = [choice(row.code, f"{row.code} {plain(row.title)}") for row in lines]
    form.axis.choices = [choice(row.code, f"{row.code}. {plain(row.title)}") for row in axes]
    form.community.choices = [choice(row.code, plain(row.name)) for row in organisation.communities(db.session)]
    return form


def _form_page(form: FollowForm, *, sent: bool = False) -> tuple[str, int]:
    return render_template("plan/follow.html", form=form, sent=sent), form.status


# -- links of letters


def _about(row: PlanFollow) -> dict[str, Any]:
    return {"about": reads.about(db.session, row.kind, row.code)}


LINKS = LinkPages(
    confirming="plan/follow_confirmed.html",
    ending="plan/unfollowed.html",
    find=partial(following.wished, kind=PlanFollow),
    on_confirm=operations.confirm_follow,
    on_end=following.end,
    about=_about,
)


@blueprint.get("/plan/follow/<string:token>/")
@public
def confirm_follow(token: str) -> Page:
    """Ask whether it was meant; once confirmed, say so."""
    return LINKS.ask(token)


@blueprint.post("/plan/follow/<string:token>/")
@public
def confirm_follow_submit(token: str) -> Page:
    """Confirm it."""
    return LINKS.confirm(token)


@blueprint.get("/plan/unfollow/<string:token>/")
@public
def unfollow(token: str) -> Page:
    """Ask whether to end it; a link behind which nothing is any more says so."""
    return LINKS.ask_end(token)


@blueprint.post("/plan/unfollow/<string:token>/")
@public
def unfollow_submit(token: str) -> Page:
    """End it."""
    return LINKS.end(token)
