"""The register to read: list, one entry, a day, exports."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

from flask import Response, abort, render_template, request, url_for
from flask_babel import lazy_gettext as _l

from portal.accounts.access import staff
from portal.core import clock, downloads
from portal.core.db import db
from portal.core.i18n import plain
from portal.core.i18n import translate as _
from portal.documents import policy, queries
from portal.documents.desk import exports
from portal.documents.desk.frame import blueprint, current_reader, entry_links, place, seen_entry, unit_choices
from portal.documents.forms import LinkForm, RegisterForm
from portal.documents.models import Correction, Direction, Entry, Marking
from portal.organisation import queries as organisation

#: columns that can be corrected, as people call them
LABELS = {
    "subject": _l("Subject"),
    "party": _l("From or to"),
    "party_reference": _l("Their number and date"),
    "unit_id": _l("Unit"),
    "marking": _l("Marking"),
}


@blueprint.get("/register/")
@staff
def register() -> Any:
    """The register, newest first; the filters stand in the address."""
    reader = current_reader()
    form = register_form() if filters() or "filters" in request.args else None
    valid = form is None or not form.is_submitted() or form.validate()
    seen, wanted = policy.seen_by(reader), wanted_entries(form)
    rows = queries.page(db.session, seen, wanted, units=reader.only_units) if valid else []
    return render_template(
        "documents/register.html",
        form=form,
        rows=rows,
        filters=filters(),
        next_url=next_url(queries.next_after(rows)),
        may_register=policy.may_register(reader),
        today=clock.athens_date(clock.now()),
    ), form.status if form else 200


@blueprint.get("/register/export.<string:kind>")
@staff
def export(kind: str) -> Response:
    """What the filter finds, as a table for a spreadsheet (csv, xlsx), written out while it is read."""
    form = register_form()
    if kind not in exports.KINDS or (form.is_submitted() and not form.validate()):
        abort(404)
    return exports.KINDS[kind](exported(policy.seen_by(current_reader()), wanted_entries(form)))


def exported(seen: Any, wanted: queries.RegisterFilter) -> Iterator[queries.ExportRow]:
    """The lines, in a session of their own.

    That of the request is closed before a stream is read, and nobody would give back the connection it takes then.
    """
    with db.sessionmaker() as session:
        yield from queries.exported(session, seen, wanted)


@blueprint.get("/register/day/<string:on>/")
@staff
def day(on: str) -> str:
    """The register of a day, to be printed."""
    try:
        wanted = date.fromisoformat(on)
        before, after = wanted - timedelta(days=1), wanted + timedelta(days=1)
        clock.start_of(before)
    except (ValueError, OverflowError):
        abort(404)
    last = request.args.get("after", 0, type=int)
    rows = queries.day(db.session, policy.seen_by(current_reader()), wanted, after=min(last, 2**62))
    more = url_for(".day", on=on, after=rows[-1].id) if len(rows) == queries.MOST_OF_A_DAY else ""
    return render_template("documents/day.html", day=wanted, rows=rows, before=before, after=after, more=more)


@blueprint.get("/register/<string:book>/<int:year>/<int:number>/")
@staff
def entry(book: str, year: int, number: int) -> str:
    """One entry: what was registered, what was corrected, files, links."""
    return show(seen_entry(book, year, number))


@blueprint.get("/register/<string:book>/<int:year>/<int:number>/files/<int:attachment_id>/")
@staff
def file(book: str, year: int, number: int, attachment_id: int) -> Response:
    """A file of an entry."""
    found = queries.file_of(db.session, seen_entry(book, year, number), min(attachment_id, 2**62))
    if found is None:
        abort(404)
    return downloads.stored(found)


def show(entry: Entry, form: LinkForm | None = None) -> str:
    """The page of an entry, with the form for a link as it was sent, if it had mistakes."""
    reader = current_reader()
    earlier, later = queries.links_of(db.session, entry, policy.seen_by(reader))
    return render_template(
        "documents/entry.html",
        entry=entry,
        place=place(entry),
        rows=[_row(entry, column) for column in LABELS],
        corrections=[(one, _changes(one)) for one in entry.corrections],
        earlier=earlier,
        later=later,
        issued=queries.issued_of(db.session, entry.id),
        about=[link for links in entry_links for link in links(db.session, entry)],
        may_correct=policy.may_correct(reader, entry),
        may_revoke=policy.may_revoke(reader, entry),
        form=form or LinkForm(formdata=None),
        today=clock.athens_date(clock.now()),
    )


def _row(entry: Entry, column: str) -> tuple[Any, str, str | None]:
    """Label, value in force, and what was registered first where that differs."""
    if column == "unit_id":
        now, first = (plain(unit.name) if unit else "" for unit in (entry.current_unit, entry.unit))
    elif column == "marking":
        now, first = _(entry.current_marking.label), _(entry.marking.label)
    else:
        now, first = entry.current(column) or "", getattr(entry, column) or ""
    return LABELS[column], now, first if entry.is_corrected(column) else None


def _changes(correction: Correction) -> list[tuple[Any, str, str]]:
    """Label, what was there and what is right, of each column that a correction changed."""
    return [
        (LABELS[column], _words(column, change["was"]), _words(column, change["is"]))
        for column, change in correction.changes.items()
    ]


def _words(column: str, value: Any) -> str:
    if column == "unit_id":
        return next((plain(unit.name) for unit in organisation.units(db.session) if unit.id == value), "—")
    return _(Marking(value).label) if column == "marking" else value or "—"


def register_form() -> RegisterForm:
    """The filters, with the units that can be chosen."""
    form = RegisterForm()
    form.unit.choices = unit_choices(first=_("All of them"))
    return form


def wanted_entries(form: RegisterForm | None) -> queries.RegisterFilter:
    """The filter that stands in the address; a whole protocol number among the words names one entry."""
    if form is None:
        return queries.RegisterFilter(scopes=current_reader().scopes, after=_after())
    named = queries.year_and_number(form.q.data or "")
    year, number = named or (form.year.data, form.number.data)
    return queries.RegisterFilter(
        direction=Direction(form.direction.data) if form.direction.data else None,
        year=int(year) if year else None,
        number=int(number) if number else None,
        since=form.since.data,
        until=form.until.data,
        unit_id=int(form.unit.data) if form.unit.data else None,
        marking=Marking(form.marking.data) if form.marking.data else None,
        text="" if named else form.q.data or "",
        scopes=current_reader().scopes,
        after=_after(),
    )


def _after() -> tuple[datetime, int] | None:
    """Where the page before has ended; what cannot be read is left out."""
    number = request.args.get("after_id", type=int)
    try:
        moment = datetime.fromisoformat(request.args.get("after", ""))
    except ValueError:
        return None
    return (moment, number) if moment.tzinfo and number and 0 < number < 2**62 else None


def filters() -> dict[str, str]:
    """The filters in the address, without the place in the list."""
    return {name: value for name, value in request.args.items() if value and not name.startswith(("after", "filters"))}


def next_url(after: tuple[datetime, int] | None) -> str:
    """The same address, a page on."""
    if after is None:
        return ""
    return url_for(".register", **filters(), after=after[0].isoformat(), after_id=after[1])  # type: ignore[arg-type]
