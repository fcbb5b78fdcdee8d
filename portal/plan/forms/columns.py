"""What the columns of the plan are called on screen, and how what stands in them is said."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _l

from portal.core.choices import Choice
from portal.core.i18n import format_date, format_money, format_number, plain
from portal.core.i18n import translate as _
from portal.core.texts import Translated
from portal.plan.models import ActionKind, Direction, Frequency, IndicatorKind, Standing

#: name of a table → one of its rows
ROWS: Mapping[str, Any] = {
    "plan": _l("Plan"),
    "source": _l("Funding source"),
    "goal": _l("Strategic goal"),
    "axis": _l("Axis"),
    "measure": _l("Measure"),
    "objective": _l("Objective"),
    "action": _l("Action"),
    "funding": _l("Funding"),
    "milestone": _l("Milestone"),
    "project": _l("Project"),
    "indicator": _l("Indicator"),
}
#: the same, many of them
LISTS: Mapping[str, Any] = {
    "action": _l("Actions"),
    "funding": _l("Funding of actions"),
    "milestone": _l("Milestones"),
    "project": _l("Projects"),
    "indicator": _l("Indicators"),
    "objective": _l("Objectives"),
    "measure": _l("Measures"),
    "axis": _l("Axes"),
    "goal": _l("Strategic goals"),
    "source": _l("Funding sources"),
}
COLUMNS: Mapping[str, Any] = {
    "code": _l("Code"),
    "parent": _l("Belongs to"),
    "title": _l("Title"),
    "description": _l("Description"),
    "vision": _l("Vision"),
    "note": _l("Note"),
    "decision": _l("Decision"),
    "decided_on": _l("Date of the decision"),
    "ada": _l("ΑΔΑ"),
    "first_year": _l("First year"),
    "last_year": _l("Last year"),
    "general": _l("General or special"),
    "kind": _l("Kind"),
    "continued": _l("New or continued"),
    "standing": _l("Standing"),
    "communities": _l("Communities"),
    "lat": _l("Latitude"),
    "lon": _l("Longitude"),
    "priority": _l("Priority"),
    "unit": _l("Unit in charge"),
    "cooperating": _l("Cooperating units"),
    "starts_on": _l("Start"),
    "ends_on": _l("End"),
    "preconditions": _l("Preconditions"),
    "sample": _l("Sample"),
    "action": _l("Action"),
    "source": _l("Source"),
    "budget_code": _l("Budget code (Κ.Α.)"),
    "amounts": _l("Budget"),
    "amount": _l("Budget"),
    "due_on": _l("Due date"),
    "weight": _l("Share of the progress"),
    "quantity": _l("Quantity"),
    "unit_of_measure": _l("Unit of measure"),
    "targets": _l("Target"),
    "belongs_to": _l("Belongs to"),
    "definition": _l("Definition"),
    "baseline": _l("Baseline"),
    "baseline_year": _l("Year of the baseline"),
    "direction": _l("Direction"),
    "frequency": _l("Frequency"),
    "calculation": _l("Calculation"),
    "feed": _l("Feed"),
    "feed_filter": _l("Filter"),
}
#: key → what a code there can mean
CHOICES: Mapping[str, tuple[type[Choice], ...]] = {
    "kind": (ActionKind, IndicatorKind),
    "standing": (Standing,),
    "direction": (Direction,),
    "frequency": (Frequency,),
}
FLAGS: Mapping[str, tuple[Any, Any]] = {
    "continued": (_l("Continued"), _l("New")),
    "general": (_l("General"), _l("Special")),
    "sample": (_l("Yes"), _l("No")),
}
DATES = frozenset({"starts_on", "ends_on", "due_on", "decided_on"})
MONEY = frozenset({"amounts", "amount"})
FIGURES = frozenset({"quantity", "targets", "baseline", "lat", "lon"})
#: code → name, of units and of communities
Names = Mapping[str, Translated]


def said(key: str, value: Any, names: Names) -> str:
    """What stands in a cell of a content, as people say it; a dash for nothing."""
    if value in (None, "", {}):
        return "–"
    if isinstance(value, list):
        return ", ".join(plain(names.get(code)) or code for code in value) or _all(key)
    if isinstance(value, dict):
        return "; ".join(f"{name}={part}" for name, part in sorted(value.items()))
    if key in FLAGS or key in CHOICES:
        return _chosen(key, value)
    return _figure(key, value) or plain(names.get(str(value))) or str(value)


def _chosen(key: str, value: Any) -> str:
    if key in FLAGS:
        return str(FLAGS[key][0 if value else 1])
    labels = {member.value: member.label for kind in CHOICES[key] for member in kind}
    return _(labels[value]) if value in labels else str(value)


def _figure(key: str, value: Any) -> str:
    if key in DATES:
        return format_date(value)
    if key in MONEY:
        return format_money(value)
    return format_number(value) if key in FIGURES else ""


def _all(key: str) -> str:
    return _("The whole municipality") if key == "communities" else "–"
