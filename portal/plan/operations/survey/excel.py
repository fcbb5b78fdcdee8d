"""A look over XLSX: the cells of its sheets, and the formats that they point to."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from portal.plan.operations.packages import Parts
from portal.plan.operations.survey.looking import Element, Sheet, TooFar, elements, foreign, number_of, percent

_PLACE = re.compile(r"([A-Z]{1,3})(\d{1,7})", re.ASCII)
#: formats that every file has without writing them down: percentages
_BUILT_IN = {9: "0%", 10: "0.00%"}


def sheets(parts: Parts, rows: int, columns: int) -> dict[str, Sheet]:
    """Name → sheet."""
    formats = _formats(parts.get("xl/styles.xml", b"<styleSheet/>"))
    found = {}
    for name, path, hidden in _named(parts):
        look = _Look(Sheet(rows, columns), formats)
        if path in parts:
            look.over(parts[path])
        look.sheet.close(hidden=hidden)
        found[name] = look.sheet
    return found


def _named(parts: Parts) -> Iterator[tuple[str, str, bool]]:
    """Name, part and whether it is hidden, of every sheet."""
    relations = parts.get("xl/_rels/workbook.xml.rels", b"<Relationships/>")
    targets = {
        each.get("Id"): each.get("Target", "")
        for event, each in elements(relations)
        if event == "end" and each.get("Id")
    }
    for event, element in elements(parts["xl/workbook.xml"]):
        if event == "end" and element.tag == "sheet":
            target = targets.get(element.get("id"), "")
            path = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
            yield element.get("name", "").strip(), path, element.get("state", "visible") != "visible"


def _formats(styles: bytes) -> Sequence[str]:
    """The format of every style of cells, in their order."""
    codes: dict[int, str] = dict(_BUILT_IN)
    of_cells: list[str] = []
    within = False
    for event, element in elements(styles):
        if element.tag == "cellXfs":
            within = event == "start"
        elif event == "end" and element.tag == "numFmt":
            codes[int(element.get("numFmtId", 0))] = element.get("formatCode", "")
        elif event == "end" and element.tag == "xf" and within:
            of_cells.append(codes.get(int(element.get("numFmtId", 0)), ""))
    return of_cells


@dataclass
class _Look:
    """One sheet, row by row."""

    sheet: Sheet
    formats: Sequence[str]
    row: int = 0
    column: int = 0
    known: dict[int, tuple[str, bool]] = field(default_factory=dict)

    def over(self, part: bytes) -> None:
        """Look at every cell, and at what is merged."""
        above: list[Element] = []
        try:
            for event, element in elements(part):
                if event == "start":
                    above.append(element)
                    if element.tag == "row":
                        self.row, self.column = int(element.get("r", self.row + 1)), 0
                    continue
                above.pop()
                self._seen(element)
                if element.tag in {"row", "mergeCell"} and above:
                    above[-1].remove(element)  # a million empty rows need not be kept
        except TooFar:
            return

    def _seen(self, element: Element) -> None:
        if element.tag == "c":
            self._cell(element)
        elif element.tag == "row" and element.get("hidden") in {"1", "true"} and any(map(_holds, element)):
            self.sheet.hidden.append(self.row)
        elif element.tag == "mergeCell" and (place := _PLACE.match(element.get("ref", ""))):
            self.sheet.merged(int(place[2]), number_of(place[1]), element.get("ref", ""))

    def _cell(self, cell: Element) -> None:
        place = _PLACE.fullmatch(cell.get("r", ""))
        if place:
            self.column, self.row = number_of(place[1]), int(place[2])
        else:
            self.column += 1
        at = self.row, self.column
        if len(cell):
            self.sheet.filled(*at)
        if not _holds(cell):
            return
        value, kind = cell.findtext("v") or "", cell.get("t", "n")
        if cell.find("f") is not None and not value and kind != "str":
            self.sheet.not_calculated(*at)
        elif kind == "e":
            self.sheet.error(*at, value)
        elif kind == "n":
            currency, percentage = self._format(int(cell.get("s", 0)))
            if currency:
                self.sheet.currency(*at, currency)
            elif percentage:
                self.sheet.percentage(*at)

    def _format(self, style: int) -> tuple[str, bool]:
        """Currency, and whether it is a percentage; worked out once for each style."""
        if style not in self.known:
            code = self.formats[style] if style < len(self.formats) else ""
            self.known[style] = foreign(code), percent(code)
        return self.known[style]


def _holds(cell: Element) -> bool:
    """Whether there is a value or a formula in it."""
    return any(part.tag in {"f", "is"} or (part.tag == "v" and part.text) for part in cell)
