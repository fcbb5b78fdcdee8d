"""How the other bodies are reached: telephone, addresses, and the server that takes reports by Open311."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from portal.accounts.models import User
from portal.core import audit
from portal.faults.models import Body

_PLAIN = ("phone", "email", "url", "open311_url", "open311_jurisdiction")


@dataclass(frozen=True, kw_only=True)
class BodyInput:
    """What staff write of a body; see `models.Body`."""

    phone: str = ""
    email: str = ""
    url: str = ""
    open311_url: str = ""
    open311_jurisdiction: str = ""
    #: a new key; empty: the one that is kept
    new_key: str = ""
    #: keep none
    forget_key: bool = False


def write_body(session: Session, body: Body, given: BodyInput, *, actor: User, now: datetime) -> None:
    """Change how a body is reached; its key is for one server, and no other one is ever sent it."""
    changed = [name for name in _PLAIN if getattr(body, name) != getattr(given, name)]
    key = given.new_key
    if not key and not given.forget_key and "open311_url" not in changed:
        key = body.open311_key
    if key != body.open311_key:
        changed.append("open311_key")
    if not changed:
        return
    for name in _PLAIN:
        setattr(body, name, getattr(given, name))
    body.open311_key = key
    session.flush()
    subject = ("fault_body", body.id)  # names alone: the trail is no place for keys
    audit.record(session, "faults.body.written", subject=subject, actor_id=actor.id, now=now, changed=changed)
