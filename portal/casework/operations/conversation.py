"""What municipality and applicant say to each other; while the applicant owes an answer the clock stands."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from portal.accounts.models import User
from portal.casework.models import Case, EventKind
from portal.casework.operations.state import (
    Line,
    go_on,
    in_charge,
    inform_applicant,
    inform_staff,
    is_waiting,
    require_text,
    require_work,
    set_clock,
    set_state,
    tell,
    tell_deadline,
)
from portal.core.clock import athens_date
from portal.organisation import queries as organisation


def ask(
    session: Session, case: Case, text: str, *, attachment_ids: Sequence[int] = (), actor: User, now: datetime
) -> None:
    """Ask the applicant for something; the clock stands until the answer.

    :raises CaseWaits: if it waits for somebody already. :raises TextMissing: without a question.
    """
    require_work(case)
    text = require_text(text)
    set_clock(case, case.clock.pause(athens_date(now)))
    set_state(case, "waiting-applicant")
    tell(session, case, Line(EventKind.ASKED, text, attachment_ids=attachment_ids), actor=actor, now=now)
    inform_applicant(session, case, "question", now=now, text=text)
    session.flush()


def answer(
    session: Session, case: Case, text: str, *, attachment_ids: Sequence[int] = (), actor: User | None, now: datetime
) -> None:
    """The applicant answers, in words or with documents; the clock goes on, the deadline moves, the handler is told."""
    if not attachment_ids:
        text = require_text(text)
    data, today, was_asked = {}, athens_date(now), is_waiting(case)
    if was_asked:
        case.paused_days += (today - (case.paused_on or today)).days
        set_clock(case, case.clock.resume(today, organisation.working_calendar(session)))
        go_on(case)
        data = {"due_on": case.due_on.isoformat()}
    tell(session, case, Line(EventKind.ANSWERED, text, data=data, attachment_ids=attachment_ids), actor=actor, now=now)
    _inform_in_charge(session, case, was_asked=was_asked, now=now)
    session.flush()
    if was_asked:
        tell_deadline(session, case, now=now)


def write_message(
    session: Session, case: Case, text: str, *, attachment_ids: Sequence[int] = (), actor: User, now: datetime
) -> None:
    """Tell the applicant something without asking; the clock goes on."""
    text = require_text(text)
    tell(session, case, Line(EventKind.MESSAGE, text, attachment_ids=attachment_ids), actor=actor, now=now)
    inform_applicant(session, case, "message", now=now, text=text)
    session.flush()


def note(session: Session, case: Case, text: str, *, actor: User | None, now: datetime) -> None:
    """An internal note; without an actor the portal's own."""
    tell(session, case, Line(EventKind.NOTE, require_text(text), public=False), actor=actor, now=now)
    session.flush()


def add_documents(
    session: Session, case: Case, attachment_ids: Sequence[int], *, text: str = "", actor: User | None, now: datetime
) -> None:
    """The applicant adds documents or words of their own accord; if the case waits for them, this is the answer."""
    if is_waiting(case):
        answer(session, case, text, attachment_ids=attachment_ids, actor=actor, now=now)
        return
    if not attachment_ids:
        text = require_text(text)
    tell(session, case, Line(EventKind.DOCUMENTS, text, attachment_ids=attachment_ids), actor=actor, now=now)
    _inform_in_charge(session, case, was_asked=False, now=now)
    session.flush()


def _inform_in_charge(session: Session, case: Case, *, was_asked: bool, now: datetime) -> None:
    """What came in must not lie unread: one letter for each answer."""
    people = in_charge(session, case, athens_date(now))
    values = {"was_asked": was_asked, "applicant": case.applicant_name}
    inform_staff(session, case, "answered", people, now=now, **values)
