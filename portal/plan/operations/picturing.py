"""A content as the tree that the pages of the plan show: what the plan was, looks like what it is."""

from decimal import Decimal
from typing import Any

from portal.core.texts import Translated
from portal.plan.models import NodeLevel, Plan
from portal.plan.operations.content import Content, load
from portal.plan.operations.importing import ordered
from portal.plan.operations.workbook import (
    ACTIONS,
    AXES,
    FUNDING,
    GOALS,
    MEASURES,
    OBJECTIVES,
    SOURCES,
    Row,
    Workbook,
)
from portal.plan.queries.tree import ActionLine, Branch, Money, Tree

_LEVELS = {
    GOALS: NodeLevel.GOAL,
    AXES: NodeLevel.AXIS,
    MEASURES: NodeLevel.MEASURE,
    OBJECTIVES: NodeLevel.OBJECTIVE,
}


def pictured(content: Content) -> Tree:
    """The tree of a content; its plan is one of that day, and in no database."""
    workbook = load(content)
    branches = {
        row.code: _branch(row, level) for sheet, level in _LEVELS.items() for row in ordered(workbook.rows[sheet])
    }
    for sheet in (MEASURES, OBJECTIVES):
        for row in ordered(workbook.rows[sheet]):
            branches[row.values["parent"]].branches.append(branches[row.code])
    money = _money(workbook)
    for row in ordered(workbook.rows[ACTIONS]):
        branches[row.values["parent"]].actions.append(_line(row, money.get(row.code, {})))
    tops = {level: [one for one in branches.values() if one.level is level] for level in _LEVELS.values()}
    sources = {row.code: Translated(row.values["title"]) for row in ordered(workbook.rows[SOURCES])}
    return Tree(_plan(workbook), tops[NodeLevel.AXIS], tops[NodeLevel.GOAL], sources)


def _plan(workbook: Workbook) -> Plan:
    head: dict[str, Any] = {
        key: Translated(value) if isinstance(value, dict) else value for key, value in workbook.plan.items()
    }
    return Plan(code=f"{head['first_year']}-{head['last_year']}", **head)


def _branch(row: Row, level: NodeLevel) -> Branch:
    title, description = (Translated(row.values.get(key) or {}) for key in ("title", "description"))
    return Branch(row.code, level, title, description)


def _line(row: Row, by_source: dict[str, Money]) -> ActionLine:
    keys = ("kind", "starts_on", "ends_on", "sample", "standing")
    values = {key: row.values[key] for key in keys}
    return ActionLine(code=row.code, title=Translated(row.values["title"]), by_source=by_source, **values)


def _money(workbook: Workbook) -> dict[str, dict[str, Money]]:
    """Action → source → year → euro."""
    found: dict[str, dict[str, Money]] = {}
    for row in workbook.rows[FUNDING]:
        held = found.setdefault(row.values["action"], {}).setdefault(row.values["source"], {})
        for year, amount in row.values["amounts"].items():
            if amount:
                held[year] = held.get(year, Decimal("0.00")) + amount
    return found
