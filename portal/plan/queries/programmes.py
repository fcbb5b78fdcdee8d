"""The programmes of a year: which there are, and how each quarter of one went."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.plan.models import (
    Action,
    ActionKind,
    MoneyEntry,
    MoneyStage,
    Plan,
    Programme,
    ProgrammeKind,
    ProgrammeState,
)
from portal.plan.queries import finance, progress
from portal.plan.queries.lines import ZERO, Line, Lines, Output

#: what the Technical Programme holds
TECHNICAL = (ActionKind.WORK, ActionKind.STUDY)


def programmes(session: Session, plan: Plan, *, approved: bool = False) -> Sequence[Programme]:
    """The newest programme of each year and kind, newest years first; `approved`: the newest of those in force."""
    query = sa.select(Programme).where(Programme.plan_id == plan.id)
    if approved:
        query = query.where(Programme.state == ProgrammeState.APPROVED)
    rows = session.scalars(query.order_by(Programme.year.desc(), Programme.kind, Programme.number.desc()))
    newest: dict[tuple[int, ProgrammeKind], Programme] = {}
    for row in rows:
        newest.setdefault((row.year, row.kind), row)
    return list(newest.values())


def numbers(session: Session, plan: Plan, year: int, kind: ProgrammeKind) -> Sequence[Programme]:
    """Every programme of that year and kind, the newest first."""
    query = sa.select(Programme).where(Programme.plan_id == plan.id, Programme.year == year, Programme.kind == kind)
    return session.scalars(query.order_by(Programme.number.desc())).all()


def programme(
    session: Session, plan: Plan, year: int, kind: ProgrammeKind, *, approved: bool = False, number: int = 0
) -> Programme | None:
    """The newest programme of that year and kind, or the one with a number; `approved`: drafts do not count."""
    rows = [row for row in numbers(session, plan, year, kind) if not number or row.number == number]
    return next((row for row in rows if not approved or row.state is ProgrammeState.APPROVED), None)


def programme_in_force(session: Session, plan: Plan, year: int, kind: ProgrammeKind, *, on: date) -> Programme | None:
    """The programme that held on a day; None: none was approved by then."""
    rows = numbers(session, plan, year, kind)
    return next((row for row in rows if row.decided_on is not None and row.decided_on <= on), None)


def lines_of(row: Programme) -> Lines:
    """What stands in a programme."""
    return Lines.load(row.content)


#: action code ("": none) and budget code → what the municipal budget says
Budgeted = Mapping[tuple[str, str], Decimal]


def budgeted(session: Session, plan: Plan, year: int, kind: ProgrammeKind) -> Budgeted:
    """What the imported budget of a year says; for the Technical Programme of works and studies only."""
    action = sa.func.coalesce(Action.code, "")
    query = (
        sa.select(action, MoneyEntry.budget_code, sa.func.sum(MoneyEntry.amount))
        .select_from(MoneyEntry)
        .outerjoin(Action, Action.id == MoneyEntry.action_id)
        .where(MoneyEntry.plan_id == plan.id, MoneyEntry.year == year, MoneyEntry.stage == MoneyStage.BUDGETED)
        .group_by(action, MoneyEntry.budget_code)
    )
    if kind is ProgrammeKind.TECHNICAL:
        query = query.where(Action.kind.in_(TECHNICAL))
    return {(code, budget_code): amount for code, budget_code, amount in session.execute(query)}


@dataclass(frozen=True)
class Followed:
    """How a line stands at the end of a quarter."""

    line: Line
    #: what the programme promises for the quarter, and what became of each: 0 to 100; None: nothing tells
    outputs: Sequence[tuple[Output, int | None]]
    #: of the whole action, in percent: what the plan expects, and what evidence says; None: it has no milestones
    planned: int | None
    done: int | None
    #: from the first day of the year on, and in this quarter alone
    paid: Decimal
    paid_now: Decimal


@dataclass(frozen=True)
class Quarter:
    """A quarter of a year, looked at on a day."""

    year: int
    number: int
    #: the day of which everything is told: its last one, or today while it runs
    on: date
    running: bool
    rows: Sequence[Followed]

    @property
    def total(self) -> Decimal:
        """The programme of the whole year."""
        return sum((row.line.total for row in self.rows), ZERO)

    @property
    def paid(self) -> Decimal:
        """What was paid since the year began."""
        return sum((row.paid for row in self.rows), ZERO)

    @property
    def paid_now(self) -> Decimal:
        """What was paid in this quarter."""
        return sum((row.paid_now for row in self.rows), ZERO)


def quarter_days(year: int, number: int) -> tuple[date, date]:
    """The first and the last day of a quarter."""
    after = date(year + number // 4, number % 4 * 3 + 1, 1)
    return date(year, number * 3 - 2, 1), after - timedelta(days=1)


def follow_up(session: Session, plan: Plan, row: Programme, number: int, *, today: date) -> Quarter:
    """What was planned for a quarter, what evidence says and what was paid; in seven statements."""
    first, last = quarter_days(row.year, number)
    on = min(last, today)
    ids = dict(session.execute(sa.select(Action.code, Action.id).where(Action.plan_id == plan.id)).all())
    done = progress.physical(session, plan, on=on)
    until = finance.by_action(session, plan, years=[row.year], on=on)
    before = finance.by_action(session, plan, years=[row.year], on=first - timedelta(days=1))
    nothing = finance.Amounts()
    rows = []
    for line in lines_of(row):
        key = ids.get(line.action, 0)
        found = done.get(key)
        paid = until.get(key, nothing).paid
        rows.append(
            Followed(
                line,
                [(output, _share(output, found)) for output in line.due_in(number)],
                progress.planned([each.milestone for each in found.milestones], last) if found else None,
                found.percent if found else None,
                paid,
                paid - before.get(key, nothing).paid,
            )
        )
    return Quarter(row.year, number, on, today <= last, rows)


def _share(output: Output, found: progress.Progress | None) -> int | None:
    """How far the milestone behind an output is, in percent, rounded down."""
    shares = (each.share for each in (found.milestones if found else ()) if each.milestone.code == output.milestone)
    share = next(shares, None)
    return None if share is None else int(share * 100)
