"""Staff pages of eservices: the services as they were loaded, their forms to look at, and the decision of a case."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from flask import abort, flash, redirect, render_template, url_for
from flask_babel import LazyString

from portal.accounts.access import person, staff
from portal.casework import policy as casework_policy
from portal.casework import queries as casework
from portal.casework.models import Case
from portal.core import clock
from portal.core.db import db
from portal.core.i18n import language
from portal.core.i18n import translate as _
from portal.core.web import portal
from portal.eservices import forms, operations, policy, queries
from portal.eservices.desk.base import blueprint
from portal.eservices.forms import Setting
from portal.eservices.models import Outcome, Service
from portal.eservices.operations.reading import Problem
from portal.eservices.queries.definitions import definition_of
from portal.organisation import queries as organisation
from portal.organisation.access import current_mandate, role_required
from portal.organisation.models import Role
from portal.settings import ROOT

#: what other rooms take at the counter: (words, endpoint); filled in where everything meets
taken_too: list[tuple[LazyString, str]] = []


def pack_folder() -> Path:
    """Where the files of this municipality lie."""
    return ROOT / "portal" / "municipalities" / portal.settings.municipality


@blueprint.get("/services/")
@staff
def services() -> str:
    """Every service with its version, and what is wrong in the files of the pack."""
    problems: dict[str, list[Problem]] = {}
    for problem in operations.check_services(pack_folder()):
        problems.setdefault(problem.file, []).append(problem)
    return render_template(
        "eservices/desk_services.html",
        services=queries.services(db.session),
        numbers=queries.version_numbers(db.session),
        problems=problems,
    )


@blueprint.get("/services/<string:slug>/")
@staff
def service(slug: str) -> str:
    """A service's form as people see it, to look at."""
    found = queries.service(db.session, slug)
    if found is None or found.version is None:
        abort(404)
    definition = definition_of(found.version)
    communities = {row.code: row.name for row in organisation.communities(db.session)}
    setting, today = Setting(language(), communities), clock.athens_date(clock.now())
    pages = [(step, forms.kept_step(definition, step, setting, {}, today)) for step in definition.steps]
    return render_template("eservices/desk_service.html", service=found, definition=definition, pages=pages)


@blueprint.get("/counter/")
@role_required(Role.CLERK)
def counter() -> str:
    """Choose the service that somebody at the counter wants; what was begun for others."""
    return render_template(
        "eservices/counter.html",
        taken_too=taken_too,
        services=[found for found in queries.services(db.session) if policy.can_be_filed(found)],
        drafts=queries.drafts_for_others(db.session, person().id),
    )


def service_at_counter(slug: str) -> Service:
    """The service, if it has a form; else 404."""
    found = queries.service(db.session, slug)
    if found is None or not policy.can_be_filed(found):
        abort(404)
    return found


@blueprint.get("/counter/<string:slug>/")
@role_required(Role.CLERK)
def begin(slug: str) -> str:
    """How it came in, before the form."""
    return _before_form(service_at_counter(slug), forms.CounterForm(formdata=None))


@blueprint.post("/counter/<string:slug>/")
@role_required(Role.CLERK)
def begin_submit(slug: str) -> Any:
    """Begin the form of somebody else."""
    found, form = service_at_counter(slug), forms.CounterForm()
    if not form.validate_on_submit():
        return _before_form(found, form), 422
    whom = operations.ForSomebody(person(), form.channel.data, bool(form.identity.data))
    try:
        draft = operations.start_for(db.session, found, whom, language=language(), now=clock.now())
    except operations.IdentityUnchecked as refusal:
        form.identity.refuse(_(refusal.message))
        return _before_form(found, form), 422
    db.session.commit()
    return redirect(url_for("eservices.resume", slug=slug, token=draft.token))


def _before_form(found: Service, form: forms.CounterForm) -> str:
    return render_template("eservices/begin.html", service=found, form=form)


def case_to_decide(slug: str) -> Case:
    """The case, if whoever asks may act on it and it was filed with a service."""
    found = casework.case_by_slug(db.session, slug)
    if found is None or queries.submission(db.session, found.id) is None:
        abort(404)
    if not casework_policy.may_act(current_mandate(), found):
        abort(403)
    return found


@blueprint.get("/services/<string:slug>/decide/")
@staff
def decide(slug: str) -> str:
    """Decide a case: `slug` is its reference."""
    found = case_to_decide(slug)
    form = forms.DecisionForm(formdata=None, data={"seen": str(found.version)})
    return _show(found, form)


@blueprint.post("/services/<string:slug>/decide/")
@staff
def decide_submit(slug: str) -> Any:
    """Show what the document would say, or decide."""
    found, form = case_to_decide(slug), forms.DecisionForm()
    if not form.validate_on_submit():
        return _show(found, form), 422
    ruling = operations.Ruling(form.outcome.data, form.reasons.data or "", form.seen_version)
    if not form.confirmed:
        return _preview(found, form, ruling)
    operations.decide(db.session, found, ruling, actor=person(), now=clock.now())
    db.session.commit()
    flash(_("Decided. The document is being sealed and sent to the applicant."), "success")
    return redirect(url_for("casework_desk.case", slug=slug))


def _preview(found: Case, form: forms.DecisionForm, ruling: operations.Ruling) -> Any:
    """The document as it would be; missing reasons are said at the field."""
    if ruling.outcome is not Outcome.APPROVED and not ruling.reasons.strip():
        form.reasons.refuse(_(operations.ReasonsMissing.message))
        return _show(found, form), 422
    document = operations.preview(db.session, found, ruling, actor=person(), now=clock.now())
    return _show(found, form, document)


def _show(found: Case, form: forms.DecisionForm, document: dict[str, object] | None = None) -> str:
    """The page on which a case is decided."""
    submission = queries.submission(db.session, found.id)
    assert submission is not None
    return render_template(
        "eservices/decide.html",
        case=found,
        submission=submission,
        parts=queries.answers_summary(db.session, submission, language()),
        form=form,
        document=document,
    )


def panel(case: Case) -> tuple[str, dict[str, Any]]:
    """What was filed and decided, for the staff's page of a case."""
    submission = queries.submission(db.session, case.id)
    if submission is None:
        return "eservices/desk_panel.html", {"parts": [], "submission": None, "decision": None}
    return "eservices/desk_panel.html", {
        "submission": submission,
        "parts": queries.answers_summary(db.session, submission, language()),
        "decision": submission.decision,
        "decide_url": url_for("eservices_desk.decide", slug=case.slug)
        if casework_policy.may_act(current_mandate(), case)
        else "",
    }
