"""The interim or final evaluation: the frozen periods of a plan side by side."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal

from portal.core.i18n import format_date, plain
from portal.core.i18n import translate as _
from portal.plan.models import Light, Period, Plan
from portal.plan.queries.picture import Figures, Key, Picture
from portal.plan.views.documents.paper import Cell, Column, Document, Facts, Heading, Paragraph, Part, Table
from portal.plan.views.documents.quarterly import by_axis
from portal.plan.views.documents.words import coded, document, euro, measured, numbers, percent, period_name, whole

#: what was frozen, the oldest first
Course = Sequence[tuple[Period, Picture]]
#: how a figure is written
Written = Callable[[Decimal | None], Cell]
#: more columns cannot be read on paper
MOST = 6


def chosen(periods: Sequence[Period]) -> list[Period]:
    """Which frozen periods stand in the document, the oldest first: all, or the last one of each year."""
    rows = sorted(periods, key=lambda row: (row.after, -row.first.toordinal()))
    last_ones = {row.last.year: row for row in rows}
    return list(last_ones.values())[-MOST:] if len(rows) > MOST else rows


def evaluation(plan: Plan, course: Course) -> Document:
    """The evaluation of a plan up to its newest frozen period."""
    last = course[-1][0]
    is_final = last.after.year > plan.last_year
    title = (
        _("Final evaluation of the operational plan") if is_final else _("Interim evaluation of the operational plan")
    )
    return document(title, format_date(last.last), _parts(plan, course))


def _parts(plan: Plan, course: Course) -> Iterator[Part]:
    last = course[-1]
    yield Facts([
        (_("Plan"), Cell(plain(plan.title))),
        (_("Until"), Cell(format_date(last[0].last))),
        (_("Frozen periods"), Cell(", ".join(period_name(period) for period, _picture in course))),
    ])  # fmt: skip
    yield Paragraph(_("All figures are those that were frozen at the end of each period; they do not change any more."))
    for heading, name, cell in (
        (_("Physical progress by axis"), "computed", percent),
        (_("Paid by axis"), "paid", euro),
        (_("Paid of the budget by axis"), "absorption", percent),
    ):
        yield from _over_time(heading, name, cell, course)
    yield from _lights(course)
    yield from by_axis(last[1])
    yield from _indicators(course)


def _columns(first: str, course: Course) -> list[Column]:
    return [Column(first, 6), *numbers(*(period_name(period) for period, _picture in course), width=3)]


def _known(course: Course, kind: str) -> dict[Key, Figures]:
    """Everything of a kind that any period knows, as the newest one calls it; in the order of the plan."""
    found: dict[Key, Figures] = {}
    for _period, picture in reversed(course):
        found = {**found, **{(row.kind, row.code): row for row in picture.of(kind) if (kind, row.code) not in found}}
    return found


def _over_time(heading: str, name: str, cell: Written, course: Course) -> Iterator[Part]:
    yield Heading(heading)
    rows = [[coded(row), *_figures(key, name, cell, course)] for key, row in _known(course, "axis").items()]
    total = [Cell(_("Whole plan")), *_figures(("plan", ""), name, cell, course)]
    yield Table(heading, _columns(_("Axis"), course), rows, total)


def _figures(key: Key, name: str, cell: Written, course: Course) -> list[Cell]:
    rows = (picture.figures.get(key) for _period, picture in course)
    return [cell(row.number(name) if row else None) for row in rows]


def _lights(course: Course) -> Iterator[Part]:
    name = _("Lights of the actions")
    counted = [picture.plan.lights if picture.plan else {} for _period, picture in course]
    rows = [[Cell(_(light.label)), *(whole(lights.get(light, 0)) for lights in counted)] for light in Light]
    yield Heading(name)
    yield Table(name, _columns(_("Light"), course), rows)


def _indicators(course: Course) -> Iterator[Part]:
    known = _known(course, "indicator")
    if not known:
        return
    name, rows = _("Indicators over time"), []
    for key, row in known.items():
        unit = plain(row.unit_of_measure)
        found = [picture.figures.get(key) for _period, picture in course]
        values = [measured(each.number("value") if each else None, unit) for each in found]
        rows.append([coded(row), *values, measured(row.number("target"), unit), Cell(_(row.light.label))])
    yield Heading(name)
    columns = [*_columns(_("Indicator"), course), *numbers(_("Last target"), width=3), Column(_("Light"), 3)]
    yield Table(name, columns, rows)
