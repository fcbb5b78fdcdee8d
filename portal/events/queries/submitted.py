"""Reads of what organisers handed in: by its case, by its account, by its secret."""

import hmac
from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from portal.casework.models import Case
from portal.casework.policy import hash_of
from portal.core.remembering import remembered
from portal.events.models import Event, Organiser, Proposal, Publication
from portal.organisation import queries as organisation
from portal.organisation.models import Municipality, Unit

#: who keeps the agenda where the pack does not say it
UNIT = "culture"


def events_unit_id(session: Session) -> int:
    """Its number alone: every page of the desk asks whether one works there."""
    return remembered(session, organisation.ROOM, "events unit", lambda session: events_unit(session).id)


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


def of_case(session: Session, case_id: int) -> tuple[Event | None, Proposal | None]:
    """The event that a case submitted; or the one that it wishes to change, with the wish."""
    wish = sa.and_(Proposal.event_id == Event.id, Proposal.case_id == case_id)
    numbers = sa.union_all(
        sa.select(Event.id).where(Event.case_id == case_id),
        sa.select(Proposal.event_id).where(Proposal.case_id == case_id),
    )
    loads = (joinedload(Event.category), joinedload(Event.organiser), joinedload(Event.venue), joinedload(Event.image))
    query = sa.select(Event, Proposal).outerjoin(Proposal, wish).where(Event.id.in_(numbers)).options(*loads)
    found = session.execute(query).first()
    return (found[0], found[1]) if found else (None, None)


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
