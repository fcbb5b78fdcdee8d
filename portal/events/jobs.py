"""What events does for the worker: calendars of others are read, occurrences rolled on, digests written."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import current_app
from sqlalchemy.orm import Session

from portal.core import clock, fetching, following
from portal.core.web import portal
from portal.events import operations
from portal.events.models import Calendar, Subscription
from portal.events.operations import schedule
from portal.events.queries import sources


def roll_on(session: Session) -> None:
    """Make occurrences up to the horizon, some hundred events in each transaction."""
    while operations.roll_on(session, today=clock.athens_date(clock.now())):
        session.commit()


def send_digests(session: Session) -> None:
    """Write the digests that are due, some in each transaction; forget those that nobody has confirmed."""
    while operations.send_digests(session, now=clock.now()):
        session.commit()
    following.forget_unconfirmed(session, Subscription.created_at, now=clock.now())


def look_for_calendars(session: Session) -> None:
    """Write a job for each calendar that is due; each is fetched and can fail on its own."""
    now = clock.now()
    for number in schedule.due(session, now=now):
        schedule.ask(session, number, now=now)


def read_calendar(session: Session, payload: Mapping[str, Any], _job: int) -> None:
    """Fetch a calendar and take what is in it; whatever goes wrong stands in its report."""
    calendar = session.get(Calendar, payload["calendar"])
    if calendar is None or calendar.closed:
        return
    url, etag = calendar.url, calendar.etag
    session.commit()  # nobody waits for the database while we wait for others
    now, fetched, refusal = clock.now(), fetching.Fetched(None, etag), None
    try:
        fetched = fetching.fetch(url, etag=etag, inside=current_app.testing)
    except fetching.NotFetched as error:
        refusal = error
    session.refresh(calendar, with_for_update=True)
    if calendar.closed or calendar.url != url:
        return  # decided meanwhile
    if refusal:
        schedule.mark_unread(calendar, refusal, now=now)
    elif fetched.body is None:
        schedule.mark_same(calendar, now=now)
    else:
        site = portal.settings.public_url.rstrip("/")
        schedule.take_in(session, calendar, fetched.body, etag=fetched.etag, site=site, now=now)


def forget_drafts(session: Session) -> None:
    """Throw away what organisers have begun and never handed in."""
    operations.forget_drafts(session, now=clock.now())


handlers = {sources.KIND: read_calendar}
#: name → (every so many seconds, what)
routines = {
    "events.roll_on": (86_400, roll_on),
    "events.drafts": (86_400, forget_drafts),
    "events.calendars": (3_600, look_for_calendars),
    "events.digests": (3_600, send_digests),
}
