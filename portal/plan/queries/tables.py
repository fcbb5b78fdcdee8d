"""The plan as tables for everybody: what each of them holds, and what each column means."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from portal.core.texts import N_
from portal.plan.models import Plan
from portal.plan.queries import data

#: gives the rows of a table: (session, plan, day, language)
Rows = Callable[[Session, Plan, date, str], Iterator[list[Any]]]


@dataclass(frozen=True)
class Table:
    """A table: its code, msgids of what it holds and of what each column means, and its rows."""

    code: str
    title: str
    columns: tuple[tuple[str, str], ...]
    rows: Rows

    @property
    def names(self) -> list[str]:
        """The names of its columns."""
        return [name for name, _about in self.columns]

    def items(self, session: Session, plan: Plan, on: date, lang: str) -> Iterator[dict[str, Any]]:
        """Its rows by the names of their columns."""
        for row in self.rows(session, plan, on, lang):
            yield dict(zip(self.names, row, strict=True))


_CODE, _SAMPLE = N_("Code in the plan"), N_("Whether it is sample data of the demonstration")
_ACTION = N_("Code of the action; empty: no action of the plan explains it")
_BUDGETED = N_("Euro that the plan foresees, all years together")

TABLES = (
    Table(
        "actions",
        N_("Actions"),
        (
            ("code", _CODE),
            ("title", N_("Title")),
            ("description", N_("Description")),
            ("axis", N_("Code of its axis")),
            ("objective", N_("Code of its objective")),
            ("kind", N_("work, study, supply, service or operation")),
            ("standing", N_("valid, suspended or cancelled")),
            ("continued", N_("Whether it began before the plan")),
            ("communities", N_("Official codes of its communities; empty: the whole municipality")),
            ("lat", N_("Latitude, WGS 84")),
            ("lon", N_("Longitude, WGS 84")),
            ("unit", N_("Code of the unit that carries it out")),
            ("unit_name", N_("Name of that unit")),
            ("priority", N_("1 is first")),
            ("starts_on", N_("First day")),
            ("ends_on", N_("Last day")),
            ("percent", N_("How far it is, in percent, from the evidence on its milestones")),
            ("planned_percent", N_("How far it should be today, in percent")),
            ("time_percent", N_("How much of its time is over, in percent")),
            ("light", N_("green, yellow, red or grey")),
            ("light_reason", N_("Why it has this light; see the page of the rules")),
            ("budgeted", _BUDGETED),
            ("committed", N_("Euro committed up to today")),
            ("invoiced", N_("Euro invoiced up to today")),
            ("paid", N_("Euro paid up to today")),
            ("sample", _SAMPLE),
        ),
        data.actions,
    ),
    Table(
        "indicators",
        N_("Indicators with the value and the target of this year"),
        (
            ("code", _CODE),
            ("belongs_to", N_("Code of the axis, measure, objective or action that it measures")),
            ("title", N_("Title")),
            ("definition", N_("How it is defined")),
            ("kind", N_("input, output or result")),
            ("unit_of_measure", N_("Unit of measure")),
            ("direction", N_("up: more is better; down: less is better")),
            ("baseline", N_("Where it stood before the plan")),
            ("baseline_year", N_("In which year it stood there")),
            ("year", N_("The year of value and target")),
            ("value", N_("Value of the year so far")),
            ("target", N_("Target of the year")),
            ("light", N_("green, yellow, red or grey")),
            ("confidence", N_("complete, partial or missing")),
            ("origin", N_("feed: counted by the portal; calculation: from other indicators; entered: by the unit")),
            ("unit", N_("Code of the unit that answers for it")),
            ("sample", _SAMPLE),
        ),
        data.indicators,
    ),
    Table(
        "targets",
        N_("Targets of the indicators, year by year"),
        (("indicator", N_("Code of the indicator")), ("year", N_("Year")), ("target", N_("Target at its end"))),
        data.targets,
    ),
    Table(
        "budget",
        N_("Money by action, source and year"),
        (
            ("action", _ACTION),
            ("source", N_("Code of the funding source")),
            ("year", N_("Budget year")),
            ("budgeted", N_("Euro that the plan foresees")),
            ("committed", N_("Euro committed up to today")),
            ("invoiced", N_("Euro invoiced up to today")),
            ("paid", N_("Euro paid up to today")),
        ),
        data.budget,
    ),
    Table(
        "money",
        N_("Every amount that was committed, invoiced or paid"),
        (
            ("id", N_("Number of the amount")),
            ("on", N_("Day")),
            ("year", N_("Budget year")),
            ("stage", N_("committed, invoiced or paid")),
            ("amount", N_("Amount; below zero where something is taken back")),
            ("currency", N_("Always EUR")),
            ("action", _ACTION),
            ("source", N_("Code of the funding source")),
            ("budget_code", N_("Code of the municipal budget")),
            ("reference", N_("Number of the document")),
            ("sample", _SAMPLE),
        ),
        data.money,
    ),
    Table(
        "milestones",
        N_("Milestones and how far they are"),
        (
            ("code", _CODE),
            ("action", N_("Code of the action")),
            ("title", N_("Title")),
            ("due_on", N_("The day by which it is due")),
            ("weight", N_("Its share of the progress of the action, in percent")),
            ("quantity", N_("How much is to be made; empty: it is done or not")),
            ("unit_of_measure", N_("Unit of measure")),
            ("done", N_("How much of it the evidence shows")),
            ("percent", N_("How far it is, in percent")),
            ("reached_on", N_("The day on which it was reached")),
        ),
        data.milestones,
    ),
    Table(
        "evidence",
        N_("Evidence of what was done"),
        (
            ("id", N_("Number of the evidence")),
            ("on", N_("Day on which it happened")),
            ("kind", N_("entry, case, event, fault, decision, photo or link")),
            ("action", N_("Code of the action")),
            ("milestone", N_("Code of the milestone; empty: the action as a whole")),
            ("title", N_("Title")),
            ("quantity", N_("How much of the quantity of the milestone")),
            ("url", N_("Address on the web")),
            ("sample", _SAMPLE),
        ),
        data.evidence,
    ),
)
