"""What every operation on a case shares: claiming it, changing its state, writing its timeline."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import flag_modified

from portal.accounts.models import User
from portal.casework.facts import DeadlineMoved
from portal.casework.models import Case, EventFile, EventKind, Phase, TimelineEvent, kinds
from portal.core import audit, facts, letters
from portal.core.deadlines import Clock
from portal.core.errors import Refused
from portal.core.orm import add_row
from portal.core.texts import N_
from portal.organisation import queries as organisation
from portal.organisation.models import Role, Unit

#: shares of the time at which somebody is warned; at 100 the head is told that the case is late
WARNINGS = (70, 90, 100)


class CaseError(Refused):
    """Something that cannot be done with this case as it stands."""


class CaseClosedAlready(CaseError):
    """Nothing more can happen with it."""

    message = N_("This case is already closed.")


class CaseChanged(CaseError):
    """Somebody else was faster."""

    message = N_(
        "Somebody else has changed this case since you opened it. Look at it again, then repeat what you wanted."
    )


class CaseWaits(CaseError):
    """The case waits for somebody; what was asked needs a case on which work goes on."""

    message = N_("This case is waiting for somebody. Choose “Continue” first, then repeat what you wanted.")


class TextMissing(CaseError):
    """A message or reason is needed."""

    message = N_("Write a few words first.")


def claim(session: Session, case: Case, *, seen_version: int | None = None) -> Case:
    """Lock an open case for what is about to happen to it, which makes it a new version, whatever it is.

    A second press of a button names the version that the first one saw: it is refused, nothing happens twice.

    :raises CaseChanged: if it is no longer the version that was seen. :raises CaseClosedAlready: if it is closed.
    """
    session.refresh(case, with_for_update={"of": Case})
    if seen_version is not None and case.version != seen_version:
        raise CaseChanged
    if case.is_closed:
        raise CaseClosedAlready
    flag_modified(case, "state")  # a message or a note changes no column, and still must not be sent twice
    return case


def set_state(case: Case, code: str) -> None:
    """Change the state; the phase follows from the kind."""
    case.state, case.phase = code, kinds()[case.kind].states[code].phase


def go_on(case: Case) -> None:
    """Back into the municipality's hands."""
    set_state(case, "in-progress" if case.assignee_id else "filed")


def set_clock(case: Case, clock: Clock) -> None:
    """Write the clock back, and the day of the next warning."""
    case.clock_from, case.due_on, case.paused_on = clock.started_on, clock.due_on, clock.paused_on
    case.warn_on = None if clock.paused_on else warning_day(clock, case.warned_at_share)


def tell_deadline(session: Session, case: Case, *, now: datetime) -> None:
    """Whoever keeps the day by which a case is due hears that it is another one."""
    facts.record(session, DeadlineMoved(case_id=case.id, kind=case.kind, due_on=case.due_on, at=now))


def warning_day(clock: Clock, warned_at: int) -> date | None:
    """The first day on which the next share of the time is used up; the day after the last for 100."""
    upcoming = next((share for share in WARNINGS if share > warned_at), None)
    if upcoming is None:
        return None
    if upcoming == 100:
        return clock.due_on + timedelta(days=1)
    whole = (clock.due_on - clock.started_on).days
    return clock.started_on + timedelta(days=-(-whole * upcoming // 100))


@dataclass(frozen=True)
class Line:
    """A line for the timeline."""

    kind: EventKind
    text: str = ""
    public: bool = True
    data: Mapping[str, Any] = field(default_factory=dict)
    attachment_ids: Sequence[int] = ()
    issued_id: int | None = None


def tell(session: Session, case: Case, line: Line, *, actor: User | None, now: datetime) -> None:
    """Write a line of the timeline of a case that has its key, with its audit entry."""
    actor_id = actor.id if actor else None
    event_id = add_row(
        session,
        TimelineEvent,
        case_id=case.id,
        kind=line.kind,
        at=now,
        actor_id=actor_id,
        text=line.text.strip(),
        public=line.public,
        data=dict(line.data),
        issued_id=line.issued_id,
    )
    for number in line.attachment_ids:
        add_row(session, EventFile, event_id=event_id, attachment_id=number)
    action = f"casework.case.{line.kind.value}"
    audit.record(session, action, subject=("case", case.id), actor_id=actor_id, now=now, **line.data)


def inform_applicant(
    session: Session, case: Case, template: str, *, now: datetime, text: str = "", **values: Any
) -> None:
    """A letter about the case, in the applicant's language."""
    common = {
        "reference": case.reference,
        "slug": case.slug,
        "title": dict(case.title),
        "text": text.strip(),
        "due_on": case.due_on.isoformat(),
        "has_account": case.applicant_id is not None,
        "unit": dict(case.unit.name),
        "unit_phone": case.unit.phone or "",
        "unit_email": case.unit.email or "",
    }
    to = letters.Recipient(case.applicant_email, case.language, case.applicant_name)
    letters.write(session, to, f"casework/{template}", common | values, now=now)


def in_charge(session: Session, case: Case, on: date) -> Sequence[User]:
    """Who has the case: its handler; while nobody has taken it, the heads of its unit, else those of the one above."""
    if case.assignee:
        return [case.assignee]
    unit: Unit | None = session.get_one(Unit, case.unit_id)
    while unit:
        heads = {duty.user for duty in organisation.people_of(session, unit.id, on, [Role.HEAD])}
        if heads:
            return sorted(heads, key=lambda user: user.id)
        unit = unit.parent
    return ()


def inform_staff(
    session: Session, case: Case, template: str, people: Iterable[User], *, now: datetime, **values: Any
) -> None:
    """A letter about the case to each of these colleagues, in their own language."""
    common = {
        "reference": case.reference,
        "slug": case.slug,
        "title": dict(case.title),
        "due_on": case.due_on.isoformat(),
    }
    for user in people:
        to = letters.Recipient(user.email, user.language, user.full_name)
        letters.write(session, to, f"casework/{template}", common | values, now=now)


def require_text(text: str) -> str:
    """:raises TextMissing: if there is nothing but space."""
    if not text.strip():
        raise TextMissing
    return text.strip()


def require_work(case: Case) -> None:
    """:raises CaseWaits: if the case waits for the applicant or another body."""
    if case.phase is not Phase.OPEN:
        raise CaseWaits


def is_waiting(case: Case) -> bool:
    """Whether the applicant owes something."""
    return case.phase is Phase.WAITING_APPLICANT
