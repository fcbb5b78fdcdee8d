"""The digest of the week is written, once for each subscription, and not at all where there is nothing to say."""

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from typing import Any

from sqlalchemy.orm import Session

from portal.core import following
from portal.core.clock import ATHENS, athens_date
from portal.core.following import Weekly
from portal.events.models import Price, Subscription
from portal.events.queries import digests, words
from portal.events.queries.agenda import Line
from portal.events.queries.digests import Change

#: Thursday, four in the afternoon in Athens: in time for the weekend
DUE = Weekly(3, time(16))
#: subscriptions in one transaction
BATCH = 50
#: so many further days of an event are named
MOST_FURTHER = 9


def send_digests(session: Session, *, now: datetime, most: int = BATCH) -> int:
    """Write the digests that are due, some in each transaction; how many subscriptions were looked at."""
    rows = following.take_due(session, Subscription, DUE, now=now, most=most, order=[Subscription.filter])
    found: dict[str, list[Line]] = {}
    for row in rows:
        if row.filter not in found:
            found[row.filter] = digests.upcoming(session, row.filter, now=now)
        _send(session, row, found[row.filter], now=now)
    session.flush()
    return len(rows)


def _send(session: Session, row: Subscription, lines: Sequence[Line], *, now: datetime) -> None:
    told = _by_event(lines)
    changes = digests.changes(session, row.named, now=now)
    row.named = {str(line.id): digests.mark(line) for each in told for line in each}
    if not told and not changes:
        return
    today = athens_date(now)
    values = {
        "first": today.isoformat(),
        "last": (today + timedelta(days=digests.DAYS - 1)).isoformat(),
        "about": words.in_words(session, digests.given_in(row.filter)),
        "days": _days(told, now),
        "changes": [_change(each) for each in changes],
        "filter": row.filter,
    }
    following.send_weekly(session, row, "events/digest", values, now=now)


def _by_event(lines: Sequence[Line]) -> list[list[Line]]:
    """The occurrences of each event, events in the order of their first."""
    found: dict[int, list[Line]] = {}
    for line in lines:
        found.setdefault(line.event_id, []).append(line)
    return list(found.values())[: digests.MOST_EVENTS]


def _days(told: Sequence[Sequence[Line]], now: datetime) -> list[dict[str, Any]]:
    """Day by day, each event on its first; what began before today stands at the beginning, without a day."""
    days: dict[str, list[dict[str, Any]]] = {}
    for first, *further in told:
        day = athens_date(first.starts_at)
        days.setdefault("" if day < athens_date(now) else day.isoformat(), []).append(_line(first, further))
    return [{"day": day, "lines": lines} for day, lines in sorted(days.items())]


def _line(line: Line, further: Sequence[Line]) -> dict[str, Any]:
    last = line.ends_at - timedelta(microseconds=1)
    return {
        "title": line.title,
        "slug": line.slug,
        "status": line.status.value,
        "status_label": line.status.label,
        "at": "" if line.all_day else f"{line.starts_at.astimezone(ATHENS):%H:%M}",
        "until": athens_date(last).isoformat() if athens_date(last) > athens_date(line.starts_at) else "",
        "where": [text for text in (line.place, line.venue, line.community) if text],
        "free": line.price is Price.FREE,
        "further": [athens_date(each.starts_at).isoformat() for each in further[:MOST_FURTHER]],
    }


def _change(each: Change) -> dict[str, Any]:
    return {
        "title": each.title,
        "slug": each.slug,
        "status": each.status.value if each.status else "",
        "status_label": each.status.label if each.status else "",
        "was_at": each.was_at.isoformat(),
        "starts_at": each.starts_at.isoformat() if each.starts_at else "",
        "all_day": each.all_day,
        "note": each.note,
        "venue": each.venue or {},
    }
