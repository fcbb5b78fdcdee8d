"""“Me too”: who has it as well counts and is told, like the reporter; with an account at once, else once confirmed."""

import secrets
from datetime import datetime
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from portal.accounts.models import User
from portal.core import audit, letters
from portal.core.errors import Refused
from portal.core.following import MOST_WAITING
from portal.core.letters import Recipient
from portal.core.texts import N_
from portal.faults.models import Fault, Supporter


class NothingToSupport(Refused):
    """It is closed, or not public."""

    message = N_("This report is closed. If it is still broken, please report it again.")


def support(
    session: Session, fault: Fault, *, email: str, language: str, user: User | None, now: datetime
) -> Supporter | None:
    """Say “me too”: an account counts at once, anybody else gets a letter with the link that confirms it.

    None: it is the reporter, who is told anyway, or too many letters to that address wait. Whoever asks by e-mail
    learns nothing of that: the answer is the same.

    :raises NothingToSupport: if nothing is to be done there any more.
    """
    if not fault.shown or not fault.is_open:
        raise NothingToSupport
    email = (user.email if user else email).strip().lower()
    if _is_reporter(fault, email, user):
        return None
    found = _found(session, fault, email) or _new(session, fault, email, language, user, now=now)
    if found is not None and user is not None:
        found.user_id = user.id
        confirm_support(session, found, now=now)
    elif found is not None:
        _ask(session, found, now=now)
    session.flush()
    return found


def confirm_support(session: Session, row: Supporter, *, now: datetime) -> None:
    """They meant it: from here on they count, once, and are told."""
    first = sa.update(Supporter).where(Supporter.id == row.id, Supporter.confirmed_at.is_(None))
    session.flush()
    if _changed(session, first.values(confirmed_at=now)):
        session.refresh(row)
        _count(session, row.fault, 1)
        _note(session, row.id, "confirmed", now=now)


def end_support(session: Session, row: Supporter, *, now: datetime) -> None:
    """They want no more letters, and do not count any longer; nothing of the address stays."""
    key, fault, counted = row.id, row.fault, row.confirmed_at is not None
    if not _changed(session, sa.delete(Supporter).where(Supporter.id == key)):
        return
    session.expunge(row)
    if counted:
        _count(session, fault, -1)
    _note(session, key, "ended", now=now)


def _is_reporter(fault: Fault, email: str, user: User | None) -> bool:
    case = fault.case
    return bool(case.applicant_email and email == case.applicant_email.lower()) or (
        user is not None and case.applicant_id == user.id
    )


def _found(session: Session, fault: Fault, email: str) -> Supporter | None:
    return session.scalar(sa.select(Supporter).where(Supporter.fault_id == fault.id, Supporter.email == email))


def _new(
    session: Session, fault: Fault, email: str, language: str, user: User | None, *, now: datetime
) -> Supporter | None:
    waiting = sa.select(sa.func.count()).where(Supporter.email == email, Supporter.confirmed_at.is_(None))
    if user is None and (session.scalar(waiting) or 0) >= MOST_WAITING:
        return None
    row = Supporter(fault=fault, email=email, language=language, token=secrets.token_urlsafe(32), at=now)
    try:
        with session.begin_nested():
            session.add(row)
    except IntegrityError:  # somebody was faster by a moment
        return _found(session, fault, email)
    _note(session, row.id, "asked", now=now)
    return row


def _ask(session: Session, row: Supporter, *, now: datetime) -> None:
    fault = row.fault
    values = {
        "title": dict(fault.category.name),
        "reference": fault.reference,
        "slug": fault.slug,
        "address": fault.address,
        "token": row.token,
        "known": row.confirmed_at is not None,
    }
    key = f"faults.support:{row.id}:{int(now.timestamp()) // 3600}"
    letters.write(session, Recipient(row.email, row.language), "faults/support", values, now=now, dedupe=key)


def _count(session: Session, fault: Fault, by: int) -> None:
    """In the database: two people may press at the same moment."""
    session.execute(sa.update(Fault).where(Fault.id == fault.id).values(supporters=Fault.supporters + by))
    session.refresh(fault, ["supporters"])


def _changed(session: Session, statement: Any) -> int:
    return cast("sa.CursorResult[Any]", session.execute(statement)).rowcount


def _note(session: Session, key: int, verb: str, *, now: datetime) -> None:
    audit.record(session, f"faults.supporter.{verb}", subject=("fault_supporter", key), actor_id=None, now=now)
