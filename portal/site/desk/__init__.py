"""Staff pages that span rooms: overview, search, people, duties, letters and jobs."""

from datetime import timedelta
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for

from portal.accounts import operations as accounts
from portal.accounts import queries as account_queries
from portal.accounts.access import person, staff
from portal.casework import queries as casework
from portal.casework.desk.words import capped, queue_counts
from portal.core import clock, outbox
from portal.core.db import db
from portal.core.i18n import plain
from portal.core.i18n import translate as _
from portal.core.web import key
from portal.organisation import operations as organisation
from portal.organisation import queries as units
from portal.organisation.access import current_mandate, role_required
from portal.organisation.operations import Role
from portal.site import queries
from portal.site.forms import ButtonForm, DutyForm, ProofForm

blueprint = Blueprint("site_desk", __name__, url_prefix="/<lang:lang>/desk")


@blueprint.get("/")
@staff
def home() -> str:
    """What waits for me today."""
    today = clock.athens_date(clock.now())
    mandate = current_mandate()
    urgent = casework.queue(db.session, mandate, casework.QueueFilter(), today=today, most=5)
    mine = casework.queue(db.session, mandate, casework.QueueFilter(view="mine"), today=today, most=5)
    duties = units.duties_of(db.session, person().id, today)
    counts = {view: capped(count) for view, count in queue_counts().items()}
    return render_template("site/desk_home.html", urgent=urgent, mine=mine, counts=counts, duties=duties, today=today)


@blueprint.get("/search/")
@staff
def search() -> str:
    """Cases and register entries by words."""
    text = request.args.get("q", "")[:100].strip()
    cases, entries = queries.found_by_staff(db.session, text, current_mandate())
    most = queries.MOST_BY_STAFF
    return render_template("site/desk_search.html", text=text, cases=cases, entries=entries, most=most)


@blueprint.get("/people/")
@role_required(Role.CLERK)
def people() -> str:
    """Find a person's account to prove who they are."""
    email = request.args.get("email", "").strip().lower()[:254]
    found = account_queries.by_email(db.session, email) if email else None
    return render_template("site/people.html", email=email, found=found, form=ProofForm(formdata=None))


@blueprint.post("/people/<int:user_id>/proof/")
@role_required(Role.CLERK)
def prove(user_id: int) -> Any:
    """The person stands before us with an identity card: level B."""
    user, form = account_queries.by_id(db.session, user_id), ProofForm()
    if user is None:
        abort(404)
    if not form.validate_on_submit():
        return render_template("site/people.html", email=user.email, found=user, form=form), 422
    accounts.prove_identity(db.session, user, how=form.how.data, by=person(), now=clock.now())
    db.session.commit()
    flash(_("The identity of %(name)s is proved: level B.", name=user.full_name), "success")
    return redirect(url_for(".people", email=user.email))


@blueprint.get("/duties/")
@role_required(Role.HEAD)
def duties() -> str:
    """Who does what in my units, and who stands in for whom."""
    return render_template("site/duties.html", rows=duty_rows(), form=duty_form())


def duty_rows() -> Any:
    """The running and coming duties of the units one heads."""
    mandate, today = current_mandate(), clock.athens_date(clock.now())
    unit_ids = None if mandate.is_administrator else mandate.headed_ids
    return units.duties_in(db.session, unit_ids, today)


def duty_form() -> DutyForm:
    """The form with what can be chosen."""
    form, mandate = DutyForm(), current_mandate()
    open_units = units.units(db.session)
    own = [u for u in open_units if mandate.is_administrator or u.id in mandate.headed_ids]
    form.offer([(unit.id, plain(unit.name)) for unit in own], account_queries.staff(db.session), mandate)
    return form


@blueprint.post("/duties/")
@role_required(Role.HEAD)
def duties_submit() -> Any:
    """Give somebody a duty or a substitution."""
    form = duty_form()
    if not form.validate_on_submit():
        return render_template("site/duties.html", rows=duty_rows(), form=form), 422
    user = account_queries.by_id(db.session, int(form.person.data))
    if user is None:
        abort(404)
    try:
        organisation.assign(db.session, user, form.new_duty(), actor_id=person().id, now=clock.now())
    except organisation.DutyEnded as refusal:
        form.ends_on.refuse(_(refusal.message))
        return render_template("site/duties.html", rows=duty_rows(), form=form), 422
    db.session.commit()
    flash(_("The duty was assigned."), "success")
    return redirect(url_for(".duties"))


@blueprint.post("/duties/<int:duty_id>/end/")
@role_required(Role.HEAD)
def end_duty(duty_id: int) -> Any:
    """The duty ended yesterday, or ends with its first day; one that has not begun is taken back."""
    now = clock.now()
    duty = next((row for row in duty_rows() if row.id == duty_id), None)
    if duty is None or not ButtonForm().validate_on_submit():
        abort(404 if duty is None else 400)
    last = max(duty.starts_on, clock.athens_date(now) - timedelta(days=1))
    organisation.end(db.session, duty, on=last, actor_id=person().id, now=now)
    db.session.commit()
    flash(_("The duty has ended."), "success")
    return redirect(url_for(".duties"))


@blueprint.get("/jobs/")
@role_required(Role.ADMINISTRATOR)
def jobs() -> str:
    """Letters and calls that could not be delivered."""
    dead = outbox.dead_letters(db.session, before=request.args.get("before", type=key))
    return render_template("site/jobs.html", dead=dead, waiting=outbox.waiting(db.session))


@blueprint.post("/jobs/<int:job_id>/again/")
@role_required(Role.ADMINISTRATOR)
def again(job_id: int) -> Any:
    """Try a dead letter once more."""
    job = db.session.get(outbox.Job, job_id)
    if job is None or job.dead_at is None or not ButtonForm().validate_on_submit():
        abort(404)
    outbox.revive(db.session, job, now=clock.now())
    db.session.commit()
    flash(_("It will be tried again now."), "success")
    return redirect(url_for(".jobs"))
