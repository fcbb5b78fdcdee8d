"""The report of a period to the Municipal Committee: of its frozen figures, or of those of today, marked as such."""

from __future__ import annotations

from collections.abc import Iterator

from portal.core.i18n import format_date, plain
from portal.core.i18n import translate as _
from portal.plan.models import Confidence, Light, Period
from portal.plan.queries.judging import Ground
from portal.plan.queries.picture import Figures, Picture
from portal.plan.queries.standing import Warning as Early
from portal.plan.views.documents.paper import Cell, Column, Document, Facts, Heading, Paragraph, Part, Table
from portal.plan.views.documents.words import (
    NOTHING,
    coded,
    document,
    euro,
    measured,
    money,
    numbers,
    percent,
    period_name,
    sentences,
    stages,
    whole,
    words,
)


def report(period: Period, picture: Picture, *, for_staff: bool = False) -> Document:
    """The report of a period; `for_staff`: with early warnings and with what the units wrote."""
    title = _("Monitoring report to the Municipal Committee: %(period)s", period=period_name(period))
    return document(title, format_date(period.last), _parts(period, picture, for_staff=for_staff))


def _parts(period: Period, picture: Picture, *, for_staff: bool) -> Iterator[Part]:
    yield from _about(period, picture)
    yield from by_axis(picture)
    for axis in picture.of("axis"):
        yield from _axis(picture, axis)
    yield from indicators(picture)
    if for_staff:
        yield from _warnings(picture)
        yield from _said(picture)
    yield from _end(period)


def _about(period: Period, picture: Picture) -> Iterator[Part]:
    yield state_of(period if period.frozen_at else None)
    yield Facts([
        (_("From"), Cell(format_date(period.first))),
        (_("Until"), Cell(format_date(period.last))),
        (_("Version of the plan"), words(picture.plan.values["version"] or "" if picture.plan else "")),
    ])  # fmt: skip
    if picture.plan:
        yield Heading(_("Summary"))
        yield summary(picture.plan)
    if period.missing_why:
        yield Paragraph(sentences(_("Not all units have reported."), period.missing_why), is_mark=True)


def state_of(frozen: Period | None) -> Paragraph:
    """Whether the figures stand for good."""
    if frozen is not None:
        day = format_date(frozen.frozen_at)
        return Paragraph(_("Final figures: they were frozen on %(date)s and do not change any more.", date=day))
    return Paragraph(_("Provisional figures: what is still entered for this time changes them."), is_mark=True)


def summary(plan: Figures) -> Facts:
    """The plan as a whole."""
    lights = " · ".join(f"{_(light.label)}: {number}" for light, number in plan.lights.items() if number)
    return Facts([
        (_("Actions"), whole(int(plan.values["number"]))),
        (_("Lights"), words(lights)),
        (_("Done, as the evidence says"), percent(plan.number("computed"))),
        (_("Budgeted"), euro(plan.number("budgeted"))),
        (_("Committed"), euro(plan.number("committed"))),
        (_("Invoiced"), euro(plan.number("invoiced"))),
        (_("Paid"), euro(plan.number("paid"))),
        (_("Paid of the budget"), percent(plan.number("absorption"))),
    ])  # fmt: skip


def by_axis(picture: Picture) -> Iterator[Part]:
    """Lights, progress and money of each axis, and of the plan."""
    rows, total = picture.of("axis"), picture.plan
    if total is None:
        return
    lights = [Column(_("Axis"), 6), *numbers(_("Actions"), *(_(light.label) for light in Light), width=3)]
    yield Heading(_("Lights by axis"))
    yield Table(_("Lights by axis"), lights, [[coded(row), *_lights(row)] for row in rows],
                [Cell(_("Whole plan")), *_lights(total)])  # fmt: skip
    progress = [Column(_("Axis"), 6), *numbers(_("Evidence says"), width=3), *stages()]
    yield Heading(_("Physical and financial progress by axis"))
    yield Table(_("Physical and financial progress by axis"), progress, [[coded(row), *_progress(row)] for row in rows],
                [Cell(_("Whole plan")), *_progress(total)])  # fmt: skip
    yield Paragraph(_("The money of the whole plan includes amounts that no action explains."))


def _lights(row: Figures) -> list[Cell]:
    return [whole(int(row.values["number"])), *(whole(number) for number in row.lights.values())]


def _progress(row: Figures) -> list[Cell]:
    return [percent(row.number("computed")), *money(row)]


def _axis(picture: Picture, axis: Figures) -> Iterator[Part]:
    name = _("Actions of axis %(code)s", code=axis.code)
    yield Heading(f"{name}: {plain(axis.title)}")
    rows = [_action(row) for row in picture.actions_of(axis.code)]
    if not rows:
        yield Paragraph(_("No action yet"))
        return
    heads = [Column(_("Action"), 7), Column(_("Light"), 5), *numbers(_("Evidence says"), width=3)]
    yield Table(name, [*heads, Column(_("The unit says"), 4), *numbers(_("Timetable"), width=3), *stages()], rows)


def _action(row: Figures) -> list[Cell]:
    why = _(Ground(row.values["ground"]).label) if row.light in {Light.YELLOW, Light.RED} else ""
    light = f"{_(row.light.label)}. {why}" if why else _(row.light.label)
    figures = percent(row.number("computed")), stated(row), percent(row.number("planned"))
    return [coded(row), Cell(light), *figures, *money(row)]


def stated(row: Figures) -> Cell:
    """What the unit says beside the evidence, and why."""
    if row.values["stated"]:
        number = percent(row.number("stated"))
        return Cell(f"{number.text}: {row.values['why']}", number.value)
    return Cell(_("the same") if row.values["unit"] else _("no report"))


def indicators(picture: Picture) -> Iterator[Part]:
    """The indicators with their targets of the year."""
    rows = picture.of("indicator")
    if not rows:
        return
    yield Heading(_("Indicators"))
    heads = [Column(_("Indicator"), 8), *numbers(_("Year"), _("Value"), _("Target"), width=3)]
    yield Table(_("Indicators"), [*heads, Column(_("Light"), 3), Column(_("Confidence"), 3)], [
        [
            coded(row),
            Cell(row.values["year"]),
            measured(row.number("value"), plain(row.unit_of_measure)),
            measured(row.number("target"), plain(row.unit_of_measure)),
            Cell(_(row.light.label)),
            Cell(_(Confidence(row.values["confidence"]).label)),
        ]
        for row in rows
    ])  # fmt: skip


def _warnings(picture: Picture) -> Iterator[Part]:
    yield Heading(_("Early warnings"))
    rows = [row for row in picture.of("action") if row.values["warnings"]]
    if not rows:
        yield Paragraph(_("Nothing has to be looked at early."))
        return
    yield Table(_("Early warnings"), [Column(_("Action"), 5), Column(_("Look at this"), 5)], [
        [coded(row), Cell(" · ".join(_(Early(warning).label) for warning in row.values["warnings"]))] for row in rows
    ])  # fmt: skip


def _said(picture: Picture) -> Iterator[Part]:
    keys = ("done", "problems", "next_steps")
    rows = [row for row in picture.of("action") if any(row.values.get(key) for key in keys)]
    if not rows:
        return
    yield Heading(_("What the units report"))
    titles = (_("Action"), _("What was done"), _("What stands in the way"), _("What comes next"))
    yield Table(_("What the units report"), [Column(title) for title in titles], [
        [coded(row), *(words(row.values.get(key) or "") for key in keys)] for row in rows
    ])  # fmt: skip


def _end(period: Period) -> Iterator[Part]:
    if period.remarks:
        yield Heading(_("Remarks of the planning unit"))
        yield Paragraph(plain(period.remarks))
    yield Heading(_("Decision of the Municipal Committee"))
    if period.presented_on is None:
        yield Paragraph(_("The Municipal Committee has not seen this report yet."))
        return
    yield Facts([
        (_("Session"), Cell(format_date(period.presented_on))),
        (_("Decision"), words(period.decision)),
        ("ΑΔΑ", Cell(period.ada) if period.ada else NOTHING),
    ])  # fmt: skip
