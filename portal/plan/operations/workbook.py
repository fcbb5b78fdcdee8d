"""The workbook of the plan as the code sees it: its sheets, their columns, and what can be wrong with it.

The format is described in docs/plan-workbook.md. Reading and writing go by the same columns, so that what was
exported can be imported again.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from portal.core.errors import Refused
from portal.core.texts import N_
from portal.plan.models import ActionKind, Direction, Frequency, IndicatorKind, Standing
from portal.plan.operations import cells
from portal.plan.operations.cells import Kind

PLAN, SOURCES, GOALS, AXES, MEASURES, OBJECTIVES, ACTIONS, FUNDING, MILESTONES, PROJECTS, INDICATORS = SHEETS = (
    "Σχέδιο",
    "Πηγές",
    "Στρατηγικοί στόχοι",
    "Άξονες",
    "Μέτρα",
    "Στόχοι",
    "Δράσεις",
    "Χρηματοδότηση",
    "Ορόσημα",
    "Έργα",
    "Δείκτες",
)
#: a code that belongs to one year stands behind these
BUDGET, TARGET, QUANTITY = "Π/Υ", "Στόχος", "Ποσότητα"


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
        """By what it is known; where a sheet has no codes of its own, what it joins."""
        return str(self.values["code"] if "code" in self.values else "/".join(self.joined))

    @property
    def joined(self) -> list[str]:
        """Action, source and code of the budget: by these a line of the funding is known."""
        return [str(self.values.get(key) or "") for key in ("action", "source", "budget_code")]


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
STANDINGS = {"σε ισχύ": Standing.VALID, "σε αναστολή": Standing.SUSPENDED, "ματαιώθηκε": Standing.CANCELLED}
FREQUENCIES = {"μήνας": Frequency.MONTH, "τρίμηνο": Frequency.QUARTER, "έτος": Frequency.YEAR}
YES_NO = {"ναι": True, "όχι": False}
NEW_OR_NOT = {"νέα": False, "συνεχιζόμενη": True}
GENERAL_OR_NOT = {"γενικός": True, "ειδικός": False}

SOURCE_CODE = cells.code(r"[\w.-]{1,30}", "ΣΑΤΑ", ascii_only=False)
GOAL_CODE = cells.code(r"Σ\d{1,2}", "Σ1")
AXIS_CODE = cells.code(r"\d{1,2}", "1")
MEASURE_CODE = cells.code(r"\d{1,2}\.\d{1,2}", "1.2")
OBJECTIVE_CODE = cells.code(r"\d{1,2}(\.\d{1,2}){2}", "1.2.3")
ACTION_CODE = cells.code(r"\d{1,2}(\.\d{1,2}){2}\.\d{2}", "1.2.3.04")
MILESTONE_CODE = cells.code(r"\d{1,2}(\.\d{1,2}){2}\.\d{2}-\d{1,2}", "1.2.3.04-1")
PROJECT_CODE = cells.code(r"\d{1,2}(\.\d{1,2}){2}(\.\d{2}){2}", "1.2.3.04.01")
INDICATOR_CODE = cells.code(r"Δ\.\d{1,2}\.\d{1,2}\.\d{2}", "Δ.1.2.01")
PART_CODE = cells.code(r"\d{1,2}(\.\d{1,2}){1,2}(\.\d{2})?", "1.2.3")
CODE = "Κωδικός"


def columns(sheet: str, years: Iterable[int]) -> tuple[Column, ...]:
    """The columns of a sheet, in order; those of single years for the years of the plan."""
    return _SHEETS[sheet](years)


_TITLE = texts("Τίτλος", "Title (en)", "title", required=True)
_DESCRIBED = texts("Περιγραφή", "Description (en)", "description")


def _sources(_years: Iterable[int]) -> tuple[Column, ...]:
    return Column(CODE, "code", SOURCE_CODE), *_TITLE


def _goals(_years: Iterable[int]) -> tuple[Column, ...]:
    return Column(CODE, "code", GOAL_CODE), *_TITLE, *_DESCRIBED


def _axes(_years: Iterable[int]) -> tuple[Column, ...]:
    goal = Column("Στρατηγικός στόχος", "parent", cells.optional(GOAL_CODE))
    return Column(CODE, "code", AXIS_CODE), goal, *_TITLE, *_DESCRIBED


def _measures(_years: Iterable[int]) -> tuple[Column, ...]:
    return Column(CODE, "code", MEASURE_CODE), Column("Άξονας", "parent", AXIS_CODE), *_TITLE


def _objectives(_years: Iterable[int]) -> tuple[Column, ...]:
    return (
        Column(CODE, "code", OBJECTIVE_CODE),
        Column("Μέτρο", "parent", MEASURE_CODE),
        Column("Είδος", "general", cells.one_of(GENERAL_OR_NOT)),
        *_TITLE,
    )


def _actions(_years: Iterable[int]) -> tuple[Column, ...]:
    return (
        Column(CODE, "code", ACTION_CODE),
        Column("Στόχος", "parent", OBJECTIVE_CODE),
        *_TITLE,
        *_DESCRIBED,
        Column("Είδος", "kind", cells.one_of(KINDS)),
        Column("Νέα ή συνεχιζόμενη", "continued", cells.one_of(NEW_OR_NOT)),
        Column("Κατάσταση", "standing", cells.one_of(STANDINGS)),
        Column("Κοινότητες", "communities", cells.COMMUNITIES),
        Column("Γεωγραφικό πλάτος", "lat", cells.degrees(90)),
        Column("Γεωγραφικό μήκος", "lon", cells.degrees(180)),
        Column("Προτεραιότητα", "priority", cells.PRIORITY),
        Column("Υπηρεσία", "unit", cells.TEXT),
        Column("Συνεργαζόμενες", "cooperating", cells.CODES),
        Column("Έναρξη", "starts_on", cells.date_cell()),
        Column("Λήξη", "ends_on", cells.date_cell()),
        *texts("Προϋποθέσεις", "Preconditions (en)", "preconditions"),
        Column("Ενδεικτικό", "sample", cells.one_of(YES_NO)),
    )


def _funding(years: Iterable[int]) -> tuple[Column, ...]:
    return (
        Column("Δράση", "action", ACTION_CODE),
        Column("Πηγή", "source", SOURCE_CODE),
        Column("Κ.Α.", "budget_code", cells.text(required=False, most=40)),
        *(Column(f"{BUDGET} {year}", "amounts", cells.MONEY, year=year) for year in years),
    )


def _milestones(years: Iterable[int]) -> tuple[Column, ...]:
    return (
        Column(CODE, "code", MILESTONE_CODE),
        Column("Δράση", "action", ACTION_CODE),
        *_TITLE,
        Column("Έως", "due_on", cells.date_cell()),
        Column("Βαρύτητα", "weight", cells.WEIGHT),
        Column(QUANTITY, "quantity", cells.FIGURE),
        *texts("Μονάδα", "Unit (en)", "unit_of_measure"),
        *(Column(f"{QUANTITY} {year}", "targets", cells.FIGURE, year=year) for year in years),
    )


def _projects(_years: Iterable[int]) -> tuple[Column, ...]:
    return (
        Column(CODE, "code", PROJECT_CODE),
        Column("Δράση", "action", ACTION_CODE),
        *_TITLE,
        Column("Είδος", "kind", cells.one_of(KINDS)),
        Column("Προϋπολογισμός", "amount", cells.MONEY),
    )


def _indicators(years: Iterable[int]) -> tuple[Column, ...]:
    return (
        Column(CODE, "code", INDICATOR_CODE),
        Column("Ανήκει σε", "belongs_to", PART_CODE),
        *_TITLE,
        *texts("Ορισμός", "Definition (en)", "definition"),
        Column("Είδος", "kind", cells.one_of(INDICATOR_KINDS)),
        *texts("Μονάδα", "Unit (en)", "unit_of_measure", required=True),
        Column("Τιμή βάσης", "baseline", cells.FIGURE),
        Column("Έτος βάσης", "baseline_year", cells.year(required=False)),
        *(Column(f"{TARGET} {year}", "targets", cells.FIGURE, year=year) for year in years),
        Column("Κατεύθυνση", "direction", cells.one_of(DIRECTIONS)),
        Column("Συχνότητα", "frequency", cells.one_of(FREQUENCIES)),
        Column("Υπεύθυνη υπηρεσία", "unit", cells.text(required=False)),
        *texts("Πηγή στοιχείων", "Source (en)", "source"),
        Column("Υπολογισμός", "calculation", cells.text(required=False, most=300)),
        Column("Τροφοδοσία", "feed", cells.text(required=False)),
        Column("Φίλτρο", "feed_filter", cells.FILTER),
        Column("Ενδεικτικό", "sample", cells.one_of(YES_NO)),
    )


_SHEETS: Mapping[str, Callable[[Iterable[int]], tuple[Column, ...]]] = {
    SOURCES: _sources,
    GOALS: _goals,
    AXES: _axes,
    MEASURES: _measures,
    OBJECTIVES: _objectives,
    ACTIONS: _actions,
    FUNDING: _funding,
    MILESTONES: _milestones,
    PROJECTS: _projects,
    INDICATORS: _indicators,
}
