"""Where a programme says something else than the plan, than the other programme of its year, and than the budget."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy.orm import Session

from portal.core.choices import Choice
from portal.core.texts import N_, Translated
from portal.plan.models import Plan, Programme, ProgrammeKind, ProgrammeState
from portal.plan.operations.programmes.drafting import planned_lines
from portal.plan.queries import programmes as reads
from portal.plan.queries.lines import ZERO, Line, Lines
from portal.plan.queries.versions import version_on


class Against(Choice):
    """With what a programme is compared."""

    PLAN = "plan", N_("The plan")
    OTHER = "other", N_("The other programme of the year")
    BUDGET = "budget", N_("The budget")


class Subject(Choice):
    """In what they differ."""

    MISSING = "missing", N_("Not in the programme")
    EXTRA = "extra", N_("Only in the programme")
    AMOUNT = "amount", N_("Amount")
    DATES = "dates", N_("From – to")
    OUTPUTS = "outputs", N_("Outputs")
    UNIT = "unit", N_("Unit")
    PLACE = "place", N_("Place")
    PRECONDITIONS = "preconditions", N_("Preconditions")


@dataclass(frozen=True)
class Difference:
    """One thing that differs, and what each of the two says."""

    against: Against
    subject: Subject
    #: of the action; "": an amount of the budget that no action explains
    code: str
    title: Translated
    #: what the plan (the other programme, the budget) says, and what the programme says; None: nothing
    there: Any
    here: Any
    #: of an amount: its source and code of the budget; the source is "" where the budget names none
    source: str = ""
    budget_code: str = ""


#: what is compared line by line, besides amounts
_PARTS: tuple[tuple[Subject, Callable[[Line], Any]], ...] = (
    (Subject.DATES, lambda line: (line.starts_on, line.ends_on)),
    (Subject.OUTPUTS, lambda line: line.outputs),
    (Subject.UNIT, lambda line: line.unit),
    (Subject.PLACE, lambda line: line.communities),
    (Subject.PRECONDITIONS, lambda line: line.preconditions),
)


def differences(session: Session, plan: Plan, row: Programme, *, today: date) -> list[Difference]:
    """Everything in which a programme differs: from the plan that is in force, the other programme, the budget.

    The Technical Programme is an annex of the annual one: the works and studies of both must be the same.
    """
    here = reads.lines_of(row)
    found: list[Difference] = []
    version = version_on(session, plan, today)
    if version is not None:
        found += _between(Against.PLAN, planned_lines(session, version, row.year, row.kind), here)
    other = reads.programme(session, plan, row.year, _other(row.kind), approved=row.state is ProgrammeState.APPROVED)
    if other is not None:
        there = reads.lines_of(other).of_kinds(reads.TECHNICAL)
        found += _between(Against.OTHER, there, here.of_kinds(reads.TECHNICAL))
    found += _budget(reads.budgeted(session, plan, row.year, row.kind), here)
    return found


def _other(kind: ProgrammeKind) -> ProgrammeKind:
    return ProgrammeKind.TECHNICAL if kind is ProgrammeKind.ANNUAL else ProgrammeKind.ANNUAL


def _between(against: Against, there: Lines, here: Lines) -> Iterator[Difference]:
    was, now = ({line.action: line for line in lines} for lines in (there, here))
    for code in sorted({*was, *now}, key=_order):
        old, new = was.get(code), now.get(code)
        if old is None or new is None:
            line = old or new
            assert line is not None
            subject = Subject.MISSING if new is None else Subject.EXTRA
            yield Difference(against, subject, code, line.title, old and old.total, new and new.total)
            continue
        yield from _amounts(against, old, new)
        for subject, part in _PARTS:
            if part(old) != part(new):
                yield Difference(against, subject, code, new.title, part(old), part(new))


def _amounts(against: Against, old: Line, new: Line) -> Iterator[Difference]:
    was, now = (_by_key(line) for line in (old, new))
    for source, budget_code in {**was, **now}:
        there, here = was.get((source, budget_code)), now.get((source, budget_code))
        if there != here:
            yield Difference(against, Subject.AMOUNT, new.action, new.title, there, here, source, budget_code)


def _by_key(line: Line) -> dict[tuple[str, str], Decimal]:
    found: dict[tuple[str, str], Decimal] = {}
    for cost in line.costs:
        key = (cost.source, cost.budget_code)
        found[key] = found.get(key, ZERO) + cost.amount
    return found


def _budget(budgeted: reads.Budgeted, here: Lines) -> Iterator[Difference]:
    """By action and code of the budget; where no budget was brought, there is nothing to compare."""
    if not budgeted:
        return
    said: dict[tuple[str, str], Decimal] = {}
    titles = {line.action: line.title for line in here}
    for line in here:
        for cost in line.costs:
            key = (line.action, cost.budget_code)
            said[key] = said.get(key, ZERO) + cost.amount
    for code, budget_code in sorted({**budgeted, **said}, key=lambda key: (_order(key[0]), key[1])):
        there, ours = budgeted.get((code, budget_code)), said.get((code, budget_code))
        if there != ours:
            title = titles.get(code, Translated())
            yield Difference(Against.BUDGET, Subject.AMOUNT, code, title, there, ours, "", budget_code)


def _order(code: str) -> list[int]:
    """As people count: 1.2.10 comes after 1.2.9."""
    return [int(part) for part in code.split(".") if part.isdecimal()]
