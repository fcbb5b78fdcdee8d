"""Reads: people by what identifies them."""

import hashlib
from collections.abc import Sequence
from datetime import datetime
from functools import cache

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.accounts.models import SignInTries, User


def by_email(session: Session, email: str) -> User | None:
    """Whoever has this e-mail, however its letters are written."""
    return session.scalar(sa.select(User).where(User.email == email.strip().lower()))


def by_id(session: Session, user_id: int) -> User | None:
    """The person with this key."""
    return session.get(User, user_id)


def staff(session: Session) -> Sequence[User]:
    """Everybody who works for the municipality, by name."""
    return session.scalars(sa.select(User).where(User.is_staff, User.active).order_by(User.full_name).limit(1000)).all()


def by_uniquifier(session: Session, uniquifier: str) -> User | None:
    """Whoever this session or link was made for; None once their sessions were ended."""
    return session.scalar(_by_uniquifier(), {"uniquifier": uniquifier})


@cache
def _by_uniquifier() -> sa.Select[User]:
    """The statement of `by_uniquifier`: every page of somebody asks it, so it is put together once."""
    return sa.select(User).where(User.fs_uniquifier == sa.bindparam("uniquifier"))


def demonstration_people(session: Session) -> Sequence[User]:
    """The accounts that a demonstration lists on its sign-in page, residents first."""
    query = sa.select(User).where(User.demonstration_note.is_not(None), User.active.is_(True))
    return session.scalars(query.order_by(User.is_staff, User.id).limit(50)).all()


def key_of(email: str) -> str:
    """How an e-mail is written in `SignInTries`."""
    return hashlib.sha256(email.strip().lower().encode()).hexdigest()


def locked_until(session: Session, email: str, *, now: datetime) -> datetime | None:
    """Until when no password is looked at for this e-mail; None: it is not locked."""
    until = session.scalar(sa.select(SignInTries.locked_until).where(SignInTries.key == key_of(email)))
    return until if until and until > now else None
