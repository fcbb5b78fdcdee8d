"""The protocol register: numbers without gaps, corrections that everybody sees, links between documents."""

from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from portal.accounts.models import User
from portal.core import audit, search
from portal.core.clock import athens_date
from portal.core.errors import Refused
from portal.core.texts import N_, Translated
from portal.documents.models import Book, Correction, Counter, Direction, Entry, EntryFile, EntryLink, LinkKind, Marking
from portal.documents.policy import search_scopes

MAIN_BOOK = "main"
MAIN_BOOK_NAME = Translated(el="Κεντρικό πρωτόκολλο", en="Main register")
#: what a correction can set right; number, book, direction and moment of an entry are final
CORRECTABLE = ("subject", "party", "party_reference", "marking", "unit_id")


class NothingToCorrect(Refused):
    """What is said to be right stands there already."""

    message = N_("Nothing was changed: what you wrote is what the register says already.")


@dataclass(frozen=True)
class NewEntry:
    """A document to be registered."""

    direction: Direction
    subject: str
    #: who sent it or to whom it goes
    party: str
    book: str = MAIN_BOOK
    marking: Marking = Marking.NONE
    party_reference: str | None = None
    unit_id: int | None = None
    #: None: the portal, when somebody filed online
    registered_by_id: int | None = None
    attachment_ids: tuple[int, ...] = ()
    #: token of a form; a second entry with the same one is not made, the first is returned
    once: str | None = None


@dataclass(frozen=True)
class Correcting:
    """What is right, as it should have been registered; None leaves it as it is."""

    reason: str
    subject: str | None = None
    party: str | None = None
    party_reference: str | None = None
    marking: Marking | None = None
    unit_id: int | None = None


def ensure_book(session: Session, code: str, name: Translated) -> None:
    """Make a protocol book if it is not there; two at once make one."""
    values = {"code": code, "name": name}
    if session.get_bind().dialect.name == "postgresql":
        session.execute(postgresql.insert(Book).values(values).on_conflict_do_nothing())
    else:
        session.execute(sqlite.insert(Book).values(values).on_conflict_do_nothing())


def register(session: Session, entry: NewEntry, *, now: datetime) -> Entry:
    """Give a document the next number of its book and year (of Athens).

    The counter's row stays locked until the transaction ends, so that numbers have no gaps: register late in it.

    :raises LookupError: if there is no such book (the main book is made when it is needed).
    """
    year = athens_date(now).year
    book_id, number = _next_number(session, entry.book, year)
    if entry.once and (known := session.scalar(sa.select(Entry).where(Entry.once == entry.once))):
        _give_back(session, book_id, year)  # the counter is locked, so nobody can have registered in between
        return known
    row = Entry(
        book_id=book_id,
        year=year,
        number=number,
        direction=entry.direction,
        marking=entry.marking,
        subject=entry.subject,
        party=entry.party,
        party_reference=entry.party_reference,
        unit_id=entry.unit_id,
        registered_by_id=entry.registered_by_id,
        registered_at=now,
        once=entry.once,
        current_marking=entry.marking,
        current_unit_id=entry.unit_id,
        files=[EntryFile(attachment_id=number) for number in entry.attachment_ids],
        corrections=[],
    )
    session.add(row)
    session.flush()
    search.add(session, findable(row, entry.book))
    audit.record(
        session, "documents.entry.registered", subject=("entry", row.id), actor_id=entry.registered_by_id, now=now
    )
    return row


def correct(session: Session, entry: Entry, correcting: Correcting, *, by: User, now: datetime) -> Correction:
    """Set an entry right, visibly: what it said first stays and is shown struck through.

    :raises NothingToCorrect: if nothing differs.
    """
    wanted = {name: getattr(correcting, name) for name in CORRECTABLE}
    changes = {
        name: {"was": _plain(entry.current(name)), "is": _plain(value)}
        for name, value in wanted.items()
        if value is not None and _plain(value) != (_plain(entry.current(name)) or "")
    }
    if not changes:
        raise NothingToCorrect
    correction = Correction(
        entry_id=entry.id, changes=changes, reason=correcting.reason, corrected_by_id=by.id, corrected_at=now
    )
    entry.corrections.append(correction)
    entry.current_marking = Marking(entry.current("marking"))
    entry.current_unit_id = entry.current("unit_id")
    session.flush()
    search.put(session, findable(entry, entry.book.code))
    audit.record(
        session, "documents.entry.corrected", subject=("entry", entry.id), actor_id=by.id, now=now, columns=[*changes]
    )
    return correction


def link(
    session: Session, entry: Entry, other: Entry, *, kind: LinkKind, now: datetime, by_id: int | None = None
) -> None:
    """Say that `entry` answers, completes or replaces `other`; saying it twice is the same as once."""
    known = sa.select(EntryLink.id).where(
        EntryLink.from_id == entry.id, EntryLink.to_id == other.id, EntryLink.kind == kind
    )
    if session.scalar(known) is not None:
        return
    session.add(EntryLink(from_id=entry.id, to_id=other.id, kind=kind))
    session.flush()
    audit.record(
        session, "documents.entry.linked", subject=("entry", entry.id), actor_id=by_id, now=now, to=other.id, kind=kind
    )


def findable(entry: Entry, book: str) -> search.Findable:
    """How an entry is found: by number, subject and party, as registered and as corrected."""
    subject, party = entry.current("subject"), entry.current("party")
    former = " ".join(str(value["was"]) for c in entry.corrections for value in c.changes.values())
    return search.Findable(
        kind="entry",
        ref_id=entry.id,
        title=Translated(el=subject),
        summary=Translated(el=f"{entry.full_reference} · {party}"),
        link={"endpoint": "documents_desk.entry", "book": book, "year": entry.year, "number": entry.number},
        words=f"{entry.current('party_reference') or ''} {former}",
        scopes=search_scopes(entry),
    )


def _next_number(session: Session, book: str, year: int) -> tuple[int, int]:
    """Book id and number, in one statement: whoever comes second waits until the first has committed or given up."""
    count, values = _count(session.get_bind().dialect.name), {"book": book, "this_year": year}
    connection = session.connection()
    given = connection.execute(count, values).one_or_none()
    if given is None and book == MAIN_BOOK:
        ensure_book(session, MAIN_BOOK, MAIN_BOOK_NAME)
        given = connection.execute(count, values).one()
    if given is None:
        raise LookupError(f"no protocol book {book!r}")
    return given[0], given[1]


@cache
def _count(dialect: str) -> Any:
    """The statement of `_next_number`: every filing asks it, so it is put together once."""
    book, counter = Book.__table__, Counter.__table__
    year = sa.bindparam("this_year", type_=sa.Integer())
    first = sa.select(book.c.id, year, sa.literal(1)).where(book.c.code == sa.bindparam("book"))
    insert: Any = postgresql.insert if dialect == "postgresql" else sqlite.insert
    counted = insert(counter).from_select(["book_id", "year", "last"], first)
    counted = counted.on_conflict_do_update(index_elements=["book_id", "year"], set_={"last": counter.c.last + 1})
    return counted.returning(counter.c.book_id, counter.c.last)


def _give_back(session: Session, book_id: int, year: int) -> None:
    counter = sa.update(Counter).where(Counter.book_id == book_id, Counter.year == year)
    session.execute(counter.values(last=Counter.last - 1).execution_options(synchronize_session=False))


def _plain(value: Any) -> Any:
    return value.value if isinstance(value, Marking) else value
