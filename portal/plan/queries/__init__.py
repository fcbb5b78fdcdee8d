"""Reads of the plan: its tree, what indicators show, and what stands behind a figure."""

from portal.plan.queries.evidence import PAGE, EvidenceRow, evidence, names, parse_key
from portal.plan.queries.highlights import Highlight, MonthFigure, fed_indicators, highlights, month_figures
from portal.plan.queries.series import (
    Point,
    Reading,
    Series,
    aggregate_of,
    indicator_series,
    readings,
    would_show,
    year_readings,
)
from portal.plan.queries.spans import Span, quarter_of
from portal.plan.queries.spans import parse as parse_span
from portal.plan.queries.tree import (
    ActionLine,
    Branch,
    Tree,
    above,
    action,
    added,
    current_plan,
    found,
    indicator,
    indicators,
    title_of,
    tree,
    years_of,
)

__all__ = [
    "PAGE",
    "ActionLine",
    "Branch",
    "EvidenceRow",
    "Highlight",
    "MonthFigure",
    "Point",
    "Reading",
    "Series",
    "Span",
    "Tree",
    "above",
    "action",
    "added",
    "aggregate_of",
    "current_plan",
    "evidence",
    "fed_indicators",
    "found",
    "highlights",
    "indicator",
    "indicator_series",
    "indicators",
    "month_figures",
    "names",
    "parse_key",
    "parse_span",
    "quarter_of",
    "readings",
    "title_of",
    "tree",
    "would_show",
    "year_readings",
    "years_of",
]
