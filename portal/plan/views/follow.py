"""The plan is followed by e-mail: asked for, confirmed and ended by links in letters."""

from __future__ import annotations

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from portal.accounts.access import public, visitor
from portal.core import clock
from portal.core.db import db
from portal.core.fields import choice
from portal.core.forms import Form
from portal.core.i18n import language, plain
from portal.core.i18n import translate as _
from portal.core.limits import limiter
from portal.organisation import queries as organisation
from portal.plan import queries
from portal.plan.access import plan_and_axes_or_404
from portal.plan.forms.following import FollowForm
from portal.plan.models import PlanFollow
from portal.plan.operations import following as operations
from portal.plan.queries import following
from portal.plan.queries.following import KINDS
from portal.plan.views.base import blueprint

Page = Response | tuple[str, int]


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


@blueprint.get("/plan/follow/<string:token>/")
@public
def confirm_follow(token: str) -> Page:
    """Ask whether it was meant; once confirmed, say so."""
    return _link_page("plan/follow_confirmed.html", token, Form(), gone=410)


@blueprint.post("/plan/follow/<string:token>/")
@public
def confirm_follow_submit(token: str) -> Page:
    """Confirm it."""
    form, found = Form(), following.follow(db.session, token)
    if found is None or not form.validate_on_submit():
        return _link_page("plan/follow_confirmed.html", token, form, gone=410)
    operations.confirm_follow(db.session, found, now=clock.now())
    db.session.commit()
    return redirect(url_for("plan.confirm_follow", token=token), 303)


@blueprint.get("/plan/unfollow/<string:token>/")
@public
def unfollow(token: str) -> Page:
    """Ask whether to end it; a link behind which nothing is any more says so."""
    return _link_page("plan/unfollowed.html", token, Form())


@blueprint.post("/plan/unfollow/<string:token>/")
@public
def unfollow_submit(token: str) -> Page:
    """End it: by the button of the page, or by the one press in a mail program, which is not sent anywhere else."""
    form, found = Form(), following.follow(db.session, token)
    one_click = request.form.get("List-Unsubscribe") == "One-Click"
    if not one_click and not form.validate_on_submit():
        return _link_page("plan/unfollowed.html", token, form)
    if found is not None:
        operations.end_follow(db.session, found, now=clock.now())
        db.session.commit()
    done = redirect(url_for("plan.unfollow", token=token), 303)
    return Response(_("You will get no more of these letters."), mimetype="text/plain") if one_click else done


def _link_page(name: str, token: str, form: Form, *, gone: int = 200) -> tuple[str, int]:
    """The page of a link; `gone` is its status where nothing is behind the link any more."""
    found: PlanFollow | None = following.follow(db.session, token)
    about = following.about(db.session, found.kind, found.code) if found else None
    return render_template(name, form=form, found=found, about=about), form.status if found else gone
