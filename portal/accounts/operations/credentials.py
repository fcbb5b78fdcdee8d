"""E-mail and password change: what is new is proved, what was before is told."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from portal.accounts import queries
from portal.accounts.models import User
from portal.accounts.operations.registration import Link, once
from portal.accounts.operations.signing_in import Verify, authenticate, end_sessions, unlock
from portal.core import audit, letters
from portal.core.errors import Refused
from portal.core.letters import Recipient
from portal.core.texts import N_


class EmailTaken(Refused):
    """The new e-mail got an account in the meantime."""

    message = N_("This email cannot be used for your account. Choose another one")


@dataclass(frozen=True)
class NewEmail:
    """The e-mail somebody wants, and the password that shows it is them."""

    email: str
    verify: Verify


def send_recovery(session: Session, email: str, link: Link, *, now: datetime) -> None:
    """Send a link with which a new password can be chosen; nothing happens for an e-mail without an account."""
    user = queries.by_email(session, email)
    if user is None or not user.active:
        return
    to, key = Recipient(user.email, user.language), once("recover", user, now=now)
    letters.write(session, to, "accounts/recover", {"token": link(user)}, now=now, dedupe=key)
    audit.record(session, "accounts.user.recovery_sent", subject=("user", user.id), actor_id=None, now=now)
    session.flush()


def reset_password(session: Session, user: User, password: str, *, now: datetime) -> None:
    """Set the hash of a new password for whoever opened the link sent to their e-mail, which confirms the e-mail too.

    Every session ends, and so does a lock after failed tries.
    """
    if user.confirmed_at is None:
        user.confirmed_at = now
    unlock(session, user.email, now=now)
    _set_password(session, user, password, "accounts.user.password_reset", now=now)


def change_password(session: Session, user: User, password: str, verify: Verify, *, now: datetime) -> None:
    """Set the hash of a new password for somebody who knows the present one; every session ends.

    :raises Locked, WrongPassword: as in `sign_in`.
    """
    authenticate(session, user.email, verify, now=now)
    _set_password(session, user, password, "accounts.user.password_changed", now=now)


def ask_email_change(session: Session, user: User, wanted: NewEmail, link: Link, *, now: datetime) -> None:
    """Send a link to the new e-mail; one that has an account already is told so, and the asker is not.

    :raises Locked, WrongPassword: as in `sign_in`.
    """
    authenticate(session, user.email, wanted.verify, now=now)
    taken = queries.by_email(session, wanted.email)
    if taken is None:
        to = Recipient(wanted.email, user.language)
        letters.write(session, to, "accounts/confirm_email", {"token": link(user)}, now=now)
    elif taken.active and taken.id != user.id:
        letters.write(session, Recipient(taken.email, taken.language), "accounts/already_registered", {}, now=now)
    audit.record(session, "accounts.user.email_change_asked", subject=("user", user.id), actor_id=user.id, now=now)
    session.flush()


def change_email(session: Session, user: User, email: str, *, now: datetime) -> None:
    """Use the e-mail whose link was opened; the one before is told, every session ends.

    :raises EmailTaken: it got an account in the meantime.
    """
    before = Recipient(user.email, user.language, user.full_name)
    try:
        with session.begin_nested():
            user.email = email
            session.flush()
    except IntegrityError as error:
        raise EmailTaken from error
    user.confirmed_at = now
    letters.write(session, before, "accounts/email_changed", {}, now=now)
    audit.record(session, "accounts.user.email_changed", subject=("user", user.id), actor_id=user.id, now=now)
    end_sessions(session, user, now=now)


def _set_password(session: Session, user: User, password: str, action: str, *, now: datetime) -> None:
    user.password = password
    to = Recipient(user.email, user.language, user.full_name)
    letters.write(session, to, "accounts/password_changed", {}, now=now)
    audit.record(session, action, subject=("user", user.id), actor_id=user.id, now=now)
    end_sessions(session, user, now=now)
