"""Filling in a form: begin, one step after the other, go on elsewhere."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import current_app, flash, redirect, render_template, request, url_for

from portal.accounts.access import public, visitor
from portal.core import clock
from portal.core.db import db
from portal.core.files import FileRefused
from portal.core.i18n import language
from portal.core.i18n import translate as _
from portal.core.limits import limiter
from portal.core.uploads import keep_uploads
from portal.eservices import forms, operations, policy, queries
from portal.eservices.models import Draft, Service
from portal.eservices.queries.answers import sheet
from portal.eservices.queries.definitions import Step
from portal.eservices.views.base import (
    blueprint,
    definition_for,
    found_service,
    found_step,
    setting_for,
    unfiled_draft,
)

#: the step's address when somebody came from the review page
THEN_REVIEW = {"then": "review"}


@blueprint.get("/services/<string:slug>/apply/")
@public
def apply(slug: str) -> Any:
    """Before the form: sign in where it is asked for, go on with what was begun."""
    found, user = found_service(slug), visitor()
    if found.online and found.identity.rank > 0 and user is None:
        return current_app.login_manager.unauthorized()  # type: ignore[attr-defined]
    return _begin(found, forms.FileForm())


def _begin(found: Service, form: forms.FileForm) -> str:
    """The page before the form, with what was begun already."""
    user = visitor()
    return render_template(
        "eservices/apply.html",
        service=found,
        reached=policy.level_reached(user, found),
        drafts=queries.drafts_of(db.session, user.id, service_id=found.id) if user else (),
        form=form,
    )


@blueprint.post("/services/<string:slug>/apply/")
@public
@limiter.limit("60/hour")
def apply_submit(slug: str) -> Any:
    """Begin a form."""
    found, user = found_service(slug), visitor()
    if found.identity.rank > 0 and user is None:
        return current_app.login_manager.unauthorized()  # type: ignore[attr-defined]
    if not policy.level_reached(user, found):
        return redirect(url_for(".apply", slug=slug))
    form = forms.FileForm()
    if not form.validate_on_submit():
        return _begin(found, form), 422
    draft = operations.start(db.session, found, owner=user, language=language(), now=clock.now())
    db.session.commit()
    return redirect(_first_step(draft))


def _first_step(draft: Draft) -> str:
    """Where somebody goes on: the first step that is not complete, else the review."""
    definition = definition_for(draft)
    state = sheet(definition, draft.answers, clock.athens_date(clock.now()))
    slug = draft.version.service.slug
    for step in forms.asked_steps(definition, state):
        if step.code not in draft.done:
            return url_for("eservices.step", slug=slug, token=draft.token, step=step.code)
    return url_for("eservices.review", slug=slug, token=draft.token)


@blueprint.get("/services/<string:slug>/apply/<string:token>/")
@public
def resume(slug: str, token: str) -> Any:
    """Go on where it was left."""
    return redirect(_first_step(unfiled_draft(slug, token)))


@blueprint.get("/services/<string:slug>/apply/<string:token>/<string:step>/")
@public
def step(slug: str, token: str, step: str) -> Any:
    """One page of the form."""
    draft = unfiled_draft(slug, token)
    definition = definition_for(draft)
    page, today = found_step(definition, step), clock.athens_date(clock.now())
    form = forms.sent_step(definition, page, setting_for(draft), draft.answers, today)
    return _show(draft, page, form)


@blueprint.post("/services/<string:slug>/apply/<string:token>/<string:step>/")
@public
@limiter.limit("600/hour")
def step_submit(slug: str, token: str, step: str) -> Any:
    """Keep the answers of a page and go on, or say what has to be corrected."""
    draft, now = unfiled_draft(slug, token), clock.now()
    definition = definition_for(draft)
    page = found_step(definition, step)
    form = forms.sent_step(definition, page, setting_for(draft), draft.answers, clock.athens_date(now))
    complete = _take(draft, page, form, now)
    db.session.commit()
    if complete:
        return redirect(_next_page(draft, page, now))
    return _show(draft, page, form), form.status


def _take(draft: Draft, page: Step, form: forms.StepForm, now: datetime) -> bool:
    """Judge what was sent and keep what is right; whether the step is complete."""
    valid = form.validate()
    valid = _take_files(draft, form, now) and valid
    opened = form.opened()
    form.forgive(opened)
    if form.only_reckon:
        form.forgive_empty()
    complete = valid and not opened and not form.only_reckon
    if form.csrf_is_stale:
        return False
    answers = form.good_answers
    operations.keep(db.session, draft, answers, step=page.code, done=complete, language=language(), now=now)
    form.settle(draft.answers, clock.athens_date(now))
    form.news = [question.id for question in opened]
    return complete


def _take_files(draft: Draft, form: forms.StepForm, now: datetime) -> bool:
    """Keep new files and let go of those that were taken out; whether all could be taken."""
    fine = True
    for name, field in form.file_fields:
        if form.rows_changed:
            field.validate(form)
        if form.csrf_is_stale:
            continue
        dropped = {int(number) for number in field.dropped & field.kept.keys()}
        if dropped:
            operations.detach(db.session, draft, name, dropped)
        if field.data and not field.errors:
            try:
                for kept in keep_uploads(db.session, field.data, now=now, kinds=field.kinds):
                    operations.attach(db.session, draft, name, kept)
            except FileRefused as refusal:
                field.refuse(_(refusal.message, **refusal.values))
                fine = False
        field.kept = setting_for(draft).kept.get(name) or {}
        field.data, field.dropped = [], set()
    return fine


def _next_page(draft: Draft, page: Step, now: datetime) -> str:
    """The next step that asks something, or the review."""
    definition, slug = definition_for(draft), draft.version.service.slug
    steps = forms.asked_steps(definition, sheet(definition, draft.answers, clock.athens_date(now)))
    codes = [one.code for one in steps]
    following = codes[codes.index(page.code) + 1 :] if page.code in codes else []
    if not following or request.args.get("then") == "review":
        return url_for(".review", slug=slug, token=draft.token)
    return url_for(".step", slug=slug, token=draft.token, step=following[0])


def _show(draft: Draft, page: Step, form: forms.StepForm) -> str:
    """The page of a step."""
    definition = definition_for(draft)
    steps = forms.asked_steps(definition, sheet(definition, draft.answers, clock.athens_date(clock.now())))
    at = next((number for number, one in enumerate(steps) if one.code == page.code), 0)
    return render_template(
        "eservices/step.html",
        draft=draft,
        service=draft.version.service,
        definition=definition,
        step=page,
        steps=steps,
        at=at,
        form=form,
        link_form=forms.LinkForm(formdata=None),
        previous=steps[at - 1] if at else None,
    )


@blueprint.post("/services/<string:slug>/apply/<string:token>/link/")
@public
@limiter.limit("10/hour")
def link_submit(slug: str, token: str) -> Any:
    """Send the address of the draft, to go on elsewhere."""
    draft, form = unfiled_draft(slug, token), forms.LinkForm()
    if not form.validate_on_submit():
        return render_template("eservices/link.html", service=draft.version.service, draft=draft, form=form), 422
    operations.send_link(db.session, draft, form.email.data, language=language(), now=clock.now())
    db.session.commit()
    flash(_("We have sent the link to %(email)s. You can continue from there later.", email=form.email.data), "success")
    return redirect(_first_step(draft))


@blueprint.post("/services/<string:slug>/apply/<string:token>/discard/")
@public
def discard(slug: str, token: str) -> Any:
    """Throw the draft away."""
    draft, form = unfiled_draft(slug, token), forms.FileForm()
    if form.validate_on_submit():
        operations.discard(db.session, draft)
        db.session.commit()
        flash(_("Your draft has been deleted."), "success")
    return redirect(url_for("eservices_desk.counter") if draft.filed_by_id else url_for(".service", slug=slug))
