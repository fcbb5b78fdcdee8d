"""Calendars of others: taken event by event, refused line by line, followed when they change."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from portal.core import fetching
from portal.core.texts import Translated
from portal.events import jobs, operations
from portal.events.models import Calendar, Event, Publication, Status
from portal.events.operations import calendars, importing, schedule
from portal.events.operations.matching import Target
from portal.events.queries.imported import own_edits
from portal.events.queries.recurrence import Timing
from tests.factories import NOW, make_category, make_event, make_venue

FOLDER = Path(__file__).with_name("calendars")
LATER = NOW + timedelta(days=1)


def reading(name: str) -> calendars.Reading:
    return calendars.read((FOLDER / f"{name}.ics").read_bytes(), today=NOW.date())


def by_uid(name: str) -> dict[str, calendars.ReadEvent]:
    return {event.uid: event for event in reading(name).events}


def told(name: str) -> list[str]:
    return [str(problem) for problem in reading(name).problems]


# -- calendars of different programs


def test_google() -> None:
    found = by_uid("google")

    concert = found["7a1concert@google.com"]
    assert concert.timing == Timing(date(2026, 7, 4), time(20, 30), 120)
    assert concert.text == "Με τη χορωδία του συλλόγου.\nΕίσοδος ελεύθερη & για όλους."
    assert concert.location == "Χώρος Λιμανιού, Λιμένας Χερσονήσου"
    dance = found["9b2dance@google.com"]
    assert dance.timing.rule == "FREQ=WEEKLY;WKST=MO;UNTIL=20260630T235959;BYDAY=TU"
    assert dance.timing.left_out == ("2026-04-14T19:00",)
    assert [(each.recurrence_id, each.starts_at) for each in dance.singles] == [
        ("2026-03-24T19:00", datetime(2026, 3, 25, 17, tzinfo=UTC))
    ]
    assert found["0c3feast@google.com"].timing == Timing(date(2026, 8, 15), None, 2 * 1440)
    assert told("google") == ["76: This event is marked as private."]


def test_outlook() -> None:
    found = by_uid("outlook")

    talk = found["040000008200E00074C5B7101A82E008"]
    assert talk.timing == Timing(date(2026, 3, 6), time(18), 120, "FREQ=MONTHLY;COUNT=6;BYDAY=1FR")
    assert talk.text == "Δύο ώρες, με διερμηνεία.\n\nΕίσοδος ελεύθερη."
    assert found["040000008200E00074C5B7101A82E009"].timing == Timing(date(2026, 3, 20), None, 2 * 1440)
    assert len(found) == 2
    assert told("outlook") == ["65: A change of this and all following dates is not supported."]


def test_apple() -> None:
    found = by_uid("apple")

    film = found["A1B2C3D4-0001"]
    assert film.timing == Timing(date(2026, 6, 12), time(21, 30), 135, None, ("2026-06-19T21:30", "2026-06-26T21:30"))
    children = found["A1B2C3D4-0002"]
    assert children.timing.left_out == ("2026-07-08T21:00",)
    assert [(each.recurrence_id, each.status) for each in children.singles] == [("2026-07-15T21:00", Status.CANCELLED)]
    assert told("apple") == ["40: DTSTART: nobody knows the time zone “Mars/Olympus”."]


def test_nextcloud() -> None:
    found = by_uid("nextcloud")

    walk = found["5f0c-mills"]
    assert walk.text == "Καλοκαιρινή περιήγηση στους μύλους και στα μονοπάτια του οροπεδίου, με ξεναγό."
    assert walk.timing == Timing(date(2026, 4, 3), time(10), 60, "FREQ=WEEKLY;BYDAY=FR;UNTIL=20260417T235959")
    assert walk.categories == ("Ξεναγήσεις", "Φύση")
    assert walk.url == "https://walks.example.org/mills?lang=el"
    assert found["5f0c-all-day"].timing == Timing(date(2026, 5, 1), None, 1440, "FREQ=YEARLY", (), ("2027-05-01",))
    assert told("nextcloud") == []


def test_wordpress() -> None:
    found = by_uid("wordpress")

    fair = found["1432-1747440000-1747526399@association.example.org"]
    assert fair.timing == Timing(date(2026, 5, 17), time(0), 1440)
    assert (fair.title, fair.text) == ("Book fair & readings", "Bring a book; take a book.")
    assert found["1434-1@association.example.org"].title == "Midsummer dance"
    assert told("wordpress") == [
        "42: DTEND: it would end before it begins.",
        "54: This event stands in the file a second time; the newer one counts.",
        "64: This line cannot be read: “this line is no property”.",
        "67: This event has no UID, or too long a one.",
    ]


def test_a_university_abroad() -> None:
    found = by_uid("university")

    lecture = Timing(date(2026, 3, 3), time(18), 90, "FREQ=WEEKLY;BYDAY=TU;UNTIL=20261027T180000")
    assert found["lecture-berlin"].timing == lecture
    assert found["seminar-campus"].timing == Timing(date(2026, 3, 4), time(11), 60, "FREQ=WEEKLY;COUNT=8")
    # America changes its clocks three weeks earlier: no rule of ours says that, single dates do
    assert found["call-new-york"].timing == Timing(
        date(2026, 3, 1),
        time(18),
        60,
        None,
        ("2026-03-08T17:00", "2026-03-15T17:00", "2026-03-22T17:00", "2026-03-29T18:00"),
    )
    assert found["late-berlin"].timing.extra == ("2026-03-14T00:30", "2026-03-21T00:30")
    assert found["excursion"].timing.extra == ("2026-05-16T09:00", "2026-05-23T09:00")
    assert told("university") == [
        "49: RRULE: it goes by the clock of America/New_York and has no end.",
        "72: The rule of the dates (RRULE) says FREQ=HOURLY; only DAILY, WEEKLY, MONTHLY and YEARLY are known.",
        "79: This line is not written in UTF-8.",
        "84: DTSTART: “20260231” is not a date or time.",
    ]


@pytest.mark.parametrize(
    ("raw", "problem"),
    [
        (b"", "1: This is not a calendar: no line BEGIN:VCALENDAR."),
        (b"<!doctype html><p>Not found", "1: This is not a calendar: no line BEGIN:VCALENDAR."),
        (b"BEGIN:VCALENDAR\nVERSION:2.0\n", "1: VCALENDAR begins here and does not end."),
        (b"BEGIN:VCALENDAR\nEND:VEVENT\nEND:VCALENDAR\n", "2: VEVENT ends here and has not begun."),
        (b"BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:a\nEND:VCALENDAR\n", "2: VEVENT begins here and does not end."),
        (
            b"BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:a\nSUMMARY:x\nRECURRENCE-ID:20260303T100000\nEND:VEVENT\nEND:VCALENDAR\n",
            "2: This changes a date of a series that is not in the file.",
        ),
    ],
)
def test_what_is_no_calendar_is_refused_with_its_line(raw: bytes, problem: str) -> None:
    found = calendars.read(raw, today=NOW.date())

    assert (found.events, [str(each) for each in found.problems]) == ([], [problem])


def test_no_bytes_make_the_reading_fail() -> None:
    whole = (FOLDER / "google.ics").read_bytes()
    for cut in range(0, len(whole), 37):
        calendars.read(whole[:cut] + b"\x00\xff;\n" + whole[cut + 5 :], today=NOW.date())


# -- into the agenda


def event_text(uid: str = "a@x", *lines: str, start: str = "20260404T200000", title: str = "Συναυλία") -> str:
    body = [f"UID:{uid}", f"DTSTART;TZID=Europe/Athens:{start}", "DURATION:PT2H", f"SUMMARY:{title}", *lines]
    return "\n".join(["BEGIN:VEVENT", *body, "END:VEVENT"])


def calendar_text(*events: str) -> bytes:
    return "\n".join(["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:x", *events, "END:VCALENDAR", ""]).encode()


class Follower:
    """A calendar of others that is read again and again."""

    def __init__(self, session: Session, **given: Any) -> None:
        self.session = session
        values: dict[str, Any] = {
            "name": "Σύλλογος",
            "url": "https://a.example.org/a.ics",
            "trusted": True,
            "every_hours": 24,
        }
        self.calendar = Calendar(**(values | {"category_id": make_category(session).id, "language": "el"} | given))
        session.add(self.calendar)
        session.flush()

    def read(self, *events: str, now: datetime = NOW, good: bool = True) -> importing.Outcome:
        found = calendars.read(calendar_text(*events), today=now.date())
        target = importing.target_of(self.calendar, site="http://localhost")
        return importing.take(self.session, found, target, take_good=good, actor_id=None, now=now)

    def event(self, uid: str = "a@x") -> Event:
        found = self.session.scalars(sa.select(Event).where(Event.calendar_uid == uid)).one()
        self.session.refresh(found)
        return found


def counts(outcome: importing.Outcome) -> tuple[int, int, int, int]:
    return outcome.new, outcome.changed, outcome.unchanged, outcome.vanished


def test_what_is_new_is_published_if_the_calendar_is_trusted(session: Session) -> None:
    music = make_category(session, code="music", name=Translated(el="Μουσική", en="Music"))
    harbour = make_venue(session, name=Translated(el="Λιμάνι"), address=Translated(el="Λιμένας"))
    follower = Follower(session)

    outcome = follower.read(
        event_text("a@x", "CATEGORIES:ΜΟΥΣΙΚΗ", "LOCATION:Προβλήτα\\, Λιμάνι\\, Λιμένας", "SEQUENCE:3")
    )

    event = follower.event()
    assert counts(outcome) == (1, 0, 0, 0)
    assert (event.publication, event.uid, event.sequence) == (Publication.PUBLISHED, "a@x", 3)
    assert (event.category_id, event.venue_id, event.place) == (music.id, harbour.id, Translated(el="Προβλήτα"))
    assert [row.shown for row in event.occurrences] == [True]
    assert counts(
        follower.read(event_text("a@x", "CATEGORIES:ΜΟΥΣΙΚΗ", "LOCATION:Προβλήτα\\, Λιμάνι\\, Λιμένας"), now=LATER)
    ) == (0, 0, 1, 0)


def test_what_is_new_waits_if_it_is_not(session: Session) -> None:
    follower = Follower(session, trusted=False)

    follower.read(event_text())

    assert follower.event().publication is Publication.SUBMITTED


def test_changes_are_taken_and_own_edits_kept_and_marked(session: Session) -> None:
    follower = Follower(session)
    follower.read(event_text("a@x", "DESCRIPTION:Παλιό"))
    event = follower.event()
    own = operations.EventInput(
        title=Translated(el="Δικός μας τίτλος", en="Our title"),
        summary=event.summary,
        category_id=event.category_id,
        starts_on=event.starts_on,
        starts_at=event.starts_at,
        minutes=event.minutes,
    )
    operations.change(session, event, own, actor_id=None, now=NOW)

    outcome = follower.read(event_text("a@x", "DESCRIPTION:Νέο", start="20260405T210000", title="Άλλος"), now=LATER)

    event = follower.event()
    assert counts(outcome) == (0, 1, 0, 0)
    assert event.title == {"el": "Δικός μας τίτλος", "en": "Our title"}
    assert event.summary == {"el": "Νέο"}
    assert (event.starts_on, event.starts_at) == (date(2026, 4, 5), time(21))
    assert own_edits(event) == ["title"]
    assert event.status is Status.MOVED


def test_the_translation_of_a_text_is_no_edit_of_it(session: Session) -> None:
    follower = Follower(session)
    follower.read(event_text())
    event = follower.event()
    event.title = Translated({**event.title, "en": "Concert"})
    session.flush()

    follower.read(event_text(title="Μεγάλη συναυλία"), now=LATER)

    assert follower.event().title == {"el": "Μεγάλη συναυλία", "en": "Concert"}


def test_cancelling_reaches_us_even_after_a_move(session: Session) -> None:
    follower = Follower(session)
    follower.read(event_text())
    follower.read(event_text(start="20260405T210000"), now=LATER)

    outcome = follower.read(event_text("a@x", "STATUS:CANCELLED", start="20260405T210000"), now=LATER)

    assert counts(outcome) == (0, 1, 0, 0)
    assert follower.event().status is Status.CANCELLED


def test_single_dates_follow_their_calendar(session: Session) -> None:
    follower = Follower(session)
    series = event_text("a@x", "RRULE:FREQ=WEEKLY;COUNT=3")
    moved = event_text("a@x", "RECURRENCE-ID;TZID=Europe/Athens:20260411T200000", start="20260412T180000")

    follower.read(series, moved)
    assert [row.starts_at.day for row in follower.event().occurrences] == [4, 12, 18]
    assert counts(follower.read(series, moved, now=LATER)) == (0, 0, 1, 0)

    follower.read(series, now=LATER)
    rows = follower.event().occurrences
    assert [(row.starts_at.day, row.single) for row in rows] == [(4, False), (11, False), (18, False)]


def test_a_single_date_that_was_changed_here_is_kept(session: Session) -> None:
    follower = Follower(session)
    series = event_text("a@x", "RRULE:FREQ=WEEKLY;COUNT=3")
    follower.read(series)
    row = follower.event().occurrences[1]
    operations.change_one(session, row, operations.Single(Status.CANCELLED), actor_id=None, now=NOW)

    follower.read(
        series,
        event_text("a@x", "RECURRENCE-ID;TZID=Europe/Athens:20260411T200000", start="20260412T180000"),
        now=LATER,
    )

    assert [(row.starts_at.day, row.status) for row in follower.event().occurrences][1] == (11, Status.CANCELLED)


def test_what_vanishes_is_taken_out_if_it_lies_ahead_and_comes_back(session: Session) -> None:
    follower = Follower(session)
    past, ahead = event_text("past@x", start="20260201T200000"), event_text("ahead@x")
    follower.read(past, ahead)

    assert counts(follower.read(now=LATER)) == (0, 0, 0, 1)
    assert follower.event("past@x").publication is Publication.PUBLISHED
    assert follower.event("ahead@x").publication is Publication.WITHDRAWN
    assert counts(follower.read(now=LATER)) == (0, 0, 0, 0)

    assert counts(follower.read(past, ahead, now=LATER)) == (0, 1, 1, 0)
    assert follower.event("ahead@x").publication is Publication.PUBLISHED


def test_a_series_that_vanishes_keeps_what_has_been(session: Session) -> None:
    follower = Follower(session)
    series = event_text("a@x", "RRULE:FREQ=WEEKLY", start="20260217T200000")
    follower.read(series)

    follower.read(now=NOW)

    event = follower.event()
    assert event.publication is Publication.PUBLISHED
    assert [row.recurrence_id for row in event.occurrences] == ["2026-02-17T20:00", "2026-02-24T20:00"]
    follower.read(series, now=LATER)
    assert len(follower.event().occurrences) > 70


def test_a_file_that_is_cut_off_takes_nothing_out(session: Session) -> None:
    follower = Follower(session)
    follower.read(event_text())

    found = calendars.read(b"BEGIN:VCALENDAR\nVERSION:2.0\n", today=NOW.date())
    target = importing.target_of(follower.calendar, site="")
    outcome = importing.take(session, found, target, take_good=True, actor_id=None, now=LATER)

    assert outcome.vanished == 0
    assert follower.event().publication is Publication.PUBLISHED


def test_what_staff_took_out_stays_out(session: Session) -> None:
    follower = Follower(session)
    follower.read(event_text())
    operations.withdraw(session, follower.event(), actor=None, now=NOW)

    assert counts(follower.read(event_text(title="Άλλος"), now=LATER)) == (0, 0, 1, 0)
    assert follower.event().publication is Publication.WITHDRAWN


def test_nothing_is_doubled(session: Session) -> None:
    own = make_event(session)
    follower = Follower(session)

    outcome = follower.read(event_text(own.uid), event_text("a@x"), event_text("a@x"))

    assert (outcome.new, outcome.ours) == (1, 1)
    assert session.scalar(sa.select(sa.func.count()).select_from(Event)) == 2


def test_a_bad_file_is_taken_only_if_that_is_wanted(session: Session) -> None:
    target = Target(category_id=make_category(session).id)
    found = reading("wordpress")

    with pytest.raises(importing.NotTaken):
        importing.take(session, found, target, take_good=False, actor_id=None, now=NOW)
    assert session.scalar(sa.select(sa.func.count()).select_from(Event)) == 0

    outcome = importing.take(session, found, target, take_good=True, actor_id=None, now=NOW)
    assert (outcome.new, len(outcome.problems)) == (2, 4)
    again = importing.take(session, found, target, take_good=True, actor_id=None, now=NOW)
    assert (again.new, again.unchanged) == (0, 2)


# -- fetching


class _Calendar(BaseHTTPRequestHandler):
    """Answers with what the test has put there."""

    body, etag, status, location = b"", '"1"', 200, ""

    def do_GET(self) -> None:
        kind = type(self)
        same = self.headers.get("If-None-Match") == kind.etag
        self.send_response(304 if same else kind.status)
        self.send_header("ETag", kind.etag)
        if kind.location:
            self.send_header("Location", kind.location)
        self.end_headers()
        if not same:
            self.wfile.write(kind.body)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        pass


@pytest.fixture
def served() -> Iterator[tuple[type[_Calendar], str]]:
    kind = type("Served", (_Calendar,), {})
    with HTTPServer(("127.0.0.1", 0), kind) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        yield kind, f"http://127.0.0.1:{server.server_port}/a.ics"
        server.shutdown()
        thread.join()


def test_a_calendar_is_read_by_the_worker(
    app: Flask,
    session: Session,
    served: tuple[type[_Calendar], str],
    drain: Callable[[datetime], int],
    frozen: Callable[..., Any],
) -> None:
    kind, url = served
    kind.body = calendar_text(event_text(), "junk")
    calendar = Follower(session, url=url).calendar
    frozen(NOW)

    drain(NOW)

    session.refresh(calendar)
    assert calendar.report["new"] == 1
    assert calendar.report["problems"] == [
        {"line": 10, "reason": "This line cannot be read: “%(text)s”.", "values": {"text": "junk"}}
    ]
    assert (calendar.etag, calendar.read_at) == ('"1"', NOW)
    assert schedule.due(session, now=NOW + timedelta(hours=23)) == []
    assert schedule.due(session, now=NOW + timedelta(hours=24)) == [calendar.id]


def test_an_unchanged_calendar_is_not_read_again_and_a_failing_one_says_why(
    app: Flask, session: Session, served: tuple[type[_Calendar], str]
) -> None:
    kind, url = served
    calendar = Follower(session, url=url).calendar
    calendar.etag = '"1"'
    session.commit()
    with app.app_context():
        jobs.read_calendar(session, {"calendar": calendar.id}, 1)
        assert calendar.report["failed"] is None

        kind.etag, kind.status = '"2"', 500
        jobs.read_calendar(session, {"calendar": calendar.id}, 1)
        assert calendar.report["failed"] == {
            "reason": "The machine at this address refuses: it answers %(answer)s.",
            "values": {"answer": "500 Internal Server Error"},
        }


def test_only_public_addresses_and_only_so_much(served: tuple[type[_Calendar], str]) -> None:
    kind, url = served
    for inside in (
        url,
        "http://localhost/",
        "http://[::1]/",
        "http://169.254.169.254/",
        "file:///etc/passwd",
        "http://",
    ):
        with pytest.raises(fetching.NotFetched):
            fetching.fetch(inside)

    kind.body = b"x" * (fetching.MOST_BYTES + 1)
    with pytest.raises(fetching.NotFetched, match="more than 5 MB"):
        fetching.fetch(url, inside=True)

    kind.body, kind.status, kind.location = b"", 302, url
    with pytest.raises(fetching.NotFetched, match="redirects"):
        fetching.fetch(url, inside=True)


def test_the_command_reads_a_file_once(app: Flask, session: Session) -> None:
    make_category(session, code="music")
    session.commit()
    path = str(FOLDER / "wordpress.ics")

    refused = app.test_cli_runner().invoke(args=["events", "import", path, "--category", "music"])
    taken = app.test_cli_runner().invoke(args=["events", "import", path, "--category", "music", "--take-good"])

    assert refused.exit_code == 1
    assert f"{path}:42: DTEND: it would end before it begins." in refused.output
    assert "2 new" in taken.output
