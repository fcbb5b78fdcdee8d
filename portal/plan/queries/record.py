"""What stands behind an action: its evidence, its money, and what its unit said in periods that are public."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased, contains_eager, joinedload

from portal.core.texts import Translated
from portal.plan.models import (
    Action,
    ActionReport,
    Evidence,
    EvidenceKind,
    Frozen,
    Funding,
    FundingAmount,
    FundingSource,
    Indicator,
    IndicatorValue,
    Milestone,
    MoneyEntry,
    MoneyStage,
    Node,
    Period,
    Plan,
    ReportState,
)
from portal.plan.queries import spans
from portal.plan.queries.finance import ZERO, Amounts
from portal.plan.queries.periods import PUBLIC
from portal.plan.queries.series import Point, Series

#: amounts on a page of the list
PAGE_OF_AMOUNTS = 50
#: periods that the page of an action tells of
MOST_PERIODS = 12


@dataclass(frozen=True)
class ActionRecord:
    """An action with its place in the plan."""

    plan: Plan
    action: Action
    #: its axis, measure and objective
    above: Sequence[Node]


def action_record(session: Session, code: str) -> ActionRecord | None:
    """An action of the newest plan with its unit, steps, projects and what is above it; in one statement."""
    measure, axis = aliased(Node), aliased(Node)
    query = (
        sa.select(Plan, Action, axis, measure)
        .join(Action, Action.plan_id == Plan.id)
        .join(Action.node)
        .outerjoin(measure, measure.id == Node.parent_id)
        .outerjoin(axis, axis.id == measure.parent_id)
        .where(Action.code == code, Plan.id == _newest())
        .options(
            contains_eager(Action.node),
            joinedload(Action.unit),
            joinedload(Action.projects),
            joinedload(Action.milestones).joinedload(Milestone.targets),
        )
    )
    row = session.execute(query).unique().first()
    if row is None:
        return None
    plan, action, first, second = row
    return ActionRecord(plan, action, [node for node in (first, second, action.node) if node])


def _newest() -> sa.ScalarSelect[int]:
    return sa.select(Plan.id).order_by(Plan.first_year.desc(), Plan.id.desc()).limit(1).scalar_subquery()


# -- evidence


def evidence_of(session: Session, plan: Plan, *, action_ids: Sequence[int] = ()) -> Sequence[Evidence]:
    """What was shown for some actions, or for all of them, the newest first; what was taken back is left out."""
    query = sa.select(Evidence).join(Action, Action.id == Evidence.action_id)
    query = query.where(Action.plan_id == plan.id, Evidence.revoked_at.is_(None))
    if action_ids:
        query = query.where(Evidence.action_id.in_(action_ids))
    return session.scalars(query.order_by(Evidence.on.desc(), Evidence.id.desc())).all()


def shown_evidence(session: Session, number: int) -> Evidence | None:
    """A piece of evidence that everybody may see, with its action and milestone; what was taken back is none."""
    query = sa.select(Evidence).where(Evidence.id == number, Evidence.revoked_at.is_(None))
    return session.scalar(query.options(joinedload(Evidence.action), joinedload(Evidence.milestone)))


def shown_photo(session: Session, number: int) -> Evidence | None:
    """A photograph that everybody may see, with its file."""
    query = sa.select(Evidence).where(Evidence.id == number, Evidence.kind == EvidenceKind.PHOTO)
    query = query.where(Evidence.revoked_at.is_(None), Evidence.attachment_id.is_not(None))
    return session.scalar(query.options(joinedload(Evidence.attachment)))


# -- what the unit said


@dataclass(frozen=True)
class Said:
    """A period that is public: what the unit reported of an action, and what was frozen of it."""

    period: Period
    report: ActionReport | None
    frozen: Frozen | None


def said(session: Session, plan: Plan, action: Action, *, most: int = MOST_PERIODS) -> Sequence[Said]:
    """The newest periods in which something was said of an action, the newest first."""
    report = sa.and_(
        ActionReport.period_id == Period.id,
        ActionReport.action_id == action.id,
        ActionReport.state == ReportState.ACCEPTED,
    )
    frozen = sa.and_(Frozen.period_id == Period.id, Frozen.kind == "action", Frozen.code == action.code)
    query = (
        sa.select(Period, ActionReport, Frozen)
        .outerjoin(ActionReport, report)
        .outerjoin(Frozen, frozen)
        .where(Period.plan_id == plan.id, Period.state.in_(PUBLIC))
        .where(sa.or_(ActionReport.id.is_not(None), Frozen.id.is_not(None)))
    )
    return [Said(*row) for row in session.execute(query.order_by(Period.first.desc()).limit(most))]


# -- money


@dataclass(frozen=True, slots=True)
class AmountLine:
    """An amount as everybody reads it: its document by number, and nobody's name."""

    id: int
    on: date
    year: int
    stage: MoneyStage
    amount: Decimal
    reference: str
    budget_code: str
    sample: bool
    #: None: no action of the plan explains it
    action: str | None
    action_title: Translated | None
    source: str | None


#: in place of the code of an action or a source: what names none
NONE_NAMED = "-"


@dataclass(frozen=True)
class AmountFilter:
    """Which amounts are listed; what is None is not asked, `NONE_NAMED` is what names none."""

    action: str | None = None
    axis: str | None = None
    source: str | None = None
    year: int | None = None
    stage: MoneyStage | None = None
    #: the last day, on which figures are as pages show them
    on: date | None = None
    #: those that follow this one, `(day, number)`
    before: tuple[date, int] | None = None


def amounts(session: Session, plan: Plan, wanted: AmountFilter, *, most: int = PAGE_OF_AMOUNTS) -> Sequence[AmountLine]:
    """The amounts of a filter, the newest first."""
    row = MoneyEntry
    columns: list[Any] = [row.id, row.on, row.year, row.stage, row.amount, row.reference, row.budget_code, row.sample]
    query = _entries(sa.select(*columns, Action.code, Action.title, FundingSource.code), plan, wanted)
    found = session.execute(query.order_by(row.on.desc(), row.id.desc()).limit(most))
    return [AmountLine(*values) for values in found]


def amounts_total(session: Session, plan: Plan, wanted: AmountFilter) -> Decimal:
    """What all amounts of a filter come to, on whatever page they stand."""
    total = session.scalar(_entries(sa.select(sa.func.sum(MoneyEntry.amount)), plan, replace(wanted, before=None)))
    return total or ZERO


def _entries(query: sa.Select[Any], plan: Plan, wanted: AmountFilter) -> sa.Select[Any]:
    query = query.select_from(MoneyEntry).outerjoin(Action, Action.id == MoneyEntry.action_id)
    query = query.outerjoin(FundingSource, FundingSource.id == MoneyEntry.source_id)
    asked = MoneyEntry.plan_id == plan.id, MoneyEntry.stage != MoneyStage.BUDGETED
    return query.where(*asked, *_conditions(wanted))


def _conditions(wanted: AmountFilter) -> list[sa.ColumnElement[bool]]:
    found: list[sa.ColumnElement[bool]] = []
    for code, column in ((wanted.action, Action.code), (wanted.source, FundingSource.code)):
        if code is not None:
            found.append(column.is_(None) if code == NONE_NAMED else column == code)
    if wanted.axis is not None:
        found.append(Action.code.startswith(f"{wanted.axis}.", autoescape=True))
    if wanted.year is not None:
        found.append(MoneyEntry.year == wanted.year)
    if wanted.stage is not None:
        found.append(MoneyEntry.stage == wanted.stage)
    if wanted.on is not None:
        found.append(MoneyEntry.on <= wanted.on)
    if wanted.before is not None:
        found.append(sa.tuple_(MoneyEntry.on, MoneyEntry.id) < sa.tuple_(*wanted.before))
    return found


def money_of(session: Session, action: Action, *, on: date) -> Mapping[tuple[str, int], Amounts]:
    """Source (by code) and year → amounts of an action up to the end of a day; "" where no source is named."""
    planned = (
        sa.select(FundingSource.code, FundingAmount.year, sa.literal("budgeted"), sa.func.sum(FundingAmount.amount))
        .join_from(Funding, FundingAmount, FundingAmount.funding_id == Funding.id)
        .join(FundingSource, FundingSource.id == Funding.source_id)
        .where(Funding.action_id == action.id, ~Funding.closed)
        .group_by(FundingSource.code, FundingAmount.year)
    )
    row = MoneyEntry
    entered = (
        sa.select(FundingSource.code, row.year, sa.cast(row.stage, sa.String), sa.func.sum(row.amount))
        .outerjoin(FundingSource, FundingSource.id == row.source_id)
        .where(row.action_id == action.id, row.stage != MoneyStage.BUDGETED, row.on <= on)
        .group_by(FundingSource.code, row.year, row.stage)
    )
    found: dict[tuple[str, int], Amounts] = {}
    for source, year, stage, amount in session.execute(sa.union_all(planned, entered)):
        key = (source or "", year)
        found[key] = replace(found.get(key, Amounts()), **{stage: amount})
    return dict(sorted(found.items()))


# -- what was entered for an indicator


def entered(session: Session, indicator: Indicator) -> Sequence[IndicatorValue]:
    """The values that hold, one for each span, the newest span first; what was taken back is left out."""
    row = IndicatorValue
    last = sa.select(sa.func.max(row.id)).where(row.indicator_id == indicator.id).group_by(row.span)
    query = sa.select(row).where(row.id.in_(last), row.value.is_not(None)).order_by(row.span.desc())
    return session.scalars(query).all()


def entered_series(rows: Sequence[IndicatorValue], *, today: date) -> Series:
    """The same as figures by quarter and year: of a year the value that reaches farthest."""
    years: dict[int, tuple[tuple[date, int], Point]] = {}
    quarters: list[Point] = []
    for row in rows:
        span = spans.parse(row.span)
        if span is None or span.first > today:
            continue
        if span.months == 3:
            quarters.append(Point(span, 1, row.value))
        key, of_year = (span.after, span.months), Point(spans.year(span.first.year), 1, row.value)
        if span.first.year not in years or key > years[span.first.year][0]:
            years[span.first.year] = (key, of_year)
    return Series((), quarters[::-1], [years[year][1] for year in sorted(years)])
