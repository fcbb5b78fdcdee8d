"""Changes that an organiser wants in a published event: they wait in a case until staff take them over or refuse."""

from collections.abc import Iterable, Mapping
from dataclasses import fields, replace
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.accounts.models import User
from portal.casework import operations as casework
from portal.core import audit
from portal.core.letters import Recipient, write
from portal.core.texts import LEGAL_LANGUAGE, N_, Translated
from portal.events.models import Event, Price, Proposal
from portal.events.operations.publishing import LIMIT, NotWaiting, ReasonMissing
from portal.events.operations.series import input_of
from portal.events.operations.writing import EventInput, change
from portal.organisation import queries as organisation

#: column of an event → what people call it
LABELS = {
    "title": N_("Title"),
    "summary": N_("Summary"),
    "text": N_("Description"),
    "image_id": N_("Picture"),
    "picture": N_("Picture"),
    "image_alt": N_("What the picture shows"),
    "image_credit": N_("Who made the picture"),
    "category_id": N_("Category"),
    "audience": N_("For whom"),
    "age_from": N_("Ages"),
    "age_to": N_("Ages"),
    "spoken": N_("Languages spoken there"),
    "price": N_("Price"),
    "price_from": N_("Price"),
    "price_to": N_("Price"),
    "price_text": N_("Price"),
    "organiser_id": N_("Organiser"),
    "venue_id": N_("Venue"),
    "place": N_("Place"),
    "links": N_("Links"),
    "booking_url": N_("Bookings"),
    "contact": N_("Contact"),
    "umbrella_id": N_("Festival"),
    "starts_on": N_("When"),
    "starts_at": N_("When"),
    "minutes": N_("When"),
    "rule": N_("When it repeats"),
    "extra": N_("When it repeats"),
    "left_out": N_("When it repeats"),
    "notices": N_("Notices for those who live nearby"),
}


def labels(columns: Iterable[str]) -> list[str]:
    """What people call these columns, each once, as msgids."""
    return list(dict.fromkeys(LABELS[name] for name in columns if name in LABELS))


def packed(given: EventInput, event: Event) -> dict[str, Any]:
    """What differs from the event: column → value as JSON keeps it."""
    return {name: _pack(value) for name, value in given.columns().items() if getattr(event, name) != value}


def _pack(value: Any) -> Any:
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value)
    return value.value if isinstance(value, Price) else value


def wished(event: Event, values: Mapping[str, Any]) -> EventInput:
    """The event with what `packed` has written."""
    names = {each.name for each in fields(EventInput)}
    return replace(input_of(event), **{name: _unpack(name, v) for name, v in values.items() if name in names})


def _unpack(name: str, value: Any) -> Any:
    readers: dict[str, Any] = {
        "starts_on": date.fromisoformat,
        "starts_at": time.fromisoformat,
        "price": Price,
        "price_from": Decimal,
        "price_to": Decimal,
    }
    if value is None:
        return None
    if name in readers:
        return readers[name](value)
    if isinstance(value, dict):
        return Translated(value)
    return tuple(value) if isinstance(value, list) else value


def propose(
    session: Session, event: Event, given: EventInput, *, unit_code: str, actor: User | None, now: datetime
) -> Proposal | None:
    """The organiser of a published event wants something changed; None if nothing differs.

    A second wish before the first was decided replaces it, in the same case.
    """
    values = packed(given, event)
    if not values:
        return None
    waiting: Proposal | None = session.scalar(_waiting(event.id))
    if waiting is not None:
        waiting.values, waiting.at = values, now
        session.flush()
        return waiting
    filed = casework.file_case(session, _new_case(session, event, unit_code), now=now)
    proposal = Proposal(event_id=event.id, case_id=filed.case.id, values=values, at=now)
    session.add(proposal)
    session.flush()
    _note(session, event, "proposed", actor, now=now, columns=sorted(values))
    return proposal


def _waiting(event_id: int) -> sa.Select[Any]:
    return sa.select(Proposal).where(Proposal.event_id == event_id, Proposal.decided_at.is_(None)).limit(1)


def _new_case(session: Session, event: Event, unit_code: str) -> casework.NewCase:
    assert event.case is not None
    title, first = event.title.text(LEGAL_LANGUAGE), event.case
    applicant = casework.Applicant(
        first.applicant_name, first.applicant_email, first.language, first.applicant_phone, first.applicant_id
    )
    return casework.NewCase(
        kind="event",
        subject_code=event.category.code,
        title=Translated(el="Αλλαγή εκδήλωσης της ατζέντας", en="Change to an event of the agenda"),
        detail=title[:200],
        subject=f"Αλλαγή εκδήλωσης: {title}"[:300],
        unit_id=organisation.unit(session, unit_code).id,
        limit_code=LIMIT,
        applicant=applicant,
        community_id=event.venue.community_id if event.venue else None,
        search_words=event.title.joined(),
    )


def take_over(session: Session, proposal: Proposal, *, actor: User, now: datetime) -> None:
    """What was wished becomes the event.

    :raises NotWaiting: if it was decided already. :raises UnreadableRule: for a rule that cannot be read.
    """
    _decide(session, proposal, now=now)
    event = proposal.event
    change(session, event, wished(event, proposal.values), actor_id=actor.id, now=now)
    casework.close(session, proposal.case, casework.Closing("published"), actor=actor, now=now)
    _tell(session, proposal, "events/published", "", now=now)


def decline(session: Session, proposal: Proposal, reason: str, *, actor: User, now: datetime) -> None:
    """It stays as it was; the organiser reads why.

    :raises NotWaiting: if it was decided already. :raises ReasonMissing: without a reason.
    """
    if not reason.strip():
        raise ReasonMissing
    _decide(session, proposal, now=now)
    casework.close(session, proposal.case, casework.Closing("refused", reason), actor=actor, now=now)
    _tell(session, proposal, "events/refused", reason, now=now)


def _decide(session: Session, proposal: Proposal, *, now: datetime) -> None:
    if proposal.decided_at is not None:
        raise NotWaiting
    proposal.decided_at = now
    session.flush()


def tell_organiser(
    session: Session, event: Event, columns: Iterable[str], *, actor: User, now: datetime, status: bool = False
) -> None:
    """Staff have changed something in what an organiser submitted: they are told what."""
    told = labels(columns)
    if event.case is None or not (told or status):
        return
    to = Recipient(event.case.applicant_email, event.case.language, event.case.applicant_name)
    values = {
        "title": dict(event.title),
        "slug": event.slug,
        "reference": event.case.reference,
        "columns": told,
        "status": event.status.label if status else "",
        "text": dict(event.status_note) if status else {},
        "published": event.published_at is not None,
    }
    write(session, to, "events/changed_by_staff", values, now=now)
    _note(session, event, "told", actor, now=now)


def _tell(session: Session, proposal: Proposal, template: str, text: str, *, now: datetime) -> None:
    event, case = proposal.event, proposal.case
    to = Recipient(case.applicant_email, case.language, case.applicant_name)
    values = {"title": dict(event.title), "slug": event.slug, "reference": case.reference, "text": text, "change": True}
    write(session, to, template, values, now=now)


def _note(session: Session, event: Event, verb: str, actor: User | None, *, now: datetime, **data: Any) -> None:
    actor_id = actor.id if actor else None
    audit.record(session, f"events.event.{verb}", subject=("event", event.id), actor_id=actor_id, now=now, **data)
