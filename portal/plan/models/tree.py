"""What the plan says: goals, axes to actions, what each costs by source and year, and by what its progress is told.

Every table here is a sheet of the workbook; what vanishes from it is closed and never deleted. How the plan was on
another day stands in its versions (`models.revising`).
"""

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.core.orm import Base, Choices, Code, Euro, Flag, Items, Key
from portal.core.texts import Translated
from portal.plan.models.choices import ActionKind, NodeLevel, Standing

if TYPE_CHECKING:
    from portal.organisation.models import Unit

#: a quantity, or the value of an indicator
Figure = sa.Numeric(18, 4, asdecimal=True)


class Plan(Base):
    """A five-year operational plan, as it is today."""

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

    @property
    def years(self) -> range:
        """Its years."""
        return range(self.first_year, self.last_year + 1)


class FundingSource(Base):
    """Where money comes from: own resources, a national or European programme, a loan."""

    __tablename__ = "plan_source"
    __table_args__ = (sa.UniqueConstraint("plan_id", "code"),)

    id: Mapped[Key]
    plan_id: Mapped[int] = mapped_column(sa.ForeignKey("plan.id"))
    #: "ΣΑΤΑ"
    code: Mapped[Code]
    title: Mapped[Translated]
    position: Mapped[int] = mapped_column(sa.Integer)
    closed: Mapped[Flag]


class Node(Base):
    """A strategic goal, an axis that serves it, a measure or an objective."""

    __tablename__ = "plan_node"
    __table_args__ = (sa.UniqueConstraint("plan_id", "code"),)

    id: Mapped[Key]
    plan_id: Mapped[int] = mapped_column(sa.ForeignKey("plan.id"))
    level: Mapped[NodeLevel] = mapped_column(Choices(NodeLevel))
    #: "Σ1" for a goal, "1.2.3" below
    code: Mapped[Code]
    parent_id: Mapped[int | None] = mapped_column(sa.ForeignKey("plan_node.id"), index=True)
    title: Mapped[Translated]
    description: Mapped[Translated]
    #: a general objective; False: a special one, or no objective
    general: Mapped[Flag]
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
    standing: Mapped[Standing] = mapped_column(
        Choices(Standing), default=Standing.VALID, server_default=Standing.VALID.value
    )
    #: codes of communities; empty: the whole municipality
    communities: Mapped[Items]
    #: a point on the map; None: no one point
    lat: Mapped[float | None] = mapped_column(sa.Double)
    lon: Mapped[float | None] = mapped_column(sa.Double)
    priority: Mapped[int | None] = mapped_column(sa.Integer)
    unit_id: Mapped[int | None] = mapped_column(sa.ForeignKey("unit.id"), index=True)
    #: codes of units that work on it as well
    cooperating: Mapped[Items]
    starts_on: Mapped[date | None]
    ends_on: Mapped[date | None]
    #: what must happen first
    preconditions: Mapped[Translated]
    sample: Mapped[Flag]
    position: Mapped[int] = mapped_column(sa.Integer)
    closed: Mapped[Flag]

    node: Mapped[Node] = relationship()
    unit: Mapped["Unit | None"] = relationship()
    funding: Mapped[list["Funding"]] = relationship(
        order_by="Funding.position", primaryjoin="and_(Action.id == Funding.action_id, ~Funding.closed)", viewonly=True
    )
    milestones: Mapped[list["Milestone"]] = relationship(
        order_by="Milestone.position",
        primaryjoin="and_(Action.id == Milestone.action_id, ~Milestone.closed)",
        viewonly=True,
    )
    projects: Mapped[list["Project"]] = relationship(
        order_by="Project.position", primaryjoin="and_(Action.id == Project.action_id, ~Project.closed)", viewonly=True
    )

    @property
    def total(self) -> Decimal:
        """The budget of all years and sources, in euro."""
        return sum((row.total for row in self.funding), Decimal("0.00"))


class Funding(Base):
    """What an action may cost from one source, under one code of the budget."""

    __tablename__ = "plan_funding"
    __table_args__ = (sa.UniqueConstraint("action_id", "source_id", "budget_code"),)

    id: Mapped[Key]
    plan_id: Mapped[int] = mapped_column(sa.ForeignKey("plan.id"), index=True)
    action_id: Mapped[int] = mapped_column(sa.ForeignKey("plan_action.id"))
    source_id: Mapped[int] = mapped_column(sa.ForeignKey("plan_source.id"), index=True)
    #: Κ.Α. of the municipal budget; "" where it has none yet
    budget_code: Mapped[str] = mapped_column(sa.String(40), default="")
    position: Mapped[int] = mapped_column(sa.Integer)
    closed: Mapped[Flag]

    source: Mapped[FundingSource] = relationship()
    amounts: Mapped[list["FundingAmount"]] = relationship(order_by="FundingAmount.year", cascade="all, delete-orphan")

    @property
    def total(self) -> Decimal:
        """Of all years, in euro."""
        return sum((row.amount for row in self.amounts), Decimal("0.00"))


class FundingAmount(Base):
    """What it is in a year."""

    __tablename__ = "plan_funding_amount"
    __table_args__ = (sa.UniqueConstraint("funding_id", "year"),)

    id: Mapped[Key]
    funding_id: Mapped[int] = mapped_column(sa.ForeignKey("plan_funding.id"))
    year: Mapped[int] = mapped_column(sa.Integer)
    amount: Mapped[Euro]


class Project(Base):
    """A project or sub-project by which an action is carried out: a study, a contract, a supply."""

    __tablename__ = "plan_project"
    __table_args__ = (sa.UniqueConstraint("plan_id", "code"),)

    id: Mapped[Key]
    plan_id: Mapped[int] = mapped_column(sa.ForeignKey("plan.id"))
    action_id: Mapped[int] = mapped_column(sa.ForeignKey("plan_action.id"), index=True)
    #: "1.2.3.04.01"
    code: Mapped[Code]
    title: Mapped[Translated]
    kind: Mapped[ActionKind] = mapped_column(Choices(ActionKind))
    #: part of the budget of its action
    amount: Mapped[Euro]
    position: Mapped[int] = mapped_column(sa.Integer)
    closed: Mapped[Flag]


class Milestone(Base):
    """A step of an action: with a quantity its physical object, without one something that is done or not."""

    __tablename__ = "plan_milestone"
    __table_args__ = (sa.UniqueConstraint("plan_id", "code"),)

    id: Mapped[Key]
    plan_id: Mapped[int] = mapped_column(sa.ForeignKey("plan.id"))
    action_id: Mapped[int] = mapped_column(sa.ForeignKey("plan_action.id"), index=True)
    #: "1.2.3.04-2"
    code: Mapped[Code]
    title: Mapped[Translated]
    due_on: Mapped[date]
    #: its share of the progress of the action, in percent; those of an action add up to 100
    weight: Mapped[int] = mapped_column(sa.Integer)
    #: how much is to be made, in its unit of measure; None: it is done or not
    quantity: Mapped[Decimal | None] = mapped_column(Figure)
    unit_of_measure: Mapped[Translated]
    position: Mapped[int] = mapped_column(sa.Integer)
    closed: Mapped[Flag]

    targets: Mapped[list["MilestoneTarget"]] = relationship(
        order_by="MilestoneTarget.year", cascade="all, delete-orphan"
    )


class MilestoneTarget(Base):
    """How much of its quantity in a year."""

    __tablename__ = "plan_milestone_target"
    __table_args__ = (sa.UniqueConstraint("milestone_id", "year"),)

    id: Mapped[Key]
    milestone_id: Mapped[int] = mapped_column(sa.ForeignKey("plan_milestone.id"))
    year: Mapped[int] = mapped_column(sa.Integer)
    quantity: Mapped[Decimal] = mapped_column(Figure)
