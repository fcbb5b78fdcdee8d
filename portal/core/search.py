"""Search that knows Greek: the same words find the same rows on SQLite and on PostgreSQL.

Words are folded (no accents, no capitals, ς as σ) and stemmed in Python; both forms are indexed, by FTS5 or as a
tsvector. Each word of a query matches its stem or, if that finds nothing, the beginning of a folded word. Scopes – who
may find a row – are words of the index too, so that a search limited to three units costs no more than one that is not.
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import sqlalchemy as sa
import Stemmer
from sqlalchemy.dialects.postgresql import TSQUERY, TSVECTOR
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import Mapped, Session, mapped_column

from portal.core.orm import Base, Code, Data, Key
from portal.core.texts import Translated

#: Latin, Greek, Cyrillic and digits, after folding
_WORD = re.compile(r"[0-9a-zα-ωа-я]+")
_greek = Stemmer.Stemmer("greek")
_english = Stemmer.Stemmer("english")
MOST_WORDS = 12


class _ToVector(sa.sql.functions.GenericFunction[str]):
    """The words as a tsvector where there is such a thing, else as they are."""

    inherit_cache = True
    name = "portal_tokens"


@compiles(_ToVector)
def _words(element: Any, compiler: Any, **kw: Any) -> str:
    return str(compiler.process(element.clauses, **kw))


@compiles(_ToVector, "postgresql")
def _vector(element: Any, compiler: Any, **kw: Any) -> str:
    # no parser in between: PostgreSQL indexes exactly the words that Python made
    return f"array_to_tsvector(string_to_array({compiler.process(element.clauses, **kw)}, ' '))"


class _Tokens(sa.types.TypeDecorator[str]):
    """Indexed words: text for FTS5, a tsvector of the very same words on PostgreSQL."""

    impl = sa.Text().with_variant(TSVECTOR(), "postgresql")
    cache_ok = True

    def bind_expression(self, bindvalue: Any) -> Any:
        """Through `_ToVector`."""
        return _ToVector(bindvalue)


class SearchEntry(Base):
    """One thing that can be found."""

    __tablename__ = "search_entry"
    __table_args__ = (
        sa.UniqueConstraint("kind", "ref_id"),
        sa.Index("ix_search_entry_tokens", "tokens", postgresql_using="gin").ddl_if(dialect="postgresql"),
    )

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
    tokens: Mapped[str] = mapped_column(_Tokens, deferred=True)


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
    #: who may find it: "public", "unit-12", …; letters, digits and hyphens
    scopes: Sequence[str] = ("public",)


def fold(text: str) -> str:
    """Without accents, in small letters, final sigma as sigma."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    return plain.casefold().replace("ς", "σ")


@lru_cache(maxsize=20_000)
def stem(folded: str) -> str:
    """The stem of a folded word, by its script; numbers are their own stem."""
    if folded.isascii():
        return str(_english.stemWord(folded))
    return fold(_greek.stemWord(folded))


def words_of(text: str) -> list[str]:
    """The folded words of a text, in order."""
    return _WORD.findall(fold(text))


def put(session: Session, item: Findable) -> None:
    """Make it findable, or bring what is found up to date."""
    entry = session.scalar(
        sa.select(SearchEntry).where(SearchEntry.kind == item.kind, SearchEntry.ref_id == item.ref_id)
    )
    if entry is None:
        entry = SearchEntry(kind=item.kind, ref_id=item.ref_id)
        session.add(entry)
    _fill(entry, item)


def add(session: Session, item: Findable) -> None:
    """Make something new findable; the caller knows that it was not there."""
    entry = SearchEntry(kind=item.kind, ref_id=item.ref_id)
    _fill(entry, item)
    session.add(entry)


def rescope(session: Session, kind: str, ref_id: int, scopes: Iterable[str]) -> None:
    """Others may find it from now on; the words it is found by stay."""
    entry = session.scalar(sa.select(SearchEntry).where(SearchEntry.kind == kind, SearchEntry.ref_id == ref_id))
    if entry is not None:
        kept = [word.strip("'") for word in entry.tokens.split()]  # PostgreSQL writes the words of a tsvector in quotes
        marks = [_marked("x", scope) for scope in scopes]
        entry.tokens = " ".join([*(word for word in kept if not word.startswith("_x")), *marks])


def _fill(entry: SearchEntry, item: Findable) -> None:
    entry.title, entry.summary, entry.link = item.title, item.summary, item.link
    text = f"{item.title.joined()}\n{item.summary.joined()}\n{item.words}"
    entry.tokens = tokens(text, item.kind, item.scopes)


def tokens(text: str, kind: str, scopes: Iterable[str]) -> str:
    """What is indexed: every folded word, its stem as `_s…`, the kind as `_k…` and each scope as `_x…`.

    No word that people type begins with the underscore, so no beginning of a word finds a mark.
    """
    folded = dict.fromkeys(words_of(text))
    stems = dict.fromkeys(f"_s{stem(word)}" for word in folded)
    return " ".join([*folded, *stems, _marked("k", kind), *(_marked("x", scope) for scope in scopes)])


def _marked(prefix: str, code: str) -> str:
    return f"_{prefix}{re.sub('[^0-9a-z]', '_', code.lower())}"


def remove(session: Session, kind: str, ref_id: int) -> None:
    """No longer findable."""
    session.execute(sa.delete(SearchEntry).where(SearchEntry.kind == kind, SearchEntry.ref_id == ref_id))


def find(
    session: Session,
    text: str,
    *,
    scopes: Sequence[str] = ("public",),
    kinds: Sequence[str] = (),
    before: int | None = None,
    most: int = 20,
) -> list[SearchEntry]:
    """Entries that hold every word of `text`, newest first; `before` is the id the last page ended with."""
    groups = _groups(session, text, scopes, kinds)
    return _newest(session, groups, before=before, most=most) if groups else []


def matching(
    session: Session, text: str, *, scopes: Sequence[str], kinds: Sequence[str] = ()
) -> sa.ColumnElement[bool] | None:
    """The condition on `SearchEntry` for a query; None where it has no words."""
    groups = _groups(session, text, scopes, kinds)
    if not groups:
        return None
    return _matching_vector(groups) if _has_vectors(session) else _matching_rows(groups, _FTS)


_FTS = "SELECT rowid FROM search_fts WHERE search_fts MATCH :fts"


def _groups(session: Session, text: str, scopes: Sequence[str], kinds: Sequence[str]) -> list[list[str]]:
    """What an entry must have: one of each group; none where the query has no words.

    Words are taken as whole words, by their stems. Only if nothing holds them all they may be beginnings: whoever has
    finished a word does not mean others, and reading all that begins with a common one is slow.
    """
    words = words_of(text)[:MOST_WORDS]
    if not words:
        return []
    limits = [[_marked("x", scope) for scope in scopes], [_marked("k", kind) for kind in kinds]]
    limits = [group for group in limits if group]
    whole = [*([f"_s{stem(word)}"] for word in words), *limits]
    if _newest(session, whole, before=None, most=1):
        return whole
    return [*([f"_s{stem(word)}", f"{word}*"] for word in words), *limits]


def _newest(session: Session, groups: Sequence[Sequence[str]], *, before: int | None, most: int) -> list[SearchEntry]:
    query = sa.select(SearchEntry).order_by(SearchEntry.id.desc())
    if _has_vectors(session):
        # all that match, then the newest of them: left alone, the planner walks the whole table for a word that is rare
        found = sa.select(SearchEntry.id).where(_matching_vector(groups))
        found = found.where(SearchEntry.id < before) if before else found
        kept = found.cte("found").prefix_with("MATERIALIZED")
        newest_ids = sa.select(kept.c.id).order_by(kept.c.id.desc()).limit(most)
        return list(session.scalars(query.where(SearchEntry.id.in_(newest_ids))))
    # FTS5 walks from the newest to the oldest and stops when it has enough, however many there are
    newest = f"{_FTS} AND rowid < :before ORDER BY rowid DESC LIMIT :most"
    return list(session.scalars(query.where(_matching_rows(groups, newest, before=before or 2**62, most=most))))


def _has_vectors(session: Session) -> bool:
    return session.get_bind().dialect.name == "postgresql"


def _matching_vector(groups: Sequence[Sequence[str]]) -> sa.ColumnElement[bool]:
    parts = (
        " | ".join(f"'{word[:-1]}':*" if word.endswith("*") else f"'{word}'" for word in group) for group in groups
    )
    return SearchEntry.tokens.op("@@")(sa.cast(" & ".join(f"({part})" for part in parts), TSQUERY))


def _matching_rows(groups: Sequence[Sequence[str]], sql: str, **values: int) -> sa.ColumnElement[bool]:
    query = " AND ".join(f"({' OR '.join(group)})" for group in groups)
    found = sa.text(sql).bindparams(fts=query, **values)
    return SearchEntry.id.in_(found.columns(sa.column("rowid", sa.BigInteger)).scalar_subquery())
