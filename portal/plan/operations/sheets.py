"""Which table each sheet of the workbook fills, and what its rows point to."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

import sqlalchemy as sa

from portal.plan.models import (
    Action,
    Funding,
    FundingAmount,
    FundingSource,
    Indicator,
    IndicatorTarget,
    Milestone,
    MilestoneTarget,
    Node,
    NodeLevel,
    Project,
)
from portal.plan.operations.workbook import (
    ACTIONS,
    AXES,
    FUNDING,
    GOALS,
    INDICATORS,
    MEASURES,
    MILESTONES,
    OBJECTIVES,
    PROJECTS,
    SOURCES,
)

_NOTHING: Mapping[str, Any] = MappingProxyType({})


@dataclass(frozen=True)
class Years:
    """The rows of single years of a row."""

    #: name of the relationship, and key in the sheet
    key: str
    model: Any
    #: the column that holds the figure
    column: str
    #: nothing is as good as zero: such a row is not kept
    zero_is_nothing: bool = False


@dataclass(frozen=True)
class Table:
    """A sheet and its table."""

    sheet: str
    #: "source", "goal", "axis", …, "indicator": how changes name its rows
    name: str
    model: Any
    #: key of a column of the sheet → column of the table, and the name of the table whose code stands there
    points: Mapping[str, tuple[str, str]] = field(default_factory=lambda: _NOTHING)
    #: the rows of single years, where it has them
    years: Years | None = None
    #: columns by which a row is known
    key: tuple[str, ...] = ("code",)
    #: what is the same in every row of the sheet
    fixed: Mapping[str, Any] = field(default_factory=lambda: _NOTHING)

    @property
    def coded(self) -> bool:
        """Whether its rows have codes."""
        return self.key == ("code",)

    def only(self) -> list[sa.ColumnElement[bool]]:
        """Which rows of the table stand in the sheet."""
        return [getattr(self.model, name) == value for name, value in self.fixed.items()]


def _node(sheet: str, level: NodeLevel, above: NodeLevel | None) -> Table:
    points = {"parent": ("parent_id", above.value)} if above else _NOTHING
    return Table(sheet, level.value, Node, points, fixed={"level": level})


#: in the order in which they point to each other
TABLES = (
    Table(SOURCES, "source", FundingSource),
    _node(GOALS, NodeLevel.GOAL, None),
    _node(AXES, NodeLevel.AXIS, NodeLevel.GOAL),
    _node(MEASURES, NodeLevel.MEASURE, NodeLevel.AXIS),
    _node(OBJECTIVES, NodeLevel.OBJECTIVE, NodeLevel.MEASURE),
    Table(ACTIONS, "action", Action, {"parent": ("node_id", "objective"), "unit": ("unit_id", "unit")}),
    Table(
        FUNDING,
        "funding",
        Funding,
        {"action": ("action_id", "action"), "source": ("source_id", "source")},
        Years("amounts", FundingAmount, "amount", zero_is_nothing=True),
        key=("action_id", "source_id", "budget_code"),
    ),
    Table(
        MILESTONES,
        "milestone",
        Milestone,
        {"action": ("action_id", "action")},
        Years("targets", MilestoneTarget, "quantity"),
    ),
    Table(PROJECTS, "project", Project, {"action": ("action_id", "action")}),
    Table(
        INDICATORS, "indicator", Indicator, {"unit": ("unit_id", "unit")}, Years("targets", IndicatorTarget, "value")
    ),
)
