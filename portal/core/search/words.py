"""Words as the index knows them."""

import re
import unicodedata
from functools import lru_cache

import Stemmer

#: Latin, Greek, Cyrillic and digits, after folding
_WORD = re.compile(r"[0-9a-zα-ωа-я]+")
_greek = Stemmer.Stemmer("greek")
_english = Stemmer.Stemmer("english")


def fold(text: str) -> str:
    """Without accents, in small letters, final sigma as sigma."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    return plain.casefold().replace("ς", "σ")


@lru_cache(maxsize=20_000)
def stem(folded: str) -> str:
    """The stem of a folded word, by its script; numbers, and words that are all ending, are their own stem."""
    if folded.isascii():
        return _english.stemWord(folded) or folded
    return fold(_greek.stemWord(folded)) or folded


def words_of(text: str) -> list[str]:
    """The folded words of a text, in order."""
    return _WORD.findall(fold(text))


def words_with_stems(text: str) -> dict[str, str]:
    """The folded words of a text, each with its stem."""
    return {word: stem(word) for word in words_of(text)}
