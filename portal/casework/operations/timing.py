"""The clock of a case: waiting for other bodies, extensions, warnings before it is too late."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.accounts.models import User
from portal.casework.models import Case, EventKind
from portal.casework.operations.state import (
    WARNINGS,
    CaseError,
    Line,
    go_on,
    inform_applicant,
    inform_staff,
    require_text,
    require_work,
    set_clock,
    set_state,
    tell,
    tell_deadline,
    warning_day,
)
from portal.core.clock import athens_date
from portal.core.deadlines import clock_for
from portal.core.texts import LEGAL_LANGUAGE, N_, Translated
from portal.organisation import queries as organisation
from portal.organisation.models import Role


class TooLate(CaseError):
    """A deadline that has passed cannot be moved any more: the case stays late."""

    message = N_("The deadline has passed, so it cannot be extended any more.")


def wait_for_other(session: Session, case: Case, *, reason: str, actor: User | None, now: datetime) -> None:
    """Somebody outside must act first; the applicant sees who, the clock goes on.

    :raises CaseWaits: if it waits for somebody already. :raises TextMissing: without saying for whom.
    """
    require_work(case)
    set_state(case, "waiting-other")
    tell(session, case, Line(EventKind.WAITING_OTHER, require_text(reason)), actor=actor, now=now)
    session.flush()


def resume(session: Session, case: Case, *, text: str = "", actor: User | None, now: datetime) -> None:
    """Work goes on, whatever it waited for; a clock that stood runs again."""
    today = athens_date(now)
    if case.paused_on:
        case.paused_days += (today - case.paused_on).days
        set_clock(case, case.clock.resume(today, organisation.working_calendar(session)))
    go_on(case)
    tell(session, case, Line(EventKind.RESUMED, text, data={"due_on": case.due_on.isoformat()}), actor=actor, now=now)
    session.flush()
    tell_deadline(session, case, now=now)


def extend(session: Session, case: Case, *, days: int, reason: str, actor: User, now: datetime) -> None:
    """The limit cannot be met: the applicant is told why, until when, and who handles the case.

    Source: Code of Administrative Procedure (ν. 2690/1999) art. 4.

    :raises TooLate: if the deadline has passed.
    """
    reason = require_text(reason)
    if case.clock.is_late(athens_date(now)):
        raise TooLate
    case.warned_at_share = 0
    set_clock(case, case.clock.extend(days, organisation.working_calendar(session)))
    data = {"days": days, "due_on": case.due_on.isoformat()}
    tell(session, case, Line(EventKind.EXTENDED, reason, data=data), actor=actor, now=now)
    inform_applicant(session, case, "extended", now=now, text=reason, handler=actor.full_name)
    session.flush()
    tell_deadline(session, case, now=now)


@dataclass(frozen=True)
class Subject:
    """What a case is about, and the code of the time limit that comes with it."""

    code: str
    title: Translated
    limit_code: str


def reclassify(session: Session, case: Case, subject: Subject, *, actor: User, now: datetime) -> None:
    """It is about something else of its kind: other words, and the limit that had held for that from the beginning.

    :raises LookupError: if the pack has no such limit.
    """
    calendar = organisation.working_calendar(session)
    limit = organisation.time_limit(session, subject.limit_code, athens_date(case.filed_at))
    before = case.title.text(LEGAL_LANGUAGE)
    case.subject_code, case.title = subject.code, subject.title
    case.limit_days, case.day_kind, case.limit_citation = limit.days, limit.day_kind, limit.citation
    case.warned_at_share = 0
    fresh = clock_for(case.clock_from, limit.days, limit.day_kind, calendar)
    if case.paused_days:
        fresh = replace(fresh, due_on=calendar.on_or_after(fresh.due_on + timedelta(days=case.paused_days)))
    set_clock(case, replace(fresh, paused_on=case.paused_on))
    text = f"{before} → {subject.title.text(LEGAL_LANGUAGE)}"
    data = {"due_on": case.due_on.isoformat()}
    tell(session, case, Line(EventKind.NOTE, text, public=False, data=data), actor=actor, now=now)
    session.flush()
    tell_deadline(session, case, now=now)


def warn(session: Session, *, now: datetime, most: int = 500) -> int:
    """Warn about cases whose time runs out, at 70 % whoever has them, at 90 % and when late the head; how many.

    A case that nobody has is the head's matter from the first warning on.
    """
    today = athens_date(now)
    due = sa.select(Case).where(Case.warn_on <= today).order_by(Case.warn_on, Case.id).limit(most)
    cases = session.scalars(due.with_for_update(skip_locked=True, of=Case)).all()
    for case in cases:
        _warn(session, case, now=now)
    session.flush()
    return len(cases)


def _warn(session: Session, case: Case, *, now: datetime) -> None:
    today = athens_date(now)
    reached = [share for share in WARNINGS if share > case.warned_at_share and _reached(case, share, now)]
    case.warned_at_share = reached[-1] if reached else WARNINGS[-1]
    case.warn_on = warning_day(case.clock, case.warned_at_share)
    escalated = case.warned_at_share >= 90
    kind = EventKind.ESCALATED if escalated else EventKind.WARNED
    data = {"share": case.warned_at_share, "due_on": case.due_on.isoformat()}
    tell(session, case, Line(kind, public=False, data=data), actor=None, now=now)
    people = (
        {duty.user for duty in organisation.people_of(session, case.unit_id, today, [Role.HEAD])}
        if escalated or not case.assignee
        else set()
    )
    if case.assignee:
        people.add(case.assignee)
    told = sorted(people, key=lambda user: user.id)
    values = {"share": case.warned_at_share, "late": case.clock.is_late(today)}
    inform_staff(session, case, "deadline", told, now=now, **values)


def _reached(case: Case, share: int, now: datetime) -> bool:
    day = warning_day(case.clock, share - 1)
    return day is not None and day <= athens_date(now)
