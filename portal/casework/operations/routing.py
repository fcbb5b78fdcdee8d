"""Χρέωση: a case is given to a unit and a person, for action or for information, or sent on to whom it concerns."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.accounts.models import User
from portal.casework.models import Assignment, AssignmentKind, Case, EventKind, Watch
from portal.casework.operations.filing import scopes_of
from portal.casework.operations.state import (
    CaseError,
    Line,
    inform_applicant,
    require_text,
    require_work,
    set_clock,
    set_state,
    tell,
)
from portal.core import search
from portal.core.clock import athens_date
from portal.core.deadlines import clock_for
from portal.core.texts import LEGAL_LANGUAGE, N_
from portal.organisation import queries as organisation
from portal.organisation.models import Unit


class SameUnit(CaseError):
    """A case cannot be forwarded to where it is: that would only set its clock back."""

    message = N_("This case is already with that unit.")


class NotInUnit(CaseError):
    """The person has no duty in the unit."""

    message = N_("This person does not work in that unit. Choose another person, or nobody in particular.")


class UnitHasCases(CaseError):
    """A unit that closes has open cases, and nobody takes them over."""

    message = N_("“%(unit)s” has %(count)s open cases. Name the unit that takes them over, or finish them first.")


@dataclass(frozen=True)
class Routing:
    """To whom a case goes."""

    unit_id: int
    user_id: int | None = None
    kind: AssignmentKind = AssignmentKind.ACTION
    #: internal; the applicant does not see it
    note: str = ""


def route(session: Session, case: Case, to: Routing, *, actor: User | None, now: datetime) -> None:
    """Give the case to a unit, and a person there, for action; or to a unit for information. No actor: a rule does it.

    :raises NotInUnit: if the person does not work there today.
    """
    if to.user_id and to.user_id not in _people(session, to.unit_id, now):
        raise NotInUnit
    by_id = actor.id if actor else None
    session.add(Assignment(case_id=case.id, kind=to.kind, unit_id=to.unit_id, user_id=to.user_id, by_id=by_id, at=now))
    data = {"to_unit": to.unit_id, "to_user": to.user_id, "for": to.kind.value}
    if to.kind is AssignmentKind.INFORMATION:
        _watch(session, case, to.unit_id)
        tell(session, case, Line(EventKind.ROUTED, to.note, public=False, data=data), actor=actor, now=now)
        return
    moved = case.unit_id != to.unit_id
    case.unit_id, case.assignee_id = to.unit_id, to.user_id
    if case.state in {"filed", "in-progress"}:
        set_state(case, "in-progress" if to.user_id else "filed")
    tell(session, case, Line(EventKind.ROUTED, to.note, public=False, data=data), actor=actor, now=now)
    session.flush()
    if moved:
        _refind(session, case)


def take(session: Session, case: Case, *, actor: User, now: datetime) -> None:
    """Take a case of one's unit upon oneself."""
    case.assignee_id = actor.id
    if case.state == "filed":
        set_state(case, "in-progress")
    session.add(
        Assignment(
            case_id=case.id,
            kind=AssignmentKind.ACTION,
            unit_id=case.unit_id,
            user_id=actor.id,
            by_id=actor.id,
            at=now,
        )
    )
    tell(session, case, Line(EventKind.TAKEN), actor=actor, now=now)
    session.flush()


def forward(session: Session, case: Case, *, unit_id: int, reason: str, actor: User, now: datetime) -> None:
    """The wrong service sends the case on, tells the applicant, and the limit starts anew there.

    Source: Code of Administrative Procedure (ν. 2690/1999) art. 4; within the days of the pack's limit
    `forward-to-competent-service`, counted from filing. A later one is possible but marked.

    :raises CaseWaits: if it waits for somebody. :raises SameUnit: if it is there.
    :raises TextMissing: without a reason.
    """
    require_work(case)
    if unit_id == case.unit_id:
        raise SameUnit
    reason, today = require_text(reason), athens_date(now)
    calendar = organisation.working_calendar(session)
    allowed = organisation.time_limit(session, "forward-to-competent-service", today)
    last_day = calendar.add(case.clock_from, allowed.days, allowed.day_kind)
    case.warned_at_share = 0
    set_clock(case, clock_for(today, case.limit_days, case.day_kind, calendar))
    case.unit_id, case.assignee_id = unit_id, None
    set_state(case, "filed")
    case.unit = session.get_one(Unit, unit_id)
    session.add(Assignment(case_id=case.id, kind=AssignmentKind.ACTION, unit_id=unit_id, by_id=actor.id, at=now))
    data = {"to_unit": unit_id, "due_on": case.due_on.isoformat(), "late": today > last_day}
    tell(session, case, Line(EventKind.FORWARDED, reason, data=data), actor=actor, now=now)
    inform_applicant(session, case, "forwarded", now=now, text=reason)
    session.flush()
    _refind(session, case)


def hand_over(session: Session, unit_id: int, *, heir_id: int | None, now: datetime) -> int:
    """The open cases of a unit that closes go to the one that takes over; clocks and deadlines stay. How many.

    :raises UnitHasCases: if there are some and no such unit was named.
    """
    query = sa.select(Case).where(Case.unit_id == unit_id, Case.closed_at.is_(None)).order_by(Case.id)
    cases = session.scalars(query.with_for_update(of=Case)).all()
    if cases and heir_id is None:
        raise UnitHasCases(unit=session.get_one(Unit, unit_id).name.text(LEGAL_LANGUAGE), count=len(cases), id=unit_id)
    if not cases or heir_id is None:
        return 0
    staying = _people(session, heir_id, now)
    for case in cases:
        _give_on(session, case, heir_id, staying, now=now)
    return len(cases)


def _give_on(session: Session, case: Case, heir_id: int, staying: set[int], *, now: datetime) -> None:
    """A handler who works in the new unit as well keeps the case."""
    handler = case.assignee_id if case.assignee_id in staying else None
    data = {"to_unit": heir_id, "to_user": handler, "closed_unit": case.unit_id}
    case.unit_id, case.assignee_id = heir_id, handler
    if case.state == "in-progress" and handler is None:
        set_state(case, "filed")
    kind = AssignmentKind.ACTION
    session.add(Assignment(case_id=case.id, kind=kind, unit_id=heir_id, user_id=handler, at=now))
    tell(session, case, Line(EventKind.ROUTED, data=data), actor=None, now=now)
    session.flush()
    _refind(session, case)


def mark_seen(session: Session, case: Case, unit_ids: frozenset[int]) -> None:
    """The units for whose information the case is have seen it."""
    session.execute(sa.update(Watch).where(Watch.case_id == case.id, Watch.unit_id.in_(unit_ids)).values(seen=True))


def _people(session: Session, unit_id: int, now: datetime) -> set[int]:
    return {duty.user_id for duty in organisation.people_of(session, unit_id, athens_date(now))}


def _watch(session: Session, case: Case, unit_id: int) -> None:
    known = session.scalar(sa.select(Watch).where(Watch.case_id == case.id, Watch.unit_id == unit_id))
    if known:
        known.seen = False
    else:
        session.add(Watch(case_id=case.id, unit_id=unit_id))
    session.flush()


def _refind(session: Session, case: Case) -> None:
    """Only the staff of the new unit finds it from now on."""
    search.rescope(session, "case", case.id, scopes_of(case))
