"""The plan as the workbook it came from: importing what was exported changes nothing."""

import io
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload, selectinload

from portal.plan.models import Action, Indicator, Node, NodeLevel, Plan
from portal.plan.operations.workbook import (
    ACTIONS,
    AXES,
    INDICATORS,
    MEASURES,
    OBJECTIVES,
    PLAN,
    PLAN_HEADINGS,
    PLAN_KEYS,
    Column,
    columns,
)

Values = Mapping[str, Any]
LEVELS = {AXES: NodeLevel.AXIS, MEASURES: NodeLevel.MEASURE, OBJECTIVES: NodeLevel.OBJECTIVE}


def export_plan(session: Session, plan: Plan) -> bytes:
    """The open rows of a plan as XLSX."""
    years = range(plan.first_year, plan.last_year + 1)
    content = {
        **_nodes(session, plan),
        ACTIONS: list(_actions(session, plan)),
        INDICATORS: list(_indicators(session, plan)),
    }
    out = io.BytesIO()
    safe = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    import xlsxwriter  # noqa: PLC0415 – 13 MB that most processes never need

    with xlsxwriter.Workbook(out, safe) as book:
        writer = _Writer(book)
        writer.plan(plan)
        for sheet, rows in content.items():
            writer.table(sheet, columns(sheet, years), rows)
    return out.getvalue()


def _of(row: Any) -> dict[str, Any]:
    """The columns of a row by name."""
    return {column.key: getattr(row, column.key) for column in sa.inspect(type(row)).column_attrs}


def _nodes(session: Session, plan: Plan) -> dict[str, list[Values]]:
    query = sa.select(Node).where(Node.plan_id == plan.id, Node.closed.is_(False)).order_by(Node.position)
    nodes = session.scalars(query).all()
    codes = {node.id: node.code for node in nodes}
    return {
        sheet: [_of(node) | {"parent": codes.get(node.parent_id or 0)} for node in nodes if node.level is level]
        for sheet, level in LEVELS.items()
    }


def _actions(session: Session, plan: Plan) -> Iterator[Values]:
    query = sa.select(Action).where(Action.plan_id == plan.id, Action.closed.is_(False)).order_by(Action.position)
    loads = (joinedload(Action.node), joinedload(Action.unit), selectinload(Action.budget))
    for row in session.scalars(query.options(*loads)):
        unit = row.unit.code if row.unit else None
        amounts = dict.fromkeys(range(plan.first_year, plan.last_year + 1), 0)
        held = {part.year: part.amount for part in row.budget}
        yield _of(row) | {
            "parent": row.node.code,
            "unit": unit,
            "budget": amounts | held,
            "funding": row.funding or None,
        }


def _indicators(session: Session, plan: Plan) -> Iterator[Values]:
    query = sa.select(Indicator).where(Indicator.plan_id == plan.id, Indicator.closed.is_(False))
    for row in session.scalars(query.order_by(Indicator.position).options(selectinload(Indicator.targets))):
        yield _of(row) | {"targets": {part.year: part.value for part in row.targets}}


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
            sheet.set_column(index, index, 40 if heading.startswith(("Τ", "Title", "Π", "D", "Ο", "V")) else 16)
        return sheet

    def plan(self, plan: Plan) -> None:
        """The sheet of keys and values."""
        sheet = self.sheet(PLAN, PLAN_HEADINGS)
        for row, (name, key, kind, translated) in enumerate(PLAN_KEYS, start=1):
            value = getattr(plan, key)
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
