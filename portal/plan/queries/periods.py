"""Monitoring periods, and what units report in them."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlalchemy.orm import Session, contains_eager, joinedload

from portal.plan.models import Action, ActionReport, Period, PeriodState, Plan, ReportState, Standing
from portal.plan.queries import spans
from portal.plan.queries.spans import Span

if TYPE_CHECKING:
    from portal.organisation.models import Unit

#: states in which everybody may see a period
PUBLIC = (PeriodState.PRESENTED, PeriodState.FROZEN)


@dataclass(frozen=True)
class UnitReports:
    """The reports of a unit in a period."""

    unit: "Unit"
    reports: list[ActionReport] = field(default_factory=list)

    @property
    def counted(self) -> Mapping[ReportState, int]:
        """How many are in each state."""
        return Counter(report.state for report in self.reports)

    @property
    def is_done(self) -> bool:
        """Whether all are accepted."""
        return set(self.counted) == {ReportState.ACCEPTED}


def periods(session: Session, plan: Plan, *, public: bool = False) -> Sequence[Period]:
    """All of them, or those that everybody may see; the newest first."""
    query = sa.select(Period).where(Period.plan_id == plan.id)
    if public:
        query = query.where(Period.state.in_(PUBLIC))
    return session.scalars(query.order_by(Period.after.desc(), Period.first)).all()


def period(session: Session, plan: Plan, code: str) -> Period | None:
    """The period with that code."""
    return session.scalar(sa.select(Period).where(Period.plan_id == plan.id, Period.code == code))


def latest_public(session: Session, plan: Plan) -> Period | None:
    """The newest period that everybody may see."""
    return next(iter(periods(session, plan, public=True)), None)


def span_of(of: Period) -> Span:
    """The span of time of a period."""
    return spans.parse(of.code) or Span(of.first, 3)


def to_open(session: Session, plan: Plan, *, today: date) -> list[Span]:
    """Quarters and years of the plan that have begun and have no period yet; the newest first, years last."""
    taken = {row.code for row in periods(session, plan)}
    found: list[Span] = []
    for year in reversed(plan.years):
        quarters = [Span(date(year, month, 1), 3) for month in (10, 7, 4, 1)]
        found += [span for span in [*quarters, spans.year(year)] if span.first <= today and span.code not in taken]
    return found


def suggested(choices: Sequence[Span], *, today: date) -> Span | None:
    """The span one most likely wants to open: the newest quarter that has ended, else the newest there is."""
    ended = (span for span in choices if span.months == 3 and span.after <= today)
    return next(ended, choices[0] if choices else None)


def counted(session: Session, rows: Iterable[Period]) -> dict[int, Counter[ReportState]]:
    """Period → how many reports are in each state; one statement for all."""
    query = sa.select(ActionReport.period_id, ActionReport.state, sa.func.count())
    query = query.where(ActionReport.period_id.in_([row.id for row in rows]))
    found: dict[int, Counter[ReportState]] = {}
    for key, state, number in session.execute(query.group_by(ActionReport.period_id, ActionReport.state)):
        found.setdefault(key, Counter())[state] = number
    return found


def reports_by_unit(session: Session, of: Period) -> list[UnitReports]:
    """The reports of a period, unit by unit, in the order of the organisation and of the plan."""
    found: dict[int, UnitReports] = {}
    query = _reports().where(ActionReport.period_id == of.id).options(joinedload(ActionReport.unit))
    for row in session.scalars(query.order_by(Action.position)):
        found.setdefault(row.unit_id, UnitReports(row.unit)).reports.append(row)
    return sorted(found.values(), key=lambda each: (each.unit.position, each.unit.id))


def missing(session: Session, of: Period) -> int:
    """How many reports of a period are not accepted."""
    query = sa.select(sa.func.count()).where(
        ActionReport.period_id == of.id, ActionReport.state != ReportState.ACCEPTED
    )
    return session.scalar(query) or 0


def my_reports(session: Session, unit_ids: Collection[int], *, most: int = 200) -> Sequence[ActionReport]:
    """What these units report: open periods first, in them what waits for the unit, then the newest."""
    query = _reports().join(ActionReport.period).options(contains_eager(ActionReport.period))
    query = query.where(ActionReport.unit_id.in_(unit_ids))
    is_open = sa.case((Period.state == PeriodState.OPEN, 0), else_=1)
    waits = sa.case((ActionReport.state.in_([ReportState.DUE, ReportState.RETURNED]), 0), else_=1)
    return session.scalars(query.order_by(is_open, Period.after.desc(), waits, Action.position).limit(most)).all()


def report(session: Session, number: int) -> ActionReport | None:
    """A report with its period, action and unit."""
    query = _reports().where(ActionReport.id == number)
    return session.scalar(query.options(joinedload(ActionReport.period), joinedload(ActionReport.unit)))


def report_before(session: Session, of: ActionReport) -> ActionReport | None:
    """What was accepted about the same action in the period before, the newest of them."""
    query = sa.select(ActionReport).join(ActionReport.period).options(contains_eager(ActionReport.period))
    query = query.where(ActionReport.action_id == of.action_id, ActionReport.state == ReportState.ACCEPTED)
    query = query.where(Period.after < of.period.after)
    return session.scalar(query.order_by(Period.after.desc()).limit(1))


def open_reports(session: Session, of: Action) -> Sequence[ActionReport]:
    """What the unit of an action reports on it in periods that are open, the newest first."""
    query = sa.select(ActionReport).join(ActionReport.period).options(contains_eager(ActionReport.period))
    query = query.where(ActionReport.action_id == of.id, ActionReport.unit_id == of.unit_id)
    return session.scalars(query.where(Period.state == PeriodState.OPEN).order_by(Period.after.desc())).all()


def asked_actions(session: Session, plan: Plan, span: Span) -> Sequence[Action]:
    """Open actions with a unit that run in a span: they begin before its end, and were not cancelled."""
    row = Action
    query = sa.select(row).where(row.plan_id == plan.id, ~row.closed, row.unit_id.is_not(None))
    query = query.where(row.standing != Standing.CANCELLED, sa.or_(row.starts_on.is_(None), row.starts_on < span.after))
    return session.scalars(query.order_by(row.position)).all()


def _reports() -> sa.Select[ActionReport]:
    return sa.select(ActionReport).join(ActionReport.action).options(contains_eager(ActionReport.action))
