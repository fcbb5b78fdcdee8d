"""The protocol register: pages by key, a day, an export; `seen` is the condition that limits what is read."""

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from itertools import groupby
from operator import attrgetter
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload, selectinload

from portal.core import search
from portal.core.clock import athens_date, start_of
from portal.core.files import Attachment
from portal.core.texts import Translated
from portal.documents.models import Book, Correction, Direction, Entry, EntryFile, EntryLink, Marking
from portal.organisation.models import Unit

PAGE = 25
YEARS = range(1900, 2200)
#: a statement for each unit is put together for so many; whoever has more sees nearly everything anyway
MOST_UNITS = 100
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
#: so many lines of a day are printed on one page
MOST_OF_A_DAY = 500


@dataclass(frozen=True)
class RegisterFilter:
    """What a page of the register shows; each field stands in its address."""

    direction: Direction | None = None
    year: int | None = None
    number: int | None = None
    since: date | None = None
    until: date | None = None
    unit_id: int | None = None
    marking: Marking | None = None
    text: str = ""
    #: who reads: their scopes in the search index
    scopes: Sequence[str] = field(default=("nobody",))
    #: moment and id of the last line of the page before
    after: tuple[datetime, int] | None = None


class Found(list[Entry]):
    """What a search finds, newest first."""

    #: the entry after which looking goes on, where it ended before the page was full
    rest: int | None = None


@dataclass(frozen=True)
class ExportRow:
    """A line of the register as it stands after its corrections."""

    entry: Any
    unit: Translated
    subject: str
    party: str
    party_reference: str
    corrected: bool


def books(session: Session) -> Sequence[Book]:
    """The protocol books."""
    return session.scalars(sa.select(Book).order_by(Book.id)).all()


def page(
    session: Session,
    seen: sa.ColumnElement[bool],
    wanted: RegisterFilter,
    *,
    units: Sequence[int] | None = None,
    most: int = PAGE,
) -> Sequence[Entry]:
    """A page of the register, newest first; `units` are those that the reader is limited to, if there are any."""
    loads = (
        joinedload(Entry.book).load_only(Book.code),
        joinedload(Entry.current_unit).load_only(Unit.name),
        selectinload(Entry.corrections),
    )
    query = _filtered(sa.select(Entry), seen, wanted).options(*loads)
    if wanted.text:
        rows, rest = search.page(session, _sought(wanted), query, Entry.id, most=most)
        found = Found(row for (row,) in rows)
        found.rest = rest
        return found
    if units and 1 < len(units) <= MOST_UNITS and wanted.unit_id is None:
        query = query.where(Entry.id.in_(_newest_of_each(units, wanted, most)))
    return session.scalars(query.order_by(*_newest(wanted)).limit(most)).all()


def next_after(rows: Sequence[Entry], *, most: int = PAGE) -> tuple[datetime, int] | None:
    """Where the next page starts; None if this was the last."""
    if isinstance(rows, Found) and rows.rest:
        return EPOCH, rows.rest  # what is searched goes on by its key alone
    return (rows[-1].registered_at, rows[-1].id) if len(rows) == most else None


def day(
    session: Session, seen: sa.ColumnElement[bool], on: date, *, after: int = 0, most: int = MOST_OF_A_DAY
) -> Sequence[Entry]:
    """The register of a day (of Athens), in the order of registration; `after` is the id of the last line before."""
    query = sa.select(Entry).where(
        seen, Entry.registered_at >= start_of(on), Entry.registered_at < start_of(on + timedelta(days=1))
    )
    query = query.where(Entry.id > after).order_by(Entry.id).limit(most)
    return session.scalars(query.options(joinedload(Entry.current_unit), selectinload(Entry.corrections))).all()


def entry(session: Session, book: str, year: int, number: int) -> Entry | None:
    """One line of the register, with everything that its page shows."""
    query = sa.select(Entry).join(Entry.book).where(Book.code == book, Entry.year == year, Entry.number == number)
    return session.scalar(
        query.options(
            joinedload(Entry.book),
            joinedload(Entry.unit),
            joinedload(Entry.current_unit),
            joinedload(Entry.registered_by),
            selectinload(Entry.files).joinedload(EntryFile.attachment),
            selectinload(Entry.corrections).joinedload(Correction.corrected_by),
        )
    )


@dataclass(frozen=True, slots=True)
class PublicEntry:
    """What everybody may know of a registered document: not what it is about, nor whose it is."""

    #: 2026/18412
    reference: str
    #: the day on which it was registered
    on: date


def public_entries(session: Session, ids: Collection[int]) -> dict[int, PublicEntry]:
    """Key → number and day of those entries that carry no marking."""
    if not ids:
        return {}
    query = sa.select(Entry.id, Entry.year, Entry.number, Entry.registered_at)
    query = query.where(Entry.id.in_(ids), Entry.current_marking == Marking.NONE)
    return {key: PublicEntry(f"{year}/{number}", athens_date(at)) for key, year, number, at in session.execute(query)}


def entries_by_id(session: Session, ids: Collection[int]) -> dict[int, Entry]:
    """Entries by their keys, each with its book, whoever may see them."""
    if not ids:
        return {}
    query = sa.select(Entry).where(Entry.id.in_(ids)).options(joinedload(Entry.book))
    return {row.id: row for row in session.scalars(query)}


def year_and_number(reference: str) -> tuple[int, int] | None:
    """Year and number from a protocol number as people write it, 2026/18412 or 18412/2026; None: it is none."""
    found = re.fullmatch(r"\s*(\d{1,9})\s*/\s*(\d{1,9})\s*", reference, re.ASCII)
    if found is None:
        return None
    first, second = int(found[1]), int(found[2])
    year, number = (first, second) if first in YEARS else (second, first)
    return (year, number) if year in YEARS else None


def links_of(
    session: Session, entry: Entry, seen: sa.ColumnElement[bool]
) -> tuple[Sequence[EntryLink], Sequence[EntryLink]]:
    """What an entry refers to, and what refers to it, as far as the reader may see it; one statement."""
    other = sa.case((EntryLink.from_id == entry.id, EntryLink.to_id), else_=EntryLink.from_id)
    query = sa.select(EntryLink).join(Entry, Entry.id == other)
    query = query.where(sa.or_(EntryLink.from_id == entry.id, EntryLink.to_id == entry.id), seen)
    options = [joinedload(side).joinedload(Entry.book) for side in (EntryLink.earlier, EntryLink.later)]
    rows = session.scalars(query.order_by(EntryLink.id).options(*options)).all()
    return [row for row in rows if row.from_id == entry.id], [row for row in rows if row.to_id == entry.id]


def file_of(session: Session, entry: Entry, attachment_id: int) -> Attachment | None:
    """A file of an entry."""
    query = sa.select(Attachment).join(EntryFile, EntryFile.attachment_id == Attachment.id)
    return session.scalar(query.where(EntryFile.entry_id == entry.id, Attachment.id == attachment_id).limit(1))


def exported(session: Session, seen: sa.ColumnElement[bool], wanted: RegisterFilter) -> Iterator[ExportRow]:
    """Every line that a filter finds, newest first, read while it is written out."""
    columns: list[Any] = [
        Entry.id,
        Entry.year,
        Entry.number,
        Entry.direction,
        Entry.registered_at,
        Entry.subject,
        Entry.party,
    ]
    columns += [Entry.party_reference, Entry.current_marking, Unit.name.label("unit"), Correction.changes]
    whole: sa.Select[Any] = sa.select(*columns)
    query = _filtered(whole, seen, wanted).outerjoin(Unit, Unit.id == Entry.current_unit_id)
    query = query.outerjoin(Correction, Correction.entry_id == Entry.id)
    for rows in _read(session, query, wanted):
        for _id, lines in groupby(rows, key=attrgetter("id")):
            yield _corrected(list(lines))


def _read(session: Session, query: sa.Select[Any], wanted: RegisterFilter) -> Iterator[Iterable[Any]]:
    """All in one statement, or what a search finds, some at a time."""
    if not wanted.text:
        query = query.order_by(*_newest(wanted), Correction.id).execution_options(yield_per=500)
        yield session.execute(query)
        return
    for ids in search.windows(session, replace(_sought(wanted), thorough=True)):
        yield session.execute(search.among(query, Entry.id, ids).order_by(Correction.id))


def _corrected(lines: Sequence[Any]) -> ExportRow:
    """An entry from its lines, one for each correction."""
    first = lines[0]
    values = {name: getattr(first, name) for name in ("subject", "party", "party_reference")}
    for line in lines:
        values |= {name: change["is"] for name, change in (line.changes or {}).items() if name in values}
    texts = {name: value or "" for name, value in values.items()}
    return ExportRow(first, first.unit or Translated(), corrected=first.changes is not None, **texts)


def _newest(wanted: RegisterFilter) -> list[sa.UnaryExpression[Any]]:
    """Newest first; the year in front says the same, and leads SQLite to the index that begins with the number."""
    year = [Entry.year.desc()] if wanted.number else []
    return [*year, Entry.registered_at.desc(), Entry.id.desc()]


def _newest_of_each(units: Sequence[int], wanted: RegisterFilter, most: int) -> sa.CompoundSelect[Any]:
    """Ids of the newest lines of each unit: read off an index, where all units at once would be sorted whole."""
    parts = []
    for unit_id in units:
        lines: sa.Select[Any] = sa.select(Entry.id)
        part = _filtered(lines, Entry.current_unit_id == unit_id, wanted).order_by(*_newest(wanted)).limit(most)
        parts.append(sa.select(part.subquery().c.id))
    return sa.union_all(*parts)


def _sought(wanted: RegisterFilter) -> search.Sought:
    return search.Sought(wanted.text, "entry", wanted.scopes, wanted.after[1] if wanted.after else None)


def _filtered(query: sa.Select[Any], seen: sa.ColumnElement[bool], wanted: RegisterFilter) -> sa.Select[Any]:
    query = query.where(seen)
    for column, value in (
        (Entry.direction, wanted.direction),
        (Entry.number, wanted.number),
        (Entry.current_unit_id, wanted.unit_id),
        (Entry.current_marking, wanted.marking),
    ):
        query = query if value is None else query.where(column == value)
    return query.where(*_period(wanted))


def _period(wanted: RegisterFilter) -> Iterator[sa.ColumnElement[bool]]:
    """Year, days and page as limits of one column: the index that gives the order gives them too."""
    since, until = wanted.since, wanted.until
    if wanted.year:
        since = max(since or date.min, date(wanted.year, 1, 1))
        until = min(until or date.max, date(wanted.year, 12, 31))
    if since and since > date.min:
        yield Entry.registered_at >= start_of(since)
    if until and until < date.max:
        yield Entry.registered_at < start_of(until + timedelta(days=1))
    if wanted.after and not wanted.text:
        moment, number = wanted.after
        yield Entry.registered_at <= moment
        yield sa.or_(Entry.registered_at < moment, Entry.id < number)
