"""Programs that may file reports by Open311."""

import hashlib
from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.faults.models import Application


def applications(session: Session) -> Sequence[Application]:
    """All of them, those that may still file first, by name."""
    return session.scalars(sa.select(Application).order_by(Application.closed, Application.name)).all()


def application(session: Session, number: int) -> Application | None:
    """One of them."""
    return session.get(Application, number)


def application_for(session: Session, key: str) -> Application | None:
    """Whose key it is; None: nobody's, or of one that was closed."""
    found = session.scalar(sa.select(Application).where(Application.key_hash == hash_of_key(key)))
    return None if found is None or found.closed else found


def hash_of_key(key: str) -> str:
    """What is kept of a key; it is long and random, so that nobody guesses it from that."""
    return hashlib.sha256(key.strip().encode()).hexdigest()
