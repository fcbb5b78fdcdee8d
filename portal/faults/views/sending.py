"""Reporting a fault, the last screen: look at it once more, say who reports it, send it – and its number."""

from __future__ import annotations

from typing import Any

from flask import abort, flash, redirect, render_template, request, session, url_for

from portal.accounts.access import public, visitor
from portal.core import clock, texting
from portal.core.clock import athens_date
from portal.core.db import db
from portal.core.errors import Refused
from portal.core.forms import Form
from portal.core.i18n import language
from portal.core.i18n import translate as _
from portal.core.limits import limiter
from portal.faults import queries
from portal.faults.forms.reporting import EMAIL, PHONE, CodeForm, SenderForm
from portal.faults.models import Fault, FaultCategory, FaultDraft
from portal.faults.models.grid import Near
from portal.faults.operations import drafts
from portal.faults.queries import Line
from portal.faults.queries import drafts as written
from portal.faults.views import reporting
from portal.faults.views.base import blueprint
from portal.faults.views.drafting import DRAFT, SENT, category_of, draft_here, needed, spot_of, taken_words, whose

#: cases opened in this browser session, where casework looks for them
OPENED = "cases"
#: metres around the point in which somebody may have reported the same
HERE = 100
MOST_HERE = 5


@blueprint.get("/report/check/")
@public
def report_check() -> Any:
    """Everything once more, and what is known of this place already."""
    draft = needed(until="done")
    return _check(draft, _sender(draft, sent=False))


@blueprint.post("/report/check/")
@public
@limiter.limit("30/hour")
def report_check_submit() -> Any:
    """Send it; where an e-mail has to be confirmed first, send the code."""
    draft, now = needed(until="done"), clock.now()
    form = _sender(draft, sent=True)
    if not form.validate():
        return _check(draft, form)
    drafts.keep(db.session, draft, form.told, now=now)
    if visitor() or draft.told("anonymous", False):
        return _file(draft)
    try:
        drafts.send_code(db.session, draft, language=language(), now=now)
    except drafts.TooManyCodes as refusal:
        (form.phone if form.email.skipped else form.email).refuse(_(refusal.message))
        return _check(draft, form)
    except drafts.TooSoon:
        pass  # the last letter holds
    db.session.commit()
    return redirect(url_for("faults.report_code"), 303)


def _sender(draft: FaultDraft, *, sent: bool) -> SenderForm:
    category, user = category_of(draft), visitor()
    assert category is not None
    kept = {name: draft.told(name) for name in ("email", "name", "phone")}
    kept["who"] = PHONE if kept["phone"] and not kept["email"] else EMAIL
    kept["said_in"] = draft.told("said_in", language())
    form = SenderForm(data=kept) if sent else SenderForm(formdata=None, data=kept)
    known = user.full_name if user else ""
    form.settle(known=known, anonymous=category.anonymous, texting=texting.possible())
    return form


def _check(draft: FaultDraft, form: SenderForm) -> Any:
    category = category_of(draft)
    assert category is not None
    assert draft.point is not None
    page = render_template(
        "faults/report_check.html",
        draft=draft,
        category=category,
        form=form,
        spot=spot_of(draft),
        photos=written.photos(db.session, draft),
        rule=whose(draft, category),
        taken=taken_words(draft) if draft.seen_at else "",
        answers=list(_answers(category, draft)),
        around=_around(draft.point, category),
        known=[each for ask in reporting.known_here for each in ask(db.session, *draft.point, clock.now())],
        user=visitor(),
    )
    return page, form.status


def _answers(category: FaultCategory, draft: FaultDraft) -> Any:
    """Question and answer in words."""
    for code, answer in draft.told("answers", {}).items():
        question = category.question(code)
        if question:
            names = {each["code"]: each["label"] for each in question.get("choices") or ()}
            several = answer if isinstance(answer, list) else [answer]
            yield question["label"], [names.get(each, each) if isinstance(each, str) else each for each in several]


def _around(point: tuple[float, float], category: FaultCategory) -> list[tuple[Line, float]]:
    """What is to be repaired here already, of the same group first."""
    near, today = Near(*point, HERE), athens_date(clock.now())
    same = queries.around(db.session, near, category=category.group.code, today=today, most=MOST_HERE)
    known = {line.id for line, _metres in same}
    others = queries.around(db.session, near, today=today, most=MOST_HERE * 2)
    return [*same, *(pair for pair in others if pair[0].id not in known)][:MOST_HERE]


# -- the code


@blueprint.get("/report/code/")
@public
def report_code() -> Any:
    """Ask for the code of the letter."""
    draft = needed(until="done")
    return _code(draft, CodeForm(formdata=None)) if draft.codes_sent else redirect(url_for("faults.report_check"))


@blueprint.post("/report/code/")
@public
@limiter.limit("40/hour")
def report_code_submit() -> Any:
    """The right code sends the report; another button asks for a new one."""
    draft, form, now = needed(until="done"), CodeForm(), clock.now()
    if not draft.codes_sent:
        return redirect(url_for("faults.report_check"), 303)
    if "again" in request.form:
        return _again(draft)
    if not form.validate():
        return _code(draft, form)
    try:
        if drafts.try_code(db.session, draft, form.code.data, now=now):
            return _file(draft)
        form.code.refuse(_(drafts.CodeWrong.message))
    except drafts.CodeOver as refusal:
        form.code.refuse(_(refusal.message))
    db.session.commit()
    return _code(draft, form)


def _again(draft: FaultDraft) -> Any:
    form = Form()
    if not form.validate():
        return _code(draft, form)
    try:
        drafts.send_code(db.session, draft, language=language(), now=clock.now())
    except (drafts.TooSoon, drafts.TooManyCodes) as refusal:
        flash(_(refusal.message), "error")
    else:
        flash(_("We have sent you a new code. Only the newest one counts."), "success")
    db.session.commit()
    return redirect(url_for("faults.report_code"), 303)


def _code(draft: FaultDraft, form: Form) -> Any:
    asked = form if isinstance(form, CodeForm) else CodeForm(formdata=None)
    page = render_template("faults/report_code.html", draft=draft, form=asked, email=drafts.reached(draft))
    return page, form.status


# -- it is sent


def _file(draft: FaultDraft) -> Any:
    """File it, once: a second press leads to the same page."""
    try:
        filed = drafts.file_draft(db.session, draft, language=language(), user=visitor(), now=clock.now())
    except Refused as refusal:
        db.session.rollback()
        flash(_(refusal.message), "error")
        return redirect(url_for("faults.report"), 303)
    slug, case_id = filed.fault.slug, filed.fault.case_id  # after the commit they would be read again
    db.session.commit()
    session.pop(DRAFT, None)
    if filed.secret:
        session[SENT] = {**dict(list(session.get(SENT, {}).items())[-2:]), slug: filed.secret}
        if visitor() is None:
            session[OPENED] = [*session.get(OPENED, ())[-19:], case_id]
    return redirect(url_for("faults.sent", slug=slug), 303)


@blueprint.get("/report/sent/<string:slug>/")
@public
def sent(slug: str) -> Any:
    """It is sent: number, day, secret code, and what comes next; for the browser that sent it, or its account."""
    fault, user = queries.fault(db.session, slug), visitor()
    if fault is None or not (slug in session.get(SENT, {}) or _is_reporter(fault)):
        abort(404)
    secret = session.get(SENT, {}).get(slug, "")
    return render_template("faults/report_sent.html", fault=fault, case=fault.case, secret=secret, user=user)


def _is_reporter(fault: Fault) -> bool:
    user = visitor()
    return user is not None and fault.case.applicant_id == user.id


@blueprint.post("/report/discard/")
@public
def discard() -> Any:
    """Throw away what was written."""
    draft = draft_here()
    if draft is not None and Form().validate_on_submit():
        drafts.discard(db.session, draft)
        db.session.commit()
        session.pop(DRAFT, None)
        flash(_("What you wrote has been deleted. Nothing was sent."), "success")
    return redirect(url_for("faults.report"), 303)
