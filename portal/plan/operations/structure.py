"""What must fit together within a workbook: codes, parents, dates, years and amounts."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from portal.core.texts import N_
from portal.plan.operations.calculations import calculation_problems
from portal.plan.operations.workbook import (
    ACTIONS,
    AXES,
    BUDGET,
    CODE,
    FUNDING,
    GOALS,
    INDICATORS,
    MEASURES,
    MILESTONES,
    OBJECTIVES,
    PROJECTS,
    QUANTITY,
    SOURCES,
    Problem,
    Row,
)

Rows = Mapping[str, Sequence[Row]]
#: sheet → key and column that point, the sheet they point to, and whether the own code begins with that code
POINTS = {
    AXES: (("parent", "Στρατηγικός στόχος", GOALS, ""),),
    MEASURES: (("parent", "Άξονας", AXES, "."),),
    OBJECTIVES: (("parent", "Μέτρο", MEASURES, "."),),
    ACTIONS: (("parent", "Στόχος", OBJECTIVES, "."),),
    FUNDING: (("action", "Δράση", ACTIONS, ""), ("source", "Πηγή", SOURCES, "")),
    MILESTONES: (("action", "Δράση", ACTIONS, "-"),),
    PROJECTS: (("action", "Δράση", ACTIONS, "."),),
}


def structure_problems(plan: Mapping[str, Any], rows: Rows) -> list[Problem]:
    """Everything that does not fit together."""
    problems = [problem for sheet in rows for problem in _double(sheet, rows[sheet])]
    codes = {sheet: {row.code for row in found} for sheet, found in rows.items()}
    for sheet, points in POINTS.items():
        for row in rows.get(sheet, ()):
            for key, column, above, mark in points:
                problems += _pointing(row, (sheet, key, column, mark), codes.get(above, set()))
    actions = {row.code: row for row in rows.get(ACTIONS, ())}
    for row in actions.values():
        problems += _times(row, plan["first_year"], plan["last_year"])
    for row in rows.get(FUNDING, ()):
        problems += _spending(row, actions.get(row.values["action"]))
    problems += _milestones(rows.get(MILESTONES, ()), actions)
    problems += _projects(rows.get(PROJECTS, ()), rows.get(FUNDING, ()))
    parts = set().union(*(codes.get(sheet, set()) for sheet in (MEASURES, OBJECTIVES, ACTIONS)))
    for row in rows.get(INDICATORS, ()):
        problems += _belonging(row, parts, codes.get(MEASURES, set()))
    problems += calculation_problems(rows.get(INDICATORS, ()))
    return problems


def _double(sheet: str, rows: Sequence[Row]) -> Iterator[Problem]:
    first: dict[str, int] = {}
    for row in rows:
        if row.code in first:
            message = N_("The code %(code)s is already in row %(row)s. Give each row its own code.")
            where = "Δράση" if sheet == FUNDING else CODE
            yield Problem(sheet, row.number, where, message, {"code": row.code, "row": first[row.code]})
        first.setdefault(row.code, row.number)


def _pointing(row: Row, point: tuple[str, str, str, str], known: set[str]) -> Iterator[Problem]:
    sheet, key, column, mark = point
    above = row.values.get(key)
    if above is None:
        return
    if above not in known:
        message = N_("The code %(code)s is not in its sheet. Add it there, or correct the code.")
        yield Problem(sheet, row.number, column, message, {"code": above})
    elif mark and row.code.rpartition(mark)[0] != above:
        message = N_(
            "The code %(code)s does not belong under %(parent)s: it must begin with it. Correct one of the two."
        )
        yield Problem(sheet, row.number, CODE, message, {"code": row.code, "parent": above})


def _times(row: Row, first_year: int, last_year: int) -> Iterator[Problem]:
    start, end = row.values.get("starts_on"), row.values.get("ends_on")
    for column, day in (("Έναρξη", start), ("Λήξη", end)):
        if isinstance(day, date) and not first_year <= day.year <= last_year:
            message = N_("The date is outside the years of the plan, %(first)s to %(last)s. Correct it.")
            yield Problem(ACTIONS, row.number, column, message, {"first": first_year, "last": last_year})
    if start and end and end < start:
        yield Problem(
            ACTIONS, row.number, "Λήξη", N_("The action ends before it starts. Correct one of the two dates.")
        )


def _spending(row: Row, action: Row | None) -> Iterator[Problem]:
    start, end = (action.values.get(key) if action else None for key in ("starts_on", "ends_on"))
    if start is None or end is None:
        return
    for year, amount in row.values.get("amounts", {}).items():
        if amount and not start.year <= year <= end.year:
            message = N_("The action does not run in this year. Write 0, or correct its dates.")
            yield Problem(FUNDING, row.number, f"{BUDGET} {year}", message)


def _milestones(rows: Sequence[Row], actions: Mapping[str, Row]) -> Iterator[Problem]:
    weights: dict[str, list[Row]] = {}
    for row in rows:
        weights.setdefault(row.values.get("action", ""), []).append(row)
        action, due = actions.get(row.values.get("action", "")), row.values.get("due_on")
        end = action.values.get("ends_on") if action else None
        if due and end and due > end:
            message = N_("The milestone is due after the action ends. Correct one of the two dates.")
            yield Problem(MILESTONES, row.number, "Έως", message)
        yield from _quantities(row)
    for code, found in weights.items():
        total = sum(row.values.get("weight", 0) for row in found)
        if total != 100 and all("weight" in row.values for row in found):
            message = N_("The shares of the milestones of %(code)s add up to %(total)s %%, not to 100. Correct them.")
            yield Problem(MILESTONES, found[0].number, "Βαρύτητα", message, {"code": code, "total": total})


def _quantities(row: Row) -> Iterator[Problem]:
    quantity, unit = row.values.get("quantity"), row.values.get("unit_of_measure")
    by_year = [value for value in row.values.get("targets", {}).values() if value is not None]
    if quantity is not None and not (unit or {}).get("el"):
        message = N_("A quantity needs its unit of measure. Write it, or empty the quantity.")
        yield Problem(MILESTONES, row.number, "Μονάδα", message)
    if by_year and sum(by_year) != quantity:
        message = N_("The quantities of the years add up to %(total)s, not to the whole. Correct them.")
        yield Problem(MILESTONES, row.number, QUANTITY, message, {"total": sum(by_year)})


def _projects(rows: Sequence[Row], funding: Sequence[Row]) -> Iterator[Problem]:
    """Projects are parts of the budget of their action."""
    budgets: dict[str, Decimal] = {}
    for row in funding:
        amounts = [amount for amount in row.values.get("amounts", {}).values() if amount]
        budgets[row.values["action"]] = budgets.get(row.values["action"], Decimal(0)) + sum(amounts, Decimal(0))
    spent: dict[str, Decimal] = {}
    for row in rows:
        code = row.values.get("action", "")
        spent[code] = spent.get(code, Decimal(0)) + (row.values.get("amount") or Decimal(0))
        if spent[code] > budgets.get(code, Decimal(0)):
            message = N_("The projects of %(code)s cost more than its budget, %(budget)s €. Correct one of the two.")
            values = {"code": code, "budget": budgets.get(code, Decimal(0))}
            yield Problem(PROJECTS, row.number, "Προϋπολογισμός", message, values)


def _belonging(row: Row, parts: set[str], measures: set[str]) -> Iterator[Problem]:
    measure = row.code.removeprefix("Δ.").rpartition(".")[0]
    if measure not in measures:
        message = N_("This code refers to the measure %(code)s, which does not exist. Correct the code.")
        yield Problem(INDICATORS, row.number, CODE, message, {"code": measure})
    belongs_to = row.values.get("belongs_to")
    if belongs_to is None:
        return
    if belongs_to not in parts:
        message = N_("The code %(code)s is not in its sheet. Add it there, or correct the code.")
        yield Problem(INDICATORS, row.number, "Ανήκει σε", message, {"code": belongs_to})
    elif not f"{belongs_to}.".startswith(f"{measure}."):
        message = N_(
            "The code refers to the measure %(measure)s, but %(part)s is not part of it. Correct one of the two."
        )
        yield Problem(INDICATORS, row.number, "Ανήκει σε", message, {"part": belongs_to, "measure": measure})
