"""Single times that a calendar has changed, taken over; what was changed here is kept."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from portal.core.clock import athens_date
from portal.core.texts import Translated
from portal.events.models import Event, Occurrence, Status
from portal.events.operations.calendars import ReadSingle
from portal.events.operations.matching import Round, place_of
from portal.events.operations.rolling import roll
from portal.events.operations.writing import Single, change_one


def take_singles(
    session: Session, event: Event, singles: Sequence[ReadSingle], before: Mapping[str, Any], round_: Round
) -> dict[str, Any]:
    """Make the different times of an event those of its calendar; what was read of them, for `Event.as_read`."""
    rows = {row.recurrence_id: row for row in event.occurrences}
    taken: dict[str, Any] = {}
    for single in singles:
        row, name = rows.get(single.recurrence_id), single.recurrence_id
        if row is None:
            continue  # beyond the horizon; another reading will find it
        taken[name] = _data(single)
        changed_here = row.single and not _is_as_read(row, before.get(name), round_)
        if taken[name] != before.get(name) and not changed_here:
            given = _given(single, event, round_)
            change_one(session, row, given, actor_id=round_.actor_id, now=round_.now)
    gone = [rows[name] for name in before if name in rows and name not in {each.recurrence_id for each in singles}]
    _restore(session, event, [row for row in gone if _is_as_read(row, before[row.recurrence_id], round_)], round_.now)
    return taken


def _given(single: ReadSingle, event: Event, round_: Round) -> Single:
    venue_id = place_of(round_.shelf, single.location, round_.target.language)[0] if single.location else None
    elsewhere = venue_id if venue_id != event.venue_id else None
    return Single(single.status, round_.text(single.note), single.starts_at, single.ends_at, elsewhere)


def _restore(session: Session, event: Event, rows: Sequence[Occurrence], now: datetime) -> None:
    """What is no longer different there is no longer different here."""
    for row in rows:
        row.single, row.status, row.status_note, row.venue = False, Status.SCHEDULED, Translated(), None
    if rows:
        event.changed_at, event.sequence = now, event.sequence + 1
        session.flush()
        roll(session, event, today=athens_date(now))


def _is_as_read(row: Occurrence, read: Mapping[str, Any] | None, round_: Round) -> bool:
    """Whether a row that differs is still as it was read, and nobody here has changed it; where is not compared."""
    note = row.status_note.get(round_.target.language, "")
    times = {"starts_at": row.starts_at.isoformat(), "ends_at": row.ends_at.isoformat()}
    present = {**times, "status": row.status.value, "note": note}
    return row.single and read is not None and {**read, **present} == read


def _data(single: ReadSingle) -> dict[str, Any]:
    times = {"starts_at": single.starts_at.isoformat(), "ends_at": single.ends_at.isoformat()}
    return {**times, "status": single.status.value, "note": single.note, "location": single.location}
