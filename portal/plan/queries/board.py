"""The actions of a plan as pages list, draw and count them: each with its axis, its standing and its money."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from portal.plan.models import Action, ActionKind, FundingSource, Light, Node, NodeLevel, Plan, Standing
from portal.plan.queries.finance import Amounts, in_full
from portal.plan.queries.picture import overall
from portal.plan.queries.progress import physical
from portal.plan.queries.standing import ActionStanding, lights, standing_of

Key = TypeVar("Key")
Row = TypeVar("Row")
#: actions on a page of a list
PAGE_OF_ACTIONS = 20
#: how a long plan is cut for its time line
PAGE_OF_BARS = 40


@dataclass(frozen=True)
class BoardLine:
    """An action, and how it stands."""

    action: Action
    #: code of its axis
    axis: str
    how: ActionStanding


@dataclass(frozen=True)
class ActionFilter:
    """What a list of actions is narrowed by; what is empty narrows nothing."""

    axis: str = ""
    community: str = ""
    light: Light | None = None
    standing: Standing | None = None
    kind: ActionKind | None = None
    #: code of the unit that carries it out, or works on it
    unit: str = ""

    def fits(self, line: BoardLine) -> bool:
        """Whether an action is wanted."""
        row = line.action
        wanted = (
            not self.axis or line.axis == self.axis,
            not self.community or self.community in row.communities,
            self.light is None or line.how.light is self.light,
            self.standing is None or row.standing is self.standing,
            self.kind is None or row.kind is self.kind,
            not self.unit or self.unit in row.cooperating or bool(row.unit and row.unit.code == self.unit),
        )
        return all(wanted)


@dataclass(frozen=True)
class Board:
    """All open actions of a plan at the end of a day."""

    plan: Plan
    on: date
    #: in the order of the plan
    lines: Sequence[BoardLine]
    #: action, source and year → amounts; what no action explains stands under None
    money: Mapping[tuple[int | None, int | None, int], Amounts]

    def of_axis(self, code: str) -> list[BoardLine]:
        """The actions of an axis."""
        return [line for line in self.lines if line.axis == code]

    def fitting(self, wanted: ActionFilter) -> list[BoardLine]:
        """The actions that a filter wants."""
        return [line for line in self.lines if wanted.fits(line)]

    def percent(self, lines: Iterable[BoardLine] | None = None) -> int | None:
        """How far all of them are together, or some of them."""
        return overall(line.how for line in (self.lines if lines is None else lines))

    def amounts(self, lines: Iterable[BoardLine] | None = None) -> Amounts:
        """Of everything, what no action explains included; or of some actions."""
        return sum_of(self.by_year(lines).values())

    def by_year(self, lines: Iterable[BoardLine] | None = None) -> dict[int, Amounts]:
        """Year of the plan → amounts; of everything, or of some actions."""
        ids = None if lines is None else {line.action.id for line in lines}
        found = dict.fromkeys(self.plan.years, Amounts())
        for (action, _source, year), amounts in self.money.items():
            if ids is None or action in ids:
                found[year] = found.get(year, Amounts()).plus(amounts)
        return dict(sorted(found.items()))


def board(session: Session, plan: Plan, *, on: date) -> Board:
    """Everything of a plan at the end of a day, in five statements."""
    progress, money = physical(session, plan, on=on), in_full(session, plan, on=on)
    by_action = added_up(money, lambda action, _source, _year: action)
    query = sa.select(Action).where(Action.plan_id == plan.id, ~Action.closed).order_by(Action.position)
    rows = session.scalars(query.options(joinedload(Action.node), joinedload(Action.unit)))
    lines = [
        BoardLine(
            row,
            row.node.code.partition(".")[0],
            standing_of(row, progress.get(row.id), by_action.get(row.id, Amounts()), on=on),
        )
        for row in rows
    ]
    return Board(plan, on, lines, money)


def plan_and_axes(session: Session) -> tuple[Plan, Sequence[Node]] | None:
    """The newest plan with its open axes, in one statement; None before one was loaded."""
    axis = sa.and_(Node.plan_id == Plan.id, Node.level == NodeLevel.AXIS, ~Node.closed)
    newest = sa.select(Plan.id).order_by(Plan.first_year.desc(), Plan.id.desc()).limit(1).scalar_subquery()
    query = sa.select(Plan, Node).outerjoin(Node, axis).where(Plan.id == newest).order_by(Node.position)
    rows = session.execute(query).all()
    return (rows[0][0], [node for _plan, node in rows if node]) if rows else None


def nodes_below(session: Session, plan: Plan, code: str) -> Sequence[Node]:
    """An axis with its measures and objectives, in their order."""
    below = sa.or_(Node.code == code, Node.code.startswith(f"{code}.", autoescape=True))
    query = sa.select(Node).where(Node.plan_id == plan.id, below, ~Node.closed)
    return sorted(session.scalars(query), key=lambda row: [int(part) for part in row.code.split(".")])


def added_up(
    money: Mapping[tuple[int | None, int | None, int], Amounts], key: Callable[[int | None, int | None, int], Key]
) -> dict[Key, Amounts]:
    """Amounts by whatever a function makes of action, source and year."""
    found: dict[Key, Amounts] = {}
    for parts, amounts in money.items():
        found[key(*parts)] = found.get(key(*parts), Amounts()).plus(amounts)
    return found


def sum_of(amounts: Iterable[Amounts]) -> Amounts:
    """Amounts added up."""
    total = Amounts()
    for each in amounts:
        total = total.plus(each)
    return total


def light_counts(lines: Iterable[BoardLine]) -> Mapping[Light, int]:
    """How many actions of each colour."""
    return lights(line.how for line in lines)


def page_of(rows: Sequence[Row], code_of: Callable[[Row], str], after: str, most: int) -> tuple[list[Row], str]:
    """The rows that follow the one with a code, and the code with which the next page begins; "": that was all."""
    codes = [code_of(row) for row in rows]
    first = codes.index(after) + 1 if after in codes else 0
    shown = list(rows[first : first + most])
    return shown, code_of(shown[-1]) if len(rows) > first + most else ""


def source_codes(session: Session, plan: Plan) -> dict[int, FundingSource]:
    """The funding sources by key, in their order; the closed ones as well, for money may name them."""
    query = sa.select(FundingSource).where(FundingSource.plan_id == plan.id).order_by(FundingSource.position)
    return {row.id: row for row in session.scalars(query)}


def axis_of_actions(session: Session, plan: Plan) -> dict[int, str]:
    """Action → code of its axis; the closed ones as well."""
    query = sa.select(Action.id, Action.code).where(Action.plan_id == plan.id)
    return {number: code.partition(".")[0] for number, code in session.execute(query)}
