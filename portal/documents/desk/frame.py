"""What all staff pages of documents share: who reads, which entry, which units."""

from collections.abc import Callable, Sequence

from flask import Blueprint, abort, g
from sqlalchemy.orm import Session

from portal.core.db import db
from portal.core.fields import choice
from portal.core.fields.base import Text
from portal.core.i18n import plain
from portal.documents import policy, queries
from portal.documents.models import Entry
from portal.organisation import queries as organisation
from portal.organisation.access import current_mandate

blueprint = Blueprint("documents_desk", __name__, url_prefix="/<lang:lang>/desk")

#: what rooms above know of an entry: (words, address) each, e.g. its case; filled by `portal.app`
entry_links: list[Callable[[Session, Entry], Sequence[tuple[Text, str]]]] = []


def current_reader() -> policy.Reader:
    """Who reads, looked up once a request."""
    if "register_reader" not in g:
        g.register_reader = policy.reader(db.session, current_mandate())
    found: policy.Reader = g.register_reader
    return found


def seen_entry(book: str, year: int, number: int) -> Entry:
    """The entry, if it is there and the reader may know of it; else 404, which gives nothing away."""
    entry = queries.entry(db.session, book, year, number) if max(year, number) < 2**31 else None
    if entry is None or not policy.may_see(current_reader(), entry):
        abort(404)
    return entry


def correctable_entry(book: str, year: int, number: int) -> Entry:
    """The same, if the reader may also correct it; else 403."""
    entry = seen_entry(book, year, number)
    if not policy.may_correct(current_reader(), entry):
        abort(403)
    return entry


def unit_choices(*also: int | None, first: Text = None) -> list[object]:
    """The units that the reader may choose, and those named; `first` is the words for none of them."""
    reader = current_reader()
    allowed = reader.mandate.seen_unit_ids | {number for number in also if number}
    units = [u for u in organisation.units(db.session) if reader.sees_all_unmarked or u.id in allowed]
    offered: list[object] = [] if first is None else [choice("", first)]
    return [*offered, *(choice(str(unit.id), plain(unit.name)) for unit in units)]


def place(entry: Entry) -> dict[str, str | int]:
    """The part of an address that names an entry."""
    return {"book": entry.book.code, "year": entry.year, "number": entry.number}
