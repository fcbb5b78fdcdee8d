"""Grown rows are found by their words, as the others: entries of the search index, and its postings in one go."""

from functools import lru_cache

import sqlalchemy as sa

from portal.core import search
from portal.site.cli.growth.sinks import Heap, Sink

#: folded words and their stems
Words = dict[str, str]
COLUMNS = "id kind ref_id title summary link stems scopes"


class Index:
    """Writes entries of the search index, each for one scope."""

    def __init__(self, connection: sa.Connection, first_id: int) -> None:
        self.connection, self.next_id = connection, first_id
        self.words: Words = {}
        self.entries = Sink(connection, "search_entry", COLUMNS)
        self.postings = Heap(connection, "search_posting", "token entry_id")

    def add(self, kind: str, ref_id: int, texts: tuple[str, str, str], words: Words, scope: str) -> None:
        """One entry: title, summary and link in JSON, the words it is found by."""
        key, self.next_id = self.next_id, self.next_id + 1
        stems = dict.fromkeys(words.values())
        self.entries.add(key, kind, ref_id, *texts, " ".join(stems), f'["{scope}"]')
        for stem in stems:
            self.postings.add(_token(kind, scope, stem), key)
        self.words |= words

    def flush(self) -> None:
        """Write the entries that wait."""
        self.entries.flush()
        self.postings.flush()

    def finish(self) -> None:
        """Write what waits for the end: postings and words, whose rows are many, in their own order."""
        self.flush()
        words = Heap(self.connection, "search_word", "word stem")
        for row in self.words.items():
            words.add(*row)
        for heap in (words, self.postings):
            heap.settle()


@lru_cache(maxsize=50_000)
def words_of(text: str) -> Words:
    """What the index knows of a text."""
    return search.words_with_stems(text)


_token = lru_cache(maxsize=500_000)(search.token)
