"""A permit to use a public place begins an event: a draft that its organiser completes and hands in."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.accounts.models import User
from portal.casework.policy import hash_of
from portal.core import letters
from portal.core.clock import athens_date
from portal.core.letters import Recipient
from portal.core.texts import Translated
from portal.events.models import Event, EventCategory, Notice, NoticeKind, Venue
from portal.events.operations.drafts import Writer
from portal.events.operations.notices import set_notices
from portal.events.operations.publishing import organiser
from portal.events.operations.writing import EventInput, create
from portal.events.queries.filters import Near
from portal.organisation.models import Community

__all__ = ["Notice", "NoticeKind", "Permitted", "Spot", "begin_permitted"]

#: a venue so near is the place that is meant, in kilometres
SAME_PLACE = 0.05
_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Spot:
    """A place as somebody showed it: a point, words, or both; `community` is its official code."""

    lat: float | None = None
    lon: float | None = None
    community: str = ""
    words: str = ""


@dataclass(frozen=True, kw_only=True)
class Permitted:
    """What a permit says of an event."""

    #: the case that was approved
    permit_id: int
    title: str
    #: code of the shelf on which it probably belongs
    category: str
    first_on: date
    last_on: date
    #: on each of its days; one that ends before it begins ends on the next
    starts_at: time
    ends_at: time
    spot: Spot
    notices: Sequence[Notice]
    writer: Writer
    #: the account with which it was filed
    user_id: int | None = None


def begin_permitted(session: Session, given: Permitted, *, host: str, now: datetime) -> Event | None:
    """A draft with place, times and organiser, who gets the link to complete it; None if there is nothing to begin.

    That is: the permit has its event already, its days are over, or the agenda has no shelves.
    """
    category = _category(session, given.category)
    known = session.scalar(sa.select(Event.id).where(Event.permit_id == given.permit_id))
    if category is None or known or given.last_on < athens_date(now):
        return None
    row = _organiser(session, given)
    event = create(session, _input(session, given, category, row), host=host, actor_id=None, now=now)
    secret = secrets.token_urlsafe(16)
    event.permit_id, event.secret_hash = given.permit_id, hash_of(secret)
    set_notices(session, event, given.notices, actor_id=None, now=now)
    values = {"title": dict(event.title), "slug": event.slug, "secret": secret}
    to = Recipient(given.writer.email, given.writer.language, given.writer.name)
    letters.write(session, to, "events/permitted", values, now=now)
    return event


def _category(session: Session, code: str) -> EventCategory | None:
    """The shelf with that code, else the first."""
    query = sa.select(EventCategory).where(EventCategory.closed.is_(False))
    return session.scalar(query.order_by((EventCategory.code == code).desc(), EventCategory.position).limit(1))


def _organiser(session: Session, given: Permitted) -> int | None:
    writer = given.writer
    if not writer.email:
        return None
    user = session.get(User, given.user_id) if given.user_id else None
    return organiser(session, name=writer.name, email=writer.email, phone=writer.phone, user=user).id


def _input(session: Session, given: Permitted, category: EventCategory, organiser_id: int | None) -> EventInput:
    venue = _venue(session, given)
    begins, ends = datetime.combine(given.first_on, given.starts_at), datetime.combine(given.first_on, given.ends_at)
    lasts = ends - begins if ends > begins else ends - begins + _DAY
    days = (given.last_on - given.first_on).days + 1
    language = given.writer.language
    at_known_venue = venue is not None and not venue.closed
    return EventInput(
        title=Translated({language: given.title}),
        category_id=category.id,
        starts_on=given.first_on,
        starts_at=given.starts_at,
        minutes=int(lasts.total_seconds() // 60),
        rule=f"FREQ=DAILY;COUNT={days}" if days > 1 else None,
        organiser_id=organiser_id,
        venue_id=venue.id if venue else None,
        place=Translated({language: given.spot.words}) if given.spot.words and at_known_venue else Translated(),
    )


def _venue(session: Session, given: Permitted) -> Venue | None:
    """The venue at that point; where there is none, one for this event alone, that nobody is offered again."""
    spot = given.spot
    if found := _known_venue(session, spot):
        return found
    community = session.scalar(sa.select(Community).where(Community.code == spot.community))
    if community is None and spot.lat is None:
        return None
    words = Translated({given.writer.language: spot.words}) if spot.words else None
    row = Venue(
        code=f"permit-{given.permit_id}",
        name=words or (community.name if community else Translated({given.writer.language: given.title})),
        address=Translated(),
        notes=Translated(),
        community_id=community.id if community else None,
        lat=spot.lat,
        lon=spot.lon,
        closed=True,
    )
    session.add(row)
    session.flush()
    return row


def _known_venue(session: Session, spot: Spot) -> Venue | None:
    if spot.lat is None or spot.lon is None:
        return None
    here, reach = Near(spot.lat, spot.lon, SAME_PLACE), 0.01
    box = Venue.lat.between(spot.lat - reach, spot.lat + reach), Venue.lon.between(spot.lon - reach, spot.lon + reach)
    rows = session.scalars(sa.select(Venue).where(*box, Venue.closed.is_(False)))
    near = [(here.distance(row.lat, row.lon), row) for row in rows if row.lat is not None and row.lon is not None]
    away, nearest = min(near, key=lambda pair: pair[0], default=(SAME_PLACE, None))
    return nearest if away < SAME_PLACE else None
