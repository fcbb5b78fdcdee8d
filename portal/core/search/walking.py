"""Walking the postings: the question goes to the database as one JSON value, so that the statements stay the same."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.core.search.index import token
from portal.core.search.words import stem

#: a key above all others
LAST = 2**62
#: a beginning stands for so many words, the shortest of the first that there are in the order of the alphabet
MOST_COMPLETIONS, COMPLETIONS_READ = 30, 1000
#: postings that are counted, all scopes together, to know which of several words is the rarest
COUNTED = 4000
#: postings of the rarest word that are probed for the others, in each scope
MOST_WALKED = 3000


@dataclass(frozen=True)
class Asked:
    """A query: what it looks for, and where."""

    kinds: Sequence[str]
    scopes: Sequence[str]
    #: for each word of the query its stems, of which an entry must have one
    words: Sequence[Sequence[str]]
    #: to the oldest posting, however long that takes
    thorough: bool = False

    @property
    def places(self) -> list[tuple[str, str]]:
        """Kinds and scopes; the index knows each stem for each of them."""
        return [(kind, scope) for kind in self.kinds for scope in self.scopes]

    def tokens(self, stems: Sequence[str]) -> list[int]:
        """What the index knows these stems by, in all places."""
        return [token(kind, scope, one) for kind, scope in self.places for one in stems]

    def walked(self, lead: int) -> str:
        """What is walked: number of the place, token of a stem of the leading word, tokens of each of the others."""
        others = [stems for number, stems in enumerate(self.words) if number != lead]
        return json.dumps(
            [
                (place, token(*where, one), [[token(*where, other) for other in stems] for stems in others])
                for place, where in enumerate(self.places)
                for one in self.words[lead]
            ]
        )

    def counted(self) -> str:
        """What is counted: number of the word, token."""
        return json.dumps([(number, one) for number, stems in enumerate(self.words) for one in self.tokens(stems)])


def newest(session: Session, asked: Asked, *, before: int | None, most: int) -> dict[str, list[int]]:
    """The newest entries of each kind that have every word; kinds that have none are left out.

    Of several words that are all frequent, the newest `MOST_WALKED` postings of the rarest are probed, in each scope.
    """
    lead = _rarest(session, asked) if len(asked.words) > 1 else 0
    if lead is None:
        return {}
    places = asked.places
    values = {"terms": asked.walked(lead), "before": before or LAST, "most": most}
    if len(asked.words) > 1:
        values["walked"] = LAST if asked.thorough else MOST_WALKED
    found: dict[str, set[int]] = {}
    for place, entry_id in session.execute(_walk(_dialect(session), len(asked.words) - 1), values):
        found.setdefault(places[place][0], set()).add(entry_id)
    return {kind: sorted(ids, reverse=True)[:most] for kind, ids in found.items()}


def completions(session: Session, words: Sequence[str]) -> dict[str, list[str]]:
    """The stems of the words that begin like each of these."""
    parts: list[str] = []
    values: dict[str, Any] = {}
    for number, word in enumerate(words):
        parts.append(_COMPLETIONS.format(number=number))
        values |= {f"word{number}": word, f"from{number}": word, f"to{number}": f"{word}\uffff"}
    found: dict[str, list[str]] = {word: [stem(word)] for word in words}
    limits = {"read": COMPLETIONS_READ, "most": MOST_COMPLETIONS}
    for word, completed in session.execute(sa.text(" UNION ALL ".join(parts)), values | limits) if parts else ():
        found[word].append(completed)
    return {word: list(dict.fromkeys(stems)) for word, stems in found.items()}


def _rarest(session: Session, asked: Asked) -> int | None:
    """The number of the word with the fewest postings, as far as they are counted; None: one of them has none."""
    values = {"terms": asked.counted(), "some": max(COUNTED // max(len(asked.places), 1), 100)}
    counted: dict[int, int] = {word: number for word, number in session.execute(_count(_dialect(session)), values)}  # noqa: C416
    if len(counted) < len(asked.words):
        return None
    return min(counted, key=lambda word: counted[word])


_COMPLETIONS = """
SELECT CAST(:word{number} AS text), stem FROM (
  SELECT stem, length(word) AS size FROM (
    SELECT word, stem FROM search_word WHERE word >= :from{number} AND word < :to{number} ORDER BY word LIMIT :read
  ) AS near ORDER BY size LIMIT :most
) AS shortest{number}
"""
#: items of a JSON value, as rows
_ITEMS = {
    "sqlite": "json_each({})",
    "postgresql": "json_array_elements(CAST({} AS json))",
}
#: the rows of a query for each row of another; SQLite has no LATERAL but for functions
_LATERAL = {
    "sqlite": "json_each((SELECT json_group_array(entry_id) FROM ({query}))) AS hit",
    "postgresql": "LATERAL ({query}) AS hit (value)",
}
_TERMS = "SELECT {first} AS number, {second} AS token, value AS whole FROM {items} AS item"
_POSTINGS = "SELECT entry_id FROM search_posting WHERE token = term.token"
_NEWEST = f"{_POSTINGS} AND entry_id < :before ORDER BY entry_id DESC"
_PROBED = "SELECT entry_id FROM ({newest} LIMIT :walked) AS p WHERE {probes} ORDER BY entry_id DESC LIMIT :most"
#: one look into the index for each posting: without the OFFSET PostgreSQL would read all postings of the other word
_PROBE = (
    "EXISTS (SELECT 1 FROM {items} AS other CROSS JOIN search_posting AS q"
    " WHERE q.token = {value} AND q.entry_id = p.entry_id LIMIT 1 OFFSET 0)"
)
_WALK = "WITH term AS MATERIALIZED ({terms}) SELECT number, hit.value FROM term CROSS JOIN {hits}"
_COUNT = "WITH term AS MATERIALIZED ({terms}) SELECT number, count(*) FROM term CROSS JOIN {hits} GROUP BY number"


@cache
def _walk(dialect: str, others: int) -> sa.TextClause:
    """Place and entry, for a word and so many others that the entry must have."""
    probes = " AND ".join(_probe(dialect, number) for number in range(others))
    query = _PROBED.format(newest=_NEWEST, probes=probes) if others else f"{_NEWEST} LIMIT :most"
    return sa.text(_WALK.format(terms=_terms(dialect), hits=_LATERAL[dialect].format(query=query)))


@cache
def _count(dialect: str) -> sa.TextClause:
    """Word and number of its postings, as far as they are counted."""
    some = _LATERAL[dialect].format(query=f"{_POSTINGS} LIMIT :some")
    return sa.text(_COUNT.format(terms=_terms(dialect), hits=some))


def _terms(dialect: str) -> str:
    items = _ITEMS[dialect].format(":terms")
    if dialect == "sqlite":
        return _TERMS.format(first="json_extract(value, '$[0]')", second="json_extract(value, '$[1]')", items=items)
    return _TERMS.format(first="CAST(value->>0 AS integer)", second="CAST(value->>1 AS bigint)", items=items)


def _probe(dialect: str, number: int) -> str:
    if dialect == "sqlite":
        items = _ITEMS[dialect].format(f"json_extract(term.whole, '$[2][{number}]')")
        return _PROBE.format(items=items, value="other.value")
    items = _ITEMS[dialect].format(f"term.whole->2->{number}")
    return _PROBE.format(items=items, value="CAST(other.value #>> '{}' AS bigint)")


def _dialect(session: Session) -> str:
    return session.get_bind().dialect.name
