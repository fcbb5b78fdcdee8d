"""A document before it is written: headings, paragraphs and tables whose numbers are still numbers.

What is made once of the figures of the plan is written twice, as PDF and as DOCX; both say the same to the cent.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

Number = Decimal | int


@dataclass(frozen=True)
class Cell:
    """What stands in a cell."""

    text: str
    #: the number behind it; None: it is words, or nothing is known
    value: Number | None = None


@dataclass(frozen=True)
class Column:
    """A column of a table."""

    title: str
    #: its share of the width of the table
    width: int = 2
    #: aligned at the right
    is_number: bool = False


@dataclass(frozen=True)
class Heading:
    """A heading; the title of the document stands above level 2."""

    text: str
    level: int = 2


@dataclass(frozen=True)
class Paragraph:
    """Words; what must not be overlooked stands in a box."""

    text: str
    is_mark: bool = False


@dataclass(frozen=True)
class Facts:
    """Labels with what belongs to them, one below the other."""

    rows: Sequence[tuple[str, Cell]]


@dataclass(frozen=True)
class Table:
    """A table with headings."""

    #: what it shows; for whoever does not see it
    name: str
    columns: Sequence[Column]
    rows: Sequence[Sequence[Cell]]
    #: what everything comes to
    total: Sequence[Cell] = ()

    @property
    def lines(self) -> Sequence[Sequence[Cell]]:
        """All rows, the total last."""
        return [*self.rows, self.total] if self.total else self.rows


Part = Heading | Paragraph | Facts | Table


@dataclass(frozen=True)
class Document:
    """A document in one language."""

    title: str
    language: str
    #: the day it tells of, or was decided on, in words
    date: str
    #: of the municipality
    name: str
    emblem: str
    parts: Sequence[Part]

    @property
    def tables(self) -> Iterator[Table]:
        """Its tables."""
        return (part for part in self.parts if isinstance(part, Table))

    def table(self, name: str) -> Table:
        """The table of that name.

        :raises StopIteration: there is none.
        """
        return next(table for table in self.tables if table.name == name)
