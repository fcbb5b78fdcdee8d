"""The crew's pages, for a telephone: my jobs, one of them, here, done; and the route of the day."""

from __future__ import annotations

from typing import Any

from flask import abort, flash, jsonify, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from portal.accounts.access import person, staff
from portal.casework.forms import SeenForm
from portal.core import clock
from portal.core.db import db
from portal.core.errors import Refused
from portal.core.files import FileRefused
from portal.core.i18n import language
from portal.core.i18n import translate as _
from portal.core.texts import Translated
from portal.faults import operations, policy
from portal.faults.access import fault_staff, fault_to_act_on, seen_fault
from portal.faults.desk.base import blueprint, bounds, kept_photos, shapes, tried
from portal.faults.desk.panel import answers_in_words
from portal.faults.forms.crews import DoneForm
from portal.faults.models import Fault
from portal.faults.models.grid import Near
from portal.faults.queries import staff as reads
from portal.faults.queries.routes import length, ordered
from portal.organisation import queries as organisation
from portal.organisation.access import current_mandate
from portal.organisation.models import Role


def _near(name: str = "near") -> Near | None:
    """The position that stands in the address as `35.3177,25.3904`; what cannot be read counts as none."""
    lat, _comma, lon = request.args.get(name, "").partition(",")
    try:
        found = Near(float(lat), float(lon), 0)
    except ValueError:
        return None
    return found if abs(found.lat) <= 90 and abs(found.lon) <= 180 else None


def _places() -> list[dict[str, Any]]:
    """Known places, to start from without telling where one is."""
    found = sorted(organisation.places(db.session), key=lambda place: place.name.text(language()))
    return [{"at": f"{place.lat:.4f},{place.lon:.4f}", "name": place.name} for place in found]


@blueprint.get("/crew/")
@fault_staff
def crew() -> str:
    """My jobs: the nearest first if it is known where I am, else the most urgent."""
    near, mandate = _near(), current_mandate()
    return render_template(
        "faults/desk_crew.html",
        jobs=reads.jobs(db.session, mandate, near=near),
        disputed=reads.disputed_count(db.session, mandate),
        administrator=mandate.is_administrator,
        sets_rules=policy.may_set_rules(mandate),
        notes=mandate.has(Role.CLERK),
        near=f"{near.lat:.4f},{near.lon:.4f}" if near else "",
        places=_places(),
        today=clock.athens_date(clock.now()),
    )


@blueprint.get("/crew/<string:slug>/")
@staff
def job(slug: str) -> str:
    """One job."""
    return _show(seen_fault(slug), DoneForm(formdata=None))


def _show(fault: Fault, form: DoneForm) -> str:
    return render_template(
        "faults/desk_job.html",
        fault=fault,
        form=form,
        answers=answers_in_words(fault),
        shapes=shapes([fault]),
        bounds=bounds([fault]),
        may_act=policy.may_act(current_mandate(), fault.case),
        today=clock.athens_date(clock.now()),
    )


@blueprint.post("/crew/<string:slug>/here/")
@staff
def here(slug: str) -> Any:
    """I am here: it is being repaired."""
    fault = fault_to_act_on(slug)
    if not SeenForm().validate_on_submit():
        abort(400)
    operations.arrive(db.session, fault, actor=person(), now=clock.now())
    db.session.commit()
    flash(_("Noted: it is being repaired."), "success")
    return redirect(url_for(".job", slug=slug))


@blueprint.post("/crew/<string:slug>/")
@staff
def done(slug: str) -> Any:
    """It is repaired; what a telephone sends twice is noted once."""
    fault, form = seen_fault(slug), DoneForm()
    if reads.noted(db.session, fault, str(form.once.data)):
        return _noted()
    fault = fault_to_act_on(slug)
    fields: dict[type[Refused], str] = {operations.ProofNeeded: "note", FileRefused: "photos"}
    if status := tried(form, slug, lambda: _finish(fault, form), fields):
        return _show(seen_fault(slug), form), status
    db.session.commit()
    return _noted()


def _finish(fault: Fault, form: DoneForm) -> None:
    now, note = clock.now(), str(form.note.data or "")
    given = operations.Done(
        note=Translated({language(): note} if note else {}),
        photo_ids=kept_photos(form, now),
        minutes=int(form.minutes.data or 0),
        materials=str(form.materials.data or ""),
        once=str(form.once.data),
    )
    operations.finish(db.session, fault, given, actor=person(), now=now)


def _noted() -> Response:
    """For the script that sends a kept form a plain word, for a browser the next job."""
    flash(_("Noted: repaired. Whoever reported it has been told."), "success")
    if request.accept_mimetypes.best == "application/json":
        return jsonify({"noted": True})
    return redirect(url_for(".crew"))


@blueprint.get("/route/")
@fault_staff
def route() -> str:
    """Today's jobs in a good order, on the map and as a list to print."""
    today, start = clock.athens_date(clock.now()), _near("start")
    jobs = reads.jobs(db.session, current_mandate())
    wanted = set(request.args.getlist("job")[: reads.SHOWN])
    picked = wanted if "choose" in request.args else {each.fault.slug for each in jobs if each.is_for(today)}
    first = (start.lat, start.lon) if start else None
    stops = ordered([each.fault for each in jobs if each.fault.slug in picked], first)
    return render_template(
        "faults/desk_route.html",
        jobs=jobs,
        picked=picked,
        stops=stops,
        start=f"{start.lat:.4f},{start.lon:.4f}" if start else "",
        shapes=shapes(stops, numbered=True),
        bounds=bounds(stops),
        kilometres=length(stops, first) / 1000,
        places=_places(),
        today=today,
    )
