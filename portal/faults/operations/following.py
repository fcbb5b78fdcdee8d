"""A place or a community is followed: asked for, confirmed by a letter, ended by one press."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.core import audit, letters
from portal.core.letters import Recipient
from portal.faults.models import Follow, Rhythm, grid
from portal.faults.models.grid import Near
from portal.faults.queries import following

#: so many wishes of one address may wait to be confirmed, and be followed at all
MOST_WAITING, MOST_OF_ONE = 5, 50
#: what nobody has confirmed by then is forgotten
PATIENCE = timedelta(days=7)


@dataclass(frozen=True, kw_only=True)
class FollowWanted:
    """Who wants to be told of what: around a point, or in a community."""

    email: str
    language: str
    near: Near | None = None
    community_id: int | None = None
    #: None: whatever it is
    group_id: int | None = None
    rhythm: Rhythm = Rhythm.WEEKLY


def ask_to_follow(session: Session, wanted: FollowWanted, *, now: datetime) -> Follow | None:
    """Ask for it: a letter goes out with the link that confirms it; the wish, None: too many wait.

    Whoever asks learns nothing from the answer: who is told of the same already gets a letter that says so.
    """
    found = session.scalar(sa.select(Follow).filter_by(**_values(wanted)).limit(1))
    if found is None and not _too_many(session, wanted.email):
        found = Follow(**_values(wanted), cell0=_cell(wanted.near), token=secrets.token_urlsafe(32), created_at=now)
        session.add(found)
        session.flush()
        _note(session, found.id, "asked", now=now)
    if found is not None:
        values = {"token": found.token, "known": found.confirmed_at is not None, **following.about(session, found)}
        key = f"faults.follow:{found.id}:{int(now.timestamp()) // 3600}"
        letters.write(session, Recipient(found.email, found.language), "faults/follow", values, now=now, dedupe=key)
    return found


def confirm_follow(session: Session, row: Follow, *, now: datetime) -> None:
    """They meant it: what happens from here on is told."""
    if row.confirmed_at is None:
        row.confirmed_at, row.told_to = now, following.newest_step(session)
        session.flush()
        _note(session, row.id, "confirmed", now=now)


def end_follow(session: Session, row: Follow, *, now: datetime) -> None:
    """End it; nothing of the address stays."""
    key = row.id
    session.delete(row)
    session.flush()
    _note(session, key, "ended", now=now)


def forget_unconfirmed_follows(session: Session, *, now: datetime) -> int:
    """Throw away what nobody has confirmed; how many there were."""
    old = sa.delete(Follow).where(Follow.confirmed_at.is_(None), Follow.created_at < now - PATIENCE)
    return cast("sa.CursorResult[Any]", session.execute(old)).rowcount


def _values(wanted: FollowWanted) -> dict[str, Any]:
    near = wanted.near
    return {
        "email": wanted.email.strip().lower(),
        "language": wanted.language,
        "lat": near.lat if near else None,
        "lon": near.lon if near else None,
        "metres": round(near.metres) if near else None,
        "community_id": None if near else wanted.community_id,
        "group_id": wanted.group_id,
        "rhythm": wanted.rhythm,
    }


def _cell(near: Near | None) -> int | None:
    return grid.cell(near.lat, near.lon, 0) if near else None


def _too_many(session: Session, email: str) -> bool:
    mine = sa.select(sa.func.count(), sa.func.count(Follow.confirmed_at)).where(Follow.email == email.strip().lower())
    every, confirmed = session.execute(mine).one()
    return every - confirmed >= MOST_WAITING or every >= MOST_OF_ONE


def _note(session: Session, key: int, verb: str, *, now: datetime) -> None:
    audit.record(session, f"faults.follow.{verb}", subject=("fault_follow", key), actor_id=None, now=now)
