"""Reporting a fault, the first two screens: where, and what."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from flask import redirect, render_template, request, url_for
from sqlalchemy.orm import Session

from portal.accounts.access import public
from portal.core import clock
from portal.core.db import db
from portal.core.forms import Form
from portal.core.limits import limiter
from portal.core.maps import labels
from portal.faults.forms.reporting import DetailsForm, WhereForm, details_form
from portal.faults.models import FaultCategory, FaultDraft
from portal.faults.operations import drafts
from portal.faults.queries import drafts as written
from portal.faults.views.base import blueprint
from portal.faults.views.drafting import (
    category_of,
    draft_begun,
    draft_here,
    is_ours,
    name_photos,
    needed,
    spot_of,
    take_photos,
    taken_words,
    whose,
)
from portal.organisation import queries as organisation

#: what other rooms know of a point at a moment: (words, address); filled in where everything meets
known_here: list[Callable[[Session, float, float, datetime], list[tuple[str, str]]]] = []


# -- where


@blueprint.get("/report/")
@public
def report() -> Any:
    """Ask where it is."""
    draft = draft_here()
    form = WhereForm(data=draft.values if draft else None)
    name_photos(form, draft)
    return _where(form)


@blueprint.post("/report/")
@public
@limiter.limit("120/hour")
def report_submit() -> Any:
    """Keep the point and go on; or show the places that the words may mean."""
    form, now = WhereForm(), clock.now()
    form.offer(written.spots(db.session, form.sought.typed))
    name_photos(form, draft_here())
    fine = form.validate()
    take_photos(form, now=now)
    placed = fine and not form.photos.errors and _placed(form)
    if placed:
        point = dict(zip(("lat", "lon"), form.point or (), strict=False))
        drafts.keep(db.session, draft_begun(now), {**point, "address": form.address.data}, now=now)
    db.session.commit()
    return redirect(_next(), 303) if placed else _where(form)


def _placed(form: WhereForm) -> bool:
    """Whether the point is known, perhaps by a photograph or from before."""
    draft = draft_here()
    return form.placed(is_ours, finding="find" in request.form, kept=draft.point if draft else None)


def _where(form: WhereForm) -> Any:
    known = labels(organisation.places(db.session))
    return render_template("faults/report_where.html", form=form, labels=known), form.status


def _next() -> str:
    """The next screen that is not complete."""
    draft = draft_here()
    done = draft is not None and draft.told("done", False) and category_of(draft) is not None
    return url_for("faults.report_check" if done else "faults.report_what")


# -- what


@blueprint.get("/report/what/")
@public
def report_what() -> Any:
    """Ask what it is: first the category, then what belongs to it."""
    draft = needed()
    category = None if "choose" in request.args else category_of(draft)
    if category is None:
        return _categories(draft, Form(formdata=None))
    form = _details_of(draft, category, sent=False)
    return _details(draft, category, form)


@blueprint.post("/report/what/")
@public
@limiter.limit("120/hour")
def report_what_submit() -> Any:
    """Keep the category that was pressed, or what was said about it."""
    draft, now = needed(), clock.now()
    if "category" in request.form or category_of(draft) is None:
        return _choose(draft, now)
    category = category_of(draft)
    assert category is not None
    form = _details_of(draft, category, sent=True)
    fine = form.validate()
    take_photos(form, now=now)
    fine = fine and not form.photos.errors
    if fine:
        drafts.keep(db.session, draft, {**form.told, "done": True}, now=now)
    db.session.commit()
    return redirect(url_for("faults.report_check"), 303) if fine else _details(draft, category, form)


def _choose(draft: FaultDraft, now: datetime) -> Any:
    form, code = Form(), request.form.get("category", "")[:80]
    offered = {row.code for _group, rows in written.sorts(db.session) for row in rows}
    if not form.validate() or code not in offered:
        return _categories(draft, form, missing=code not in offered)
    if code != draft.told("category"):
        drafts.keep(db.session, draft, {"category": code, "answers": {}, "done": False}, now=now)
        db.session.commit()
    return redirect(url_for("faults.report_what"), 303)


def _categories(draft: FaultDraft, form: Form, *, missing: bool = False) -> Any:
    words = request.args.get("q", "")[:100].strip()
    page = render_template(
        "faults/report_category.html",
        draft=draft,
        form=form,
        spot=spot_of(draft),
        words=words,
        sorts=written.sorts(db.session, words) or written.sorts(db.session),
        missing=missing,
        nothing=bool(words) and not written.sorts(db.session, words),
    )
    return page, 422 if missing or form.errors else 200


def _details_of(draft: FaultDraft, category: FaultCategory, *, sent: bool) -> DetailsForm:
    kind = details_form(category, taken=taken_words(draft))
    kept = {"text": draft.told("text"), "seen": draft.told("seen", False)}
    kept |= {f"q_{code}": answer for code, answer in draft.told("answers", {}).items()}
    form = kind() if sent else kind(formdata=None, data=kept)
    if not draft.told("taken_at"):
        form.skip({"seen"})
    name_photos(form, draft)
    return form


def _details(draft: FaultDraft, category: FaultCategory, form: DetailsForm) -> Any:
    page = render_template(
        "faults/report_what.html",
        draft=draft,
        category=category,
        form=form,
        spot=spot_of(draft),
        rule=whose(draft, category),
        taken=taken_words(draft),
    )
    return page, form.status
