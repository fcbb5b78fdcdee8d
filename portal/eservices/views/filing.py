"""The end of a form: look at everything once more, file it once, and what comes next."""

from __future__ import annotations

from typing import Any

from flask import Response, abort, current_app, flash, redirect, render_template, session, url_for

from portal.accounts.access import public, visitor
from portal.casework import policy as casework_policy
from portal.casework.models import Case
from portal.casework.operations import Applicant
from portal.core import clock, seals
from portal.core.db import db
from portal.core.fields import choice
from portal.core.files import PDF
from portal.core.i18n import NAMES, language
from portal.core.i18n import translate as _
from portal.core.limits import limiter
from portal.core.web import portal
from portal.eservices import forms, operations, policy, queries
from portal.eservices.models import Draft
from portal.eservices.queries.answers import settled
from portal.eservices.queries.readable import summary
from portal.eservices.views.base import blueprint, definition_for, open_draft, reader_for, setting_for, unfiled_draft
from portal.organisation.access import current_mandate

#: secret codes of what was filed in this browser session, for its confirmation page alone
SECRETS = "secrets"
#: cases opened in this browser session, where casework looks for them
OPENED = "cases"


def _open_step(draft: Draft) -> str | None:
    """The address of the first step that has to be looked at again; None when all is complete."""
    definition, today = definition_for(draft), clock.athens_date(clock.now())
    found = forms.unfinished(definition, draft.done, setting_for(draft), draft.answers, today)
    for code, messages in found.items():
        for message in messages or [_("Please fill in this page first.")]:
            flash(message, "error" if messages else "notice")
        return url_for(".step", slug=draft.version.service.slug, token=draft.token, step=code, then="review")
    return None


def _applicant_form(draft: Draft) -> forms.FileForm:
    """Who applies is asked where nobody has signed in, and where staff file for somebody."""
    if draft.filed_by_id:
        form = forms.PersonForm()
        form.language.choices = [choice(code, NAMES[code]) for code in current_app.config["LANGUAGES"]]
        return form
    return forms.FileForm() if visitor() else forms.ApplicantForm()


def _show(draft: Draft, form: forms.FileForm) -> str:
    definition, today = definition_for(draft), clock.athens_date(clock.now())
    answers = settled(definition, draft.answers, today)
    return render_template(
        "eservices/review.html",
        draft=draft,
        service=draft.version.service,
        parts=summary(definition, answers, reader_for(draft)),
        form=form,
        user=None if draft.filed_by_id else visitor(),
    )


@blueprint.get("/services/<string:slug>/apply/<string:token>/review/")
@public
def review(slug: str, token: str) -> Any:
    """Everything that was answered, before it is filed."""
    draft = unfiled_draft(slug, token)
    unfinished = _open_step(draft)
    return redirect(unfinished) if unfinished else _show(draft, _applicant_form(draft))


@blueprint.post("/services/<string:slug>/apply/<string:token>/review/")
@public
@limiter.limit("30/hour")
def review_submit(slug: str, token: str) -> Any:
    """File it, once: a second press leads to the same confirmation."""
    draft = unfiled_draft(slug, token)
    form = _applicant_form(draft)
    if not draft.filed_by_id and not policy.level_reached(visitor(), draft.version.service):
        return redirect(url_for(".apply", slug=slug))
    if unfinished := _open_step(draft):
        return redirect(unfinished)
    if not form.validate_on_submit():
        return _show(draft, form), 422
    site = portal.settings.public_url.rstrip("/")
    filed = operations.file(db.session, draft, _applicant(form), now=clock.now(), site=site)
    case_id = filed.case.id  # after the commit it would be read again
    db.session.commit()
    _remember(token, case_id, filed.secret)
    return redirect(url_for(".filed", slug=slug, token=token))


def _applicant(form: forms.FileForm) -> Applicant:
    """Who files: the person for whom staff fill it in, the account, or who they say they are."""
    if isinstance(form, forms.PersonForm):
        return Applicant(form.name.data, form.email.data or "", form.language.data, phone=form.phone.data or None)
    if user := visitor():
        return Applicant(user.full_name, user.email, language(), phone=user.phone, user_id=user.id)
    assert isinstance(form, forms.ApplicantForm)
    return Applicant(form.name.data, form.email.data, language(), phone=form.phone.data or None)


def _remember(token: str, case_id: int, secret: str) -> None:
    """The browser that filed may see the code once more, and open the case without it."""
    if secret:
        session[SECRETS] = {**dict(list(session.get(SECRETS, {}).items())[-2:]), token: secret}
    if visitor() is None:
        session[OPENED] = [*session.get(OPENED, ())[-19:], case_id]


@blueprint.get("/services/<string:slug>/filed/<string:token>/")
@public
def filed(slug: str, token: str) -> Any:
    """It is filed: number, deadline, code, receipt, and what happens next."""
    draft = open_draft(slug, token)
    if draft.case_id is None:
        return redirect(url_for(".resume", slug=slug, token=token))
    submission = queries.submission(db.session, draft.case_id)
    assert submission is not None
    return render_template(
        "eservices/filed.html",
        service=submission.service,
        case=submission.case,
        receipt=submission.receipt,
        secret=session.get(SECRETS, {}).get(token, ""),
        user=None if draft.filed_by_id else visitor(),
        draft=draft,
        may_see=bool(draft.filed_by_id) and casework_policy.may_see(current_mandate(), submission.case),
    )


@blueprint.get("/services/<string:slug>/filed/<string:token>/receipt.pdf")
@public
def receipt(slug: str, token: str) -> Response:
    """The receipt on paper, with the secret code as long as this browser knows it; the sealed one never has it."""
    draft = open_draft(slug, token)
    submission = queries.submission(db.session, draft.case_id) if draft.case_id else None
    if submission is None:
        abort(404)
    issued, secret = submission.receipt, session.get(SECRETS, {}).get(token, "")
    content = operations.with_secret(issued.content, secret, issued.language) if secret else issued.content
    response = Response(seals.printed_pdf(issued, content), mimetype=PDF)
    response.headers["Cache-Control"] = "no-store"
    return response


def panel(case: Case) -> tuple[str, dict[str, Any]]:
    """What was filed and decided, for the applicant's page of a case."""
    submission = queries.submission(db.session, case.id)
    if submission is None:
        return "eservices/panel.html", {"parts": [], "submission": None, "decision": None}
    return "eservices/panel.html", {
        "submission": submission,
        "parts": queries.answers_summary(db.session, submission, language()),
        "decision": submission.decision,
    }
