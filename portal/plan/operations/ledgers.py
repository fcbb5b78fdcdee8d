"""A file of the accounting system becomes rows under headings: CSV as programs write it, XLSX or ODS."""

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from python_calamine import CalamineWorkbook

from portal.core.errors import Refused
from portal.core.texts import N_
from portal.plan.operations.greek import folded
from portal.plan.operations.packages import repacked, unpacked
from portal.plan.operations.survey import survey

#: the movements of a year; more is brought in parts
MOST_ROWS = 20_000
#: columns of an export, with some to spare
MOST_COLUMNS = 500
#: so many lines may stand above the headings: the name of the municipality, the day, a logo
MOST_ABOVE = 15
#: field → headings under which programs export it, without accents, signs and capitals
KNOWN: Mapping[str, tuple[str, ...]] = {
    "action": ("κωδικοσδρασησ", "δραση", "κωδδρασησ", "actioncode", "action"),
    "budget_code": (
        "κα", "ka", "καπροϋπολογισμου", "καεξοδων", "κωδικοσαριθμοσ", "κωδικοσπροϋπολογισμου", "καε", "budgetcode",
    ),
    "source": ("πηγη", "πηγηχρηματοδοτησησ", "χρηματοδοτηση", "source"),
    "stage": ("σταδιο", "ειδοσκινησησ", "κινηση", "ειδοσ", "ειδοσπαραστατικου", "stage"),
    "on": ("ημερομηνια", "ημνια", "ημερομηνιακινησησ", "ημνιακινησησ", "ημερομηνιαπαραστατικου", "date"),
    "year": ("ετοσ", "οικονομικοετοσ", "οικετοσ", "χρηση", "year"),
    "amount": ("ποσο", "ποσοκινησησ", "ποσοευρω", "αξια", "συνολικηαξια", "amount"),
    "reference": (
        "αριθμοσπαραστατικου", "παραστατικο", "αρπαραστατικου", "ενταλμα", "αριθμοσενταλματοσ", "αριθμοσ", "reference",
    ),
    "title": ("αιτιολογια", "περιγραφη", "θεμα", "title", "description"),
}  # fmt: skip
FIELDS = tuple(KNOWN)
#: without these nothing is an amount
REQUIRED = ("on", "amount")
SEPARATORS = (";", "\t", ",")


class LedgerRefused(Refused):
    """The file holds no rows that can be read."""


class Unreadable(LedgerRefused):
    """It is nothing of what we read."""

    message = N_(
        "This file cannot be read. Export it from the accounting system as CSV, XLSX or ODS and choose it again."
    )


class NoHeadings(LedgerRefused):
    """No line in which headings could stand."""

    message = N_("No line with headings was found. Export the file with its headings, in one of its first lines.")


class HeadingTwice(LedgerRefused):
    """Two columns of one name."""

    message = N_("The heading “%(heading)s” stands there twice (row %(row)s). Give each column a name of its own.")


class NoRows(LedgerRefused):
    """Headings, and nothing below them."""

    message = N_("There is nothing below the headings (row %(row)s). Choose the period again and export it once more.")


class TooManyRows(LedgerRefused):
    """More than is read at once."""

    message = N_("The file has more than %(most)s rows. Export a shorter period, and bring the parts one by one.")


class TooWide(LedgerRefused):
    """Something stands where no column is."""

    message = N_("There is something far to the right of the last column. Delete what stands there.")


@dataclass(frozen=True)
class Ledger:
    """Rows under headings."""

    headings: tuple[str, ...]
    #: number of the row, as the program shows it, and heading → cell
    rows: tuple[tuple[int, Mapping[str, Any]], ...]
    #: numbers of rows with something beyond the last heading
    too_wide: tuple[int, ...] = ()
    #: number of the row with the headings
    top: int = 1
    #: field → heading, as far as headings are known
    guessed: Mapping[str, str] = field(default_factory=dict)


_FIELD_OF = {folded(heading): name for name, headings in KNOWN.items() for heading in headings}


def read_ledger(data: bytes, *, known: Sequence[str] = ()) -> Ledger:
    """What a file holds; `known` are headings that this municipality has named before.

    :raises LedgerRefused: if nothing in it can be read, with the reason.
    """
    ours = _FIELD_OF.keys() | {folded(heading) for heading in known}
    lines = _packed(data) if data.startswith(b"PK\x03\x04") else _text_lines(data, ours)
    top = _top(lines, ours)
    if top is None:
        raise NoHeadings
    headings = tuple(" ".join(str(cell).split())[:200] for cell in lines[top])
    for heading in headings:
        if heading and headings.count(heading) > 1:
            raise HeadingTwice(heading=heading, row=top + 1)
    if len(lines) - top - 1 > MOST_ROWS:
        raise TooManyRows(most=MOST_ROWS)
    filled = [(number, line) for number, line in enumerate(lines[top + 1 :], start=top + 2) if not _is_empty(line)]
    if not filled:
        raise NoRows(row=top + 1)
    rows = tuple(
        (number, {name: cell for name, cell in zip(headings, line, strict=False) if name}) for number, line in filled
    )
    wide = tuple(number for number, line in filled if not _is_empty(_beyond(line, headings)))
    named = tuple(heading for heading in headings if heading)
    return Ledger(named, rows, wide, top + 1, _guessed(named))


def _beyond(line: Sequence[Any], headings: Sequence[str]) -> list[Any]:
    """Cells of a row that stand under no heading."""
    return [cell for at, cell in enumerate(line) if at >= len(headings)]


def _guessed(headings: Sequence[str]) -> dict[str, str]:
    """Field → heading; the first of a field's words wins."""
    of = {folded(heading): heading for heading in reversed(headings)}
    found = {name: [of[folded(word)] for word in words if folded(word) in of] for name, words in KNOWN.items()}
    return {name: candidates[0] for name, candidates in found.items() if candidates}


def _top(lines: Sequence[Sequence[Any]], ours: Any) -> int | None:
    """Which line holds the headings: that with most of those that are known, else the first with two words."""
    scores = [sum(folded(cell) in ours for cell in line) for line in lines[:MOST_ABOVE]]
    if scores and max(scores) >= 2:
        return scores.index(max(scores))
    worded = (at for at, line in enumerate(lines[:MOST_ABOVE]) if sum(_is_word(cell) for cell in line) >= 2)
    return next(worded, None)


def _is_word(cell: Any) -> bool:
    return isinstance(cell, str) and any(letter.isalpha() for letter in cell)


def _is_empty(line: Sequence[Any]) -> bool:
    return not any(str(cell).strip() for cell in line if cell is not None)


def _packed(data: bytes) -> list[list[Any]]:
    """The cells of the first sheet with anything in it.

    :raises Unreadable: if it is no spreadsheet. :raises TooManyRows, TooWide: if it goes too far.
    """
    try:
        found = next((lines for lines in _sheets(data) if not all(map(_is_empty, lines))), None)
    except LedgerRefused:
        raise
    except Exception as broken:  # the reader fails in as many ways as files can be broken
        raise Unreadable from broken
    if found is None:
        raise Unreadable
    return found


def _sheets(data: bytes) -> Iterator[list[list[Any]]]:
    """The cells of one sheet after the other; none is laid out that goes too far."""
    parts = unpacked(data)
    looks = survey(parts, rows=MOST_ROWS + MOST_ABOVE, columns=MOST_COLUMNS)
    book = CalamineWorkbook.from_filelike(repacked(parts))
    for name in book.sheet_names:
        look = looks.get(name.strip())
        if look is None or look.too_far:
            raise TooWide if look and look.marks[0].column else TooManyRows(most=MOST_ROWS)
        yield book.get_sheet_by_name(name).to_python(skip_empty_area=False)


def _text_lines(data: bytes, ours: Any) -> list[list[Any]]:
    """The cells of a text file, by the separator that makes most sense of it.

    :raises Unreadable: if it is no text, or one without separators.
    """
    text = _decoded(data)
    best: tuple[tuple[int, int], list[list[Any]]] = ((0, 0), [])
    for separator in SEPARATORS:
        lines = list(_split(text, separator))
        widths = [len(line) for line in lines if not _is_empty(line)]
        usual = max(widths, key=widths.count, default=1)
        known = max((sum(folded(cell) in ours for cell in line) for line in lines[:MOST_ABOVE]), default=0)
        score = known, widths.count(usual) if usual > 1 else 0
        if score > best[0]:
            best = score, lines
    if not best[1]:
        raise Unreadable
    return best[1]


def _split(text: str, separator: str) -> Iterator[list[Any]]:
    try:
        for number, line in enumerate(csv.reader(io.StringIO(text, newline=""), delimiter=separator)):
            if number > MOST_ROWS + MOST_ABOVE + 1:
                raise TooManyRows(most=MOST_ROWS)
            yield list(line)
    except csv.Error as broken:
        raise Unreadable from broken


def _decoded(data: bytes) -> str:
    """Text in UTF-8, UTF-16 with its mark, or the Greek code page of Windows.

    :raises Unreadable: if it is no text.
    """
    marked = data.startswith((b"\xff\xfe", b"\xfe\xff"))
    encodings = ("utf-16",) if marked else ("utf-8-sig", "cp1253", "iso8859-7")
    for encoding in encodings:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if text.strip() and not any(letter < " " and letter not in "\t\r\n\f" for letter in text):
            return text
        break
    raise Unreadable
