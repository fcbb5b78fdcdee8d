"""Digests are asked for, confirmed and ended; nobody gets one who has not confirmed it."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from portal.core import audit, letters
from portal.core.letters import Recipient
from portal.events.models import Subscription

#: so many subscriptions of one address may wait to be confirmed: nobody's mailbox is filled by others
MOST_WAITING = 5
#: what nobody has confirmed by then is forgotten
PATIENCE = timedelta(days=7)


@dataclass(frozen=True)
class DigestWanted:
    """Who wants to read what; `filter` as `queries.digests.standing` gives it."""

    email: str
    filter: str
    language: str


def ask_for_digest(session: Session, wanted: DigestWanted, *, now: datetime) -> Subscription | None:
    """Ask for a digest: a letter goes out with the link that confirms it; the subscription, None: too many wait.

    Whoever asks learns nothing from the answer: who has the same digest already gets a letter that says so.
    """
    found = _found(session, wanted)
    if found is None and _waiting(session, wanted.email) < MOST_WAITING:
        try:
            with session.begin_nested():
                found = _new(session, wanted, now=now)
        except IntegrityError:  # somebody was faster by a moment
            found = _found(session, wanted)
    if found is not None:
        values = {"token": found.token, "filter": found.filter, "known": found.confirmed_at is not None}
        to, key = Recipient(found.email, found.language), f"events.subscribe:{found.id}:{int(now.timestamp()) // 3600}"
        letters.write(session, to, "events/subscribe", values, now=now, dedupe=key)
    session.flush()
    return found


def confirm_digest(session: Session, row: Subscription, *, now: datetime) -> None:
    """The link was opened and the button pressed; the first digest comes on the next Thursday."""
    if row.confirmed_at is None:
        row.confirmed_at = now
        session.flush()
        _note(session, row.id, "confirmed", now=now)


def end_digest(session: Session, row: Subscription, *, now: datetime) -> None:
    """End it; nothing of the address stays."""
    key = row.id
    session.delete(row)
    session.flush()
    _note(session, key, "ended", now=now)


def forget_unconfirmed(session: Session, *, now: datetime) -> int:
    """Throw away what nobody has confirmed; how many there were."""
    old = sa.delete(Subscription).where(Subscription.confirmed_at.is_(None), Subscription.created_at < now - PATIENCE)
    return cast("sa.CursorResult[Any]", session.execute(old)).rowcount


def _found(session: Session, wanted: DigestWanted) -> Subscription | None:
    values = {"email": wanted.email, "filter": wanted.filter, "language": wanted.language}
    return session.scalar(sa.select(Subscription).filter_by(**values))


def _waiting(session: Session, email: str) -> int:
    mine = sa.select(sa.func.count()).where(Subscription.email == email, Subscription.confirmed_at.is_(None))
    return session.scalar(mine) or 0


def _new(session: Session, wanted: DigestWanted, *, now: datetime) -> Subscription:
    row = Subscription(
        email=wanted.email,
        filter=wanted.filter,
        language=wanted.language,
        token=secrets.token_urlsafe(32),
        created_at=now,
    )
    session.add(row)
    session.flush()
    _note(session, row.id, "asked", now=now)
    return row


def _note(session: Session, key: int, verb: str, *, now: datetime) -> None:
    audit.record(session, f"events.digest.{verb}", subject=("event_subscription", key), actor_id=None, now=now)
