"""A spreadsheet file becomes a `Workbook`: XLSX or ODS, with every problem it has."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from python_calamine import CalamineWorkbook

from portal.core.texts import N_
from portal.plan.operations import cells as cells_of
from portal.plan.operations.cells import BadCell
from portal.plan.operations.packages import Locked, OldFormat, TooLarge, repacked, unpacked
from portal.plan.operations.structure import structure_problems
from portal.plan.operations.survey import Sheet, letters, survey
from portal.plan.operations.workbook import (
    PLAN,
    PLAN_HEADINGS,
    PLAN_KEYS,
    SHEETS,
    Column,
    Problem,
    Row,
    Workbook,
    columns,
)

#: a plan has a few hundred rows, and its widest sheet some thirty columns; more is a mistake, and is not read
MOST_ROWS, MOST_COLUMNS = 5_000, 200
#: why nothing at all could be read, and what to do
_UNREADABLE: dict[type[Exception], str] = {
    Locked: N_("The workbook is protected by a password. Save it without one and choose it again."),
    OldFormat: N_("This workbook has the old format of Excel (XLS). Save it as XLSX or ODS and choose it again."),
    TooLarge: N_("Unpacked, the file is far too large. Copy its sheets to a new workbook, save and choose that one."),
}

Cells = list[list[Any]]


def read(data: bytes) -> Workbook:
    """What a file holds; its problems are collected, not raised."""
    try:
        sheets, looks = _sheets(data)
    except Exception as broken:  # noqa: BLE001 – the reader fails in as many ways as files can be broken
        unreadable = N_("This is not a spreadsheet that can be read. Save it as XLSX or ODS and choose it again.")
        return Workbook({}, {}, (Problem("", None, None, _UNREADABLE.get(type(broken), unreadable)),))
    problems = list(_marks(sheets, looks))
    if not sheets:
        return Workbook({}, {}, tuple(problems))
    problems += [
        Problem(name, None, None, N_("The workbook should not have this sheet. Remove it, or correct its name."))
        for name in sheets
        if name not in SHEETS
    ]
    problems += [
        Problem(name, None, None, N_("This sheet is missing. Add it with exactly this name."))
        for name in SHEETS
        if name not in sheets
    ]
    reader = _Reader(sheets, problems)
    plan = reader.plan()
    years = range(plan.get("first_year", 0), plan.get("last_year", -1) + 1)
    if not 1 <= len(years) <= 10:
        return Workbook(plan, {}, tuple(_once(problems, len(years) > 10)))
    rows = {sheet: tuple(reader.rows(sheet, columns(sheet, years))) for sheet in SHEETS if sheet != PLAN}
    problems += structure_problems(plan, rows)
    order = {sheet: index for index, sheet in enumerate(SHEETS)}
    problems.sort(key=lambda problem: (order.get(problem.sheet, -1), problem.row or 0))
    return Workbook(plan, rows, tuple(problems))


def _once(problems: list[Problem], too_long: bool) -> list[Problem]:  # noqa: FBT001 – private
    """Without its years nothing else can be checked; that is said where it is not already."""
    if too_long or not any(problem.sheet == PLAN for problem in problems):
        wrong = N_("The plan must end after it starts, and last ten years at most. Correct the years.")
        problems.append(Problem(PLAN, None, PLAN_HEADINGS[1], wrong))
    return problems


def _sheets(data: bytes) -> tuple[dict[str, Cells], dict[str, Sheet]]:
    """The cells of every sheet from A1, and what a look over them found; no cells where a sheet goes too far."""
    parts = unpacked(data)
    looks = survey(parts, rows=MOST_ROWS, columns=MOST_COLUMNS)
    if any(look.too_far for look in looks.values()):
        return {}, looks
    book = CalamineWorkbook.from_filelike(repacked(parts))
    cells = {name.strip(): book.get_sheet_by_name(name).to_python(skip_empty_area=False) for name in book.sheet_names}
    return cells, looks


def _marks(sheets: Mapping[str, Cells], looks: Mapping[str, Sheet]) -> Iterator[Problem]:
    """What the look over the sheets of a plan found, by the headings of its columns."""
    for name, look in looks.items():
        top = sheets[name][0] if sheets.get(name) else []
        for mark in look.marks if name in SHEETS else ():
            heading = str(top[mark.column - 1]).strip() if mark.column and mark.column <= len(top) else ""
            column = heading or (letters(mark.column) if mark.column else None)
            yield Problem(name, mark.row, column, mark.message, mark.values)


class _Reader:
    """Reads the sheets of one workbook, and notes what is wrong."""

    def __init__(self, sheets: Mapping[str, Cells], problems: list[Problem]) -> None:
        self.sheets = sheets
        self.problems = problems

    def note(self, sheet: str, row: int | None, column: str | None, message: str, **values: Any) -> None:
        """Keep a problem."""
        self.problems.append(Problem(sheet, row, column, message, values))

    def table(self, sheet: str, headings: Sequence[str]) -> Iterator[tuple[int, dict[str, Any]]]:
        """The filled rows of a sheet: its number, and heading → cell."""
        if sheet not in self.sheets:
            return
        lines = self.sheets[sheet]
        found = [str(cell).strip() for cell in lines[0]] if lines else []
        for name in headings:
            if name not in found:
                self.note(sheet, 1, name, N_("This column is missing. Add it with exactly this heading."))
        for name in found:
            if name and (name not in headings or found.count(name) > 1):
                self.note(sheet, 1, name, N_("There is no such column, or it is here twice. Remove or correct it."))
        for number, line in enumerate(lines[1:], start=2):
            if any(str(cell).strip() for cell in line):
                yield number, {name: cell for name, cell in zip(found, line, strict=False) if name in headings}

    def plan(self) -> dict[str, Any]:
        """The sheet of keys and values."""
        values: dict[str, Any] = {}
        known = {name: (key, kind, translated) for name, key, kind, translated in PLAN_KEYS}
        seen: set[str] = set()
        for number, cells in self.table(PLAN, PLAN_HEADINGS):
            name = str(cells.get(PLAN_HEADINGS[0], "")).strip()
            if name not in known or name in seen:
                self.note(
                    PLAN,
                    number,
                    PLAN_HEADINGS[0],
                    N_("There is no such key, or it is here twice. Remove or correct it."),
                )
                continue
            seen.add(name)
            key, kind, translated = known[name]
            language = "el" if translated else ""
            self.put(values, PLAN, number, Column(PLAN_HEADINGS[1], key, kind, language), cells)
            if translated:
                english = Column(PLAN_HEADINGS[2], key, cells_of.text(required=False), "en")
                self.put(values, PLAN, number, english, cells)
        for name in known:
            if name not in seen and PLAN in self.sheets:
                self.note(PLAN, None, name, N_("This key is missing. Add a row with it."))
        return values

    def rows(self, sheet: str, wanted: Sequence[Column]) -> Iterator[Row]:
        """The rows of a table; those that lack what they are known by are left out, and noted."""
        for number, cells in self.table(sheet, [column.name for column in wanted]):
            values: dict[str, Any] = {}
            for column in wanted:
                if column.name in cells:
                    self.put(values, sheet, number, column, cells)
            if "code" in values or {"action", "source"} <= values.keys():
                yield Row(number, values)

    def put(self, values: dict[str, Any], sheet: str, number: int, column: Column, cells: Mapping[str, Any]) -> None:
        """Read one cell into the values of its row, or note why that cannot be done."""
        try:
            value = column.kind.take(cells.get(column.name))
        except BadCell as bad:
            self.note(sheet, number, column.name, bad.message, **bad.values)
            return
        if column.language:
            held = values.setdefault(column.key, {})
            if value is not None:
                held[column.language] = value
        elif column.year:
            values.setdefault(column.key, {})[column.year] = value
        else:
            values[column.key] = value
