"""The same fault was reported twice: the later report is closed, whoever told us follows the earlier one."""

import secrets
from collections.abc import Iterator
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.accounts.models import User
from portal.core import audit
from portal.core.errors import Refused
from portal.core.texts import N_, Translated
from portal.faults.models import Fault, FaultState, Supporter
from portal.faults.operations.states import Change, change_state


class SameReport(Refused):
    """A report does not repeat itself, nor one that repeats it."""

    message = N_("This is the same report. Choose an earlier one.")


class OtherClosed(Refused):
    """What is done with cannot take a new report in: perhaps it has come back."""

    message = N_(
        "The other report is closed already, so this may be a new fault. Close it by itself, or leave it open."
    )


class OtherPublic(Refused):
    """Whoever reported something that is not for the public does not become a supporter in public."""

    message = N_("This report is not for the public, and the other one is. They stay apart.")


def merge(
    session: Session,
    fault: Fault,
    into: Fault,
    *,
    note: Translated | None = None,
    actor: User,
    now: datetime,
    seen_version: int | None = None,
) -> Fault:
    """Close a report as reported before; its reporter and supporters follow the other one, its photographs stay.

    The other one is the first of its line: what repeats a report that repeats a third goes to the third.

    :raises SameReport, OtherClosed, OtherPublic: if the two do not go together.
    :raises casework.CaseChanged, NotAllowed: as `change_state` does.
    """
    _lock(session, fault, into)
    first = _first(session, into)
    if first.id == fault.id:
        raise SameReport
    if first.case.is_closed:
        raise OtherClosed
    if fault.category.private and not first.category.private:
        raise OtherPublic
    said = note or _told(first)
    change = Change(state=FaultState.DUPLICATE, note=said, duplicate_of=first)
    change_state(session, fault, change, actor=actor, now=now, seen_version=seen_version)
    added = sum(_support(session, first, person, now=now) for person in list(_people(session, fault)))
    first.supporters += added
    first.duplicate_of_id = None  # it may have been one itself, before it was opened again
    session.flush()
    data = {"from": fault.id, "supporters": added}
    audit.record(session, "faults.fault.merged", subject=("fault", first.id), actor_id=actor.id, now=now, **data)
    return first


def _lock(session: Session, *faults: Fault) -> None:
    """Both, always in the same order: whoever merges the other way round waits, and then sees what has happened."""
    numbers = sorted(fault.id for fault in faults)
    session.flush()
    query = sa.select(Fault).where(Fault.id.in_(numbers)).order_by(Fault.id).with_for_update(of=Fault)
    session.scalars(query.execution_options(populate_existing=True)).all()


def _first(session: Session, fault: Fault) -> Fault:
    """The report that a line of repetitions goes back to.

    :raises SameReport: if the line is a ring.
    """
    known = {fault.id}
    while fault.state is FaultState.DUPLICATE and fault.duplicate_of_id is not None:
        if fault.duplicate_of_id in known:
            raise SameReport
        known.add(fault.duplicate_of_id)
        fault = session.get_one(Fault, fault.duplicate_of_id)
    return fault


def _told(first: Fault) -> Translated:
    """What the reporter reads if nobody writes anything else."""
    return Translated(
        el=f"Έχει ήδη αναφερθεί με αριθμό {first.reference}. Θα σας ενημερώνουμε για εκείνη την αναφορά.",
        en=f"It was reported before as {first.reference}. We will keep you informed about that report.",
    )


def _people(session: Session, fault: Fault) -> Iterator[Supporter]:
    """The reporter and whoever said "me too", as new supporters with links of their own."""
    case = fault.case
    if case.applicant_email:
        yield _like(case.applicant_email, case.language, case.applicant_id)
    confirmed = Supporter.confirmed_at.is_not(None)
    for row in session.scalars(sa.select(Supporter).where(Supporter.fault_id == fault.id, confirmed)):
        yield _like(row.email, row.language, row.user_id)


def _like(email: str, language: str, user_id: int | None) -> Supporter:
    return Supporter(email=email.lower(), language=language, user_id=user_id, token=secrets.token_urlsafe(32))


def _support(session: Session, first: Fault, person: Supporter, *, now: datetime) -> int:
    """Whether somebody new supports it: its reporter and its supporters are there already."""
    if person.email == first.case.applicant_email.lower():
        return 0
    same = (Supporter.fault_id == first.id, sa.func.lower(Supporter.email) == person.email)
    known = session.scalar(sa.select(Supporter).where(*same))
    if known and known.confirmed_at:
        return 0
    if known:
        known.confirmed_at = now
        return 1
    person.fault_id, person.at, person.confirmed_at = first.id, now, now
    session.add(person)
    session.flush()
    return 1
