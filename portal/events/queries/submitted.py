"""Reads of what organisers handed in: by its case, by its account, by its secret."""

import hmac
from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from portal.casework.models import Case
from portal.casework.policy import hash_of
from portal.events.models import Event, Organiser, Proposal, Publication
from portal.organisation import queries as organisation
from portal.organisation.models import Municipality, Unit

#: who keeps the agenda where the pack does not say it
UNIT = "culture"


def events_unit(session: Session) -> Unit:
    """The unit that keeps the agenda, as the pack names it; else the first there is.

    :raises LookupError: if there is no unit at all.
    """
    named = sa.select(Municipality.profile["events_unit"].as_string()).limit(1).scalar_subquery()
    found = session.scalar(sa.select(Unit).where(Unit.code == sa.func.coalesce(named, UNIT)))
    found = found or next(iter(organisation.units(session)), None)
    if found is None:
        raise LookupError("there is no unit")
    return found


def event_of_case(session: Session, case_id: int) -> Event | None:
    """The event that a case submitted."""
    loads = (joinedload(Event.category), joinedload(Event.organiser), joinedload(Event.venue), joinedload(Event.image))
    return session.scalar(sa.select(Event).where(Event.case_id == case_id).options(*loads))


def proposal_of_case(session: Session, case_id: int) -> Proposal | None:
    """The wish to change an event that a case is about."""
    query = sa.select(Proposal).where(Proposal.case_id == case_id)
    return session.scalar(query.options(joinedload(Proposal.event), joinedload(Proposal.case)))


def waiting_proposal(session: Session, event_id: int) -> Proposal | None:
    """What an organiser wishes and staff have not looked at."""
    query = sa.select(Proposal).where(Proposal.event_id == event_id, Proposal.decided_at.is_(None))
    return session.scalar(query.options(joinedload(Proposal.case)).limit(1))


def events_of(session: Session, user_id: int, *, most: int = 100) -> Sequence[Event]:
    """What an account has written or submitted, newest first."""
    organisers = sa.select(Organiser.id).where(Organiser.user_id == user_id)
    cases = sa.select(Case.id).where(Case.applicant_id == user_id, Case.kind == "event")
    mine = sa.or_(Event.created_by_id == user_id, Event.organiser_id.in_(organisers), Event.case_id.in_(cases))
    return session.scalars(sa.select(Event).where(mine).order_by(Event.id.desc()).limit(most)).all()


def secret_fits(event: Event, secret: str) -> bool:
    """Whether somebody holds the secret of the letter; a draft has none yet, unless a permit began it."""
    fits = hmac.compare_digest(event.secret_hash or "", hash_of(secret))
    return fits and (event.publication is not Publication.DRAFT or event.permit_id is not None)
