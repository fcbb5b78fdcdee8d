"""Digests are asked for; `core.following` confirms and ends them."""

from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from portal.core import following
from portal.events.models import Subscription


@dataclass(frozen=True)
class DigestWanted:
    """Who wants to read what; `filter` as `queries.digests.standing` gives it."""

    email: str
    filter: str
    language: str


def ask_for_digest(session: Session, wanted: DigestWanted, *, now: datetime) -> Subscription | None:
    """Ask for a digest: a letter goes out with the link that confirms it; the subscription, None: too many wait."""
    found = following.ask(session, Subscription, asdict(wanted), now=now)
    if found is not None:
        following.send_link(session, found, {"filter": found.filter}, now=now)
    return found
