"""What staff say of a report: how it stands, what it repeats, its parts, its category."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for

from portal.accounts.access import person, staff
from portal.casework.access import may_see
from portal.core import clock
from portal.core.db import db
from portal.core.errors import Refused
from portal.core.files import FileRefused
from portal.core.i18n import languages, plain
from portal.core.i18n import translate as _
from portal.core.texts import LEGAL_LANGUAGE, N_
from portal.faults import operations, queries
from portal.faults.access import fault_to_act_on
from portal.faults.desk.base import blueprint, kept_photos, to_case, tried
from portal.faults.forms.desk import (
    CHOICES,
    ChangeForm,
    MergeForm,
    RecategoriseForm,
    categories_of,
    change_data,
    change_form,
    split_form,
)
from portal.faults.models import CannedReply, Fault, FaultState
from portal.faults.queries import staff as reads
from portal.organisation import queries as organisation
from portal.organisation.access import current_mandate

#: at which field of a form a refusal is said
_NOTE = f"note_{LEGAL_LANGUAGE}"
_FIELDS: dict[type[Refused], str] = {
    operations.ReasonNeeded: _NOTE,
    operations.ProofNeeded: _NOTE,
    operations.DayNeeded: "planned_on",
    operations.OtherNeeded: "body",
    FileRefused: "photos",
}


def _wanted_state() -> FaultState | None:
    sent = request.args.get("state", "")
    return next((state for state in CHOICES if state.value == sent), None)


def _reply(fault: Fault) -> CannedReply | None:
    code = request.args.get("reply", "")
    return next((row for row in queries.replies(db.session, fault.category) if code and row.code == code), None)


def _change_form(fault: Fault, *, sent: bool) -> ChangeForm:
    kind = change_form(fault, languages())
    reply = None if sent else _reply(fault)
    state = _wanted_state() or (reply.state if reply else None)
    form = kind() if sent else kind(formdata=None, data=change_data(fault, state, reply))
    form.offer(queries.bodies(db.session))
    return form


def _show_change(fault: Fault, form: ChangeForm) -> str:
    replies = queries.replies(db.session, fault.category, _wanted_state())
    return render_template("faults/desk_change.html", fault=fault, form=form, replies=replies, chosen=_reply(fault))


@blueprint.get("/<string:slug>/change/")
@staff
def change(slug: str) -> str:
    """Ask what it is now; a canned reply fills in the note."""
    fault = fault_to_act_on(slug)
    return _show_change(fault, _change_form(fault, sent=False))


@blueprint.post("/<string:slug>/change/")
@staff
def change_submit(slug: str) -> Any:
    """Say so; the reporter gets a letter."""
    fault = fault_to_act_on(slug)
    form = _change_form(fault, sent=True)
    if status := tried(form, slug, lambda: _do_change(fault, form), _FIELDS):
        return _show_change(fault_to_act_on(slug), form), status
    db.session.commit()
    flash(_("Noted. Whoever reported it has been told."), "success")
    return to_case(fault)


def _do_change(fault: Fault, form: ChangeForm) -> None:
    now = clock.now()
    photos = kept_photos(form, now) if form.state.data is FaultState.REPAIRED else []
    wanted = form.change(queries.bodies(db.session), photos)
    write = operations.pass_on if wanted.state is FaultState.PASSED_ON else operations.change_state
    write(db.session, fault, wanted, actor=person(), now=now, seen_version=form.seen_version)


# -- it repeats another one


def _merge_form(fault: Fault, *, sent: bool) -> MergeForm:
    form = MergeForm() if sent else MergeForm(formdata=None, data={"seen": str(fault.case.version)})
    around = reads.surroundings(db.session, fault, current_mandate(), now=clock.now())
    form.offer([(each.fault.slug, _near_words(each)) for each in around.open])
    return form


def _near_words(each: reads.Neighbour) -> str:
    row = each.fault
    words = [row.reference, plain(row.category.name), row.address, _("%(metres)s m away", metres=round(each.metres))]
    return " · ".join(word for word in words if word)


def _show_merge(fault: Fault, form: MergeForm) -> str:
    return render_template("faults/desk_merge.html", fault=fault, form=form)


@blueprint.get("/<string:slug>/before/")
@staff
def before(slug: str) -> str:
    """Ask which report it repeats."""
    fault = fault_to_act_on(slug)
    return _show_merge(fault, _merge_form(fault, sent=False))


@blueprint.post("/<string:slug>/before/")
@staff
def before_submit(slug: str) -> Any:
    """Close it; whoever told us follows the other one."""
    fault = fault_to_act_on(slug)
    form = _merge_form(fault, sent=True)
    fields: dict[type[Refused], str] = dict.fromkeys((NoSuchReport, *_NOT_TOGETHER), "number")
    if status := tried(form, slug, lambda: _do_merge(fault, form), fields):
        return _show_merge(fault_to_act_on(slug), form), status
    db.session.commit()
    flash(_("Noted: it was reported before. Whoever reported it follows the other report from now on."), "success")
    return to_case(fault)


_NOT_TOGETHER = (operations.SameReport, operations.OtherClosed, operations.OtherPublic)


class NoSuchReport(Refused):
    """A number that nobody knows, or that is not for these eyes."""

    message = N_("There is no report with this number that you may see.")


def _do_merge(fault: Fault, form: MergeForm) -> None:
    into = queries.fault(db.session, form.slug)
    if into is None or not (into.shown or may_see(into.case)):
        raise NoSuchReport
    operations.merge(db.session, fault, into, actor=person(), now=clock.now(), seen_version=form.seen_version)


# -- parts for several units


def _split_form(fault: Fault, *, sent: bool) -> Any:
    units = [(unit.id, plain(unit.name)) for unit in organisation.units(db.session)]
    kind = split_form(queries.categories(db.session), units)
    return kind() if sent else kind(formdata=None, data={"seen": str(fault.case.version)})


@blueprint.get("/<string:slug>/split/")
@staff
def split(slug: str) -> str:
    """Ask for the parts."""
    fault = fault_to_act_on(slug)
    return render_template("faults/desk_split.html", fault=fault, form=_split_form(fault, sent=False))


@blueprint.post("/<string:slug>/split/")
@staff
def split_submit(slug: str) -> Any:
    """A report for each part."""
    fault = fault_to_act_on(slug)
    form = _split_form(fault, sent=True)
    if status := tried(form, slug, lambda: _do_split(fault, form)):
        pressed = form.parts.changed  # a button for the rows is no mistake
        page = render_template("faults/desk_split.html", fault=fault_to_act_on(slug), form=form)
        return page, 200 if pressed else status
    db.session.commit()
    flash(_("Each part is a report of its own now. This one is yours to close when all of them are done."), "success")
    return to_case(fault)


def _do_split(fault: Fault, form: Any) -> None:
    known = {row.id: row for row in queries.categories(db.session)}
    parts = [operations.Part(known[row["category"]], row["unit"], row["text"]) for row in form.parts.data]
    operations.split(db.session, fault, parts, actor=person(), now=clock.now(), seen_version=form.seen_version)


# -- something else is broken


def _category_form(fault: Fault, *, sent: bool) -> RecategoriseForm:
    data = {"seen": str(fault.case.version), "category": fault.category_id}
    form = RecategoriseForm() if sent else RecategoriseForm(formdata=None, data=data)
    form.category.choices = categories_of(queries.categories(db.session))
    return form


@blueprint.get("/<string:slug>/category/")
@staff
def category(slug: str) -> str:
    """Ask what is broken."""
    fault = fault_to_act_on(slug)
    return render_template("faults/desk_category.html", fault=fault, form=_category_form(fault, sent=False))


@blueprint.post("/<string:slug>/category/")
@staff
def category_submit(slug: str) -> Any:
    """Another category, and with it another limit and perhaps another unit."""
    fault = fault_to_act_on(slug)
    form = _category_form(fault, sent=True)
    if status := tried(form, slug, lambda: _do_category(fault, form)):
        return render_template("faults/desk_category.html", fault=fault_to_act_on(slug), form=form), status
    db.session.commit()
    flash(_("The category is changed; its unit and its time limit have followed."), "success")
    return to_case(fault) if may_see(fault.case) else redirect(url_for("casework_desk.queue"))


def _do_category(fault: Fault, form: RecategoriseForm) -> None:
    known = next(row for row in queries.categories(db.session) if row.id == form.category.data)
    operations.recategorise(db.session, fault, known, actor=person(), now=clock.now(), seen_version=form.seen_version)
