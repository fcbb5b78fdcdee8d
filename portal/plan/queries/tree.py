"""The plan as a tree: axes, measures, objectives, actions, and the money in it."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload, selectinload

from portal.core.search import Hit, find
from portal.core.texts import Translated
from portal.plan.models import (
    Action,
    ActionKind,
    Funding,
    FundingAmount,
    FundingSource,
    Indicator,
    Milestone,
    Node,
    NodeLevel,
    Plan,
    Standing,
)

#: euro by year
Money = dict[int, Decimal]


@dataclass(frozen=True, slots=True)
class ActionLine:
    """An action as a line of the tree."""

    code: str
    title: Translated
    kind: ActionKind
    starts_on: date | None
    ends_on: date | None
    sample: bool
    standing: Standing
    #: code of the source → its amounts
    by_source: Mapping[str, Money]

    @property
    def by_year(self) -> Money:
        """The budget by year, in euro."""
        return added(self.by_source.values())

    @property
    def total(self) -> Decimal:
        """The budget of all years, in euro."""
        return _sum(self.by_year.values())


@dataclass(frozen=True)
class Branch:
    """An axis, measure or objective with all below it."""

    code: str
    level: NodeLevel
    title: Translated
    description: Translated
    branches: list["Branch"] = field(default_factory=list)
    actions: list[ActionLine] = field(default_factory=list)

    def lines(self) -> Iterator[ActionLine]:
        """Every action below it."""
        yield from self.actions
        for branch in self.branches:
            yield from branch.lines()

    @property
    def number(self) -> int:
        """How many actions are below it."""
        return sum(1 for _ in self.lines())

    @property
    def by_year(self) -> Money:
        """The budget of all its actions by year, in euro."""
        return added(line.by_year for line in self.lines())

    @property
    def total(self) -> Decimal:
        """The budget of all its actions, in euro."""
        return _sum(self.by_year.values())


@dataclass(frozen=True)
class Tree:
    """The whole of a plan."""

    plan: Plan
    axes: Sequence[Branch]
    goals: Sequence[Branch] = ()
    #: in the order of the plan: code → title
    sources: Mapping[str, Translated] = field(default_factory=dict)

    def lines(self) -> Iterator[ActionLine]:
        """Every action."""
        for axis in self.axes:
            yield from axis.lines()

    @property
    def by_source(self) -> dict[str, Money]:
        """The budget by source and year, in euro; sources that give nothing are left out."""
        found = {code: added(line.by_source.get(code, {}) for line in self.lines()) for code in self.sources}
        return {code: money for code, money in found.items() if money}

    @property
    def years(self) -> list[int]:
        """The years of the plan."""
        return years_of(self.plan)

    @property
    def number(self) -> int:
        """How many actions it has."""
        return sum(axis.number for axis in self.axes)

    @property
    def by_year(self) -> Money:
        """The budget by year, in euro."""
        return added(axis.by_year for axis in self.axes)

    @property
    def total(self) -> Decimal:
        """The whole budget, in euro."""
        return _sum(self.by_year.values())


def years_of(plan: Plan) -> list[int]:
    """The years of a plan, the first and the last included."""
    return list(range(plan.first_year, plan.last_year + 1))


def added(amounts: Iterable[Money]) -> Money:
    """Amounts by year, added up."""
    total: Money = {}
    for by_year in amounts:
        for year, amount in by_year.items():
            total[year] = total.get(year, Decimal("0.00")) + amount
    return dict(sorted(total.items()))


def _sum(amounts: Iterable[Decimal]) -> Decimal:
    return sum(amounts, Decimal("0.00"))


def current_plan(session: Session) -> Plan | None:
    """The newest plan; None before one was loaded."""
    return session.scalar(sa.select(Plan).order_by(Plan.first_year.desc(), Plan.id.desc()).limit(1))


def tree(session: Session, plan: Plan) -> Tree:
    """Everything of a plan that is open, in four statements."""
    nodes = session.scalars(
        sa.select(Node).where(Node.plan_id == plan.id, Node.closed.is_(False)).order_by(Node.position)
    ).all()
    branches = {node.id: Branch(node.code, node.level, node.title, node.description) for node in nodes}
    tops: dict[NodeLevel, list[Branch]] = {NodeLevel.GOAL: [], NodeLevel.AXIS: []}
    for node in nodes:
        parent = branches.get(node.parent_id or 0)
        if node.level in tops:
            tops[node.level].append(branches[node.id])
        if parent and node.level is not NodeLevel.AXIS:
            parent.branches.append(branches[node.id])
    for node_id, line in _lines(session, plan):
        if node_id in branches:
            branches[node_id].actions.append(line)
    return Tree(plan, tops[NodeLevel.AXIS], tops[NodeLevel.GOAL], sources(session, plan))


def sources(session: Session, plan: Plan) -> dict[str, Translated]:
    """Code → title of the funding sources, in their order."""
    query = sa.select(FundingSource.code, FundingSource.title).where(FundingSource.plan_id == plan.id)
    return dict(session.execute(query.where(~FundingSource.closed).order_by(FundingSource.position)).all())


def _lines(session: Session, plan: Plan) -> Iterator[tuple[int, ActionLine]]:
    budgets = session.execute(
        sa.select(Funding.action_id, FundingSource.code, FundingAmount.year, FundingAmount.amount)
        .join(FundingAmount, FundingAmount.funding_id == Funding.id)
        .join(FundingSource, FundingSource.id == Funding.source_id)
        .where(Funding.plan_id == plan.id, ~Funding.closed)
        .order_by(FundingAmount.year)
    )
    money: dict[int, dict[str, Money]] = {}
    for action_id, source, year, amount in budgets:
        held = money.setdefault(action_id, {}).setdefault(source, {})
        held[year] = held.get(year, Decimal("0.00")) + amount
    row = Action
    columns = (row.code, row.title, row.kind, row.starts_on, row.ends_on, row.sample, row.standing)
    query = sa.select(row.node_id, row.id, *columns).where(row.plan_id == plan.id, row.closed.is_(False))
    for found in session.execute(query.order_by(row.position)):
        yield found[0], ActionLine(*found[2:], money.get(found[1], {}))


def action(session: Session, code: str) -> tuple[Plan, Action] | None:
    """An action of the current plan with its objective, unit and budget; None where there is none."""
    query = (
        sa.select(Plan, Action)
        .join(Action, Action.plan_id == Plan.id)
        .where(Action.code == code)
        .order_by(Plan.first_year.desc(), Plan.id.desc())
        .limit(1)
        .options(
            joinedload(Action.node),
            joinedload(Action.unit),
            selectinload(Action.funding).options(joinedload(Funding.source), selectinload(Funding.amounts)),
            selectinload(Action.milestones).selectinload(Milestone.targets),
            selectinload(Action.projects),
        )
    )
    row = session.execute(query).first()
    return (row[0], row[1]) if row else None


def above(session: Session, plan: Plan, code: str) -> Sequence[Node]:
    """The axis, measure and objective above a code, in this order; the node itself included."""
    parts = code.split(".")
    codes = [".".join(parts[:length]) for length in range(1, min(len(parts), 3) + 1)]
    query = sa.select(Node).where(Node.plan_id == plan.id, Node.code.in_(codes)).order_by(sa.func.length(Node.code))
    return session.scalars(query).all()


def title_of(session: Session, plan: Plan, code: str) -> Translated:
    """How the part of the plan with that code is called."""
    kind = Action if code.count(".") == 3 else Node
    found = session.scalar(sa.select(kind.title).where(kind.plan_id == plan.id, kind.code == code))
    return found or Translated(el=code)


def indicators(
    session: Session, plan: Plan, belonging_to: Sequence[str] = (), *, fed: bool = False
) -> Sequence[Indicator]:
    """The open indicators of a plan, or those of some of its parts, or those with a feed, with their targets."""
    query = sa.select(Indicator).where(Indicator.plan_id == plan.id, Indicator.closed.is_(False))
    if fed:
        query = query.where(Indicator.feed.is_not(None))
    if belonging_to:
        query = query.where(Indicator.belongs_to.in_(belonging_to))
    rows = session.scalars(query.order_by(Indicator.position).options(joinedload(Indicator.targets)))
    return rows.unique().all()


def indicator(session: Session, code: str) -> tuple[Plan, Indicator] | None:
    """An indicator of the current plan with its targets; None where there is none."""
    query = (
        sa.select(Plan, Indicator)
        .join(Indicator, Indicator.plan_id == Plan.id)
        .where(Indicator.code == code)
        .order_by(Plan.first_year.desc(), Plan.id.desc())
        .limit(1)
        .options(selectinload(Indicator.targets))
    )
    row = session.execute(query).first()
    return (row[0], row[1]) if row else None


def found(session: Session, text: str, *, most: int = 20) -> list[Hit]:
    """Actions and indicators that hold every word of a text."""
    return find(session, text, kinds=("action", "indicator"), most=most)
