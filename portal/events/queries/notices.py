"""What those who live somewhere must know of the events around them: closed roads, loud music."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.core.clock import athens_date
from portal.core.texts import Translated
from portal.events.models import Event, Notice, Occurrence, Publication, Status, Venue
from portal.events.queries.filters import AgendaFilter
from portal.organisation.models import Community

#: so far ahead people are told
AHEAD = timedelta(days=14)
#: so many events with notices are looked at
MOST = 50
_OFF = (Status.CANCELLED, Status.POSTPONED)


@dataclass(frozen=True)
class Nearby:
    """A notice, and the event it belongs to."""

    notice: Notice
    title: Translated
    slug: str
    venue: Translated


def nearby(session: Session, wanted: AgendaFilter, *, now: datetime, most: int = 10) -> list[Nearby]:
    """The notices of the next two weeks for a community or the surroundings of a point, in the order of time.

    A filter that names neither gets none; nor is anything said of an event none of whose dates takes place.
    """
    if not wanted.community and wanted.near is None:
        return []
    takes_place = sa.exists().where(Occurrence.event_id == Event.id, Occurrence.status.not_in(_OFF))
    query = (
        sa.select(Event.title, Event.slug, Event.notices, Venue.name, Venue.lat, Venue.lon)
        .join(Venue, Venue.id == Event.venue_id)
        .where(Event.noticed_until >= athens_date(now), Event.publication == Publication.PUBLISHED)
        .where(Event.status.not_in(_OFF), takes_place)
        .order_by(Event.noticed_until, Event.id)
    )
    if wanted.community:
        query = query.join(Community, Community.id == Venue.community_id).where(Community.code == wanted.community)
    found = []
    for row in session.execute(query.limit(MOST)):
        if not _within(wanted, row.lat, row.lon):
            continue
        notices = (Notice.read(data) for data in row.notices)
        ahead = (notice for notice in notices if notice.until > now and notice.since < now + AHEAD)
        found += [Nearby(notice, row.title, row.slug, row.name) for notice in ahead]
    return sorted(found, key=lambda each: each.notice.since)[:most]


def _within(wanted: AgendaFilter, lat: float | None, lon: float | None) -> bool:
    if wanted.near is None:
        return True
    return lat is not None and lon is not None and wanted.near.distance(lat, lon) <= wanted.near.km
