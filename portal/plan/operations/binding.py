"""Staff connect a feed to an indicator."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy.orm import Session

from portal.core import audit
from portal.core.errors import Refused
from portal.core.texts import N_
from portal.plan.models import Indicator, feeds
from portal.plan.operations.counting import hold_still, rebuild


class UnknownFeed(Refused):
    """The portal has no such feed."""

    message = N_("There is no feed “%(feed)s”. Choose one from the list.")


class UnknownFilter(Refused):
    """The feed does not tell its contributions apart in that way."""

    message = N_("This feed cannot be filtered by “%(dimension)s”. Remove the filter or choose another feed.")


@dataclass(frozen=True)
class Connection:
    """A feed and its filter; no feed: the unit reports the value."""

    feed: str | None = None
    #: dimension → code; all must match
    wanted: Mapping[str, str] = field(default_factory=dict)


def check_connection(connection: Connection) -> None:
    """Whether the portal can do that.

    :raises UnknownFeed: there is no such feed. :raises UnknownFilter: the feed has no such dimension.
    """
    feed = feeds().get(connection.feed or "")
    if connection.feed and feed is None:
        raise UnknownFeed(feed=connection.feed)
    known = {dimension.code for dimension in feed.dimensions} if feed else set()
    for dimension in connection.wanted:
        if dimension not in known:
            raise UnknownFilter(dimension=dimension)


def bind(session: Session, indicator: Indicator, connection: Connection, *, actor_id: int, now: datetime) -> None:
    """Connect a feed to an indicator, and make its figures anew from what was already heard.

    From then on a workbook no longer changes the connection of this indicator.

    :raises UnknownFeed: there is no such feed. :raises UnknownFilter: the feed has no such dimension.
    """
    check_connection(connection)
    hold_still(session)
    before = {"feed": indicator.feed, "filter": dict(indicator.feed_filter)}
    indicator.feed, indicator.feed_filter = connection.feed, dict(connection.wanted)
    indicator.bound_here = True
    session.flush()
    rebuild(session, indicator)
    audit.record(
        session,
        "plan.indicator.bound",
        subject=("plan_indicator", indicator.id),
        actor_id=actor_id,
        now=now,
        before=before,
        after={"feed": indicator.feed, "filter": dict(indicator.feed_filter)},
    )
