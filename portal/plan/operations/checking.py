"""What is wrong with a content that was changed by hand: its cells, what must fit together, what it names."""

from collections.abc import Iterator

from sqlalchemy.orm import Session

from portal.plan.operations.cells import BadCell
from portal.plan.operations.content import Content, load
from portal.plan.operations.references import reference_problems
from portal.plan.operations.structure import structure_problems
from portal.plan.operations.workbook import SHEETS, Column, Problem, Row, Workbook, columns


def content_problems(session: Session, content: Content) -> list[Problem]:
    """Every problem that a workbook with this content would have, in the order of the sheets."""
    workbook = load(content)
    problems = [*_cells(workbook), *structure_problems(workbook.plan, workbook.rows)]
    problems += reference_problems(session, workbook)
    order = {sheet: index for index, sheet in enumerate(SHEETS)}
    return sorted(problems, key=lambda problem: (order.get(problem.sheet, -1), problem.row or 0))


def _cells(workbook: Workbook) -> Iterator[Problem]:
    """Cells in which something stands that a workbook would not be allowed to say."""
    years = range(workbook.plan["first_year"], workbook.plan["last_year"] + 1)
    for sheet, rows in workbook.rows.items():
        wanted = columns(sheet, years)
        for row in rows:
            for column in wanted:
                try:
                    column.kind.take(column.kind.give(_value(column, row)))
                except BadCell as bad:
                    yield Problem(sheet, row.number, column.name, bad.message, bad.values)


def _value(column: Column, row: Row) -> object:
    value = row.values.get(column.key)
    if column.language:
        return (value or {}).get(column.language)
    return (value or {}).get(column.year) if column.year else value
