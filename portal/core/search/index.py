"""The index: what can be found, the words it is found by, and who finds it by them."""

import json
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from portal.core.orm import Base, BigKey, Code, Data, Items, Key
from portal.core.search.words import words_with_stems
from portal.core.texts import Translated


class SearchEntry(Base):
    """One thing that can be found."""

    __tablename__ = "search_entry"
    __table_args__ = (sa.UniqueConstraint("kind", "ref_id"),)

    id: Mapped[Key]
    #: what it is: "service", "case", "action" …
    kind: Mapped[Code]
    #: its key in its own table
    ref_id: Mapped[int]
    title: Mapped[Translated]
    #: one line below the title
    summary: Mapped[Translated]
    #: endpoint values, from which the page makes the address
    link: Mapped[Data]
    #: the stems it is found by, with spaces between
    stems: Mapped[str] = mapped_column(deferred=True)
    #: who finds it
    scopes: Mapped[Items] = mapped_column(deferred=True)


class SearchPosting(Base):
    """An entry is found by a stem in a scope; without a key to the entry, whose index would cost as much again."""

    __tablename__ = "search_posting"
    __table_args__ = ({"sqlite_with_rowid": False},)

    #: `token` of kind, scope and stem
    token: Mapped[int] = mapped_column(BigKey, primary_key=True, autoincrement=False)
    entry_id: Mapped[int] = mapped_column(BigKey, primary_key=True, autoincrement=False)


class SearchWord(Base):
    """A folded word that some entry has or had: beginnings of words are looked up here."""

    __tablename__ = "search_word"
    __table_args__ = ({"sqlite_with_rowid": False},)

    #: in the order of its bytes, which both databases agree on
    word: Mapped[str] = mapped_column(
        sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), primary_key=True, autoincrement=False
    )
    stem: Mapped[str]


@dataclass(frozen=True)
class Findable:
    """What a room hands over to be found."""

    kind: str
    ref_id: int
    title: Translated
    summary: Translated
    #: `{"endpoint": …, …values}`
    link: dict[str, Any]
    #: more text to find it by: keywords, names, numbers
    words: str = ""
    #: who may find it: "public", "unit-12", …; each costs a posting for every word, so the fewer the better
    scopes: Sequence[str] = ("public",)


def put(session: Session, item: Findable) -> None:
    """Make it findable, or bring what is found up to date."""
    old = _known(session, item.kind, item.ref_id)
    if old is None:
        add(session, item)
        return
    words = _words(item)
    _run(session, sa.update(_ENTRY).where(_ENTRY.c.id == old.id), _values(item, words))
    was, now = _tokens(item.kind, old.scopes, old.stems.split()), _tokens(item.kind, item.scopes, words.values())
    _move(session, old.id, was, now)
    _learn(session, words)


def add(session: Session, item: Findable) -> None:
    """Make something new findable; the caller knows that it was not there."""
    words = _words(item)
    keys = {"kind": item.kind, "ref_id": item.ref_id}
    new = _run(session, _INSERT, keys | _values(item, words))
    _move(session, new.scalar_one(), set(), _tokens(item.kind, item.scopes, words.values()))
    _learn(session, words)


def rescope(session: Session, kind: str, ref_id: int, scopes: Sequence[str]) -> None:
    """Others may find it from now on; the words it is found by stay."""
    old = _known(session, kind, ref_id)
    if old is not None:
        _run(session, sa.update(_ENTRY).where(_ENTRY.c.id == old.id), {"scopes": list(scopes)})
        stems = old.stems.split()
        _move(session, old.id, _tokens(kind, old.scopes, stems), _tokens(kind, scopes, stems))


def remove(session: Session, kind: str, ref_id: int) -> None:
    """No longer findable."""
    old = _known(session, kind, ref_id)
    if old is not None:
        _move(session, old.id, _tokens(kind, old.scopes, old.stems.split()), set())
        _run(session, sa.delete(_ENTRY).where(_ENTRY.c.id == old.id))


def token(kind: str, scope: str, stemmed: str) -> int:
    """What the index knows a stem by, for those of a scope: 64 bits, a third of the room that the text would take."""
    return int.from_bytes(blake2b(f"{kind}/{scope}/{stemmed}".encode(), digest_size=8).digest(), signed=True)


_ENTRY: Any = SearchEntry.__table__
_INSERT = sa.insert(_ENTRY).returning(_ENTRY.c.id)


def _statements(tokens: str, words: str) -> tuple[sa.TextClause, sa.TextClause, sa.TextClause]:
    """Add, drop, learn: one statement for all rows of an entry, which come as one JSON value."""
    return (  # what is put together are our own texts, no input
        sa.text(f"INSERT INTO search_posting (token, entry_id) SELECT token, :entry FROM ({tokens}) AS new"),  # noqa: S608
        sa.text(f"DELETE FROM search_posting WHERE entry_id = :entry AND token IN ({tokens})"),  # noqa: S608
        sa.text(f"INSERT INTO search_word (word, stem) {words} ON CONFLICT DO NOTHING"),
    )


_SQL = {
    "sqlite": _statements(
        "SELECT value AS token FROM json_each(:tokens)", "SELECT key, value FROM json_each(:words) WHERE true"
    ),
    "postgresql": _statements(
        "SELECT CAST(value AS bigint) AS token FROM json_array_elements_text(CAST(:tokens AS json))",
        "SELECT key, value FROM json_each_text(CAST(:words AS json))",
    ),
}


def _words(item: Findable) -> dict[str, str]:
    return words_with_stems(f"{item.title.joined()}\n{item.summary.joined()}\n{item.words}")


def _values(item: Findable, words: dict[str, str]) -> dict[str, Any]:
    return {
        "title": item.title,
        "summary": item.summary,
        "link": item.link,
        "stems": " ".join(dict.fromkeys(words.values())),
        "scopes": list(item.scopes),
    }


def _known(session: Session, kind: str, ref_id: int) -> Any:
    columns = _ENTRY.c.id, _ENTRY.c.stems, _ENTRY.c.scopes
    return _run(session, sa.select(*columns).where(_ENTRY.c.kind == kind, _ENTRY.c.ref_id == ref_id)).one_or_none()


def _tokens(kind: str, scopes: Iterable[str], stems: Collection[str]) -> set[int]:
    return {token(kind, scope, stemmed) for scope in scopes for stemmed in stems}


def _move(session: Session, entry_id: int, was: set[int], now: set[int]) -> None:
    fresh, gone, _words = _SQL[session.get_bind().dialect.name]
    for statement, tokens in ((gone, was - now), (fresh, now - was)):
        if tokens:
            _run(session, statement, {"entry": entry_id, "tokens": json.dumps(sorted(tokens))})


def _learn(session: Session, words: dict[str, str]) -> None:
    """Remember the words; in their order, so that of two who bring the same new ones one waits for the other."""
    statement = _SQL[session.get_bind().dialect.name][2]
    _run(session, statement, {"words": json.dumps(dict(sorted(words.items())))})


def _run(session: Session, statement: Any, values: dict[str, Any] | None = None) -> Any:
    """On the session's connection, past its objects: nothing of the index is among them."""
    return session.connection().execute(statement, values or {})
