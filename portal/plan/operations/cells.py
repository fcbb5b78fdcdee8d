"""What may stand in a cell of the workbook: each kind reads a cell and writes it back."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from portal.core.texts import N_

#: the longest text in a cell
MOST = 4000
#: amounts above this are a slip of the keyboard
LARGEST = 10_000_000_000
ALL = "όλες"


class BadCell(ValueError):
    """A cell that cannot be understood; `message` is a msgid with `%(name)s` placeholders."""

    def __init__(self, message: str, **values: Any) -> None:
        super().__init__(message)
        self.message = message
        self.values = values


def _same(value: Any) -> Any:
    return value


@dataclass(frozen=True)
class Kind:
    """How a filled cell is read and written; an empty one is `blank`, where it may be empty."""

    read: Callable[[Any], Any]
    write: Callable[[Any], Any] = str
    required: bool = True
    blank: Any = None
    #: all that may stand there, for a drop-down list
    words: tuple[str, ...] = ()
    #: the value as plain JSON, and back
    dump: Callable[[Any], Any] = _same
    load: Callable[[Any], Any] = _same

    def take(self, cell: Any) -> Any:
        """The value of a cell.

        :raises BadCell: if it may not stand there.
        """
        if isinstance(cell, str):
            cell = cell.strip()
        if cell is None or cell == "":
            if self.required:
                raise BadCell(N_("This cell is empty. Fill it in."))
            return self.blank
        return self.read(cell)

    def give(self, value: Any) -> Any:
        """The cell of a value; None: an empty one."""
        return None if value is None or value == self.blank else self.write(value)


def text(*, required: bool = True, most: int = MOST) -> Kind:
    """Words."""

    def read(cell: Any) -> str:
        words = _words(cell)
        if len(words) > most:
            raise BadCell(N_("This text has more than %(most)s characters. Shorten it."), most=most)
        return words

    return Kind(read, required=required)


def code(pattern: str, example: str, *, ascii_only: bool = True) -> Kind:
    """A code of that shape; a lone number may have become one in the spreadsheet, a dotted one must be text."""

    def read(cell: Any) -> str:
        if isinstance(cell, (float, date)) and not _is_whole(cell):
            raise BadCell(
                N_("The spreadsheet turned this code into a number or a date. Format the cell as text, type it again.")
            )
        words = _words(cell)
        if not re.fullmatch(pattern, words, re.ASCII if ascii_only else 0):
            raise BadCell(
                N_("“%(cell)s” is not a code of this kind. Write it like %(example)s."), cell=words, example=example
            )
        return words

    return Kind(read)


def optional(kind: Kind) -> Kind:
    """The same, where it may be left empty."""
    return replace(kind, required=False)


def one_of(values: Mapping[str, Any]) -> Kind:
    """One of a few words."""

    def read(cell: Any) -> Any:
        words = _words(cell)
        if words not in values:
            raise BadCell(
                N_("“%(cell)s” is not allowed here. Write one of: %(words)s."), cell=words, words=", ".join(values)
            )
        return values[words]

    write = {value: word for word, value in values.items()}.__getitem__
    of_code = {getattr(value, "value", value): value for value in values.values()}.__getitem__
    return Kind(read, write, words=tuple(values), dump=lambda value: getattr(value, "value", value), load=of_code)


def year(*, required: bool = True) -> Kind:
    """A year of our time."""

    def read(cell: Any) -> int:
        if not _is_whole(cell) or not 1990 <= int(cell) <= 2100:
            raise BadCell(
                N_("“%(cell)s” is not a year. Write it with four digits, as a plain number."), cell=_words(cell)
            )
        return int(cell)

    return Kind(read, int, required=required)


def date_cell(*, required: bool = True) -> Kind:
    """A real date."""

    def read(cell: Any) -> date:
        if isinstance(cell, datetime):
            return cell.date()
        if not isinstance(cell, date):
            raise BadCell(N_("“%(cell)s” is not a date. Type a real date, for example 31/12/2026."), cell=_words(cell))
        return cell

    return Kind(read, _same, required=required, dump=date.isoformat, load=date.fromisoformat)


def number(*, decimals: int, required: bool) -> Kind:
    """A plain number, not below zero, with at most so many decimals; exact."""

    def read(cell: Any) -> Decimal:
        if isinstance(cell, bool) or not isinstance(cell, (int, float)) or cell != cell:  # noqa: PLR0124 – NaN
            raise BadCell(
                N_("“%(cell)s” is not a number. Write only the number, without signs or words."), cell=_words(cell)
            )
        if not 0 <= cell <= LARGEST:
            raise BadCell(N_("%(cell)s is too small or too large. Check the number."), cell=_words(cell))
        exact = Decimal(repr(float(cell)))
        rounded = round(exact, decimals)
        # what a formula leaves behind (0.30000000000000004) is no decimal that somebody typed
        if abs(exact - rounded) > Decimal("0.000001"):
            raise BadCell(
                N_("%(cell)s has more than %(decimals)s decimals. Round it."), cell=_words(cell), decimals=decimals
            )
        return rounded

    return Kind(read, float, required=required, dump=str, load=Decimal)


def degrees(most: int) -> Kind:
    """Degrees of latitude or longitude; empty where there is no one point."""

    def read(cell: Any) -> float:
        if isinstance(cell, bool) or not isinstance(cell, (int, float)) or not -most <= cell <= most:
            message = N_("“%(cell)s” is not a position on the map. Write degrees, like 35.3148.")
            raise BadCell(message, cell=_words(cell))
        return round(float(cell), 6)

    return Kind(read, float, required=False)


def _weight(cell: Any) -> int:
    if not _is_whole(cell) or not 0 <= int(cell) <= 100:
        raise BadCell(N_("“%(cell)s” is not a share. Write a whole number from 0 to 100."), cell=_words(cell))
    return int(cell)


def _priority(cell: Any) -> int:
    if not _is_whole(cell) or int(cell) not in {1, 2, 3}:
        raise BadCell(N_("“%(cell)s” is not a priority. Write 1 (first), 2 or 3."), cell=_words(cell))
    return int(cell)


def _communities(cell: Any) -> list[str]:
    words = _words(cell)
    if words == ALL:
        return []
    codes = [part.strip() for part in words.split(";") if part.strip()]
    if len(set(codes)) < len(codes) or not codes:
        raise BadCell(N_("A community is named here twice. Name each once, or write όλες for all."))
    return codes


def _codes(cell: Any) -> list[str]:
    codes = [part.strip() for part in _words(cell).split(";") if part.strip()]
    if len(set(codes)) < len(codes):
        raise BadCell(N_("The same code is written here twice. Write each once, joined by ;"))
    return codes


def _filter(cell: Any) -> dict[str, str]:
    wanted: dict[str, str] = {}
    for part in filter(None, (part.strip() for part in _words(cell).split(";"))):
        name, sign, value = (piece.strip() for piece in part.partition("="))
        if not sign or not name or not value or name in wanted:
            raise BadCell(
                N_("“%(part)s” is not a condition. Write them like service=tree-pruning, each once, joined by ;"),
                part=part,
            )
        wanted[name] = value
    return wanted


def _words(cell: Any) -> str:
    """A cell as text; a whole number without its decimal point."""
    if isinstance(cell, float) and _is_whole(cell):
        return str(int(cell))
    return str(cell).replace("\x00", "").strip()


def _is_whole(cell: Any) -> bool:
    return isinstance(cell, (int, float)) and not isinstance(cell, bool) and abs(cell) < 1e15 and cell == int(cell)


TEXT = text()
YEAR = year()
MONEY = number(decimals=2, required=True)
FIGURE = number(decimals=4, required=False)
PRIORITY = Kind(_priority, int, required=False)
WEIGHT = Kind(_weight, int)
CODES = Kind(_codes, ";".join, required=False, blank=[])
COMMUNITIES = Kind(_communities, lambda codes: ";".join(codes) or ALL)
FILTER = Kind(
    _filter,
    lambda wanted: ";".join(f"{name}={value}" for name, value in sorted(wanted.items())),
    required=False,
    blank={},
)
