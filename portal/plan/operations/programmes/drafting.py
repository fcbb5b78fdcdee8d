"""What the plan says of a year, as the lines of a programme.

An action stands in it when it is in force (neither suspended nor cancelled) and its days touch the year; in the
Technical Programme, an annex of the annual one (law 4555/2018, article 172), only works and studies do. Its outputs are
the milestones that are due in the year, and what the year is to add to the quantity of others.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy.orm import Session

from portal.core.errors import Refused
from portal.core.texts import N_, Translated
from portal.organisation import queries as organisation
from portal.plan.models import PlanVersion, ProgrammeKind, Standing
from portal.plan.operations import workbook
from portal.plan.operations.content import load
from portal.plan.queries.lines import ZERO, Cost, Line, Lines, Output
from portal.plan.queries.programmes import TECHNICAL

Values = Mapping[str, Any]
_NODES = (workbook.AXES, workbook.MEASURES)


class NoVersion(Refused):
    """Nothing to make it from."""

    message = N_("No version of the plan is in force yet.")


class NotAYearOfThePlan(Refused):
    """The plan says nothing of that year."""

    message = N_("The plan covers the years %(first)s to %(last)s. Choose one of them.")


def planned_lines(session: Session, version: PlanVersion, year: int, kind: ProgrammeKind) -> Lines:
    """The lines of a year, as a version of the plan has them.

    :raises NotAYearOfThePlan: if it has none for it.
    """
    book = load(version.content)
    first, last = book.plan["first_year"], book.plan["last_year"]
    if not first <= year <= last:
        raise NotAYearOfThePlan(first=first, last=last)
    rows = {sheet: [row.values for row in held] for sheet, held in book.rows.items()}
    lines = tuple(
        _line(action, year, _of(rows[workbook.FUNDING], action), _of(rows[workbook.MILESTONES], action))
        for action in rows[workbook.ACTIONS]
        if _runs(action, year) and (kind is ProgrammeKind.ANNUAL or action["kind"] in TECHNICAL)
    )
    return Lines(lines, {**_names(rows), **places(session)})


def _of(rows: Sequence[Values], action: Values) -> list[Values]:
    return [row for row in rows if row["action"] == action["code"]]


def _runs(action: Values, year: int) -> bool:
    starts, ends = action["starts_on"], action["ends_on"]
    touches = (starts is None or starts.year <= year) and (ends is None or ends.year >= year)
    return action["standing"] is Standing.VALID and touches


def _line(action: Values, year: int, funding: Sequence[Values], milestones: Sequence[Values]) -> Line:
    outputs = [output for row in milestones for output in _outputs(row, year, action["ends_on"])]
    return Line(
        action=action["code"],
        title=Translated(action["title"]),
        kind=action["kind"],
        outputs=tuple(sorted(outputs, key=lambda output: output.due_on)),
        starts_on=action["starts_on"],
        ends_on=action["ends_on"],
        costs=tuple(
            Cost(row["source"], row["budget_code"] or "", amount)
            for row in funding
            if (amount := row["amounts"].get(year) or ZERO)
        ),
        preconditions=Translated(action["preconditions"]),
        communities=tuple(action["communities"] or ()),
        unit=action["unit"] or "",
    )


def _outputs(milestone: Values, year: int, ends_on: date | None) -> Iterator[Output]:
    due_on: date = milestone["due_on"]
    targets: dict[int, Decimal] = {of: value for of, value in milestone["targets"].items() if value}
    quantity = targets.get(year)
    if due_on.year != year and quantity is None:
        return
    if due_on.year == year and not targets:
        quantity = milestone["quantity"]
    if due_on.year != year:
        due_on = min(date(year, 12, 31), ends_on) if ends_on and ends_on.year == year else date(year, 12, 31)
    unit = Translated(milestone["unit_of_measure"] if quantity is not None else {})
    yield Output(Translated(milestone["title"]), due_on, quantity, unit, milestone["code"])


def _names(rows: Mapping[str, Sequence[Values]]) -> dict[str, dict[str, Translated]]:
    return {
        "node": {row["code"]: Translated(row["title"]) for sheet in _NODES for row in rows[sheet]},
        "source": {row["code"]: Translated(row["title"]) for row in rows[workbook.SOURCES]},
    }


def places(session: Session) -> dict[str, dict[str, Translated]]:
    """Units and communities, as they are called now."""
    return {
        "unit": {unit.code: unit.name for unit in organisation.units(session)},
        "community": {community.code: community.name for community in organisation.communities(session)},
    }
