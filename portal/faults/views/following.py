"""A place or a community is followed by e-mail: asked for, confirmed and ended by links in letters."""

from __future__ import annotations

from typing import Any

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from portal.accounts.access import public, visitor
from portal.core import clock
from portal.core.db import db
from portal.core.forms import Form
from portal.core.i18n import language, plain
from portal.core.i18n import translate as _
from portal.core.limits import limiter
from portal.faults import operations, queries
from portal.faults.forms.filters import pairs
from portal.faults.forms.following import FollowForm
from portal.faults.models import Follow
from portal.faults.queries import addresses, following
from portal.faults.views.base import blueprint
from portal.faults.views.filtering import LONGEST, places
from portal.organisation import queries as organisation

Page = Response | tuple[str, int]


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


@blueprint.get("/follow/<string:token>/")
@public
def confirm_follow(token: str) -> Page:
    """Ask whether it was meant; once confirmed, say so."""
    return _link_page("faults/follow_confirmed.html", token, Form(), gone=410)


@blueprint.post("/follow/<string:token>/")
@public
def confirm_follow_submit(token: str) -> Page:
    """Confirm it."""
    form, found = Form(), following.follow(db.session, token)
    if found is None or not form.validate_on_submit():
        return _link_page("faults/follow_confirmed.html", token, form, gone=410)
    operations.confirm_follow(db.session, found, now=clock.now())
    db.session.commit()
    return redirect(url_for("faults.confirm_follow", token=token), 303)


@blueprint.get("/unfollow/<string:token>/")
@public
def unfollow(token: str) -> Page:
    """Ask whether to end it; a link behind which nothing is any more says so."""
    return _link_page("faults/unfollowed.html", token, Form())


@blueprint.post("/unfollow/<string:token>/")
@public
def unfollow_submit(token: str) -> Page:
    """End it: by the button of the page, or by the one press in a mail program, which is not sent anywhere else."""
    form, found = Form(), following.follow(db.session, token)
    one_click = request.form.get("List-Unsubscribe") == "One-Click"
    if not one_click and not form.validate_on_submit():
        return _link_page("faults/unfollowed.html", token, form)
    if found is not None:
        operations.end_follow(db.session, found, now=clock.now())
        db.session.commit()
    done = redirect(url_for("faults.unfollow", token=token), 303)
    return Response(_("You will get no more of these letters."), mimetype="text/plain") if one_click else done


def _link_page(name: str, token: str, form: Form, *, gone: int = 200) -> tuple[str, int]:
    """The page of a link; `gone` is its status where nothing is behind the link any more."""
    found: Follow | None = following.follow(db.session, token)
    about = following.about(db.session, found) if found else {}
    return render_template(name, form=form, found=found, about=about), form.status if found else gone
