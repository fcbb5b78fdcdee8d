"""Signing in: the answer to a wrong password is the same for everybody, and too many tries have to wait."""

import secrets
from collections.abc import Callable
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from portal.accounts import policy, queries
from portal.accounts.models import SignInTries, User
from portal.core import audit
from portal.core.errors import NotAllowed, Refused
from portal.core.texts import N_

#: Whether the typed password is this person's; asked with None too, so that nobody can tell from the time it takes
Verify = Callable[[User | None], bool]
#: tries older than this are forgotten
MEMORY = timedelta(days=1)


class WrongPassword(Refused):
    """The password is not right, or there is no such account: nobody can tell which."""

    message = N_("The email or the password is not right. Check both and try again")


class Locked(Refused):
    """Too many wrong passwords for this e-mail."""

    message = N_("There were too many tries. Try again later (minutes to wait: %(minutes)s), or ask for a new password")


class NotConfirmed(Refused):
    """The password is right but the e-mail was not confirmed; only its owner is told so."""

    message = N_("Confirm your email first: open the link in the letter we sent you when you registered")


def sign_in(session: Session, email: str, verify: Verify, *, now: datetime) -> User:
    """Whoever has this e-mail and knows the password. The caller commits even a refusal: failed tries count.

    :raises Locked: nobody looks at passwords for this e-mail now.
    :raises WrongPassword: the password is wrong, or there is no such (open) account.
    :raises NotConfirmed: the e-mail was never confirmed.
    """
    user = authenticate(session, email, verify, now=now)
    if user.confirmed_at is None:
        raise NotConfirmed
    _note(session, user, "accounts.user.signed_in", now=now)
    return user


def confirm(session: Session, user: User, verify: Verify, *, now: datetime) -> None:
    """The e-mail is theirs, shown by a link sent to it, and so is the account, shown by the password.

    Both are asked for: somebody else may have registered this e-mail with a password that its owner does not know.

    :raises Locked, WrongPassword: as in `sign_in`.
    """
    authenticate(session, user.email, verify, now=now)
    if user.confirmed_at is None:
        user.confirmed_at = now
        audit.record(session, "accounts.user.confirmed", subject=("user", user.id), actor_id=user.id, now=now)
    _note(session, user, "accounts.user.signed_in", now=now)


def open_demonstration(session: Session, user_id: int, *, now: datetime) -> User:
    """One of the listed sample people, without a password; pages offer it in demonstration mode only.

    :raises NotAllowed: this account is not a sample.
    """
    user = session.get(User, user_id)
    if user is None or not user.active or user.demonstration_note is None:
        raise NotAllowed
    _note(session, user, "accounts.user.demonstrated", now=now)
    return user


def authenticate(session: Session, email: str, verify: Verify, *, now: datetime) -> User:
    """Check a password and count the tries; one try at a time for each e-mail.

    :raises Locked, WrongPassword: as in `sign_in`.
    """
    tries = _tries(session, email, now=now)
    if tries.locked_until and tries.locked_until > now:
        raise Locked(minutes=-(-(tries.locked_until - now) // timedelta(minutes=1)))
    user = queries.by_email(session, email)
    if verify(user) and user is not None and user.active:
        session.delete(tries)
        session.flush()
        return user
    tries.failures = 1 if now - tries.last_at > MEMORY else tries.failures + 1
    tries.last_at = now
    pause = policy.lock_after(tries.failures)
    tries.locked_until = now + pause if pause else None
    if pause and user:
        data = {"failures": tries.failures}
        audit.record(session, "accounts.user.locked", subject=("user", user.id), actor_id=None, now=now, **data)
    session.flush()
    raise WrongPassword


def unlock(session: Session, email: str, *, now: datetime) -> None:
    """Forget the failed tries with an e-mail."""
    found = session.get(SignInTries, queries.key_of(email))
    if found is None:
        return
    session.delete(found)
    if user := queries.by_email(session, email):
        audit.record(session, "accounts.user.unlocked", subject=("user", user.id), actor_id=None, now=now)
    session.flush()


def forget_old_tries(session: Session, *, now: datetime) -> None:
    """Failed tries of more than a day ago are nobody's business any more."""
    session.execute(sa.delete(SignInTries).where(SignInTries.last_at < now - MEMORY))


def end_sessions(session: Session, user: User, *, now: datetime) -> None:
    """Every session of this person ends, on every device, and no link sent before works any more."""
    user.fs_uniquifier = secrets.token_hex(16)
    audit.record(session, "accounts.user.sessions_ended", subject=("user", user.id), actor_id=None, now=now)
    session.flush()


def _tries(session: Session, email: str, *, now: datetime) -> SignInTries:
    """The row that counts, made if need be and locked until the end of the transaction."""
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    values = {"key": queries.key_of(email), "failures": 0, "last_at": now}
    made = insert(SignInTries).values(values)
    kept = made.on_conflict_do_update(index_elements=["key"], set_={"key": made.excluded.key})  # waits for its turn
    rows = session.scalars(kept.returning(SignInTries), execution_options={"populate_existing": True})
    return rows.one()


def _note(session: Session, user: User, action: str, *, now: datetime) -> None:
    user.last_login_at = now
    audit.record(session, action, subject=("user", user.id), actor_id=user.id, now=now)
    session.flush()
