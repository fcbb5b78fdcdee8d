"""What becomes of a report: staff say it, the case follows, the reporter is told; whoever disagrees opens it again."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy.orm import Session

from portal.accounts.models import User
from portal.casework import operations as casework
from portal.casework.models import Phase
from portal.core import facts
from portal.core.clock import athens_date
from portal.core.errors import Refused
from portal.core.letters import write
from portal.core.texts import LEGAL_LANGUAGE, N_, Translated
from portal.faults.facts import FaultReopened, FaultResolved
from portal.faults.models import Body, Fault, FaultPhoto, FaultState, Moment
from portal.faults.operations.history import step
from portal.faults.operations.telling import ask_reporter, reporter
from portal.faults.operations.tiles import count
from portal.organisation import queries as organisation

#: the pack's time limit for saying that it is not repaired
DISPUTE = "fault-dispute"
_CLOSING = {FaultState.REPAIRED, FaultState.IMPOSSIBLE, FaultState.DUPLICATE, FaultState.WITHDRAWN}
_NEEDS_REASON = {FaultState.IMPOSSIBLE, FaultState.DUPLICATE, FaultState.PASSED_ON}


class ReasonNeeded(Refused):
    """Nobody is told "no" without a reason."""

    message = N_("Write the reason; whoever reported it will read it.")


class ProofNeeded(Refused):
    """Closed is not repaired."""

    message = N_("Add a photograph of the repair, or write what was done.")


class DayNeeded(Refused):
    """Planned means for a day."""

    message = N_("Enter the day for which the repair is planned; it must lie ahead.")


class OtherNeeded(Refused):
    """The earlier report, or the other body, is missing."""

    message = N_("Say which report it repeats, or who is responsible.")


class NotAllowed(Refused):
    """Not from here."""

    message = N_("This report is already closed.")


class TooLateToDisagree(Refused):
    """The days for it are over, or nobody was asked."""

    message = N_("The time to tell us so is over. Please report the fault again.")


@dataclass(frozen=True, kw_only=True)
class Change:
    """What it is from now on, and why."""

    state: FaultState
    note: Translated = field(default_factory=Translated)
    planned_on: date | None = None
    #: photographs of the repair
    photo_ids: Sequence[int] = ()
    duplicate_of: Fault | None = None
    body: Body | None = None
    #: what it is called at the other body
    body_reference: str = ""


def change_state(
    session: Session,
    fault: Fault,
    change: Change,
    *,
    actor: User | None,
    now: datetime,
    seen_version: int | None = None,
) -> int:
    """Say what it is now; the number of the new line of its history. Its case follows, the reporter gets a letter.

    :raises casework.CaseChanged: if it is no longer the version that was seen. :raises NotAllowed: if it is closed.
    :raises ReasonNeeded, ProofNeeded, DayNeeded, OtherNeeded: if something is missing.
    """
    if fault.case.is_closed:
        raise NotAllowed
    _check(fault, change, today=athens_date(now))
    casework.claim(session, fault.case, seen_version=seen_version)
    session.flush()
    session.refresh(fault)  # whoever was before us may have hidden it or called it something else
    count(session, fault, -1)
    for number in change.photo_ids:
        photo = FaultPhoto(fault_id=fault.id, attachment_id=number, moment=Moment.AFTER, alt=Translated(), at=now)
        photo.public = True
        session.add(photo)
    fault.state, fault.is_open = change.state, change.state.is_open
    fault.planned_on = change.planned_on
    fault.disputed = False
    fault.shown = fault.shown and change.state is not FaultState.WITHDRAWN
    fault.duplicate_of_id = change.duplicate_of.id if change.duplicate_of else None
    fault.body_id = change.body.id if change.body else fault.body_id
    fault.body_reference = change.body_reference or fault.body_reference
    _move_case(session, fault, change, actor=actor, now=now)
    count(session, fault, 1)
    number = step(session, fault, change.state, note=change.note, planned_on=change.planned_on, actor=actor, now=now)
    if change.state is FaultState.REPAIRED:
        facts.record(session, resolved_fact(fault))
    _tell_reporter(session, fault, change, answer=ask_reporter(session, fault, number, now=now), now=now)
    return number


def _check(fault: Fault, change: Change, *, today: date) -> None:
    said = any(text.strip() for text in change.note.values())
    if change.state in _NEEDS_REASON and not said:
        raise ReasonNeeded
    if change.state is FaultState.REPAIRED and not (said or change.photo_ids):
        raise ProofNeeded
    if change.state is FaultState.PLANNED and (change.planned_on is None or change.planned_on < today):
        raise DayNeeded
    if change.state is FaultState.PASSED_ON and change.body is None:
        raise OtherNeeded
    other = change.duplicate_of
    if change.state is FaultState.DUPLICATE and (other is None or other.id == fault.id):
        raise OtherNeeded


def _move_case(session: Session, fault: Fault, change: Change, *, actor: User | None, now: datetime) -> None:
    case, text = fault.case, change.note.text(LEGAL_LANGUAGE)
    if case.paused_on or (case.phase is not Phase.OPEN and change.state not in {FaultState.PASSED_ON, *_CLOSING}):
        casework.resume(session, case, actor=actor, now=now)  # what the reporter still owed is of no interest any more
    if change.state in _CLOSING:
        fault.closed_at = now
        casework.close(session, case, casework.Closing(change.state.value, text), actor=actor, now=now)
        if change.state is not FaultState.WITHDRAWN:
            fault.dispute_until = _last_day_to_disagree(session, athens_date(now))
    elif change.state is FaultState.PASSED_ON and case.phase is Phase.OPEN:
        casework.wait_for_other(session, case, reason=text, actor=actor, now=now)
    fault.due_on = case.due_on


def _last_day_to_disagree(session: Session, today: date) -> date:
    limit = organisation.time_limit(session, DISPUTE, today)
    return organisation.working_calendar(session).add(today, limit.days, limit.day_kind)


def withdraw(session: Session, fault: Fault, *, now: datetime) -> None:
    """The reporter has taken the case back; the report says so too, and is public no more."""
    if fault.state is FaultState.WITHDRAWN:
        return
    count(session, fault, -1)
    fault.state, fault.is_open, fault.closed_at = FaultState.WITHDRAWN, False, now
    fault.planned_on, fault.disputed, fault.shown = None, False, False
    step(session, fault, FaultState.WITHDRAWN, actor=None, now=now)


def disagree(session: Session, fault: Fault, why: str, *, actor: User | None, now: datetime) -> None:
    """The reporter or a supporter says that it is not repaired: it is open again, and its head sees it.

    :raises TooLateToDisagree: if nobody was asked, or too long ago. :raises ReasonNeeded: without a word.
    """
    if not fault.case.is_closed or fault.dispute_until is None or athens_date(now) > fault.dispute_until:
        raise TooLateToDisagree
    if not why.strip():
        raise ReasonNeeded
    casework.reopen(session, fault.case, reason=why, actor=actor, now=now)
    session.refresh(fault)
    count(session, fault, -1)
    fault.state, fault.is_open, fault.disputed = FaultState.CONFIRMED, True, True
    fault.closed_at, fault.dispute_until, fault.due_on = None, None, fault.case.due_on
    fault.duplicate_of_id = None
    fault.reopened += 1
    count(session, fault, 1)
    step(session, fault, FaultState.CONFIRMED, actor=actor, now=now)
    facts.record(session, reopened_fact(fault, now))


def resolved_fact(fault: Fault) -> FaultResolved:
    """The fact that a repaired report announces, from its row alone."""
    assert fault.closed_at is not None
    return FaultResolved(
        fault_id=fault.id,
        case_id=fault.case_id,
        category=fault.category.code,
        group=fault.group.code,
        community=fault.community.code if fault.community else None,
        reported_at=fault.reported_at,
        at=fault.closed_at,
        days=(athens_date(fault.closed_at) - athens_date(fault.reported_at)).days,
        within_limit=athens_date(fault.closed_at) <= fault.due_on,
        reopened=fault.reopened,
    )


def reopened_fact(fault: Fault, at: datetime) -> FaultReopened:
    """The fact that a report that came back announces."""
    return FaultReopened(
        fault_id=fault.id,
        case_id=fault.case_id,
        category=fault.category.code,
        group=fault.group.code,
        community=fault.community.code if fault.community else None,
        at=at,
    )


def _tell_reporter(session: Session, fault: Fault, change: Change, *, answer: str, now: datetime) -> None:
    case = fault.case
    values = {
        "title": dict(fault.category.name),
        "reference": case.reference,
        "slug": fault.slug,
        "address": fault.address,
        "state": change.state.value,
        "label": change.state.label,
        "note": dict(change.note),
        "planned_on": change.planned_on.isoformat() if change.planned_on else "",
        "body": dict(change.body.name) if change.body else {},
        # "is it repaired?": until when, and the token of the page that asks it
        "asked": fault.dispute_until.isoformat() if answer and fault.dispute_until else "",
        "answer": answer,
        "shown": fault.shown,
    }
    write(session, reporter(fault), "faults/changed", values, now=now)
