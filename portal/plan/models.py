"""The operational plan: axes to actions, indicators, and the contributions that feed them."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from portal.core.choices import Choice
from portal.core.clock import athens_date
from portal.core.facts import Fact
from portal.core.orm import Base, Choices, Code, Data, Euro, Flag, Items, Key
from portal.core.texts import N_, Translated

if TYPE_CHECKING:
    from portal.organisation.models import Unit


class NodeLevel(Choice):
    """The levels above an action."""

    AXIS = "axis", N_("Axis")
    MEASURE = "measure", N_("Measure")
    OBJECTIVE = "objective", N_("Objective")


class ActionKind(Choice):
    """What an action is."""

    WORK = "work", N_("Works")
    STUDY = "study", N_("Study")
    SUPPLY = "supply", N_("Supply")
    SERVICE = "service", N_("Service")
    OPERATION = "operation", N_("Operation")


class IndicatorKind(Choice):
    """What an indicator measures."""

    INPUT = "input", N_("Input")
    OUTPUT = "output", N_("Output")
    RESULT = "result", N_("Result")


class Direction(Choice):
    """Which way is better."""

    UP = "up", N_("Higher is better")
    DOWN = "down", N_("Lower is better")


class Aggregate(Choice):
    """How contributions become one figure."""

    COUNT = "count", N_("Number")
    SUM = "sum", N_("Sum")
    MEAN = "mean", N_("Mean")
    MEDIAN = "median", N_("Median")
    SHARE = "share", N_("Share")


@dataclass(frozen=True)
class Dimension:
    """Something by which the contributions of a feed differ, and a filter can choose."""

    code: str
    #: msgid
    label: str
    #: every code there is → how it is called
    choices: Callable[[Session], Mapping[str, Translated]]


@dataclass(frozen=True, kw_only=True)
class Feed:
    """How one kind of fact becomes figures; declared once, in `plan.feeds`."""

    code: str
    #: msgids: what it gives, how the figure comes about, and its unit
    label: str
    formula: str
    unit: str
    fact: type[Fact]
    aggregate: Aggregate
    dimensions: tuple[Dimension, ...]
    #: what is counted, so that nothing is counted twice
    reference: Callable[[Any], str]
    #: when it counts
    at: Callable[[Any], datetime]
    #: how much: 1, a number of days, or 0/1 for a share
    value: Callable[[Any], int]
    #: dimension → code; what is unknown is left out
    place: Callable[[Any], Mapping[str, str]]
    #: the same facts from history
    replay: Callable[[Session], Iterable[Any]]
    #: what stands behind its figures, "case", "event" or "fault", and the dimension by which pages tell these apart
    behind: str = "case"
    told_by: str = "service"
    #: other facts that it hears, about what its own fact has said before
    also: tuple[type[Fact], ...] = ()

    def hears(self, fact: Fact) -> bool:
        """Whether a fact is counted by it."""
        return type(fact) in {self.fact, *self.also}

    def on(self, fact: Fact) -> date:
        """The day in Greece on which a fact counts."""
        return athens_date(self.at(fact))


_feeds: dict[str, Feed] = {}


def register_feed(feed: Feed) -> Feed:
    """Make a feed known; `plan.feeds` does so."""
    _feeds[feed.code] = feed
    return feed


def feeds() -> Mapping[str, Feed]:
    """All feeds by code."""
    return _feeds


class Plan(Base):
    """A five-year operational plan."""

    __tablename__ = "plan"

    id: Mapped[Key]
    #: "2024-2028"
    code: Mapped[Code] = mapped_column(unique=True)
    title: Mapped[Translated]
    vision: Mapped[Translated]
    first_year: Mapped[int] = mapped_column(sa.Integer)
    last_year: Mapped[int] = mapped_column(sa.Integer)
    #: the decision that approved it, its date and its ΑΔΑ
    decision: Mapped[Translated]
    decided_on: Mapped[date | None]
    ada: Mapped[str | None] = mapped_column(sa.String(20))
    note: Mapped[Translated]


class Node(Base):
    """An axis, measure or objective."""

    __tablename__ = "plan_node"
    __table_args__ = (sa.UniqueConstraint("plan_id", "code"),)

    id: Mapped[Key]
    plan_id: Mapped[int] = mapped_column(sa.ForeignKey("plan.id"))
    level: Mapped[NodeLevel] = mapped_column(Choices(NodeLevel))
    #: "1.2.3"
    code: Mapped[Code]
    parent_id: Mapped[int | None] = mapped_column(sa.ForeignKey("plan_node.id"), index=True)
    title: Mapped[Translated]
    description: Mapped[Translated]
    position: Mapped[int] = mapped_column(sa.Integer)
    #: no longer in the newest workbook
    closed: Mapped[Flag]


class Action(Base):
    """What will be done."""

    __tablename__ = "plan_action"
    __table_args__ = (sa.UniqueConstraint("plan_id", "code"),)

    id: Mapped[Key]
    plan_id: Mapped[int] = mapped_column(sa.ForeignKey("plan.id"))
    node_id: Mapped[int] = mapped_column(sa.ForeignKey("plan_node.id"), index=True)
    #: "1.2.3.04"
    code: Mapped[Code]
    title: Mapped[Translated]
    description: Mapped[Translated]
    kind: Mapped[ActionKind] = mapped_column(Choices(ActionKind))
    continued: Mapped[Flag]
    #: codes of communities; empty: the whole municipality
    communities: Mapped[Items]
    priority: Mapped[int | None] = mapped_column(sa.Integer)
    unit_id: Mapped[int | None] = mapped_column(sa.ForeignKey("unit.id"))
    starts_on: Mapped[date | None]
    ends_on: Mapped[date | None]
    funding: Mapped[str] = mapped_column(default="")
    sample: Mapped[Flag]
    position: Mapped[int] = mapped_column(sa.Integer)
    closed: Mapped[Flag]

    node: Mapped[Node] = relationship()
    unit: Mapped["Unit | None"] = relationship()
    budget: Mapped[list["ActionBudget"]] = relationship(order_by="ActionBudget.year", cascade="all, delete-orphan")

    @property
    def total(self) -> Decimal:
        """The budget of all years, in euro."""
        return sum((row.amount for row in self.budget), Decimal("0.00"))


class ActionBudget(Base):
    """What an action may cost in a year."""

    __tablename__ = "plan_action_budget"
    __table_args__ = (sa.UniqueConstraint("action_id", "year"),)

    id: Mapped[Key]
    action_id: Mapped[int] = mapped_column(sa.ForeignKey("plan_action.id"))
    year: Mapped[int] = mapped_column(sa.Integer)
    amount: Mapped[Euro]


class Indicator(Base):
    """A figure by which the plan is judged."""

    __tablename__ = "plan_indicator"
    __table_args__ = (sa.UniqueConstraint("plan_id", "code"), sa.Index("ix_plan_indicator_feed", "feed"))

    id: Mapped[Key]
    plan_id: Mapped[int] = mapped_column(sa.ForeignKey("plan.id"))
    #: "Δ.1.2.01"
    code: Mapped[Code]
    #: the axis, measure, objective or action it belongs to
    belongs_to: Mapped[Code]
    title: Mapped[Translated]
    definition: Mapped[Translated]
    kind: Mapped[IndicatorKind] = mapped_column(Choices(IndicatorKind))
    unit_of_measure: Mapped[Translated]
    baseline: Mapped[Decimal | None] = mapped_column(sa.Numeric(18, 4, asdecimal=True))
    baseline_year: Mapped[int | None] = mapped_column(sa.Integer)
    direction: Mapped[Direction] = mapped_column(Choices(Direction))
    #: code of the feed that gives its values; None: entered by hand
    feed: Mapped[str | None] = mapped_column(sa.String(80))
    #: dimension → code, e.g. {"service": "permanent-residence"}; all must match
    feed_filter: Mapped[Data]
    #: staff connected the feed on screen: a workbook no longer changes it
    bound_here: Mapped[Flag]
    sample: Mapped[Flag]
    position: Mapped[int] = mapped_column(sa.Integer)
    closed: Mapped[Flag]

    targets: Mapped[list["IndicatorTarget"]] = relationship(
        order_by="IndicatorTarget.year", cascade="all, delete-orphan"
    )


class IndicatorTarget(Base):
    """What an indicator should be at the end of a year."""

    __tablename__ = "plan_indicator_target"
    __table_args__ = (sa.UniqueConstraint("indicator_id", "year"),)

    id: Mapped[Key]
    indicator_id: Mapped[int] = mapped_column(sa.ForeignKey("plan_indicator.id"))
    year: Mapped[int] = mapped_column(sa.Integer)
    value: Mapped[Decimal] = mapped_column(sa.Numeric(18, 4, asdecimal=True))


class Contribution(Base):
    """One heard fact, as one feed counts it. Disposable: `flask plan recount` makes all of them anew from history."""

    __tablename__ = "plan_contribution"
    __table_args__ = (
        sa.UniqueConstraint("feed", "reference"),
        sa.Index("ix_plan_contribution_feed_day", "feed", "on", "id"),
    )

    id: Mapped[Key]
    feed: Mapped[Code]
    #: what it counts, so that nothing is counted twice, e.g. "case:1841"
    reference: Mapped[Code]
    #: the day in Greece on which it counts
    on: Mapped[date]
    #: how much: 1, a number of days, or 0/1 for a share
    value: Mapped[int]
    #: dimension → code: service, category, unit, community
    dimensions: Mapped[Data]
    #: the moment of the fact, so that a recount gives the same
    recorded_at: Mapped[datetime]


class Tally(Base):
    """How many contributions of one value an indicator has in a month.

    A histogram: count, sum, share and the exact median of any span of months follow from a few rows, however many
    contributions there are. Kept in step by `plan.feeds`, made anew by `flask plan recount`.
    """

    __tablename__ = "plan_tally"

    indicator_id: Mapped[int] = mapped_column(sa.ForeignKey("plan_indicator.id"), primary_key=True)
    #: first day of the month
    month: Mapped[date] = mapped_column(primary_key=True)
    value: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(sa.Integer)
