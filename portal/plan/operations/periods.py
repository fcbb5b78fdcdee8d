"""Monitoring periods: opened, reminded of, checked, presented, frozen – in this order, each step once."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.core import audit
from portal.core.clock import athens_date
from portal.core.errors import Refused
from portal.core.texts import N_, Translated
from portal.plan.models import ActionReport, Frozen, Period, PeriodState, Plan, ReportState
from portal.plan.operations import asking
from portal.plan.operations.decisions import check_ada
from portal.plan.queries import periods
from portal.plan.queries.picture import snapshot
from portal.plan.queries.spans import Span

#: days that units have after the end of a period, unless the planning unit says another day
DUE_DAYS = 15
#: so many days before they are due, reports are reminded of
REMIND_DAYS = 3


class PeriodExists(Refused):
    """It was opened already."""

    message = N_("This period was opened already. You will find it in the list.")


class NotInPlan(Refused):
    """It lies outside the plan."""

    message = N_("The plan does not cover this period. Choose a period between %(first)s and %(last)s.")


class NotBegun(Refused):
    """It lies in the future."""

    message = N_("This period has not begun yet.")


class DueTooEarly(Refused):
    """Units cannot report on what has not happened, nor until yesterday."""

    message = N_("Choose a day after the end of the period that has not passed yet.")


class PeriodMoved(Refused):
    """Somebody else has done this step, or the one before it is missing."""

    message = N_("The period is no longer as you saw it. Look at it again: somebody else may have done this step.")


class PeriodRuns(Refused):
    """It has not ended."""

    message = N_("The period has not ended yet: its figures stand only after its last day.")


class ReportsMissing(Refused):
    """Not every report is accepted, and nobody says why."""

    message = N_("Some reports are not accepted. Write why the period is checked without them.")


class BadSession(Refused):
    """The committee cannot have seen it then."""

    message = N_("Enter a day after the end of the period, not later than today.")


class DecisionMissing(Refused):
    """What was decided is not said."""

    message = N_("Enter the number of the decision.")


@dataclass(frozen=True)
class Presentation:
    """When the Municipal Committee saw a period, and what it decided."""

    on: date
    decision: str
    ada: str = ""


@dataclass(frozen=True)
class Check:
    """What the planning unit says of a period when it has checked it."""

    remarks: Translated = field(default_factory=Translated)
    missing_why: str = ""


def due_day(span: Span, *, today: date) -> date:
    """The day by which units report unless another is chosen."""
    return max(span.after + timedelta(days=DUE_DAYS - 1), today + timedelta(days=DUE_DAYS))


def open_period(
    session: Session, plan: Plan, span: Span, *, due_on: date, actor_id: int | None, now: datetime
) -> Period:
    """Open a period: a report for each action that runs in it, and a letter to the heads of the units.

    :raises PeriodExists: it was opened before. :raises NotInPlan: the plan has no such year.
    :raises NotBegun: it lies in the future. :raises DueTooEarly: reports would be due before it ends, or before today.
    """
    today = athens_date(now)
    session.refresh(plan, with_for_update={"of": Plan})
    if span.first.year not in plan.years:
        raise NotInPlan(first=plan.first_year, last=plan.last_year)
    if periods.period(session, plan, span.code) is not None:
        raise PeriodExists
    if span.first > today:
        raise NotBegun
    if due_on < max(span.after, today):
        raise DueTooEarly
    period = Period(
        plan_id=plan.id,
        code=span.code,
        first=span.first,
        after=span.after,
        due_on=due_on,
        opened_at=now,
        remarks=Translated(),
    )
    session.add(period)
    session.flush()
    reports = _make_reports(session, plan, period, span)
    asking.ask(session, period, reports, "open", now=now)
    _note(session, period, "opened", actor_id, now, code=span.code, due_on=due_on.isoformat(), reports=len(reports))
    return period


def _make_reports(session: Session, plan: Plan, period: Period, span: Span) -> list[ActionReport]:
    rows = [
        ActionReport(period_id=period.id, action=action, unit=action.unit, sample=action.sample)
        for action in periods.asked_actions(session, plan, span)
    ]
    session.add_all(rows)
    session.flush()
    return rows


def remind(session: Session, *, now: datetime) -> int:
    """Remind the heads of what is missing, three days before it is due and once more when that day has passed.

    How many letters were written.
    """
    today = athens_date(now)
    query = sa.select(Period).where(
        Period.state == PeriodState.OPEN, Period.due_on <= today + timedelta(days=REMIND_DAYS)
    )
    written = 0
    for period in session.scalars(query.order_by(Period.id).with_for_update(skip_locked=True)).all():
        late = today > period.due_on
        last = athens_date(period.reminded_at) if period.reminded_at else None
        if last is not None and (not late or last > period.due_on):
            continue
        period.reminded_at = now
        number = asking.ask(session, period, _waiting(session, period), "late" if late else "soon", now=now)
        _note(session, period, "reminded", None, now, letters=number)
        written += number
    session.flush()
    return written


def _waiting(session: Session, period: Period) -> list[ActionReport]:
    rows = (report for each in periods.reports_by_unit(session, period) for report in each.reports)
    return [report for report in rows if report.state in {ReportState.DUE, ReportState.RETURNED}]


def check_period(session: Session, period: Period, check: Check, *, actor_id: int, now: datetime) -> None:
    """The planning unit has checked the period: from here on no report changes.

    :raises PeriodMoved: it is not open any more. :raises PeriodRuns: it has not ended. :raises ReportsMissing: not all
        reports are accepted, and no reason is given.
    """
    _claim(session, period, PeriodState.OPEN)
    if athens_date(now) < period.after:
        raise PeriodRuns
    number, why = periods.missing(session, period), check.missing_why.strip()
    if number and not why:
        raise ReportsMissing
    period.state, period.remarks = PeriodState.CHECKED, check.remarks
    period.missing_why = why if number else ""
    session.flush()
    _note(session, period, "checked", actor_id, now, missing=number)


def present(session: Session, period: Period, shown: Presentation, *, actor_id: int, now: datetime) -> None:
    """The Municipal Committee has seen it: from here on everybody may.

    :raises PeriodMoved: it is not checked, or presented already. :raises BadSession: nobody saw it on that day.
    :raises DecisionMissing: without a number. :raises BadAda: the ΑΔΑ has another shape.
    """
    _claim(session, period, PeriodState.CHECKED)
    if not period.after <= shown.on <= athens_date(now):
        raise BadSession
    if not shown.decision.strip():
        raise DecisionMissing
    period.ada = check_ada(shown.ada)
    period.presented_on, period.decision = shown.on, shown.decision.strip()
    period.state = PeriodState.PRESENTED
    session.flush()
    values = {"on": shown.on.isoformat(), "decision": period.decision, "ada": period.ada}
    _note(session, period, "presented", actor_id, now, **values)


def freeze(session: Session, plan: Plan, period: Period, *, actor_id: int | None, now: datetime) -> int:
    """Keep every figure of the period as it is now, for good; how many things have figures.

    :raises PeriodMoved: it was not presented, or is frozen already.
    """
    _claim(session, period, PeriodState.PRESENTED)
    picture = snapshot(session, plan, period)
    session.add_all(
        Frozen(period_id=period.id, kind=row.kind, code=row.code, values=dict(row.values))
        for row in picture.figures.values()
    )
    period.state, period.frozen_at = PeriodState.FROZEN, now
    session.flush()
    _note(session, period, "frozen", actor_id, now, figures=len(picture.figures))
    return len(picture.figures)


def _claim(session: Session, period: Period, state: PeriodState) -> None:
    """Of two who do the same step at once, the second one is told."""
    session.refresh(period, with_for_update={"of": Period})
    if period.state is not state:
        raise PeriodMoved


def _note(session: Session, period: Period, verb: str, actor_id: int | None, now: datetime, **data: object) -> None:
    audit.record(session, f"plan.period.{verb}", subject=("plan_period", period.id), actor_id=actor_id, now=now, **data)
