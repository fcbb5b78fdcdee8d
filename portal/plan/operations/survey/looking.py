"""What is noted of a sheet while its cells go by, whatever the format of the file."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any
from xml.etree import ElementTree as ET

from portal.core.texts import N_
from portal.plan.operations.greek import folded
from portal.plan.operations.packages import NotReadable

#: pieces of a format of numbers that are shown as they stand: "text", [$text-locale], \x
_SHOWN = re.compile(r'"([^"]*)"|\[\$([^\]-]*)[^\]]*\]|\\(.)')
#: other money as people write it into a format, as `folded` gives it; what stands in [$…] is money anyhow
_FOREIGN = ("usd", "gbp", "chf", "δολ", "δολλ", "dollar", "λιρ", "pound", "δρχ", "δραχμ")
_EURO = ("", "eur", "ευρω", "euro")

Element = ET.Element


@dataclass(frozen=True)
class Mark:
    """Something that must not be; rows and columns count from 1."""

    row: int | None
    column: int | None
    message: str
    values: dict[str, Any] = field(default_factory=dict)


class TooFar(Exception):
    """There is something where nothing can be; the rest is not looked at."""


@dataclass
class Sheet:
    """A sheet as far as it was looked at."""

    rows: int
    columns: int
    marks: list[Mark] = field(default_factory=list)
    #: it goes beyond what it may have, and must not be laid out
    too_far: bool = False
    #: rows that are hidden and not empty
    hidden: list[int] = field(default_factory=list)

    def note(self, row: int | None, column: int | None, message: str, **values: Any) -> None:
        """Keep it."""
        self.marks.append(Mark(row, column, message, values))

    def filled(self, row: int, column: int) -> None:
        """There is something in a cell.

        :raises TooFar: if it is beyond the limits of the sheet.
        """
        if row > self.rows + 1:  # the first one holds the headings
            self.marks.clear()
            self.note(self.rows + 2, None, N_("The sheet has more than %(most)s rows. Remove some."), most=self.rows)
        elif column > self.columns:
            self.marks.clear()
            far = N_("There is something far to the right of the last column. Delete what stands there.")
            self.note(row, column, far)
        else:
            return
        self.too_far = True
        raise TooFar

    def merged(self, row: int, column: int, area: str) -> None:
        """Cells are one."""
        self.note(row, column, N_("The cells %(area)s are merged. Split them, and fill in each on its own."), area=area)

    def currency(self, row: int, column: int, currency: str) -> None:
        """An amount is not in euro."""
        wrong = N_("This amount is in %(currency)s. Convert it to euro, and format the cell as a plain number.")
        self.note(row, column, wrong, currency=currency)

    def percentage(self, row: int, column: int) -> None:
        """90 % would be read as 0.9."""
        self.note(
            row, column, N_("This cell is formatted as a percentage. Format it as a plain number: 90, and not 0.9.")
        )

    def not_calculated(self, row: int, column: int) -> None:
        """A formula that no program has worked out."""
        wrong = N_("This formula has no value. Open the workbook in a spreadsheet program, and save it there again.")
        self.note(row, column, wrong)

    def error(self, row: int, column: int, shown: str) -> None:
        """A formula that cannot be worked out."""
        wrong = N_("This cell shows the error %(error)s. Correct the formula, or type the value.")
        self.note(row, column, wrong, error=shown or "?")

    def close(self, *, hidden: bool) -> None:
        """It has been looked at; hidden rows that follow each other are said once."""
        if hidden:
            self.note(None, None, N_("This sheet is hidden. Show it, so that you see everything that is applied."))
        for first, last in _runs(self.hidden):
            wrong = N_(
                "Rows %(first)s to %(last)s are hidden. Show them, so that you see what is applied, or delete them."
            )
            self.note(first, None, wrong, first=first, last=last)


def _runs(numbers: list[int]) -> Iterator[tuple[int, int]]:
    """First and last of numbers that follow each other."""
    first = None
    for at, number in enumerate(numbers):
        first = number if first is None else first
        if at + 1 == len(numbers) or numbers[at + 1] != number + 1:
            yield first, number
            first = None


def foreign(code: str) -> str:
    """The money, other than euro, in which a format shows a number; "": none."""
    for quoted, money, escaped in _SHOWN.findall(code):
        text = str(quoted or money or escaped).strip()
        if folded(money) not in _EURO or folded(text).startswith(_FOREIGN) or _sign(text):
            return text
    return _sign(_SHOWN.sub(" ", code))


def percent(code: str) -> bool:
    """Whether a format shows a number a hundred times as large."""
    return "%" in _SHOWN.sub(" ", code)


def _sign(text: str) -> str:
    """The sign of other money in a text; "": none."""
    return next((sign for sign in text if unicodedata.category(sign) == "Sc" and sign != "€"), "")


def letters(column: int) -> str:
    """The name of a column: 1 is A, 27 is AA."""
    name = ""
    while column:
        column, at = divmod(column - 1, 26)
        name = chr(65 + at) + name
    return name


def number_of(name: str) -> int:
    """The column of that name."""
    number = 0
    for letter in name:
        number = number * 26 + ord(letter) - 64
    return number


def elements(part: bytes) -> Iterator[tuple[str, Element]]:
    """Event and element, as the part goes by; names of tags and attributes are without their namespace.

    :raises NotReadable: if it defines entities, which no spreadsheet does.
    """
    if b"<!DOCTYPE" in part[:2000] or b"<!ENTITY" in part[:2000]:
        raise NotReadable
    # without entities there is nothing to expand, and `unpacked` has limited the size
    for event, element in ET.iterparse(BytesIO(part), ("start", "end")):  # noqa: S314
        if event == "start":
            element.tag = local(element.tag)
            for name in list(element.attrib):
                if "}" in name:
                    element.attrib[local(name)] = element.attrib.pop(name)
        yield event, element


def local(name: str) -> str:
    """A name without its namespace."""
    return name.rpartition("}")[2]
