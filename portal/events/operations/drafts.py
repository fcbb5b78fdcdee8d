"""An organiser's draft: kept while it is written, handed in once who hands it in is known."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.accounts.models import User
from portal.casework.operations import Applicant
from portal.core.letters import Recipient, write
from portal.events.models import Event, Publication
from portal.events.operations.publishing import NotWaiting, Submitted, organiser, submit
from portal.events.operations.writing import EventInput, change, create

#: a draft that was never handed in is thrown away after so long
KEPT_FOR = timedelta(days=30)


@dataclass(frozen=True)
class Writer:
    """Who holds the event, as they have written it."""

    name: str
    email: str
    language: str
    phone: str | None = None


def keep_draft(
    session: Session, given: EventInput, *, once: str, host: str, writer: User | None, now: datetime
) -> Event:
    """The draft that belongs to this page, new or changed: a second press makes no second one.

    :raises UnreadableRule: for a rule that cannot be read.
    """
    mark = hash_of_page(once)
    found = session.scalar(
        sa.select(Event).where(Event.secret_hash == mark, Event.publication == Publication.DRAFT).limit(1)
    )
    actor_id = writer.id if writer else None
    if found is not None:
        change(session, found, given, actor_id=actor_id, now=now)
        return found
    event = create(session, given, host=host, actor_id=actor_id, now=now)
    event.secret_hash = mark
    session.flush()
    return event


def create_once(session: Session, given: EventInput, *, once: str, host: str, actor_id: int, now: datetime) -> Event:
    """A draft of staff; a second press of the same button finds the first one.

    :raises UnreadableRule: for a rule that cannot be read.
    """
    uid = f"{hash_of_page(once)[:20]}@{host}"
    found = session.scalar(sa.select(Event).where(Event.uid == uid))
    if found is not None:
        return found
    event = create(session, given, host=host, actor_id=actor_id, now=now)
    event.uid = uid
    session.flush()
    return event


def hash_of_page(once: str) -> str:
    """What is kept of the token of the page on which a draft was written."""
    return sha256(once.encode()).hexdigest()


def ask_to_confirm(session: Session, event: Event, writer: Writer, token: str, *, now: datetime) -> None:
    """A letter to the address that was given: only who reads it can hand the event in."""
    values = {"title": dict(event.title), "token": token}
    write(session, Recipient(writer.email, writer.language, writer.name), "events/confirm", values, now=now)


def hand_in(
    session: Session, event: Event, writer: Writer, *, unit_code: str, user: User | None, now: datetime
) -> Submitted:
    """The draft becomes a case, or is published at once; the organiser gets number and link by letter.

    :raises NotWaiting: if it was handed in before.
    """
    session.refresh(event, with_for_update={"of": Event})
    if event.publication is not Publication.DRAFT:
        raise NotWaiting
    row = organiser(session, name=writer.name, email=writer.email, phone=writer.phone, user=user)
    event.organiser_id = row.id
    session.flush()
    session.refresh(event, ["organiser"])
    applicant = Applicant(writer.name, writer.email, writer.language, writer.phone, user.id if user else None)
    submitted = submit(session, event, applicant, unit_code=unit_code, now=now)
    assert event.case is not None
    values = {
        "title": dict(event.title),
        "slug": event.slug,
        "reference": event.case.reference,
        "due_on": event.case.due_on.isoformat(),
        "secret": submitted.secret,
        "has_account": user is not None,
    }
    write(session, Recipient(writer.email, writer.language, writer.name), "events/submitted", values, now=now)
    return submitted


def forget_drafts(session: Session, *, now: datetime, most: int = 500) -> int:
    """Throw away what organisers have begun and never handed in."""
    old = sa.select(Event).where(
        Event.publication == Publication.DRAFT,
        Event.case_id.is_(None),
        Event.permit_id.is_(None),
        Event.secret_hash.is_not(None),
        Event.changed_at < now - KEPT_FOR,
    )
    rows = session.scalars(old.order_by(Event.id).limit(most)).all()
    for event in rows:
        session.delete(event)
    session.flush()
    return len(rows)
