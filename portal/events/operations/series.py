"""A series is changed from one of its dates on, or taken as the pattern of a new event."""

from dataclasses import fields, replace
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy.orm import Session

from portal.core import audit, facts
from portal.core.clock import athens_date
from portal.events.facts import EventChanged
from portal.events.models import Event, Occurrence, Publication, Status
from portal.events.operations.rolling import roll, timing_of
from portal.events.operations.writing import EventInput, change, create, find_by_words
from portal.events.queries.recurrence import moment, named, parsed, time_of

#: what tells followers that later dates are not where or when they were
_MOVES = ("starts_at", "minutes", "venue_id", "place")


def input_of(event: Event) -> EventInput:
    """An event as people have written it."""
    values: dict[str, Any] = {each.name: getattr(event, each.name) for each in fields(EventInput)}
    given: dict[str, Any] = {name: tuple(v) if isinstance(v, list) else v for name, v in values.items()}
    return EventInput(**given)


# -- this and following


def change_following(
    session: Session, row: Occurrence, given: EventInput, *, host: str, actor_id: int | None, now: datetime
) -> Event:
    """From this date on the series is another event, with these values; what was before stays as it was.

    The old rule ends before the date. What was noted of single later dates – cancelled, moved – goes over to the new
    event where that has a date on the same day. From the first date on it is the whole event that changes.

    :raises UnreadableRule: for a rule that cannot be read.
    """
    event = row.event
    split = moment(row.recurrence_id)
    if split <= event.local_start:
        change(session, event, given, actor_id=actor_id, now=now)
        return event
    given = replace(given, rule=_counted_on(event, given.rule, split), **_later_lists(given, split))
    following = create(session, given, host=host, actor_id=actor_id, now=now)
    following.publication, following.published_at = event.publication, event.published_at
    moved = any(getattr(event, name) != getattr(following, name) for name in _MOVES)
    following.status = Status.MOVED if moved and event.publication is Publication.PUBLISHED else event.status
    _carry_over(session, event, following, split)
    _end(session, event, split, now=now)
    session.refresh(following, ["venue", "organiser", "category"])
    roll(session, following, today=athens_date(now))
    find_by_words(session, following)
    if event.publication is Publication.PUBLISHED:
        told = EventChanged(event_id=following.id, occurrence_id=None, status=following.status.value, at=now)
        facts.record(session, told)
    data = {"following": following.id}
    audit.record(session, "events.event.split", subject=("event", event.id), actor_id=actor_id, now=now, **data)
    return following


def _end(session: Session, event: Event, split: datetime, *, now: datetime) -> None:
    """The series ends before a date."""
    last = split.date() - timedelta(days=1)
    until = f"{last:%Y%m%d}" + ("" if event.all_day else "T235959")
    parts = [part for part in (event.rule or "").split(";") if part and part.split("=")[0] not in {"UNTIL", "COUNT"}]
    event.rule = ";".join([*parts, f"UNTIL={until}"]) if parts else None
    event.extra = [text for text in event.extra if moment(text) < split]
    event.left_out = [text for text in event.left_out if moment(text) < split]
    event.changed_at, event.sequence = now, event.sequence + 1
    session.flush()
    roll(session, event, today=athens_date(now))


def _counted_on(event: Event, rule: str | None, split: datetime) -> str | None:
    """A rule with so many dates has only those left that come after the split."""
    if not rule or rule != event.rule or "COUNT=" not in rule:
        return rule
    left = sum(1 for start in parsed(rule, event.local_start) if start >= split)
    return ";".join(f"COUNT={left}" if part.startswith("COUNT=") else part for part in rule.split(";"))


def _later_lists(given: EventInput, split: datetime) -> dict[str, Any]:
    """Further dates, and dates that are left out, from the split on; the latter at the hour the series has now."""
    day = split.date()
    extra = tuple(text for text in given.extra if moment(text).date() >= day)
    left_out = [moment(text).date() for text in given.left_out if moment(text).date() >= day]
    at = given.starts_at or time()
    starts = (datetime.combine(on, at) for on in left_out)
    return {"extra": extra, "left_out": tuple(named(start, all_day=given.starts_at is None) for start in starts)}


def _carry_over(session: Session, event: Event, following: Event, split: datetime) -> None:
    """What was said of single later dates; attendance stays where people came."""
    by_day = {moment(row.recurrence_id).date(): row for row in following.occurrences}
    for row in list(event.occurrences):
        if moment(row.recurrence_id) < split or row.attendance is not None:
            continue
        target = by_day.get(moment(row.recurrence_id).date())
        if row.single and target is not None:
            target.single, target.status, target.status_note = True, row.status, row.status_note
            target.venue_id = row.venue_id
            if row.starts_at != _plain_start(event, row):
                target.starts_at, target.ends_at = row.starts_at, row.ends_at
        event.occurrences.remove(row)
    session.flush()


def _plain_start(event: Event, row: Occurrence) -> datetime:
    """When an occurrence would begin by the rule alone."""
    return time_of(timing_of(event), moment(row.recurrence_id)).starts_at


# -- another one like it


def clone(session: Session, event: Event, *, starts_on: date, host: str, actor_id: int | None, now: datetime) -> Event:
    """A draft with the same values on another day; a rule comes along, its end and single dates do not.

    :raises UnreadableRule: never for a rule that was read before.
    """
    shift = starts_on - event.starts_on
    parts = [_shifted(part, shift) for part in (event.rule or "").split(";") if part]
    rule = ";".join(part for part in parts if part) or None
    like = replace(input_of(event), starts_on=starts_on, rule=rule, extra=(), left_out=())
    return create(session, like, host=host, actor_id=actor_id, now=now)


def _shifted(part: str, shift: timedelta) -> str:
    """A part of a rule as it is on other days: the end moves along."""
    name, _, value = part.partition("=")
    if name != "UNTIL":
        return part
    end = datetime.fromisoformat(value.rstrip("Z")) + shift
    return f"UNTIL={end:%Y%m%d}" if len(value) == 8 else f"UNTIL={end:%Y%m%dT%H%M%S}"
