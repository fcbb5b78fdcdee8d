"""A place or a community is followed by e-mail: asked for, confirmed and ended by links in letters."""

from __future__ import annotations

from functools import partial
from typing import Any

from flask import redirect, render_template, request, url_for

from portal.accounts.access import public, visitor
from portal.core import clock, following
from portal.core.db import db
from portal.core.i18n import language, plain
from portal.core.limits import limiter
from portal.core.links import LinkPages, Page
from portal.faults import operations, queries
from portal.faults.forms.filters import pairs
from portal.faults.forms.following import FollowForm
from portal.faults.models import Follow
from portal.faults.queries import addresses
from portal.faults.queries import following as reads
from portal.faults.views.base import blueprint
from portal.faults.views.filtering import LONGEST, places
from portal.organisation import queries as organisation


@blueprint.get("/follow/")
@public
def follow() -> Page:
    """Ask what somebody wants to be told of; afterwards say what comes next."""
    return _form_page(_form(), sent="sent" in request.args)


@blueprint.post("/follow/")
@public
@limiter.limit("5/minute; 30/hour")
def follow_submit() -> Page:
    """Send the letter; the answer is the same whoever has what already."""
    form = _form()
    if not form.validate_on_submit():
        return _form_page(form)
    operations.ask_to_follow(db.session, _wanted(form), now=clock.now())
    db.session.commit()
    return redirect(url_for("faults.follow", sent="1"), 303)


def _form() -> FollowForm:
    """The form with what can be chosen; what stands in the address is chosen."""
    given = {name: request.args.get(name, "").strip()[:LONGEST] for name in ("near", "km", "community", "category")}
    user, rows = visitor(), queries.categories(db.session)
    known = {row.code: row.group.code for row in rows}
    near = given["near"] if addresses.asked(given).filter.near else ""
    form = FollowForm(data={**given, "near": near, "group": known.get(given["category"]), "email": user and user.email})
    form.community.choices = pairs((row.code, plain(row.name)) for row in organisation.communities(db.session))
    form.near.choices = pairs(places(near).items())
    form.group.choices = pairs((row.code, plain(row.name)) for row in rows if row.parent_id is None)
    return form


def _wanted(form: FollowForm) -> operations.FollowWanted:
    communities = {row.code: row.id for row in organisation.communities(db.session)}
    group = queries.category(db.session, form.group.data) if form.group.data else None
    given: dict[str, Any] = {"near": form.near.data or "", "km": form.km.data or ""}
    return operations.FollowWanted(
        email=form.email.data,
        language=language(),
        near=addresses.asked(given).filter.near,
        community_id=communities.get(form.community.data),
        group_id=group.id if group else None,
        rhythm=form.rhythm.data,
    )


def _form_page(form: FollowForm, *, sent: bool = False) -> tuple[str, int]:
    return render_template("faults/follow.html", form=form, sent=sent), form.status


# -- links of letters


def _about(row: Follow) -> dict[str, Any]:
    return {"about": reads.about(db.session, row)}


LINKS = LinkPages(
    confirming="faults/follow_confirmed.html",
    ending="faults/unfollowed.html",
    find=partial(following.wished, kind=Follow),
    on_confirm=operations.confirm_follow,
    on_end=following.end,
    about=_about,
)


@blueprint.get("/follow/<string:token>/")
@public
def confirm_follow(token: str) -> Page:
    """Ask whether it was meant; once confirmed, say so."""
    return LINKS.ask(token)


@blueprint.post("/follow/<string:token>/")
@public
def confirm_follow_submit(token: str) -> Page:
    """Confirm it."""
    return LINKS.confirm(token)


@blueprint.get("/unfollow/<string:token>/")
@public
def unfollow(token: str) -> Page:
    """Ask whether to end it; a link behind which nothing is any more says so."""
    return LINKS.ask_end(token)


@blueprint.post("/unfollow/<string:token>/")
@public
def unfollow_submit(token: str) -> Page:
    """End it."""
    return LINKS.end(token)
