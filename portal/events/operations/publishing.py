"""The way of an event into the agenda: submitted as a case, published or refused by staff, withdrawn again."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.accounts.models import User
from portal.casework import operations as casework
from portal.core import audit, facts, letters
from portal.core.clock import athens_date
from portal.core.errors import Refused
from portal.core.letters import Recipient
from portal.core.texts import LEGAL_LANGUAGE, N_, Translated
from portal.events.facts import EventPublished
from portal.events.models import Event, Organiser, Publication
from portal.events.operations.rolling import roll
from portal.events.operations.writing import find_by_words
from portal.events.queries.catalogue import written_in
from portal.organisation import queries as organisation

#: the pack's time limit for answering a submission
LIMIT = "event-submission"


class NotWaiting(Refused):
    """A second decision on the same event."""

    message = N_("This event has been decided already.")


class ReasonMissing(Refused):
    """Nobody is refused without a reason."""

    message = N_("Write the reason; the organiser will read it.")


@dataclass(frozen=True)
class Submitted:
    """The event, and the secret code of its case in plain text, which is kept nowhere."""

    event: Event
    secret: str


def organiser(
    session: Session, *, name: str, email: str, phone: str | None = None, user: User | None = None
) -> Organiser:
    """The organiser with this e-mail, known or new; a name that is given again replaces the old one."""
    email = email.strip().lower()
    row = session.scalar(sa.select(Organiser).where(Organiser.email == email))
    if row is None:
        row = Organiser(email=email, name=name, trusted=False)
        session.add(row)
    row.name, row.phone, row.user_id = name, phone or row.phone, user.id if user else row.user_id
    session.flush()
    return row


def submit(
    session: Session, event: Event, applicant: casework.Applicant, *, unit_code: str, now: datetime
) -> Submitted:
    """The organiser hands it in: a case begins; of a trusted organiser it is published at once.

    :raises NotWaiting: if it was handed in before.
    """
    if event.publication is not Publication.DRAFT:
        raise NotWaiting
    title = event.title.text(LEGAL_LANGUAGE)
    new = casework.NewCase(
        kind="event",
        subject_code=event.category.code,
        title=Translated(el="Εκδήλωση για την ατζέντα", en="Event for the agenda"),
        detail=title[:200],
        subject=f"Υποβολή εκδήλωσης: {title}"[:300],
        unit_id=organisation.unit(session, unit_code).id,
        limit_code=LIMIT,
        applicant=applicant,
        community_id=event.venue.community_id if event.venue else None,
        search_words=event.title.joined(),
    )
    filed = casework.file_case(session, new, now=now)
    event.case_id, event.publication, event.secret_hash = filed.case.id, Publication.SUBMITTED, filed.case.secret_hash
    session.flush()
    _note(session, event, "submitted", None, now=now)
    if event.organiser and event.organiser.trusted:
        publish(session, event, actor=None, now=now)
    return Submitted(event, filed.secret)


def publish(session: Session, event: Event, *, actor: User | None, now: datetime) -> None:
    """Into the agenda; whoever submitted it is told.

    :raises NotWaiting: if it is there already, or was refused or withdrawn.
    """
    if event.publication not in {Publication.DRAFT, Publication.SUBMITTED}:
        raise NotWaiting
    first = event.published_at is None
    event.publication, event.published_at = Publication.PUBLISHED, event.published_at or now
    session.flush()
    roll(session, event, today=athens_date(now))
    find_by_words(session, event)
    if first:
        facts.record(session, _published_fact(event, now))
    _close(session, event, "published", "", actor=actor, now=now)
    _note(session, event, "published", actor.id if actor else None, now=now)
    _tell(session, event, "events/published", "", now=now)


def refuse(session: Session, event: Event, reason: str, *, actor: User, now: datetime) -> None:
    """Not into the agenda; whoever submitted it reads why.

    :raises NotWaiting: if it does not wait for a decision. :raises ReasonMissing: without a reason.
    """
    if event.publication is not Publication.SUBMITTED:
        raise NotWaiting
    if not reason.strip():
        raise ReasonMissing
    event.publication = Publication.REFUSED
    if event.case is None:  # of a calendar: nobody is told, but colleagues read why
        event.as_read = {**event.as_read, "refused": reason.strip()}
    session.flush()
    roll(session, event, today=athens_date(now))
    _close(session, event, "refused", reason, actor=actor, now=now)
    _note(session, event, "refused", actor.id, now=now)
    _tell(session, event, "events/refused", reason, now=now)


def withdraw(session: Session, event: Event, *, actor: User | None, now: datetime) -> None:
    """Its organiser takes it back: out of the agenda, or out of the queue.

    :raises NotWaiting: if it was refused or withdrawn before.
    """
    if event.publication in {Publication.REFUSED, Publication.WITHDRAWN}:
        raise NotWaiting
    event.publication, event.sequence, event.changed_at = Publication.WITHDRAWN, event.sequence + 1, now
    session.flush()
    roll(session, event, today=athens_date(now))
    find_by_words(session, event)
    if event.case is not None and not event.case.is_closed:
        casework.withdraw(session, event.case, actor=actor, now=now)
    _note(session, event, "withdrawn", actor.id if actor else None, now=now)


def _close(session: Session, event: Event, state: str, text: str, *, actor: User | None, now: datetime) -> None:
    if event.case is not None and not event.case.is_closed:
        casework.close(session, event.case, casework.Closing(state, text), actor=actor, now=now)


def _tell(session: Session, event: Event, template: str, text: str, *, now: datetime) -> None:
    """A letter to whoever submitted it, in their language."""
    if event.case is None:
        return
    to = Recipient(event.case.applicant_email, event.case.language, event.case.applicant_name)
    values = {"title": dict(event.title), "slug": event.slug, "reference": event.case.reference, "text": text}
    letters.write(session, to, template, values, now=now)


def _published_fact(event: Event, now: datetime) -> EventPublished:
    community = event.venue.community if event.venue else None
    return EventPublished(
        event_id=event.id,
        category=event.category.code,
        community=community.code if community else None,
        written_in=written_in(event.title, event.summary),
        at=now,
    )


def _note(session: Session, event: Event, verb: str, actor_id: int | None, *, now: datetime) -> None:
    audit.record(session, f"events.event.{verb}", subject=("event", event.id), actor_id=actor_id, now=now)
