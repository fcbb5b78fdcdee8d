"""The access matrix: for each route and thing, what each person is answered (access_matrix.txt holds the table)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

TABLE = Path(__file__).with_suffix(".txt")
#: what a mark means
MARKS = {
    "+": "answered",
    "s": "sent to sign in",
    "f": "told 403: not yours",
    "-": "told 404: there is no such thing",
}


@dataclass(frozen=True)
class Row:
    """One line of the table: a route, the thing its address leads to, and a mark for each person."""

    endpoint: str
    thing: str
    marks: dict[str, str]


def people() -> list[str]:
    """Everybody in the order of the columns."""
    [heading] = [line for line in _lines() if line.startswith("people:")]
    return [name.strip() for name in heading.removeprefix("people:").split(",")]


def rows() -> Iterator[Row]:
    """The lines of the table."""
    names = people()
    for line in _lines():
        if line.startswith("people:"):
            continue
        place, marks = (part.strip() for part in line.split("|"))
        endpoint, _, thing = place.partition(" ")
        signs = marks.split()
        assert len(signs) == len(names), f"{line!r} needs one mark for each of {names}"
        assert set(signs) <= MARKS.keys(), f"{line!r} has a mark that means nothing"
        yield Row(endpoint, thing.strip(), dict(zip(names, signs, strict=True)))


def _lines() -> list[str]:
    lines = (line.partition("#")[0].strip() for line in TABLE.read_text().splitlines())
    return [line for line in lines if line]
