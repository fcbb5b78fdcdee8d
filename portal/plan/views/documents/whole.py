"""The plan as a document: its text with the tables that a plan has by law, of today or of a version."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from portal.core.i18n import format_date, plain
from portal.core.i18n import translate as _
from portal.plan.forms.columns import COLUMNS, Names, said
from portal.plan.models import PlanVersion
from portal.plan.operations.comparing import Amount, Cut, amounts
from portal.plan.operations.content import Content
from portal.plan.operations.workbook import (
    ACTIONS,
    AXES,
    GOALS,
    INDICATORS,
    MEASURES,
    MILESTONES,
    OBJECTIVES,
    SOURCES,
)
from portal.plan.views.documents.paper import Cell, Column, Document, Facts, Heading, Paragraph, Part, Table
from portal.plan.views.documents.words import document, euro, measured, numbers, percent

Row = Mapping[str, Any]
_ZERO = Decimal("0.00")
#: of columns with long words
_WIDTHS = {"description": 6, "unit": 4, "cooperating": 4}


@dataclass(frozen=True)
class Text:
    """The text of a plan, and how units and communities in it are called."""

    content: Content
    names: Names
    #: None: as it is today
    version: PlanVersion | None = None

    @property
    def years(self) -> range:
        """The years of the plan."""
        return range(self.content["plan"]["first_year"], self.content["plan"]["last_year"] + 1)

    def rows(self, sheet: str, parent: str = "") -> list[Row]:
        """The rows of a sheet, or those below a code."""
        rows: Sequence[Row] = self.content["sheets"].get(sheet, ())
        return [row for row in rows if not parent or row.get("parent") == parent]

    def of_axis(self, sheet: str, axis: str, key: str = "code") -> list[Row]:
        """The rows of a sheet whose code begins with that of an axis."""
        return [row for row in self.rows(sheet) if str(row[key]).partition(".")[0] == axis]

    def cell(self, key: str, row: Row) -> Cell:
        """A cell as words."""
        value = row.get(key)
        texts = {"title", "description", "preconditions", "definition", "source", "unit_of_measure"}
        return Cell((plain(value) if key in texts else said(key, value, self.names)) or "–")

    def added(self, by: Cut) -> dict[tuple[Any, int], Decimal]:
        """Anything that an amount knows, and year → euro."""
        found: dict[tuple[Any, int], Decimal] = {}
        for row in amounts(self.content):
            found[by(row), row.year] = found.get((by(row), row.year), _ZERO) + row.euro
        return found


def plan_text(text: Text) -> Document:
    """The plan with its tables."""
    head = text.content["plan"]
    decided = text.version.valid_from if text.version else head.get("decided_on")
    return document(plain(head["title"]), format_date(decided), _parts(text))


def _parts(text: Text) -> Iterator[Part]:
    yield from _about(text)
    yield Heading(_("1. Actions by objective"))
    for axis in text.rows(AXES):
        yield from _actions(text, axis)
    yield Heading(_("2. Programming of the actions"))
    for axis in text.rows(AXES):
        yield from _programming(text, axis)
    yield Heading(_("3. Financial tables"))
    yield from _financial(text)
    yield Heading(_("4. Milestones"))
    for axis in text.rows(AXES):
        yield from _milestones(text, axis)
    yield Heading(_("5. Indicators"))
    yield from _indicators(text)


def _about(text: Text) -> Iterator[Part]:
    head, version = text.content["plan"], text.version
    yield Facts([
        (_("Years"), Cell(f"{text.years[0]}–{text.years[-1]}")),
        (_("Decision"), Cell((version.decision if version else "") or plain(head.get("decision")) or "–")),
        ("ΑΔΑ", Cell((version.ada if version else "") or head.get("ada") or "–")),
        (_("Version"), Cell(str(version.number) if version else _("as it holds today"))),
    ])  # fmt: skip
    if head.get("note"):
        yield Paragraph(plain(head["note"]), is_mark=True)
    yield Heading(_("Vision"))
    yield Paragraph(plain(head["vision"]))
    if goals := text.rows(GOALS):
        yield Heading(_("Strategic goals"))
        yield Facts([(f"{row['code']} {plain(row['title'])}", text.cell("description", row)) for row in goals])


def _titled(row: Row) -> str:
    return f"{row['code']} {plain(row['title'])}"


def _named(row: Row) -> Cell:
    """Code and title of a row; what is only a sample says so."""
    return Cell(f"{_titled(row)} ({_('sample')})" if row.get("sample") else _titled(row))


def _actions(text: Text, axis: Row) -> Iterator[Part]:
    keys = ("description", "kind", "continued", "standing", "communities", "priority", "unit", "cooperating")
    columns = [Column(_("Action"), 6), *(Column(str(COLUMNS[key]), _WIDTHS.get(key, 3)) for key in keys)]
    yield Heading(_titled(axis), 3)
    for measure in text.rows(MEASURES, axis["code"]):
        for objective in text.rows(OBJECTIVES, measure["code"]):
            rows = text.rows(ACTIONS, objective["code"])
            if rows:
                yield Heading(f"{_titled(measure)} – {_titled(objective)}", 4)
                table = [[_named(row), *(text.cell(key, row) for key in keys)] for row in rows]
                yield Table(_titled(objective), columns, table)


def _programming(text: Text, axis: Row) -> Iterator[Part]:
    rows = text.of_axis(ACTIONS, axis["code"])
    if not rows:
        return
    held, sources = text.added(lambda row: row.action), _sources(text)
    columns = [Column(_("Action"), 8), Column(_("Start"), 3), Column(_("End"), 3), *_year_columns(text)]
    columns += [Column(_("Sources"), 3), Column(_("Preconditions"), 5)]
    yield Heading(_titled(axis), 3)
    yield Table(_("Programming of axis %(code)s", code=axis["code"]), columns, [
        [
            _named(row),
            Cell(format_date(row["starts_on"], "d/M/y")),
            Cell(format_date(row["ends_on"], "d/M/y")),
            *_year_cells(text, held, row["code"]),
            Cell(", ".join(sources.get(row["code"], ())) or "–"),
            text.cell("preconditions", row),
        ]
        for row in rows
    ], [Cell(_("Whole axis")), Cell(""), Cell(""), *_year_cells(text, text.added(_axis), axis["code"]),
        Cell(""), Cell("")])  # fmt: skip


def _axis(row: Amount) -> str:
    return row.axis


def _sources(text: Text) -> dict[str, list[str]]:
    """Action → codes of its sources."""
    found: dict[str, list[str]] = {}
    for row in amounts(text.content):
        if row.source not in found.setdefault(row.action, []):
            found[row.action].append(row.source)
    return found


def _year_columns(text: Text) -> list[Column]:
    return numbers(*(str(year) for year in text.years), _("Total"), width=4)


def _year_cells(text: Text, held: Mapping[tuple[Any, int], Decimal], key: Any) -> list[Cell]:
    """The amounts of each year, and of all of them."""
    found = [held.get((key, year), _ZERO) for year in text.years]
    return [euro(amount) for amount in [*found, sum(found, _ZERO)]]


def _financial(text: Text) -> Iterator[Part]:
    cuts: Sequence[tuple[str, str, str, Cut]] = (
        (_("Budget by source and year"), _("Source"), SOURCES, lambda row: row.source),
        (_("Budget by axis and year"), _("Axis"), AXES, _axis),
        (_("Budget by measure and year"), _("Measure"), MEASURES, lambda row: row.measure),
    )
    whole = text.added(lambda _row: "")
    for name, of, sheet, by in cuts:
        held = text.added(by)
        rows = [[_named(row), *_year_cells(text, held, row["code"])] for row in text.rows(sheet)]
        yield Heading(name, 3)
        total = [Cell(_("Whole plan")), *_year_cells(text, whole, "")]
        yield Table(name, [Column(of, 6), *_year_columns(text)], rows, total)


def _milestones(text: Text, axis: Row) -> Iterator[Part]:
    rows = text.of_axis(MILESTONES, axis["code"])
    if not rows:
        return
    columns = [Column(_("Milestone"), 8), Column(_("Due date"), 3), *numbers(_("Share of the progress"), width=3)]
    columns += [*numbers(_("Quantity"), width=3), *numbers(*(str(year) for year in text.years))]
    yield Heading(_titled(axis), 3)
    yield Table(_("Milestones of axis %(code)s", code=axis["code"]), columns, [
        [
            _named(row),
            Cell(format_date(row["due_on"], "d/M/y")),
            percent(int(row["weight"])),
            measured(_figure(row["quantity"]), plain(row["unit_of_measure"])),
            *_targets(text, row),
        ]
        for row in rows
    ])  # fmt: skip


def _figure(value: Any) -> Decimal | None:
    return None if value is None else Decimal(value)


def _targets(text: Text, row: Row) -> list[Cell]:
    held = row.get("targets") or {}
    return [measured(_figure(held.get(str(year))), "") for year in text.years]


def _indicators(text: Text) -> Iterator[Part]:
    rows = text.rows(INDICATORS)
    if not rows:
        yield Paragraph(_("The plan has no indicators yet."))
        return
    keys = ("kind", "unit_of_measure")
    columns = [Column(_("Indicator"), 6), *(Column(str(COLUMNS[key]), 3) for key in keys)]
    columns += [*numbers(_("Baseline"), *(str(year) for year in text.years))]
    last = ("source", "frequency", "unit")
    columns += [Column(str(COLUMNS[key]), _WIDTHS.get(key, 3)) for key in last]
    yield Table(_("Indicators"), columns, [
        [
            _named(row),
            *(text.cell(key, row) for key in keys),
            _baseline(row),
            *_targets(text, row),
            *(text.cell(key, row) for key in last),
        ]
        for row in rows
    ])  # fmt: skip


def _baseline(row: Row) -> Cell:
    value = _figure(row.get("baseline"))
    found = measured(value, "")
    return (
        Cell(f"{found.text} ({row['baseline_year']})", value) if value is not None and row["baseline_year"] else found
    )
