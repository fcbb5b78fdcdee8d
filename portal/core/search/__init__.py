"""Search that knows Greek: the same words find the same rows on SQLite and on PostgreSQL, newest first.

Words are folded (no accents, no capitals, ς as σ) and stemmed in Python. The index is a plain table of postings: one
row for each stem of an entry and each scope that may find it. It is walked from the newest entry on and only within the
reader's own scopes, so a page costs the same however many entries there are.
"""

from portal.core.search.finding import PUBLIC, Hit, Sought, among, find, find_each, matching, narrowed, page, windows
from portal.core.search.index import Findable, SearchEntry, add, put, remove, rescope, token
from portal.core.search.words import fold, stem, words_of, words_with_stems

__all__ = [
    "PUBLIC",
    "Findable",
    "Hit",
    "SearchEntry",
    "Sought",
    "add",
    "among",
    "find",
    "find_each",
    "fold",
    "matching",
    "narrowed",
    "page",
    "put",
    "remove",
    "rescope",
    "stem",
    "token",
    "windows",
    "words_of",
    "words_with_stems",
]
