"""What must fit together within a workbook: codes, parents, dates, years and amounts."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from portal.core.texts import N_
from portal.plan.operations.workbook import (
    ACTIONS,
    AXES,
    BUDGET,
    INDICATORS,
    MEASURES,
    OBJECTIVES,
    Problem,
    Row,
)

Rows = Mapping[str, Sequence[Row]]
#: sheet → the sheet of its parents, and the column that names the parent
PARENTS = {MEASURES: (AXES, "Άξονας"), OBJECTIVES: (MEASURES, "Μέτρο"), ACTIONS: (OBJECTIVES, "Στόχος")}


def structure_problems(plan: Mapping[str, Any], rows: Rows) -> list[Problem]:
    """Everything that does not fit together."""
    problems = [problem for sheet in rows for problem in _double(sheet, rows[sheet])]
    for sheet, (above, column) in PARENTS.items():
        known = {row.code for row in rows.get(above, ())}
        problems += [problem for row in rows.get(sheet, ()) for problem in _parent(sheet, row, known, column)]
    for row in rows.get(ACTIONS, ()):
        problems += _times(row, plan["first_year"], plan["last_year"])
    parts = {row.code for sheet in (MEASURES, OBJECTIVES, ACTIONS) for row in rows.get(sheet, ())}
    measures = {row.code for row in rows.get(MEASURES, ())}
    for row in rows.get(INDICATORS, ()):
        problems += _belonging(row, parts, measures)
    return problems


def _double(sheet: str, rows: Sequence[Row]) -> Iterator[Problem]:
    first: dict[str, int] = {}
    for row in rows:
        if row.code in first:
            message = N_("The code %(code)s is already in row %(row)s. Give each row its own code.")
            yield Problem(sheet, row.number, "Κωδικός", message, {"code": row.code, "row": first[row.code]})
        first.setdefault(row.code, row.number)


def _parent(sheet: str, row: Row, known: set[str], column: str) -> Iterator[Problem]:
    parent = row.values.get("parent")
    if parent is None:
        return
    if parent not in known:
        message = N_("The code %(code)s is not in its sheet. Add it there, or correct the code.")
        yield Problem(sheet, row.number, column, message, {"code": parent})
    elif row.code.rpartition(".")[0] != parent:
        message = N_(
            "The code %(code)s does not belong under %(parent)s: it must begin with it. Correct one of the two."
        )
        yield Problem(sheet, row.number, "Κωδικός", message, {"code": row.code, "parent": parent})


def _times(row: Row, first_year: int, last_year: int) -> Iterator[Problem]:
    start, end = row.values.get("starts_on"), row.values.get("ends_on")
    for column, day in (("Έναρξη", start), ("Λήξη", end)):
        if isinstance(day, date) and not first_year <= day.year <= last_year:
            message = N_("The date is outside the years of the plan, %(first)s to %(last)s. Correct it.")
            yield Problem(ACTIONS, row.number, column, message, {"first": first_year, "last": last_year})
    if start is None or end is None:
        return
    if end < start:
        yield Problem(
            ACTIONS, row.number, "Λήξη", N_("The action ends before it starts. Correct one of the two dates.")
        )
        return
    for year, amount in row.values.get("budget", {}).items():
        if amount and not start.year <= year <= end.year:
            message = N_("The action does not run in this year. Write 0, or correct its dates.")
            yield Problem(ACTIONS, row.number, f"{BUDGET} {year}", message)


def _belonging(row: Row, parts: set[str], measures: set[str]) -> Iterator[Problem]:
    measure = row.code.removeprefix("Δ.").rpartition(".")[0]
    if measure not in measures:
        message = N_("This code refers to the measure %(code)s, which does not exist. Correct the code.")
        yield Problem(INDICATORS, row.number, "Κωδικός", message, {"code": measure})
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
