"""Calendars of others are taken into the agenda: new, changed and vanished events; own edits are kept."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, fields
from datetime import date, datetime, time
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.core.errors import Refused
from portal.core.texts import N_, Translated
from portal.events.models import Calendar, Event, Publication
from portal.events.operations import publishing, vanishing
from portal.events.operations.calendars import ReadEvent, Reading
from portal.events.operations.contentlines import ImportProblem, Unreadable
from portal.events.operations.matching import Round, Target, names, place_of
from portal.events.operations.singles import take_singles
from portal.events.operations.writing import EventInput, change, create, set_status
from portal.events.queries import imported
from portal.events.queries.recurrence import BadRule

#: what is counted of a reading
COUNTS = ("new", "changed", "unchanged", "vanished", "ours")
#: so many problems are kept of a reading
MOST_PROBLEMS = 200
#: a description whose first paragraph is no longer than this has a summary
_SUMMARY = 300


def target_of(calendar: Calendar, *, site: str) -> Target:
    """What a calendar that is read on a schedule says of its events."""
    return Target(
        category_id=calendar.category_id,
        calendar_id=calendar.id,
        organiser_id=calendar.organiser_id,
        venue_id=calendar.venue_id,
        language=calendar.language,
        trusted=calendar.trusted,
        site=site,
    )


@dataclass
class Outcome:
    """What came of it: how many, and what could not be taken."""

    new: int = 0
    changed: int = 0
    unchanged: int = 0
    #: taken out, since the calendar no longer has them
    vanished: int = 0
    #: events of our own that the calendar repeats
    ours: int = 0
    problems: list[ImportProblem] = field(default_factory=list)

    def report(self, now: datetime) -> dict[str, Any]:
        """The same as plain JSON, for `Calendar.report`; reasons as msgid and values, for readers of any language."""
        counts = {name: getattr(self, name) for name in COUNTS}
        problems = [vars(each) for each in self.problems[:MOST_PROBLEMS]]
        at = now.isoformat(timespec="seconds")
        return {"at": at, "taken_at": at, **counts, "problems": problems, "more": len(self.problems) - len(problems)}


class NotTaken(Refused):
    """A file with problems, of which nothing was taken."""

    message = N_("The calendar has %(count)s lines that cannot be read; nothing was taken.")


def take(
    session: Session, reading: Reading, target: Target, *, take_good: bool, actor_id: int | None, now: datetime
) -> Outcome:
    """Bring the agenda in line with a calendar; what can be taken of a bad one only if that is wanted.

    :raises NotTaken: for a bad one otherwise.
    """
    if reading.problems and not take_good:
        raise NotTaken(count=len(reading.problems))
    outcome = Outcome(problems=list(reading.problems))
    known, round_ = _known(session, target), Round(target, names(session), actor_id, now)
    taken: list[tuple[ReadEvent, Event]] = []
    for read in reading.events:
        try:
            with session.begin_nested():
                event = _take(session, read, known.get(read.uid), round_, outcome)
        except (BadRule, Refused) as error:
            outcome.problems.append(Unreadable(read.line, error.message, **error.values).problem)
            continue
        if event is not None:
            taken.append((read, event))
    _under_umbrellas(session, taken)
    if reading.whole and target.calendar_id is not None:
        gone = [event for uid, event in known.items() if uid not in reading.uids]
        outcome.vanished = sum(vanishing.take_out(session, event, now=now) for event in gone)
    return outcome


def _known(session: Session, target: Target) -> dict[str, Event]:
    """What was read of this calendar before; of files, of any file."""
    query = sa.select(Event).where(Event.calendar_id == target.calendar_id, Event.calendar_uid.is_not(None))
    return {event.calendar_uid or "": event for event in session.scalars(query)}


def _take(session: Session, read: ReadEvent, event: Event | None, round_: Round, outcome: Outcome) -> Event | None:
    values = _values(read, round_)
    if event is None:
        if session.scalar(sa.select(Event.id).where(Event.uid == read.uid)):
            outcome.ours += 1
            return None
        event = _add(session, read, values, round_)
        outcome.new += 1
        return event
    gone = event.as_read.get("gone", False)
    if event.publication is Publication.REFUSED or (event.publication is Publication.WITHDRAWN and not gone):
        outcome.unchanged += 1  # decided here
        return None
    if _change(session, event, read, values, round_):
        outcome.changed += 1
    else:
        outcome.unchanged += 1
    return event


def _values(read: ReadEvent, round_: Round) -> dict[str, Any]:
    """What is read of an event, as plain JSON; see `imported.present`."""
    target, shelves = round_.target, round_.shelf.categories
    venue_id, place = place_of(round_.shelf, read.location, target.language)
    summary, _blank, text = read.text.partition("\n\n")
    if len(summary) > _SUMMARY:
        summary, text = "", read.text
    found = [shelves[name] for each in read.categories if (name := imported.folded(each)) in shelves]
    return {
        "title": read.title,
        "summary": summary,
        "text": text.strip("\n"),
        "place": place,
        "venue_id": venue_id if read.location else target.venue_id,
        "category_id": found[0] if found else target.category_id,
        "contact": read.contact,
        "timing": imported.timing_data({name: getattr(read.timing, name) for name in imported.TIMING}),
    }


def _columns(values: dict[str, Any], language: str, event: Event | None = None) -> dict[str, Any]:
    """The same as columns of an event; texts in other languages stay as they are."""
    columns: dict[str, Any] = {}
    for name, value in values.items():
        if name in imported.TEXTS:
            others = getattr(event, name) if event else {}
            columns[name] = Translated({**others, language: value} if value or language in others else others)
        elif name == "timing":
            at = value["starts_at"]
            columns |= value | {
                "starts_on": date.fromisoformat(value["starts_on"]),
                "starts_at": time.fromisoformat(at) if at else None,
                "extra": tuple(value["extra"]),
                "left_out": tuple(value["left_out"]),
            }
        else:
            columns[name] = value
    return columns


def _add(session: Session, read: ReadEvent, values: dict[str, Any], round_: Round) -> Event:
    target, now = round_.target, round_.now
    links = ({"url": read.url, "title": ""},) if _foreign(read.url, target) else ()
    given = EventInput(**_columns(values, target.language), organiser_id=target.organiser_id, links=links)
    event = create(session, given, host=target.host, actor_id=round_.actor_id, now=now)
    event.uid, event.calendar_id, event.calendar_uid = read.uid, target.calendar_id, read.uid
    event.slug = _own_slug(session, read.url, target) or event.slug
    event.status, event.status_note = read.status, round_.text(read.note)
    event.publication = Publication.SUBMITTED
    singles = take_singles(session, event, read.singles, {}, round_)
    event.as_read = _as_read(read, values, singles, target)
    session.flush()
    if target.trusted:
        publishing.publish(session, event, actor=None, now=now)
    event.sequence = read.sequence
    event.created_at, event.changed_at = min(read.created or now, now), min(read.modified or now, now)
    session.flush()
    return event


def _change(session: Session, event: Event, read: ReadEvent, values: dict[str, Any], round_: Round) -> bool:
    """Whether anything of it differs now."""
    before, actor_id, now = event.as_read, round_.actor_id, round_.now
    own = set(imported.own_edits(event)) - ({"timing"} if before.get("gone") else set())
    wanted = {name: value for name, value in values.items() if name not in own}
    given = {each.name: getattr(event, each.name) for each in fields(EventInput)}
    given = {name: tuple(value) if isinstance(value, list) else value for name, value in given.items()}
    given |= _columns(wanted, round_.target.language, event)
    differ: list[Any] = change(session, event, EventInput(**given), actor_id=actor_id, now=now)
    if (read.status.value, read.note) != (before.get("status"), before.get("note")):
        set_status(session, event, read.status, round_.text(read.note), actor_id=actor_id, now=now)
        differ.append("status")
    singles = take_singles(session, event, read.singles, before.get("singles", {}), round_)
    if singles != before.get("singles", {}):
        differ.append("singles")
    if before.get("gone"):
        vanishing.bring_back(session, event, now=now)
        differ.append("publication")
    event.as_read = _as_read(read, values, singles, round_.target)
    event.sequence = max(event.sequence, read.sequence) if differ else event.sequence
    session.flush()
    return bool(differ)


def _as_read(read: ReadEvent, values: dict[str, Any], singles: dict[str, Any], target: Target) -> dict[str, Any]:
    state = {"status": read.status.value, "note": read.note, "singles": singles}
    return {"language": target.language, "values": values, **state}


def _foreign(url: str, target: Target) -> bool:
    own = bool(target.site) and url.startswith(f"{target.site}/")
    return url.startswith(("http://", "https://")) and not own


def _own_slug(session: Session, url: str, target: Target) -> str:
    """The address of an event that comes back to this portal, if nobody has it."""
    if not target.site or not url.startswith(f"{target.site}/"):
        return ""
    parts = url.removeprefix(f"{target.site}/").strip("/").split("/")
    slug = parts[2] if len(parts) == 3 and parts[1] == "events" else ""
    taken = slug and session.scalar(sa.select(Event.id).where(Event.slug == slug))
    return slug if slug.replace("-", "").isalnum() and len(slug) <= 80 and not taken else ""


def _under_umbrellas(session: Session, taken: Iterable[tuple[ReadEvent, Event]]) -> None:
    """What says which event it is part of is put under it, once all are there."""
    parts = [(read, event) for read, event in taken if read.parent and event.umbrella_id is None]
    uids = {read.parent for read, _event in parts}
    umbrellas = {uid: key for uid, key in session.execute(sa.select(Event.uid, Event.id).where(Event.uid.in_(uids)))}  # noqa: C416 – rows
    for read, event in parts:
        umbrella = umbrellas.get(read.parent)
        if umbrella is not None and umbrella != event.id:
            event.umbrella_id = umbrella
    session.flush()
