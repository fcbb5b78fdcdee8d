"""The workbook of the plan as the code sees it: its sheets, their columns, and what can be wrong with it.

The format is described in docs/plan-workbook.md. Reading and writing go by the same columns, so that what was
exported can be imported again.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from portal.core.errors import Refused
from portal.core.texts import N_
from portal.plan.models import ActionKind, Direction, IndicatorKind
from portal.plan.operations import cells
from portal.plan.operations.cells import Kind

PLAN, AXES, MEASURES, OBJECTIVES, ACTIONS, INDICATORS = SHEETS = (
    "Σχέδιο",
    "Άξονες",
    "Μέτρα",
    "Στόχοι",
    "Δράσεις",
    "Δείκτες",
)
#: a code that belongs to one year stands behind these
BUDGET, TARGET = "Π/Υ", "Στόχος"


@dataclass(frozen=True)
class Problem:
    """Something that is wrong with a workbook, where it is, and what to do."""

    sheet: str
    #: as the spreadsheet numbers it; None: the whole sheet
    row: int | None
    column: str | None
    #: msgid with `%(name)s` placeholders
    message: str
    values: Mapping[str, Any] = field(default_factory=dict)

    @property
    def where(self) -> str:
        """Sheet, row and column in one line."""
        return " · ".join(str(part) for part in (self.sheet, self.row, self.column) if part is not None)

    def __str__(self) -> str:
        return f"{self.where}: {self.message % self.values}"


class WorkbookRefused(Refused):
    """The workbook has problems; nothing of it was taken."""

    message = N_("The workbook has problems (in all: %(number)s); nothing was applied.")

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__(number=len(self.problems))


@dataclass(frozen=True)
class Column:
    """A column of a sheet: its heading, what it fills, and what may stand in it."""

    name: str
    key: str
    kind: Kind
    #: the text of one language of what `key` names
    language: str = ""
    #: the amount of one year of what `key` names
    year: int = 0


@dataclass(frozen=True)
class Row:
    """A row that could be read; `values` by the keys of the columns."""

    number: int
    values: Mapping[str, Any]

    @property
    def code(self) -> str:
        """By what it is known."""
        return str(self.values["code"])


@dataclass(frozen=True)
class Workbook:
    """A workbook as read; its rows are complete only where there is no problem."""

    plan: Mapping[str, Any]
    rows: Mapping[str, tuple[Row, ...]]
    problems: tuple[Problem, ...] = ()


def texts(name: str, english: str, key: str, *, required: bool = False) -> tuple[Column, Column]:
    """The two columns of a text."""
    greek = cells.TEXT if required else cells.text(required=False)
    return Column(name, key, greek, "el"), Column(english, key, cells.text(required=False), "en")


#: keys of the sheet of the plan itself; a text has its English beside it
PLAN_KEYS: tuple[tuple[str, str, Kind, bool], ...] = (
    ("τίτλος", "title", cells.TEXT, True),
    ("έτος έναρξης", "first_year", cells.YEAR, False),
    ("έτος λήξης", "last_year", cells.YEAR, False),
    ("όραμα", "vision", cells.TEXT, True),
    ("απόφαση", "decision", cells.text(required=False), True),
    ("ημερομηνία απόφασης", "decided_on", cells.date_cell(required=False), False),
    ("ΑΔΑ", "ada", cells.text(required=False, most=20), False),
    ("σημείωση", "note", cells.text(required=False), True),
)
PLAN_HEADINGS = ("Κλειδί", "Τιμή", "Value (en)")

KINDS = {
    "Έργο": ActionKind.WORK,
    "Μελέτη": ActionKind.STUDY,
    "Προμήθεια": ActionKind.SUPPLY,
    "Υπηρεσία": ActionKind.SERVICE,
    "Λειτουργία": ActionKind.OPERATION,
}
INDICATOR_KINDS = {
    "εισροών": IndicatorKind.INPUT,
    "εκροών": IndicatorKind.OUTPUT,
    "αποτελέσματος": IndicatorKind.RESULT,
}
DIRECTIONS = {"αύξηση": Direction.UP, "μείωση": Direction.DOWN}
YES_NO = {"ναι": True, "όχι": False}
NEW_OR_NOT = {"νέα": False, "συνεχιζόμενη": True}

AXIS_CODE = cells.code(r"\d{1,2}", "1")
MEASURE_CODE = cells.code(r"\d{1,2}\.\d{1,2}", "1.2")
OBJECTIVE_CODE = cells.code(r"\d{1,2}(\.\d{1,2}){2}", "1.2.3")
ACTION_CODE = cells.code(r"\d{1,2}(\.\d{1,2}){2}\.\d{2}", "1.2.3.04")
INDICATOR_CODE = cells.code(r"Δ\.\d{1,2}\.\d{1,2}\.\d{2}", "Δ.1.2.01")
PART_CODE = cells.code(r"\d{1,2}(\.\d{1,2}){1,2}(\.\d{2})?", "1.2.3")


def columns(sheet: str, years: Iterable[int]) -> tuple[Column, ...]:
    """The columns of a sheet, in order; those of single years for the years of the plan."""
    title = texts("Τίτλος", "Title (en)", "title", required=True)
    described = texts("Περιγραφή", "Description (en)", "description")
    if sheet == AXES:
        return Column("Κωδικός", "code", AXIS_CODE), *title, *described
    if sheet == MEASURES:
        return Column("Κωδικός", "code", MEASURE_CODE), Column("Άξονας", "parent", AXIS_CODE), *title
    if sheet == OBJECTIVES:
        return Column("Κωδικός", "code", OBJECTIVE_CODE), Column("Μέτρο", "parent", MEASURE_CODE), *title
    if sheet == ACTIONS:
        return _action_columns((*title, *described), years)
    return _indicator_columns(title, years)


def _action_columns(texts_of: tuple[Column, ...], years: Iterable[int]) -> tuple[Column, ...]:
    return (
        Column("Κωδικός", "code", ACTION_CODE),
        Column("Στόχος", "parent", OBJECTIVE_CODE),
        *texts_of,
        Column("Είδος", "kind", cells.one_of(KINDS)),
        Column("Νέα ή συνεχιζόμενη", "continued", cells.one_of(NEW_OR_NOT)),
        Column("Κοινότητες", "communities", cells.COMMUNITIES),
        Column("Προτεραιότητα", "priority", cells.PRIORITY),
        Column("Υπηρεσία", "unit", cells.TEXT),
        Column("Έναρξη", "starts_on", cells.date_cell()),
        Column("Λήξη", "ends_on", cells.date_cell()),
        *(Column(f"{BUDGET} {year}", "budget", cells.MONEY, year=year) for year in years),
        Column("Πηγή", "funding", cells.text(required=False)),
        Column("Ενδεικτικό", "sample", cells.one_of(YES_NO)),
    )


def _indicator_columns(title: tuple[Column, ...], years: Iterable[int]) -> tuple[Column, ...]:
    return (
        Column("Κωδικός", "code", INDICATOR_CODE),
        Column("Ανήκει σε", "belongs_to", PART_CODE),
        *title,
        *texts("Ορισμός", "Definition (en)", "definition"),
        Column("Είδος", "kind", cells.one_of(INDICATOR_KINDS)),
        *texts("Μονάδα", "Unit (en)", "unit_of_measure", required=True),
        Column("Τιμή βάσης", "baseline", cells.FIGURE),
        Column("Έτος βάσης", "baseline_year", cells.year(required=False)),
        *(Column(f"{TARGET} {year}", "targets", cells.FIGURE, year=year) for year in years),
        Column("Κατεύθυνση", "direction", cells.one_of(DIRECTIONS)),
        Column("Τροφοδοσία", "feed", cells.text(required=False)),
        Column("Φίλτρο", "feed_filter", cells.FILTER),
        Column("Ενδεικτικό", "sample", cells.one_of(YES_NO)),
    )
