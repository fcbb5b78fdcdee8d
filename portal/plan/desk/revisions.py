"""Revisions of the plan: all of them, a new one, and what one of them changes."""

from __future__ import annotations

from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for

from portal.accounts.access import person
from portal.core import clock
from portal.core.db import db
from portal.core.i18n import plain
from portal.core.i18n import translate as _
from portal.core.texts import Translated
from portal.core.trying import tried
from portal.core.web import portal
from portal.organisation import queries as organisation
from portal.organisation.access import role_required
from portal.organisation.operations import Role
from portal.plan import operations
from portal.plan.access import plan_or_404
from portal.plan.desk.base import blueprint
from portal.plan.desk.workbook import attachment
from portal.plan.forms import columns
from portal.plan.forms import revising as forms
from portal.plan.models import Revision
from portal.plan.operations import comparing, deciding, revising
from portal.plan.operations.revising import By, NewRevision
from portal.plan.operations.workbook import AXES
from portal.plan.queries import revisions as reads
from portal.plan.queries import versions

#: changes on one page
SIZE = 20
#: forms of the page of a revision, by what they do
STEPS = {
    "decide": forms.DecisionForm,
    "reject": forms.RejectForm,
    "rest": forms.RestForm,
    "step": forms.StepForm,
}


@blueprint.get("/plan/revisions/")
@role_required(Role.PLANNER)
def revisions() -> str:
    """All revisions, the newest first."""
    plan = plan_or_404()
    latest = versions.latest_version(db.session, plan)
    rows = reads.revisions(db.session, plan)
    return render_template("plan/desk_revisions.html", plan=plan, latest=latest, rows=rows)


@blueprint.get("/plan/revisions/new/")
@role_required(Role.PLANNER)
def new_revision() -> str:
    """What it is called, and why it is; `file` names the workbook that was brought."""
    plan_or_404()
    form = forms.RevisionForm(formdata=None, data={"file_id": request.args.get("file", "")[:20]})
    return render_template("plan/desk_revision_new.html", form=form)


@blueprint.post("/plan/revisions/new/")
@role_required(Role.PLANNER)
def new_revision_submit() -> Any:
    """Begin it, from the newest version or from the workbook that was brought."""
    form, plan = forms.RevisionForm(), plan_or_404()
    made: list[Revision] = []

    def start() -> None:
        wanted = brought(form)
        made.append(revising.start_revision(db.session, plan, wanted, actor_id=person().id, now=clock.now()))

    if status := tried(form, start):
        return render_template("plan/desk_revision_new.html", form=form), status
    db.session.commit()
    return redirect(url_for(".revision", number=made[0].id))


def brought(form: forms.RevisionForm) -> NewRevision:
    """What the form says, with the workbook that it names.

    :raises WorkbookRefused: the workbook has problems.
    """
    given, kept = form.given, attachment(str(form.file_id.data or ""))
    if kept is None:
        return given
    book = operations.read(portal.store.get(kept.sha256))
    if book.problems:
        raise operations.WorkbookRefused(book.problems)
    return NewRevision(given.title, given.reasons, book)


@blueprint.get("/plan/revisions/<int:number>/")
@role_required(Role.PLANNER)
def revision(number: int) -> str:
    """What it changes, what is missing, and what comes next."""
    return show_revision(revision_or_404(number))


@blueprint.post("/plan/revisions/<int:number>/reasons/")
@role_required(Role.PLANNER)
def reasons_submit(number: int) -> Any:
    """Write down why changes are."""
    row = revision_or_404(number)
    page, form = page_of(), reasons_of(row, comparing.lines(row.base.content, row.content), sent=True)

    def explain() -> None:
        revising.explain(db.session, row, form.given, by=by(form))

    if status := tried(form, explain):
        return show_revision(row, reasons=form), status
    db.session.commit()
    flash(_("The reasons are saved."), "success")
    return redirect(url_for(".revision", number=number, page=page))


def revision_or_404(number: int) -> Revision:
    """The revision at an address."""
    return reads.revision(db.session, number) or abort(404)


def by(form: Any) -> By:
    """Who sends a form, and which state of the revision they saw."""
    seen = str(form.seen.data or "")
    return By(person().id, clock.now(), int(seen) if seen.isdecimal() and len(seen) < 10 else 0)


def page_of() -> int:
    """Which page of the changes; the first is 1."""
    page = request.args.get("page", "1")
    return max(int(page), 1) if page.isdecimal() and len(page) < 5 else 1


def reasons_of(row: Revision, lines: list[comparing.Line], *, sent: bool = False) -> forms.ReasonsForm:
    """The form with the reasons of a page of changes."""
    shown = lines[(page_of() - 1) * SIZE :][:SIZE]
    kind = forms.reasons_form([(line.key, called(line)) for line in shown])
    if sent:
        return kind()
    data = {forms.field_of(line.key): row.why.get(line.key, "") for line in shown}
    return kind(formdata=None, data={**data, "seen": str(row.seen)})


def called(line: comparing.Line) -> str:
    """How a change is called: what kind of row, its code and title."""
    said = line.difference
    return " ".join(filter(None, (str(columns.ROWS[said.kind]), said.code, plain(Translated(said.title)))))


def show_revision(row: Revision, **sent: Any) -> str:
    """The page of a revision; forms that were sent are shown as they are, the others fresh."""
    compared = comparing.compared(row.base.content, row.content)
    fresh = {name: kind(formdata=None, data={"seen": str(row.seen)}) for name, kind in STEPS.items()}
    for form in sent.values():
        form.seen.data = str(row.seen)
    moved = deciding.has_moved(db.session, row)
    return render_template(
        "plan/desk_revision.html",
        revision=row,
        compared=compared,
        lines=compared.lines[(page_of() - 1) * SIZE :][:SIZE],
        page=page_of(),
        pages=-(-len(compared.lines) // SIZE),
        missing=len(revising.unexplained(row)),
        problems=revising.problems_of(db.session, row) if compared.lines else [],
        moved=moved,
        collisions=deciding.collisions(db.session, row) if moved else [],
        forms={"reasons": reasons_of(row, compared.lines), **fresh, **sent},
        titles=comparing.titles(row.content) | comparing.titles(row.base.content),
        axes=comparing.titles(row.base.content, AXES) | comparing.titles(row.content, AXES),
        names=names(),
        called=called,
        words=columns,
    )


def names() -> columns.Names:
    """What codes of units and communities mean."""
    units = {unit.code: unit.name for unit in organisation.units(db.session)}
    return units | {community.code: community.name for community in organisation.communities(db.session)}
