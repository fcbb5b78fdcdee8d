"""Calendars of others in the demonstration: one that is read from a file of the pack, one that fails and is paused."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from portal.core import fetching
from portal.core.texts import Translated
from portal.events import operations as events
from portal.events.operations import schedule
from portal.events.operations import sources as operations
from portal.events.queries import sources
from portal.site.operations.demonstration.days import Item
from portal.site.operations.demonstration.stage import Life, office_moment

if TYPE_CHECKING:
    from portal.site.operations.demonstration.agenda import Agenda

FOLDER = "calendars"
#: a day as calendars write it
_DAY = re.compile(r"(?<=[:;=])20\d{6}(?!\d)")


def followed(agenda: Agenda, folder: Path, item: Item) -> tuple[datetime, Life]:
    """A calendar of the pack with the moment at which staff add it; `agenda` is that of the demonstration."""
    stage, rng = agenda.stage, agenda.rng(item["name"])
    day = stage.calendar.on_or_after(agenda.today - timedelta(days=item["days"]))
    life = _read(agenda, folder, item) if "file" in item else _fails(agenda, item)
    return min(office_moment(rng, day), stage.until), life


def _read(agenda: Agenda, folder: Path, item: Item) -> Life:
    """Read within the hour; on one of the next days staff publish what they have looked at."""
    stage, session = agenda.stage, agenda.stage.session
    rng = agenda.rng(item["url"])
    row = _added(agenda, item)
    yield stage.now + timedelta(minutes=rng.randint(5, 55))
    text = (folder / FOLDER / item["file"]).read_text()
    body = moved(text, item["dated"], agenda.today).encode()
    schedule.take_in(session, row, body, etag=None, site=stage.setting.site, now=stage.now)
    yield stage.office_hour(rng, 1)
    found = {event.calendar_uid: event for event in sources.waiting(session, row)}
    for uid, own in item["published"].items():
        event, actor = found[uid], stage.staff.handler(agenda.unit, rng)
        given = replace(events.input_of(event), **{name: _own(getattr(event, name), own[name]) for name in own})
        events.change(session, event, given, actor_id=actor.id, now=stage.now)
        events.publish(session, event, actor=actor, now=stage.now)


def _fails(agenda: Agenda, item: Item) -> Life:
    """Tried in vain; staff pause it the next day."""
    stage, rng = agenda.stage, agenda.rng(item["url"])
    row = _added(agenda, item)
    yield stage.now + timedelta(minutes=rng.randint(5, 55))
    schedule.mark_unread(row, fetching.NotFetched(fetching.REFUSES, answer=item["failed"]), now=stage.now)
    yield stage.office_hour(rng, 1)
    actor = stage.staff.handler(agenda.unit, rng)
    operations.set_paused(stage.session, row, paused=True, actor_id=actor.id, now=stage.now)


def _added(agenda: Agenda, item: Item) -> Any:
    given = operations.CalendarInput(
        name=item["name"],
        url=item["url"],
        category_id=agenda.category_ids[item["category"]],
        organiser_id=agenda.organiser(item["organiser"]) if "organiser" in item else None,
        every_hours=item["every_hours"],
    )
    actor = agenda.stage.staff.handler(agenda.unit, agenda.rng(item["url"]))
    return operations.write_calendar(agenda.stage.session, None, given, actor_id=actor.id, now=agenda.stage.now)


def _own(known: Any, written: str | Mapping[str, str]) -> Any:
    """What staff write beside what was read, or in its place."""
    return written if isinstance(written, str) else Translated({**known, **written})


def moved(text: str, dated: date, today: date) -> str:
    """A calendar with its days moved by whole weeks: the week of `dated` becomes that of `today`."""
    weeks = ((today - timedelta(days=today.weekday())) - (dated - timedelta(days=dated.weekday()))).days // 7

    def later(found: re.Match[str]) -> str:
        try:
            day = datetime.strptime(found[0], "%Y%m%d")  # noqa: DTZ007 – a day alone
        except ValueError:
            return found[0]  # no day: it is left to whoever reads it
        return f"{day + timedelta(weeks=weeks):%Y%m%d}"

    return _DAY.sub(later, text)
