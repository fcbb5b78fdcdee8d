"""Programs get a key by which they file reports by Open311, and lose it."""

import secrets
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.accounts.models import User
from portal.core import audit
from portal.core.errors import Refused
from portal.core.texts import N_
from portal.faults.models import Application
from portal.faults.queries.applications import hash_of_key


class NameTaken(Refused):
    """Two programs with one name cannot be told apart in the lists."""

    message = N_("There is an application with this name already.")


@dataclass(frozen=True, kw_only=True)
class NewApplication:
    """Who asks for a key."""

    name: str
    #: where to write when something is wrong with what it sends
    email: str = ""
    most_a_day: int = 500


def create_application(
    session: Session, new: NewApplication, *, actor: User | None, now: datetime
) -> tuple[Application, str]:
    """The application, and its key in plain text, which is kept nowhere.

    :raises NameTaken: if another one is called that.
    """
    name = new.name.strip()
    if name.casefold() in {known.casefold() for known in session.scalars(sa.select(Application.name))}:
        raise NameTaken
    key = secrets.token_urlsafe(24)
    row = Application(
        name=name,
        email=new.email.strip(),
        key_hash=hash_of_key(key),
        most_a_day=new.most_a_day,
        created_at=now,
        created_by_id=actor.id if actor else None,
    )
    session.add(row)
    session.flush()
    _audit(session, row, "created", actor, now)
    return row, key


def set_closed(session: Session, row: Application, *, closed: bool, actor: User, now: datetime) -> None:
    """Take its key from it, or give it back; the reports it filed stay."""
    if row.closed == closed:
        return
    row.closed = closed
    session.flush()
    _audit(session, row, "closed" if closed else "opened", actor, now)


def _audit(session: Session, row: Application, verb: str, actor: User | None, now: datetime) -> None:
    actor_id = actor.id if actor else None
    audit.record(
        session, f"faults.application.{verb}", subject=("fault_application", row.id), actor_id=actor_id, now=now
    )
