"""A programme as rows of plain values: what every file of it is made of, and what its document says."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any

from portal.core.i18n import format_date, format_number, plain
from portal.core.i18n import translate as _
from portal.plan.models import Programme
from portal.plan.queries.lines import QUARTERS, ZERO, Cost, Line, Lines, Output


def headings() -> list[str]:
    """The first line of a table; one row is an action and a source of its money."""
    return [
        *(_("Year"), _("Programme"), _("Axis"), _("Measure"), _("Action"), _("Title"), _("Kind")),
        *(_("Quarter %(number)s", number=quarter) for quarter in QUARTERS),
        *(_("Source"), _("Code of the budget (Κ.Α.)"), _("Amount (€)")),
        *(_("Preconditions"), _("Where"), _("Carried out by")),
    ]


def rows(programme: Programme, lines: Lines) -> Iterator[list[Any]]:
    """Text, whole numbers and amounts; an action without costs is a row of 0,00."""
    for line in lines:
        for cost in line.costs or (Cost("", "", ZERO),):
            yield [
                *(programme.year, _(programme.kind.label), named(lines, "node", line.axis)),
                *(named(lines, "node", line.measure), line.action, plain(line.title), _(line.kind.label)),
                *(quarter_words(line, programme.year, quarter) for quarter in QUARTERS),
                *(source_words(lines, cost.source), cost.budget_code, cost.amount),
                *(plain(line.preconditions), place_words(lines, line), unit_words(lines, line)),
            ]


def named(lines: Lines, kind: str, code: str) -> str:
    """«1.2 Water»."""
    return f"{code} {plain(lines.name(kind, code))}"


def source_words(lines: Lines, code: str) -> str:
    """How a source of money is called."""
    return plain(lines.name("source", code)) if code else ""


def unit_words(lines: Lines, line: Line) -> str:
    """Who carries it out."""
    return plain(lines.name("unit", line.unit)) if line.unit else ""


def place_words(lines: Lines, line: Line) -> str:
    """Where it is."""
    names = [plain(lines.name("community", code)) for code in line.communities]
    return ", ".join(names) or _("The whole municipality")


def output_words(output: Output) -> str:
    """«Mains: 7,5 km»."""
    if output.quantity is None:
        return plain(output.title)
    return f"{plain(output.title)}: {format_number(output.quantity)} {plain(output.unit_of_measure)}".strip()


def quarter_words(line: Line, year: int, quarter: int) -> str:
    """The outputs of a quarter with their days; else whether work goes on."""
    due = [f"{output_words(output)} ({format_date(output.due_on, 'd/M')})" for output in line.due_in(quarter)]
    return "; ".join(due) or (_("work goes on") if quarter in line.quarters(year) else "")


def document(programme: Programme, lines: Lines) -> dict[str, Any]:
    """The programme for machines: amounts and quantities as text, so that no cent is lost."""
    return {
        "year": programme.year,
        "kind": programme.kind.value,
        "number": programme.number,
        "decision": programme.decision,
        "decided_on": programme.decided_on.isoformat() if programme.decided_on else None,
        "ada": programme.ada,
        "total": amount(lines.total),
        "by_source": {code: amount(found) for code, found in lines.by_source.items()},
        "axes": [_axis(lines, code, programme.year) for code in lines.axes],
    }


def amount(value: Decimal) -> str:
    """1234.50."""
    return f"{value:.2f}"


def _axis(lines: Lines, code: str, year: int) -> dict[str, Any]:
    held = lines.of_axis(code)
    return {
        "code": code,
        "title": lines.name("node", code),
        "total": amount(held.total),
        "lines": [_line(lines, line, year) for line in held],
    }


def _line(lines: Lines, line: Line, year: int) -> dict[str, Any]:
    measure = {"code": line.measure, "title": lines.name("node", line.measure)}
    quarters: Sequence[int] = line.quarters(year)
    outputs = [{**output.dump(), "quarter": output.quarter} for output in line.outputs]
    totals = {"total": amount(line.total), "quarters": quarters, "outputs": outputs}
    return {**line.dump(), "measure": measure, **totals}
