"""Public consultation: the draft is read, commented on and supported; in the end everybody reads what was done."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from portal.accounts.access import person, public, signed_in, visitor
from portal.core import clock
from portal.core.db import db
from portal.core.forms import Form
from portal.core.i18n import language
from portal.core.kept import made_of
from portal.core.limits import limiter
from portal.core.web import key
from portal.plan.access import consultation_or_404, draft_of, plan_or_404
from portal.plan.forms.consulting import STANDINGS, CommentForm, GuestCommentForm
from portal.plan.forms.filters import comment_chips, wanted_state
from portal.plan.models import Comment, Consultation
from portal.plan.operations import commenting as operations
from portal.plan.operations.outline import Outline, Part
from portal.plan.queries import consulting as reads
from portal.plan.views.base import blueprint, today

Page = Response | tuple[str, int]


@blueprint.app_template_global()
def open_consultations() -> Sequence[Consultation]:
    """Those in which something can be said today, for the overview of the plan."""
    return reads.open_consultations(db.session, today())


@blueprint.get("/plan/consultations/")
@public
@made_of("organisation", "plan")
def consultations() -> str:
    """All consultations, the newest first."""
    rows = reads.consultations(db.session, plan_or_404())
    return render_template("plan/consultations.html", rows=rows, today=today())


@blueprint.get("/plan/consultations/<int:number>/")
@public
@made_of("organisation", "plan")
def consultation(number: int) -> str:
    """What is asked, the draft by axis, what was said of the whole, and figures."""
    row = consultation_or_404(number)
    draft, said = draft_of(row), reads.said_by_part(db.session, row)
    return render_template(
        "plan/consultation.html",
        **_frame(row, draft, None),
        said=said,
        by_axis=reads.said_by_axis(said, draft.axis_of),
        **_comments(row, "", url_for(".consultation", number=number)),
    )


@blueprint.get("/plan/consultations/<int:number>/parts/<string:code>/")
@public
@made_of("organisation", "plan")
def consultation_part(number: int, code: str) -> str:
    """A part of the draft with what is below it, and what was said of it."""
    row = consultation_or_404(number)
    draft, said = draft_of(row), reads.said_by_part(db.session, row)
    part = draft.parts.get(code) or abort(404)
    here = url_for(".consultation_part", number=number, code=code)
    frame = _frame(row, draft, part)
    return render_template("plan/consultation_part.html", **frame, said=said, **_comments(row, code, here))


@blueprint.get("/plan/consultations/<int:number>/comments/")
@public
@made_of("organisation", "plan")
def comments(number: int) -> str:
    """Every comment with what was done with it."""
    row, state, before = consultation_or_404(number), wanted_state(), request.args.get("before", type=key)
    rows = reads.comments(db.session, row, state=state, before=before)
    following = url_for(".comments", number=number, state=state, before=rows[-1].id) if len(rows) == reads.PAGE else ""
    chips = comment_chips(".comments", number)
    frame = _frame(row, draft_of(row), None)
    return render_template("plan/comments.html", **frame, rows=rows, chips=chips, next_url=following)


def _frame(row: Consultation, draft: Outline, part: Part | None) -> dict[str, Any]:
    return {
        "row": row,
        "draft": draft,
        "part": part,
        "standings": STANDINGS,
        "is_open": row.is_open(today()),
        "today": today(),
    }


def _comments(row: Consultation, part: str, here: str) -> dict[str, Any]:
    """The newest comments on a part, or those before one."""
    rows = reads.comments(db.session, row, part=part, before=request.args.get("before", type=key))
    user = visitor()
    mine = reads.supported(db.session, user.id, [each.id for each in rows]) if user and rows else set()
    following = f"{here}?before={rows[-1].id}" if len(rows) == reads.PAGE else ""
    return {"rows": rows, "mine": mine, "next_url": following}


# -- saying something


@blueprint.get("/plan/consultations/<int:number>/comment/")
@public
def comment(number: int) -> Page:
    """Ask for the words; afterwards say what comes next."""
    return _form_page(consultation_or_404(number), _form(), sent="sent" in request.args)


@blueprint.post("/plan/consultations/<int:number>/comment/")
@public
@limiter.limit("5/minute; 30/hour")
def comment_submit(number: int) -> Page:
    """Keep it: of who has signed in at once, of everybody else once they open the link of a letter."""
    row, form, user = consultation_or_404(number), _form(), visitor()
    if not form.validate_on_submit():
        return _form_page(row, form)
    given: dict[str, Any] = {"user": user, "once": str(form.once.data), "now": clock.now()}
    made = operations.comment(db.session, row, form.new(_asked_part(), language()), **given)
    db.session.commit()
    if user is not None and made is not None and made.user_id == user.id:
        return redirect(url_for(".comment_link", token=made.token), 303)
    return redirect(url_for(".comment", number=number, part=_asked_part() or None, sent="1"), 303)


def _asked_part() -> str:
    return request.args.get("part", "")[:80]


def _form() -> CommentForm:
    return CommentForm() if visitor() else GuestCommentForm()


def _form_page(row: Consultation, form: CommentForm, *, sent: bool = False) -> tuple[str, int]:
    draft, code = draft_of(row), _asked_part()
    part = (draft.parts.get(code) or abort(404)) if code else None
    return render_template("plan/comment.html", **_frame(row, draft, part), form=form, sent=sent), form.status


@blueprint.get("/plan/comments/mine/<string:token>/")
@public
def comment_link(token: str) -> Page:
    """Ask whether it was meant; once confirmed, say what was done with it."""
    return _link_page(token, Form())


@blueprint.post("/plan/comments/mine/<string:token>/")
@public
def comment_link_submit(token: str) -> Page:
    """Publish it."""
    form, found = Form(), reads.own_comment(db.session, token)
    if found is None or not form.validate_on_submit():
        return _link_page(token, form)
    operations.confirm_comment(db.session, found, now=clock.now())
    db.session.commit()
    return redirect(url_for(".comment_link", token=token), 303)


def _link_page(token: str, form: Form) -> tuple[str, int]:
    found = reads.own_comment(db.session, token)
    given = {"is_open": bool(found and found.consultation.is_open(today())), "standings": STANDINGS}
    return render_template("plan/comment_link.html", form=form, row=found, **given), form.status if found else 410


# -- saying the same


@blueprint.get("/plan/comments/<int:number>/support/")
@signed_in
def support_comment(number: int) -> str:
    """Ask whether they say the same; once they have, say so."""
    return _support_page(_shown(number))


@blueprint.post("/plan/comments/<int:number>/support/")
@signed_in
@limiter.limit("30/minute; 300/hour")
def support_comment_submit(number: int) -> Page:
    """Count it, once."""
    row, form = _shown(number), Form()
    if not form.validate_on_submit():
        return _support_page(row), form.status
    operations.support_comment(db.session, row, user=person(), now=clock.now())
    db.session.commit()
    return redirect(url_for(".support_comment", number=number), 303)


def _shown(number: int) -> Comment:
    row = reads.comment(db.session, number)
    return row if row is not None and row.hidden_at is None else abort(404)


def _support_page(row: Comment) -> str:
    user = person()
    mine = row.id in reads.supported(db.session, user.id, [row.id])
    own = row.user_id == user.id or (bool(row.email) and row.email == user.email)
    is_open = row.consultation.is_open(today())
    return render_template("plan/support_comment.html", row=row, form=Form(), mine=mine, own=own, is_open=is_open)
