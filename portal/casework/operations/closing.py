"""A case ends: with an outcome of its kind, or because the applicant withdraws it. Seldom it begins again."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from portal.accounts.models import User
from portal.casework.facts import CaseClosed
from portal.casework.models import Case, EventKind, kinds
from portal.casework.operations.state import (
    CaseError,
    Line,
    go_on,
    require_text,
    set_clock,
    set_state,
    tell,
    tell_deadline,
)
from portal.core import facts
from portal.core.clock import athens_date
from portal.core.deadlines import clock_for
from portal.core.texts import N_
from portal.organisation import queries as organisation


class NotFinal(CaseError):
    """The state is none of those that end a case of this kind."""

    message = N_("A case cannot end like this.")


class NotClosed(CaseError):
    """Only what has ended can begin again."""

    message = N_("This case is still open.")


@dataclass(frozen=True)
class Closing:
    """How a case ends."""

    #: final state of its kind
    state: str
    text: str = ""
    issued_id: int | None = None
    kind: EventKind = EventKind.DECIDED


def close(session: Session, case: Case, closing: Closing, *, actor: User | None, now: datetime) -> CaseClosed:
    """End a case; the fact says in how many days and whether in time.

    :raises NotFinal: if the state does not end a case of this kind.
    """
    state = kinds()[case.kind].states.get(closing.state)
    if state is None or state.phase.value != "closed":
        raise NotFinal
    if case.paused_on:  # the days since it was stopped did not count; the clock stays where it stood
        case.paused_days += (athens_date(now) - case.paused_on).days
    set_state(case, closing.state)
    case.closed_at, case.warn_on = now, None
    line = Line(closing.kind, closing.text, data={"state": closing.state}, issued_id=closing.issued_id)
    tell(session, case, line, actor=actor, now=now)
    session.flush()
    fact = closed_fact(case)
    facts.record(session, fact)
    return fact


def withdraw(session: Session, case: Case, *, text: str = "", actor: User | None, now: datetime) -> CaseClosed:
    """The applicant does not want it any more."""
    return close(session, case, Closing("withdrawn", text, kind=EventKind.WITHDRAWN), actor=actor, now=now)


def closed_fact(case: Case) -> CaseClosed:
    """The fact that a closed case announces, from its row alone."""
    assert case.closed_at is not None
    return CaseClosed(
        case_id=case.id,
        kind=case.kind,
        subject_code=case.subject_code,
        state=case.state,
        unit_id=case.unit_id,
        community_id=case.community_id,
        online=case.online,
        filed_at=case.filed_at,
        at=case.closed_at,
        days=case.days_taken or 0,
        within_limit=bool(case.was_within_limit),
    )


def reopen(session: Session, case: Case, *, reason: str, actor: User | None, now: datetime) -> None:
    """What was done did not hold: work goes on, with a new clock of the length it had on the day of filing.

    :raises NotClosed: if it has not ended. :raises TextMissing: without a reason.
    """
    reason = require_text(reason)
    session.refresh(case, with_for_update={"of": Case})
    if not case.is_closed:
        raise NotClosed
    today = athens_date(now)
    case.closed_at, case.warned_at_share, case.paused_on = None, 0, None
    set_clock(case, clock_for(today, case.limit_days, case.day_kind, organisation.working_calendar(session)))
    go_on(case)
    tell(
        session, case, Line(EventKind.REOPENED, reason, data={"due_on": case.due_on.isoformat()}), actor=actor, now=now
    )
    session.flush()
    tell_deadline(session, case, now=now)
