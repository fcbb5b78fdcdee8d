"""Pages of the applicant: my cases, one case, following a case without an account."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, session, url_for
from werkzeug.wrappers import Response as AnyResponse

from portal.accounts.access import person, public, signed_in, visitor
from portal.casework import operations, policy, queries
from portal.casework.access import OPENED, applicant_account, may_see, own_case
from portal.casework.forms import AnswerForm, TrackForm, WithdrawForm
from portal.casework.models import Case
from portal.core import clock
from portal.core.db import db
from portal.core.downloads import stored
from portal.core.files import FileRefused
from portal.core.i18n import translate as _
from portal.core.limits import limiter
from portal.core.uploads import keep_uploads
from portal.core.web import key
from portal.organisation import queries as organisation

blueprint = Blueprint("casework", __name__, url_prefix="/<lang:lang>")

#: kind of case → (template, values) with which the room that filed it shows what was filed; filled by `portal.app`
panels: dict[str, Callable[[Case], tuple[str, dict[str, Any]]]] = {}


@blueprint.get("/account/cases/")
@signed_in
def mine() -> str:
    """What I have filed, newest first."""
    before = request.args.get("before", type=key)
    rows = queries.cases_of(db.session, person().id, before=before)
    return render_template("casework/mine.html", cases=rows, more=len(rows) == queries.PAGE, before=before)


@blueprint.get("/track/")
@public
def track() -> str:
    """Ask for number and code."""
    form = TrackForm(data={"reference": request.args.get("reference", "")[:20]})
    return render_template("casework/track.html", form=form)


@blueprint.post("/track/")
@public
@limiter.limit("10/minute")
def track_submit() -> Any:
    """Open the case by its code, for this browser session."""
    form = TrackForm()
    if form.validate_on_submit():
        found = queries.case_by_slug(db.session, form.reference.data.replace("/", "-"))
        if found and policy.secret_fits(found, form.secret.data):
            session[OPENED] = [*session.get(OPENED, ())[-19:], found.id]
            return redirect(url_for(".case", slug=found.slug))
        form.secret.refuse(
            _("Number and code do not belong together. Check the number on your receipt and the code in our letter.")
        )
    return render_template("casework/track.html", form=form), 422


@blueprint.get("/cases/<string:slug>/")
@public
def case(slug: str) -> str:
    """One case as its applicant sees it."""
    found = own_case(slug)
    return show(found, AnswerForm(data={"seen": found.version}))


def show(found: Case, form: AnswerForm) -> str:
    """The applicant's page of a case."""
    today = clock.athens_date(clock.now())
    panel = panels[found.kind](found) if found.kind in panels else None
    return render_template(
        "casework/case.html",
        case=found,
        events=queries.history(db.session, found, internal=False),
        panel=panel,
        form=form,
        today=today,
        calendar=organisation.working_calendar(db.session),
    )


@blueprint.post("/cases/<string:slug>/answer/")
@public
@limiter.limit("30/hour")
def answer(slug: str) -> Any:
    """The applicant writes, or adds documents."""
    found, form, now = own_case(slug), AnswerForm(), clock.now()
    if form.validate_on_submit():
        try:
            files = [kept.id for kept in keep_uploads(db.session, form.files.data or (), now=now)]
            operations.claim(db.session, found, seen_version=form.seen_version)
            operations.add_documents(
                db.session, found, files, text=form.text.data or "", actor=applicant_account(found), now=now
            )
            db.session.commit()
        except FileRefused as refusal:
            form.files.refuse(_(refusal.message, **refusal.values))
        except operations.TextMissing as refusal:
            form.text.refuse(_(refusal.message))
        except operations.CaseChanged:
            return show_changed(slug, form), 409
        else:
            flash(_("We have received it. Thank you."), "success")
            return redirect(url_for(".case", slug=slug))
    db.session.rollback()
    return show(own_case(slug), form), 422


def show_changed(slug: str, form: AnswerForm) -> str:
    """The case as it is by now, with what was typed: perhaps it has arrived already, by a second press."""
    db.session.rollback()
    found = own_case(slug)
    form.form_errors.append(
        _("This case has changed since you opened the page. Look at it again, and send only what is not there yet.")
    )
    form.seen.data = str(found.version)
    return show(found, form)


@blueprint.get("/cases/<string:slug>/withdraw/")
@public
def withdraw(slug: str) -> str:
    """Ask once more."""
    return render_template("casework/withdraw.html", case=own_case(slug), form=WithdrawForm())


@blueprint.post("/cases/<string:slug>/withdraw/")
@public
def withdraw_submit(slug: str) -> Any:
    """The applicant withdraws."""
    found, form = own_case(slug), WithdrawForm()
    if not form.validate_on_submit():
        return render_template("casework/withdraw.html", case=found, form=form), 422
    operations.claim(db.session, found)
    operations.withdraw(db.session, found, text=form.text.data or "", actor=applicant_account(found), now=clock.now())
    db.session.commit()
    flash(_("You have withdrawn this case."), "success")
    return redirect(url_for(".case", slug=slug))


@blueprint.get("/cases/<string:slug>/files/<int:attachment_id>/")
@public
def file(slug: str, attachment_id: int) -> AnyResponse:
    """A file of the case: for its applicant, and for staff who may see the case."""
    found = queries.case_by_slug(db.session, slug)
    if found is None:
        abort(404)
    user = visitor()
    staff = user is not None and user.is_staff and may_see(found)
    if not staff:
        found = own_case(slug)
    attachment = queries.attachment_of(db.session, found, attachment_id, internal=staff)
    if attachment is None:
        abort(404)
    return stored(attachment)
