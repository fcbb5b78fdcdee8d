"""The desk: one queue for everything, and what staff do with a case."""

from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for

from portal.accounts.access import person, staff
from portal.casework import forms, operations, policy, queries
from portal.casework.access import may_see, seen_case, unread
from portal.casework.desk.actions import ACTIONS, Action
from portal.casework.desk.words import calendar_for, capped, clock_words, queue_counts
from portal.casework.models import Case, kinds
from portal.core import clock
from portal.core.db import db
from portal.core.fields import choice
from portal.core.files import FileRefused
from portal.core.i18n import language, plain
from portal.core.i18n import translate as _
from portal.core.texts import N_
from portal.core.web import key
from portal.organisation import queries as organisation
from portal.organisation.access import current_mandate

blueprint = Blueprint("casework_desk", __name__, url_prefix="/<lang:lang>/desk")

#: kind of case → (template, values) with which the room that filed it shows it to staff; filled by `portal.app`
panels: dict[str, Callable[[Case], tuple[str, dict[str, Any]]]] = {}

#: names in the address of the queue that a link to another view or page keeps
FILTERS = {"q", "kind", "subject", "unit", "community", "filters"} | {
    f"{name}-{part}" for name in ("since", "until") for part in ("day", "month", "year")
}
VIEW_LABELS = {
    "open": N_("Open"),
    "mine": N_("Mine"),
    "unassigned": N_("Unassigned"),
    "waiting": N_("Waiting for the applicant"),
    "soon": N_("Due within 3 days"),
    "late": N_("Late"),
    "information": N_("For information"),
    "closed": N_("Closed"),
}


@blueprint.get("/cases/")
@staff
def queue() -> Any:
    """The queue: everything that waits for me or my units."""
    wanted = wanted_cases()
    filtered = any((wanted.text, wanted.kind, wanted.unit_id, wanted.community_id, wanted.filed_from, wanted.filed_to))
    mandate, today = current_mandate(), clock.athens_date(clock.now())
    rows = queries.queue(db.session, mandate, wanted, today=today)
    form = queue_form() if "filters" in request.args else None
    page = render_template(
        "casework/queue.html",
        form=form,
        wanted=wanted,
        rows=lines(rows, today),
        next_url=next_url(queries.next_after(rows, wanted)),
        views=view_chips(wanted, queue_counts(), with_filters=form is None),
        filtered=filtered,
    )
    return page, form.status if form else 200


def lines(rows: Sequence[queries.CaseRow], today: date) -> list[tuple[Any, ...]]:
    """Each row with its state, the state's label, and its clock in words, share and tone."""
    calendar = calendar_for(row.clock for row in rows)
    states = {(row.kind, row.state): queries.state_of(row) for row in rows}
    labels = {known: _(state.label) for known, state in states.items()}
    keys = [(row.kind, row.state) for row in rows]
    return [
        (row, states[code], labels[code], clock_words(row.clock, today, calendar))
        for row, code in zip(rows, keys, strict=True)
    ]


def queue_form() -> forms.QueueForm:
    """The filters, with what can be chosen."""
    form = forms.QueueForm()
    anything = choice("", _("All of them"))
    mandate = current_mandate()
    form.kind.choices = [anything, *(choice(kind.code, _(kind.label)) for kind in kinds().values())]
    units = [u for u in organisation.units(db.session) if mandate.is_administrator or u.id in mandate.seen_unit_ids]
    form.unit.choices = [anything, *(choice(str(unit.id), plain(unit.name)) for unit in units)]
    communities = organisation.communities(db.session)
    form.community.choices = [anything, *(choice(str(c.id), plain(c.name)) for c in communities)]
    form.validate()
    return form


def wanted_cases() -> queries.QueueFilter:
    """The filter that stands in the address; what cannot be read is left out."""
    args = request.args
    view = args["view"] if args.get("view") in queries.VIEWS else "open"
    text = args.get("q", "")[:100].strip()
    dated = any(name.startswith(("since", "until")) for name in args)
    form = forms.QueueForm() if dated else None
    return queries.QueueFilter(
        view=view,
        kind=args.get("kind", "") if args.get("kind") in kinds() else "",
        subject=args.get("subject", "")[:80],
        unit_id=args.get("unit", type=key),
        community_id=args.get("community", type=key),
        filed_from=form.since.data if form else None,
        filed_to=form.until.data if form else None,
        text=text,
        after=_place(view, searched=bool(text)),
    )


def _place(view: str, *, searched: bool) -> tuple[str, int] | None:
    """Where the last page ended, if the address says it as that view does; what is searched goes by key alone."""
    text, number = request.args.get("after", ""), request.args.get("after_id", type=key)
    try:
        if view == "closed" and not searched:
            fits = datetime.fromisoformat(text).tzinfo is not None and "1900" < text < "9999"
        else:
            fits = searched or bool(date.fromisoformat(text))
    except ValueError:
        return None
    return (text, number) if fits and number else None


def address(**changes: str) -> str:
    """The queue with the filters at hand, and what is changed in them; nothing else of the address is taken over."""
    kept = {name: value for name, value in request.args.items() if name in FILTERS and value}
    return f"/{language()}/desk/cases/?{urlencode({**kept, **changes})}"


def next_url(after: tuple[str, int] | None) -> str:
    """The same address, a page on."""
    if after is None:
        return ""
    return address(view=request.args.get("view", "open"), after=after[0], after_id=str(after[1]))


def view_chips(wanted: queries.QueueFilter, counts: dict[str, int], *, with_filters: bool) -> list[dict[str, Any]]:
    """The views of the queue as chips, with their counts up to 99+, and the way to the filters."""
    more = {"label": _("+ filters"), "url": address(view=wanted.view, filters="show"), "current": False}
    return [*_views(wanted, counts), *([more] if with_filters else [])]


def _views(wanted: queries.QueueFilter, counts: dict[str, int]) -> list[dict[str, Any]]:
    return [
        {
            "label": _(label),
            "url": address(view=view),
            "current": view == wanted.view,
            "count": capped(counts.get(view)),
        }
        for view, label in VIEW_LABELS.items()
    ]


@blueprint.get("/cases/<string:slug>/")
@staff
def case(slug: str) -> str:
    """One case: what was filed, what happened, what to do next."""
    found = seen_case(slug)
    mandate, today = current_mandate(), clock.athens_date(clock.now())
    return render_template(
        "casework/desk_case.html",
        case=found,
        state=queries.state_of(found),
        words=clock_words(found.clock, today, calendar_for([found.clock])),
        events=queries.history(db.session, found, internal=True),
        panel=panels[found.kind](found) if found.kind in panels else None,
        may_act=policy.may_act(mandate, found),
        actions={name: action for name, action in ACTIONS.items() if action.fits(found)},
        watched=queue_counts()["information"] and unread(found),
    )


@blueprint.post("/cases/<string:slug>/seen/")
@staff
def seen(slug: str) -> Any:
    """My units have read what was sent to them for information."""
    found, form = seen_case(slug), forms.TakeForm()
    if form.validate_on_submit():
        operations.mark_seen(db.session, found, current_mandate().seen_unit_ids)
        db.session.commit()
    return redirect(url_for(".queue", view="information"))


@blueprint.get("/cases/<string:slug>/<string:action>/")
@staff
def act(slug: str, action: str) -> str:
    """The form of one of the actions."""
    found, chosen = case_to_act_on(slug, action)
    if not chosen.fits(found):
        raise operations.CaseError
    form = chosen.form(formdata=None)
    form.seen.data = str(found.version)
    return render_template("casework/act.html", case=found, action=chosen, form=offered(form, found))


@blueprint.post("/cases/<string:slug>/<string:action>/")
@staff
def act_submit(slug: str, action: str) -> Any:
    """Do it."""
    found, chosen = case_to_act_on(slug, action)
    form, status = offered(chosen.form(), found), 422
    if form.validate_on_submit():
        try:
            chosen.do(db.session, found, form, person(), clock.now())
            db.session.commit()
        except (FileRefused, operations.CaseError) as refusal:
            status = refused(form, refusal, slug)
        else:
            flash(_(chosen.done), "success")
            return redirect(url_for(".case", slug=slug) if may_see(found) else url_for(".queue"))
    db.session.rollback()
    return render_template("casework/act.html", case=seen_case(slug), action=chosen, form=form), status


def refused(form: Any, refusal: FileRefused | operations.CaseError, slug: str) -> int:
    """Say beside what was typed why it cannot be done; a second press then knows the case as it is by now."""
    db.session.rollback()
    message = _(refusal.message, **refusal.values)
    if isinstance(refusal, FileRefused):
        form.files.refuse(message)
        return 422
    form.form_errors.append(message)
    form.seen.data = str(seen_case(slug).version)
    return 409


def case_to_act_on(slug: str, action: str) -> tuple[Case, Action]:
    """The case and what is to be done with it; 404 for no such thing, 403 for whoever may not.

    :raises CaseClosedAlready: if nothing can be done any more.
    """
    if action not in ACTIONS:
        abort(404)
    found = seen_case(slug)
    if found.is_closed:
        raise operations.CaseClosedAlready
    if not policy.may_act(current_mandate(), found):
        abort(403)
    return found, ACTIONS[action]


def offered(form: forms.DeskForm, found: Case) -> forms.DeskForm:
    """The form with the units and people to whom the case can be given, if it asks for them."""
    if "unit" in form:
        away = isinstance(form, forms.ForwardForm)  # forwarding to where it is would only set its clock back
        units = [(u.id, plain(u.name)) for u in organisation.units(db.session) if not (away and u.id == found.unit_id)]
        duties = organisation.people_of(db.session, found.unit_id, clock.athens_date(clock.now()))
        form.offer(units=units, people=list(dict.fromkeys((duty.user_id, duty.user.full_name) for duty in duties)))
    return form
