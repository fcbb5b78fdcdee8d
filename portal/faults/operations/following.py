"""A place or a community is followed: asked for, and confirmed by a letter; `core.following` ends it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from portal.core import following
from portal.faults.models import Follow, Rhythm, grid
from portal.faults.models.grid import Near
from portal.faults.queries import following as reads


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
    """Ask for it: a letter goes out with the link that confirms it; the wish, None: too many wait."""
    found = following.ask(session, Follow, _values(wanted), now=now, cell0=_cell(wanted.near))
    if found is not None:
        following.send_link(session, found, reads.about(session, found), now=now)
    return found


def confirm_follow(session: Session, row: Follow, *, now: datetime) -> None:
    """They meant it: what happens from here on is told."""
    if row.confirmed_at is None:
        row.told_to = reads.newest_step(session)
        following.confirm(session, row, now=now)


def _values(wanted: FollowWanted) -> dict[str, Any]:
    near = wanted.near
    return {
        "email": wanted.email,
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
