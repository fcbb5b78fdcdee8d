"""The plan as the workbook it came from: importing what was exported changes nothing."""

import io
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, selectinload

from portal.organisation import queries as organisation
from portal.plan.models import Plan
from portal.plan.operations.sheets import TABLES, Table
from portal.plan.operations.workbook import PLAN, PLAN_HEADINGS, PLAN_KEYS, Column, Row, Workbook, columns

Values = Mapping[str, Any]


def workbook_of(session: Session, plan: Plan) -> Workbook:
    """The open rows of a plan, as they would be read from its workbook."""
    codes = {"unit": {unit.id: unit.code for unit in organisation.units(session)}}
    rows: dict[str, tuple[Row, ...]] = {}
    for table in TABLES:
        found = list(_rows(session, plan, table))
        if table.coded:
            codes.setdefault(table.name, {}).update({row.id: row.code for row in found})
        rows[table.sheet] = tuple(
            Row(number, _values(plan, table, row, codes)) for number, row in enumerate(found, start=2)
        )
    head = {key: getattr(plan, key) for _name, key, _kind, _translated in PLAN_KEYS}
    return Workbook({key: dict(value) if isinstance(value, Mapping) else value for key, value in head.items()}, rows)


def _rows(session: Session, plan: Plan, table: Table) -> Iterator[Any]:
    query = sa.select(table.model).where(table.model.plan_id == plan.id, table.model.closed.is_(False), *table.only())
    if table.years:
        query = query.options(selectinload(getattr(table.model, table.years.key)))
    yield from session.scalars(query.order_by(table.model.position))


def _values(plan: Plan, table: Table, row: Any, codes: Mapping[str, Mapping[int, str]]) -> dict[str, Any]:
    """What stands in the sheet for a row of its table."""
    found: dict[str, Any] = {}
    for column in columns(table.sheet, plan.years):
        if column.key in table.points:
            name, to = table.points[column.key]
            key = getattr(row, name)
            found[column.key] = codes[to].get(key) if key else None
        elif column.year:
            nothing = Decimal("0.00") if column.kind.required else None
            found.setdefault(column.key, {})[column.year] = _by_year(table, row).get(column.year, nothing)
        else:
            value = getattr(row, column.key)
            found[column.key] = dict(value) if column.language else column.kind.blank if value == "" else value
    return found


def _by_year(table: Table, row: Any) -> dict[int, Decimal]:
    assert table.years is not None
    return {part.year: getattr(part, table.years.column) for part in getattr(row, table.years.key)}


def export_plan(session: Session, plan: Plan) -> bytes:
    """The open rows of a plan as XLSX."""
    return written(workbook_of(session, plan))


def written(workbook: Workbook) -> bytes:
    """A workbook as XLSX."""
    years = range(workbook.plan["first_year"], workbook.plan["last_year"] + 1)
    out = io.BytesIO()
    safe = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    import xlsxwriter  # noqa: PLC0415 – 13 MB that most processes never need

    with xlsxwriter.Workbook(out, safe) as book:
        writer = _Writer(book)
        writer.plan(workbook.plan)
        for sheet, rows in workbook.rows.items():
            writer.table(sheet, columns(sheet, years), [row.values for row in rows])
    return out.getvalue()


class _Writer:
    """Writes the sheets of one workbook."""

    def __init__(self, book: Any) -> None:
        self.book = book
        self.heading = book.add_format({"bold": True, "text_wrap": True, "valign": "top", "num_format": "@"})
        self.words = book.add_format({"num_format": "@", "text_wrap": True, "valign": "top"})
        self.day = book.add_format({"num_format": "dd/mm/yyyy", "valign": "top"})
        self.figure = book.add_format({"valign": "top"})

    def sheet(self, name: str, headings: Sequence[str]) -> Any:
        """A sheet with its first row."""
        sheet = self.book.add_worksheet(name)
        sheet.freeze_panes(1, 1)
        for index, heading in enumerate(headings):
            sheet.write_string(0, index, heading, self.heading)
            wide = heading.startswith(("Τίτλος", "Title", "Περ", "D", "Ορ", "Value", "Τιμή", "Προϋποθ"))
            sheet.set_column(index, index, 40 if wide else 16)
        return sheet

    def plan(self, values: Values) -> None:
        """The sheet of keys and values."""
        sheet = self.sheet(PLAN, PLAN_HEADINGS)
        for row, (name, key, kind, translated) in enumerate(PLAN_KEYS, start=1):
            value = values[key]
            self.put(sheet, row, 0, name)
            self.put(sheet, row, 1, kind.give(value.get("el") if translated else value))
            self.put(sheet, row, 2, value.get("en") if translated else None)

    def table(self, name: str, wanted: Sequence[Column], rows: Sequence[Values]) -> None:
        """A table, with drop-down lists where only a few words are allowed."""
        sheet = self.sheet(name, [column.name for column in wanted])
        for index, column in enumerate(wanted):
            for number, values in enumerate(rows, start=1):
                self.put(sheet, number, index, column.kind.give(_value(column, values)))
            if column.kind.words:
                allowed = {"validate": "list", "source": list(column.kind.words)}
                sheet.data_validation(1, index, len(rows) + 200, index, allowed)

    def put(self, sheet: Any, row: int, column: int, value: Any) -> None:
        """One cell, by the type of its value."""
        if value is None or value == "":
            return
        if isinstance(value, date):
            sheet.write_datetime(row, column, value, self.day)
        elif isinstance(value, (int, float)):
            sheet.write_number(row, column, value, self.figure)
        else:
            sheet.write_string(row, column, str(value), self.words)


def _value(column: Column, values: Values) -> Any:
    value = values.get(column.key)
    if column.language:
        return (value or {}).get(column.language)
    return (value or {}).get(column.year) if column.year else value
