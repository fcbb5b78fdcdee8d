"""Accounts come into being: by the resident's own hand, or by a command for staff."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from portal.accounts import queries
from portal.accounts.models import IdentityLevel, User
from portal.core import audit, letters
from portal.core.letters import Recipient

#: The secret part of a link that shows who opens it; pages make it, since it is signed with the portal's key
Link = Callable[[User], str]


@dataclass(frozen=True)
class Registration:
    """What somebody says when they register; the password is hashed already."""

    email: str
    full_name: str
    password: str
    language: str


def register(session: Session, wanted: Registration, link: Link, *, now: datetime) -> None:
    """A new account that waits for its e-mail to be confirmed.

    Whoever asks learns nothing from the answer: an e-mail that has an account gets a letter that says so. One that was
    never confirmed is taken over by the newest registration, and the links sent before stop working.
    """
    known = queries.by_email(session, wanted.email)
    if known is None:
        try:
            with session.begin_nested():
                known = _new(session, wanted, now=now)
        except IntegrityError:  # somebody was faster by a moment
            known = queries.by_email(session, wanted.email)
    elif known.active:
        if known.confirmed_at is None and not known.is_staff:
            _take_over(known, wanted)
        audit.record(session, "accounts.user.registered_again", subject=("user", known.id), actor_id=None, now=now)
    if known is not None:
        _answer(session, known, link, now=now)
    session.flush()


def send_confirmation(session: Session, email: str, link: Link, *, now: datetime) -> None:
    """Send the link once more; nothing happens for an e-mail that has no account or was confirmed."""
    user = queries.by_email(session, email)
    if user is not None and user.active and user.confirmed_at is None:
        _answer(session, user, link, now=now)
        audit.record(session, "accounts.user.confirmation_sent", subject=("user", user.id), actor_id=None, now=now)
    session.flush()


def create_person(session: Session, wanted: Registration, *, is_staff: bool, now: datetime) -> User:
    """An account made by the office, with its e-mail taken as confirmed; its audit entry is the system's.

    :raises IntegrityError: the e-mail has an account.
    """
    user = _new(session, wanted, now=now)
    user.is_staff, user.confirmed_at = is_staff, now
    session.flush()
    return user


def _new(session: Session, wanted: Registration, *, now: datetime) -> User:
    user = User(
        email=wanted.email,
        password=wanted.password,
        full_name=wanted.full_name,
        language=wanted.language,
        level=IdentityLevel.A,
        created_at=now,
        fs_uniquifier=secrets.token_hex(16),
    )
    session.add(user)
    session.flush()
    audit.record(session, "accounts.user.registered", subject=("user", user.id), actor_id=None, now=now)
    return user


def _take_over(user: User, wanted: Registration) -> None:
    user.password, user.full_name, user.language = wanted.password, wanted.full_name, wanted.language
    user.fs_uniquifier = secrets.token_hex(16)


def once(kind: str, user: User, *, now: datetime) -> str:
    """The key of a letter that anybody can ask for: one in five minutes, so that nobody's mailbox is filled."""
    return f"accounts:{kind}:{user.fs_uniquifier}:{int(now.timestamp()) // 300}"


def _answer(session: Session, user: User, link: Link, *, now: datetime) -> None:
    """The letter that fits; no name in it: whoever typed the name may not be who reads the letter."""
    if not user.active:
        return
    to = Recipient(user.email, user.language)
    if user.confirmed_at is None:
        key = once("confirm", user, now=now)
        letters.write(session, to, "accounts/confirm", {"token": link(user)}, now=now, dedupe=key)
    else:
        key = once("already_registered", user, now=now)
        letters.write(session, to, "accounts/already_registered", {}, now=now, dedupe=key)
