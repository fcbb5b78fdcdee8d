"""The account of a year (Απολογισμός): what was planned, what was done, and where the money came from."""

from __future__ import annotations

from collections.abc import Iterator

from portal.core.i18n import format_date, plain
from portal.core.i18n import translate as _
from portal.plan.queries.accounts import Account
from portal.plan.queries.finance import Amounts
from portal.plan.queries.picture import Figures
from portal.plan.views.documents.paper import Cell, Column, Document, Facts, Heading, Paragraph, Part, Table
from portal.plan.views.documents.quarterly import indicators, state_of, stated
from portal.plan.views.documents.words import amounts, coded, document, euro, numbers, percent, stages, whole, words


def annual_account(of: Account) -> Document:
    """The account of a year."""
    title = _("Account of the operational plan for %(year)s", year=of.year)
    return document(title, format_date(of.on), _parts(of))


def _parts(of: Account) -> Iterator[Part]:
    yield state_of(of.period)
    yield Heading(_("Summary"))
    yield _summary(of)
    yield from _by_source(of)
    yield from _by_axis(of)
    for axis in of.picture.of("axis"):
        yield from _actions(of, axis)
    yield from indicators(of.picture)


def _summary(of: Account) -> Facts:
    plan, total = of.picture.plan, of.money.total
    lights = " · ".join(f"{_(light.label)}: {number}" for light, number in plan.lights.items()) if plan else ""
    return Facts([
        (_("Until"), Cell(format_date(of.on))),
        (_("Actions"), whole(int(plan.values["number"]) if plan else 0)),
        (_("Lights"), words(lights)),
        (_("Done, as the evidence says"), percent(plan.number("computed") if plan else None)),
        (_("Budget of the year"), euro(total.budgeted)),
        (_("Committed"), euro(total.committed)),
        (_("Invoiced"), euro(total.invoiced)),
        (_("Paid"), euro(total.paid)),
        (_("Paid of the budget"), percent(total.absorption)),
    ])  # fmt: skip


def _by_source(of: Account) -> Iterator[Part]:
    name = _("Money of %(year)s by source", year=of.year)
    rows = [
        [Cell(f"{code} {plain(title)}"), *amounts(of.money.by_source[code])]
        for code, title in of.money.sources.items()
        if code in of.money.by_source
    ]
    if "" in of.money.by_source:
        rows.append([Cell(_("No source named")), *amounts(of.money.by_source[""])])
    yield Heading(name)
    yield Table(name, [Column(_("Source"), 6), *stages()], rows, [Cell(_("Total")), *amounts(of.money.total)])


def _by_axis(of: Account) -> Iterator[Part]:
    name = _("Money of %(year)s by axis", year=of.year)
    rows = [[coded(axis), *amounts(of.money.of_axis(axis.code))] for axis in of.picture.of("axis")]
    if "" in of.money.by_action:
        rows.append([Cell(_("Amounts that no action explains")), *amounts(of.money.by_action[""])])
    yield Heading(name)
    yield Table(name, [Column(_("Axis"), 6), *stages()], rows, [Cell(_("Total")), *amounts(of.money.total)])


def _actions(of: Account, axis: Figures) -> Iterator[Part]:
    name = _("Planned and done: axis %(code)s", code=axis.code)
    yield Heading(f"{name}. {plain(axis.title)}")
    rows = [_action(of, row) for row in of.picture.actions_of(axis.code)]
    if not rows:
        yield Paragraph(_("No action yet"))
        return
    heads = [Column(_("Action"), 7), *numbers(_("Planned by then"), _("Evidence says"), width=3)]
    heads += [Column(_("The unit says"), 4), Column(_("Light"), 4), *stages()]
    yield Table(name, heads, rows, [
        Cell(_("Whole axis")), Cell(""), percent(axis.number("computed")), Cell(""), Cell(""),
        *amounts(of.money.of_axis(axis.code)),
    ])  # fmt: skip


def _action(of: Account, row: Figures) -> list[Cell]:
    figures = percent(row.number("planned")), percent(row.number("computed")), stated(row), Cell(_(row.light.label))
    return [coded(row), *figures, *amounts(of.money.by_action.get(row.code, Amounts()))]
