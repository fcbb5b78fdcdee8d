"""Finding: entries that hold every word of a text, and rows of a room by their entries, newest first.

Words are taken as whole words, by their stems. Only if nothing holds them all they may be beginnings: whoever has
finished a word does not mean others.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain, repeat
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import InstrumentedAttribute, Session

from portal.core.search.index import SearchEntry, SearchPosting
from portal.core.search.walking import Asked, completions, newest
from portal.core.search.words import stem, words_of
from portal.core.texts import Translated

MOST_WORDS = 12
#: a beginning has at least so many letters; what is shorter is a word
SHORTEST_BEGINNING = 2
#: matches that are looked at when others pass a filter too seldom, at a time and for one page
WINDOW, MOST_LOOKED_AT = 500, 2000
PUBLIC = ("public",)


class Hit(NamedTuple):
    """What is found: an entry without the words it is found by."""

    id: int
    kind: str
    ref_id: int
    title: Translated
    summary: Translated
    link: dict[str, Any]


@dataclass(frozen=True)
class Sought:
    """What a list is searched for."""

    text: str
    kind: str
    #: whose entries
    scopes: Sequence[str]
    #: what the entry refers to with which the last page ended
    after: int | None = None
    #: to the oldest match, for exports: pages pass over old ones of several words that are all frequent
    thorough: bool = False


def find(
    session: Session,
    text: str,
    *,
    kinds: Sequence[str],
    scopes: Sequence[str] = PUBLIC,
    before: int | None = None,
    most: int = 20,
) -> list[Hit]:
    """Entries that hold every word of `text`, newest first; `before` is the id the last page ended with."""
    found = find_each(session, text, kinds=kinds, scopes=scopes, before=before, most=most)
    return sorted(chain.from_iterable(found.values()), key=lambda entry: -entry.id)[:most]


def find_each(
    session: Session,
    text: str,
    *,
    kinds: Sequence[str],
    scopes: Sequence[str] = PUBLIC,
    before: int | None = None,
    most: int = 20,
) -> dict[str, list[Hit]]:
    """As `find`, but so many of each kind."""
    _asked, ids = _first(session, text, kinds, scopes, before=before, most=most)
    wanted = [*chain.from_iterable(ids.values())]
    query = sa.select(*(getattr(SearchEntry, name) for name in Hit._fields)).where(SearchEntry.id.in_(wanted))
    hits = {row.id: Hit(*row) for row in session.execute(query)} if wanted else {}
    return {kind: [hits[number] for number in ids.get(kind, ()) if number in hits] for kind in kinds}


def page(
    session: Session, sought: Sought, query: sa.Select[Any], key: InstrumentedAttribute[int], *, most: int
) -> tuple[list[Any], int | None]:
    """The rows of `query` that are found, newest first; and where looking ended, if the page was not full by then.

    `key` is the column that entries of this kind refer to, and where looking ended is such a key. If few matches pass
    the filters of `query`, a page has those among the next `MOST_LOOKED_AT`: it may be short without being the last.
    """
    rows: list[Any] = []
    looked_at = 0
    for ids in windows(session, sought, first=most):
        looked_at += len(ids)
        rows += session.execute(among(query, key, ids).limit(most - len(rows))).all()
        if len(rows) == most:
            break
        if looked_at >= MOST_LOOKED_AT:
            return rows, session.scalar(sa.select(SearchEntry.ref_id).where(SearchEntry.id == ids[-1]))
    return rows, None


def among(query: sa.Select[Any], key: InstrumentedAttribute[int], ids: Sequence[int]) -> sa.Select[Any]:
    """The rows of these entries, which are of the kind that `key` belongs to, newest entry first."""
    entry = SearchEntry
    return query.join(entry, entry.ref_id == key).where(entry.id.in_(ids)).order_by(entry.id.desc())


def windows(session: Session, sought: Sought, *, first: int = WINDOW) -> Iterator[list[int]]:
    """All that hold every word, newest first, as ids of entries, some at a time."""
    before = None
    if sought.after is not None:
        known = sa.select(SearchEntry.id).where(SearchEntry.kind == sought.kind, SearchEntry.ref_id == sought.after)
        before = session.scalar(known) or 0
    asked, found = _first(session, sought.text, [sought.kind], sought.scopes, before=before, most=first)
    if asked and sought.thorough:
        asked = replace(asked, thorough=True)
        found = newest(session, asked, before=before, most=first)
    for size in chain([first], repeat(WINDOW)):
        ids = found.get(sought.kind, [])
        if ids:
            yield ids
        if asked is None or len(ids) < size:
            return
        found = newest(session, asked, before=ids[-1], most=WINDOW)


def narrowed(
    session: Session, sought: Sought, key: InstrumentedAttribute[int], *, few: int
) -> tuple[list[int] | None, sa.ColumnElement[bool]]:
    """What is found, if it is not more than `few`, else None; and the condition that a row is found, row by row."""
    asked, found = _first(session, sought.text, [sought.kind], sought.scopes, before=None, most=few + 1)
    ids = found.get(sought.kind, [])
    if asked is None or not ids:
        return [], sa.false()
    if len(ids) > few:
        return None, _found_by(asked, sought.kind, key)
    refs = [*session.scalars(sa.select(SearchEntry.ref_id).where(SearchEntry.id.in_(ids)))]
    return refs, key.in_(refs)


def matching(session: Session, sought: Sought, key: InstrumentedAttribute[int]) -> sa.ColumnElement[bool]:
    """The condition that a row is found, row by row: for lists that are short without it."""
    asked, _found = _first(session, sought.text, [sought.kind], sought.scopes, before=None, most=1)
    return sa.false() if asked is None else _found_by(asked, sought.kind, key)


def _found_by(asked: Asked, kind: str, key: InstrumentedAttribute[int]) -> sa.ColumnElement[bool]:
    posting, entry = SearchPosting, SearchEntry
    has = [
        sa.exists().where(posting.token.in_(asked.tokens(stems)), posting.entry_id == entry.id).correlate(entry)
        for stems in asked.words
    ]
    one = sa.select(entry.id).where(entry.kind == kind, entry.ref_id == key, *has).correlate(key.class_)
    # without the OFFSET PostgreSQL would find all that hold the words first, and then the rows
    return one.limit(1).offset(0).exists()


def _first(
    session: Session, text: str, kinds: Sequence[str], scopes: Sequence[str], *, before: int | None, most: int
) -> tuple[Asked | None, dict[str, list[int]]]:
    """How the text is understood, and the newest entries it finds by kind; None: it finds nothing."""
    words = list(dict.fromkeys(words_of(text)[:MOST_WORDS]))
    if not words or not scopes:
        return None, {}
    asked = Asked(kinds, scopes, [[one] for one in dict.fromkeys(stem(word) for word in words)])
    found = newest(session, asked, before=before, most=most)
    if found or (before and newest(session, asked, before=None, most=1)):
        return asked, found
    known = completions(session, [word for word in words if len(word) >= SHORTEST_BEGINNING])
    asked = Asked(kinds, scopes, [known.get(word, [stem(word)]) for word in words])
    return asked, newest(session, asked, before=before, most=most)
