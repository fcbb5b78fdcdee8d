"""A look over ODS: its cells say themselves what they are; what repeats is written once."""

from dataclasses import dataclass

from portal.plan.operations.packages import Parts
from portal.plan.operations.survey.looking import Element, Sheet, TooFar, elements, letters


def sheets(parts: Parts, rows: int, columns: int) -> dict[str, Sheet]:
    """Name → sheet."""
    found: dict[str, Sheet] = {}
    hidden: set[str] = set()
    look: _Look | None = None
    style = ""
    for event, element in elements(parts["content.xml"]):
        if element.tag == "style" and event == "start":
            style = element.get("name", "")
        elif element.tag == "table-properties" and element.get("display") == "false":
            hidden.add(style)
        elif element.tag == "table" and event == "start":
            look = _Look(Sheet(rows, columns))
        elif element.tag == "table" and look:
            look.sheet.close(hidden=element.get("style-name", "") in hidden)
            found[element.get("name", "").strip()] = look.sheet
            element.clear()
        elif look and not look.sheet.too_far:
            look.at(event, element)
    return found


@dataclass
class _Look:
    """One sheet, row by row."""

    sheet: Sheet
    row: int = 1
    column: int = 1
    holds: bool = False

    def at(self, event: str, element: Element) -> None:
        """Look at a row that begins or ends, or at a cell that ends."""
        if element.tag == "table-row":
            if event == "start":
                self.column, self.holds = 1, False
                return
            self._row_ends(element)
        elif element.tag in {"table-cell", "covered-table-cell"} and event == "end":
            try:
                self._cell(element)
            except TooFar:
                return
            self.column += int(element.get("number-columns-repeated", 1))

    def _row_ends(self, element: Element) -> None:
        repeated = int(element.get("number-rows-repeated", 1))
        last = self.row + repeated - 1
        if self.holds:
            if element.get("visibility", "visible") != "visible":
                self.sheet.hidden += range(self.row, min(last, self.sheet.rows + 1) + 1)
            try:
                self.sheet.filled(last, 1)
            except TooFar:
                return
        self.row = last + 1
        element.clear()

    def _cell(self, cell: Element) -> None:
        kind, formula = cell.get("value-type"), cell.get("formula")
        wide, high = (int(cell.get(f"number-{name}-spanned", 1)) for name in ("columns", "rows"))
        at = self.row, self.column
        if wide * high > 1:
            first, last = (f"{letters(column)}{row}" for row, column in (at, (at[0] + high - 1, at[1] + wide - 1)))
            self.sheet.merged(*at, f"{first}:{last}")
        shown = " ".join("".join(line.itertext()) for line in cell if line.tag == "p").strip()  # without comments
        if kind is None and not formula and not shown:
            return
        self.holds = True
        self.sheet.filled(self.row, self.column + int(cell.get("number-columns-repeated", 1)) - 1)
        currency = cell.get("currency", "EUR")
        if kind == "error" or (formula and shown.startswith(("#", "Err:"))):
            self.sheet.error(*at, shown)
        elif formula and kind is None and not shown:
            self.sheet.not_calculated(*at)
        elif kind == "currency" and currency != "EUR":
            self.sheet.currency(*at, currency)
        elif kind == "percentage":
            self.sheet.percentage(*at)
