"""Staff pages for calendars of others: who may, read now, two at once, reports in one's language, what waits."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from portal.core import audit, clock, fetching
from portal.core.outbox import Job
from portal.core.texts import Translated
from portal.events import operations
from portal.events.models import Calendar, Event, Publication
from portal.events.operations import schedule
from portal.events.operations import sources as writes
from portal.events.queries import sources
from portal.events.queries.sources import State
from tests.factories import make_calendar
from tests.support.agenda import Stage, furnish
from tests.support.client import Client, Page

NOW = clock.now()
SOON = f"{clock.athens_date(NOW) + timedelta(days=20):%Y%m%d}"
BODY = f"""BEGIN:VCALENDAR
VERSION:2.0
BEGIN:VEVENT
UID:concert@association.example
DTSTART;TZID=Europe/Athens:{SOON}T203000
DURATION:PT2H
SUMMARY:Συναυλία στην πλατεία
END:VEVENT
BEGIN:VEVENT
UID:lesson@association.example
DTSTART;TZID=Europe/Athens:{SOON}T180000
DURATION:PT1H
RRULE:FREQ=HOURLY
SUMMARY:Μάθημα χορού
END:VEVENT
END:VCALENDAR
""".encode()
READ = "form[action$='/read/']"


@pytest.fixture
def stage(session: Session) -> Stage:
    return furnish(session)


@pytest.fixture
def desk(client: Client, stage: Stage) -> Client:
    client.language = "en"
    return client.sign_in(stage.clerk)


@pytest.fixture
def calendar(session: Session, stage: Stage) -> Calendar:
    return make_calendar(session, name="Λύρα", category=stage.category)


@pytest.fixture
def fetched(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """What stands at every address."""
    answer: dict[str, Any] = {"body": BODY, "etag": '"1"'}

    def fetch(_url: str, **_given: Any) -> fetching.Fetched:
        if "refusal" in answer:
            raise answer["refusal"]
        return fetching.Fetched(answer["body"], answer["etag"])

    monkeypatch.setattr(fetching, "fetch", fetch)
    return answer


def take_in(session: Session, calendar: Calendar, body: bytes = BODY, now: datetime = NOW) -> None:
    schedule.take_in(session, calendar, body, etag=None, site="http://localhost", now=now)


def asked(session: Session) -> list[Job]:
    session.expire_all()
    return list(session.scalars(sa.select(Job).where(Job.kind == sources.KIND)))


def page_of(desk: Client, calendar: Calendar) -> Page:
    return desk.get("events_desk.calendar", number=calendar.id)


# -- write


def test_a_calendar_is_added(desk: Client, session: Session, stage: Stage) -> None:
    page = desk.get("events_desk.new_calendar")
    sent = {
        "name": "Σύλλογος Λύρα",
        "url": "WEBCAL://Λύρα.example:8443/ημερολόγιο.ics?a=1#x",
        "category": str(stage.category.id),
        "organiser": str(stage.trusted.id),
        "every_hours": "6",
        "trusted": "yes",
    }

    shown = desk.submit(page, sent, follow=True)

    row = session.scalars(sa.select(Calendar)).one()
    assert shown.h1 == "Σύλλογος Λύρα"
    assert row.url.startswith("https://xn--")
    assert row.url.endswith(".example:8443/%CE%B7%CE%BC%CE%B5%CF%81%CE%BF%CE%BB%CF%8C%CE%B3%CE%B9%CE%BF.ics?a=1")
    assert (row.organiser_id, row.venue_id, row.language, row.every_hours) == (stage.trusted.id, None, "el", 6)
    assert not row.trusted, "a clerk has no say in it, whatever is sent"
    [entry] = audit.history(session, ("event_calendar", row.id))
    assert (entry.action, entry.actor_id) == ("events.calendar.written", stage.clerk.id)


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("name", "", "Fill in “Name”"),
        ("url", "", "Enter the address of the calendar"),
        ("url", "ftp://a.example/a.ics", "Write the whole address, like https://www.example.org/events.ics"),
        ("url", "https://[::1", "Write the whole address, like https://www.example.org/events.ics"),
        ("url", "https://a.example/" + "ά" * 300, "Write the whole address, like https://www.example.org/events.ics"),
        ("url", "https://me:secret@a.example/", "Leave name and password out of the address: everybody at the desk"),
        ("category", "", "Choose the category of its events"),
        ("every_hours", "0", "“How often is it read?” must be 1 or more"),
    ],
)
def test_what_is_wrong_is_told_at_its_field(
    desk: Client, session: Session, stage: Stage, field: str, value: str, message: str
) -> None:
    sent = {"name": "A", "url": "https://a.example/a.ics", "category": str(stage.category.id), "every_hours": "24"}

    page = desk.submit(desk.get("events_desk.new_calendar"), sent | {field: value}, status=422)

    assert page.errors[0].startswith(message)
    assert session.scalars(sa.select(Calendar)).all() == []


def test_an_address_that_is_known_is_told_at_its_field(desk: Client, stage: Stage, calendar: Calendar) -> None:
    sent = {"name": "A", "url": calendar.url.upper().replace("/EVENTS.ICS", "/events.ics#a")}

    page = desk.submit(desk.get("events_desk.new_calendar"), {**sent, "category": str(stage.category.id)}, status=422)

    assert page.errors == ["“Λύρα” is read from this address already"]


def test_an_address_that_somebody_else_was_faster_with(session: Session, stage: Stage, calendar: Calendar) -> None:
    other = make_calendar(session, name="Other", category=stage.category)
    given = writes.CalendarInput(name="B", url=calendar.url, category_id=stage.category.id)

    with pytest.raises(writes.AddressKnown):
        writes.write_calendar(session, other, given, actor_id=stage.clerk.id, now=NOW)

    assert other.url != calendar.url


def test_only_heads_trust_and_trust_belongs_to_an_address(desk: Client, session: Session, stage: Stage) -> None:
    calendar = make_calendar(session, category=stage.category)
    change: dict[str, Any] = {"number": calendar.id}
    assert not desk.get("events_desk.change_calendar", **change).select("[name=trusted]")

    desk.sign_in(stage.head).submit(desk.get("events_desk.change_calendar", **change), {"trusted": "yes"})
    session.refresh(calendar)
    assert calendar.trusted

    desk.sign_in(stage.clerk).submit(desk.get("events_desk.change_calendar", **change), {"name": "New name"})
    session.refresh(calendar)
    assert (calendar.name, calendar.trusted) == ("New name", True)

    moved = {"url": "https://elsewhere.example/a.ics"}
    page = desk.submit(desk.get("events_desk.change_calendar", **change), moved, follow=True)
    session.refresh(calendar)
    assert not calendar.trusted
    assert "wait until a head trusts it again" in page.text


def test_another_address_is_read_from_the_beginning(session: Session, stage: Stage, calendar: Calendar) -> None:
    take_in(session, calendar)
    calendar.etag = '"1"'
    given = writes.CalendarInput(name="Λύρα", url="https://b.example/", category_id=stage.category.id)

    writes.write_calendar(session, calendar, given, actor_id=stage.clerk.id, now=NOW)

    assert (calendar.etag, calendar.read_at, calendar.report) == (None, None, {})
    assert schedule.due(session, now=NOW) == [calendar.id]


def test_of_two_people_the_second_is_told(desk: Client, session: Session, calendar: Calendar) -> None:
    number: dict[str, Any] = {"number": calendar.id}
    first, second = (desk.get("events_desk.change_calendar", **number) for _ in range(2))
    aside = page_of(desk, calendar)
    desk.submit(first, {"name": "First"})

    told = desk.submit(second, {"name": "Second"}, status=409)
    desk.submit(aside, form="form[action$='/pause/']", status=409)

    session.refresh(calendar)
    assert "Somebody else has changed this calendar" in told.text
    assert (calendar.name, calendar.closed) == ("First", False)
    desk.submit(told)
    session.refresh(calendar)
    assert calendar.name == "Second"


# -- read


def test_a_calendar_is_read_now_and_once(
    desk: Client, session: Session, calendar: Calendar, fetched: dict[str, Any], drain: Callable[[datetime], int]
) -> None:
    page = page_of(desk, calendar)
    shown = desk.submit(page, form=READ, follow=True)
    again = desk.submit(page, form=READ, follow=True)

    assert len(asked(session)) == 1
    assert "It is being read" in shown.text
    assert not shown.select(READ)
    assert "being read already" in again.text
    assert "Being read" in desk.get("events_desk.calendars").text
    schedule.ask(session, calendar.id, now=NOW)
    assert len(asked(session)) == 1, "the worker's round asks for none that is asked for"

    drain(clock.now() + timedelta(minutes=1))

    shown = page_of(desk, calendar)
    assert "1 new, 1 problem" in shown.text
    assert shown.select(READ)
    desk.submit(shown, form=READ)
    assert len(asked(session)) == 2


def test_a_paused_calendar_is_not_read(desk: Client, session: Session, calendar: Calendar) -> None:
    page = page_of(desk, calendar)
    paused = desk.submit(page, form="form[action$='/pause/']", follow=True)

    desk.submit(page, form=READ, status=409)
    session.refresh(calendar)

    assert calendar.closed
    assert schedule.due(session, now=NOW) == []
    assert not paused.select(READ)
    assert asked(session) == []
    desk.submit(paused, form="form[action$='/resume/']")
    session.refresh(calendar)
    assert schedule.due(session, now=NOW) == [calendar.id]
    verbs = [entry.action for entry in audit.history(session, ("event_calendar", calendar.id))]
    assert verbs == ["events.calendar.paused", "events.calendar.resumed"]


def test_what_was_paused_meanwhile_is_not_taken_in(
    app: Flask, session: Session, calendar: Calendar, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fetch(_url: str, **_given: Any) -> fetching.Fetched:
        calendar.closed = True
        session.commit()
        return fetching.Fetched(BODY, None)

    monkeypatch.setattr(fetching, "fetch", fetch)
    session.commit()
    with app.app_context():
        app.extensions["portal"].handlers[sources.KIND](session, {"calendar": calendar.id}, 1)

    assert session.scalars(sa.select(Event)).all() == []


def test_the_states_of_a_calendar(session: Session, calendar: Calendar) -> None:
    def state() -> State:
        found = sources.source(session, calendar.id)
        assert found is not None
        return found.state

    assert state() is State.NEVER
    take_in(session, calendar)
    assert state() is State.READ
    schedule.mark_unread(calendar, fetching.NotFetched("No"), now=NOW)
    assert state() is State.FAILED
    schedule.mark_same(calendar, now=NOW)
    assert state() is State.READ
    calendar.closed = True
    assert state() is State.PAUSED
    schedule.ask(session, calendar.id, now=NOW)
    assert state() is State.BEING_READ


# -- the report


def test_reasons_are_kept_to_be_translated(desk: Client, session: Session, calendar: Calendar) -> None:
    take_in(session, calendar)

    page = page_of(desk, calendar)

    why = "The rule of the dates (RRULE) says FREQ=%(often)s; only DAILY, WEEKLY, MONTHLY and YEARLY are known."
    assert calendar.report["problems"] == [{"line": 13, "reason": why, "values": {"often": "HOURLY"}}]
    assert page.texts("main tbody td") == ["13", why.replace("%(often)s", "HOURLY")]


def test_a_rule_that_only_the_agenda_refuses_is_told_with_its_line(session: Session, calendar: Calendar) -> None:
    rule = b"RRULE:FREQ=DAILY;BYHOUR=0,1,2,3,4,5,6,7,8,9,10,11,12"

    take_in(session, calendar, BODY.replace(b"RRULE:FREQ=HOURLY", rule))

    [problem] = calendar.report["problems"]
    assert problem["reason"] == "The rule of the dates (RRULE) gives more than %(count)s dates."
    assert problem["values"] == {"count": "3000"}


def test_why_a_calendar_could_not_be_read_stands_there(desk: Client, session: Session, calendar: Calendar) -> None:
    take_in(session, calendar)
    with pytest.raises(fetching.NotFetched) as inside:
        fetching.fetch("http://127.0.0.1/")
    schedule.mark_unread(calendar, inside.value, now=NOW)
    session.flush()

    page = page_of(desk, calendar)

    why = "The address leads into a private network. Only public addresses are read."
    assert why in page.text
    assert why in desk.get("events_desk.calendars").text
    assert "stays in the agenda" in page.text


def test_many_problems_are_cut_off_and_said_so(desk: Client, session: Session, calendar: Calendar) -> None:
    take_in(session, calendar, BODY.replace(b"END:VCALENDAR", b"junk\n" * 230 + b"END:VCALENDAR"))

    page = page_of(desk, calendar)

    assert len(calendar.report["problems"]) == 200
    assert "… and 31 more." in page.text
    assert "1 new, 231 problems" in page.text


def test_the_command_says_reasons_in_the_language_of_the_terminal(
    app: Flask, session: Session, stage: Stage, tmp_path: Any
) -> None:
    path = tmp_path / "a.ics"
    path.write_bytes(b"junk")
    session.commit()
    say = ["events", "import", str(path), "--category", stage.category.code]

    english, greek = (
        app.test_cli_runner(env={"LC_ALL": language}).invoke(args=say) for language in ("en_US.UTF-8", "el_GR.UTF-8")
    )

    assert f"{path}:1: This is not a calendar: no line BEGIN:VCALENDAR." in english.output
    assert f"{path}:1: Δεν είναι" in greek.output


# -- what waits


@pytest.fixture
def waiting(session: Session, calendar: Calendar) -> Event:
    take_in(session, calendar)
    return session.scalars(sa.select(Event)).one()


def test_what_a_calendar_brings_waits_where_staff_find_it(desk: Client, calendar: Calendar, waiting: Event) -> None:
    home = desk.get("events_desk.events")
    chip = home.one("a.chip[href*='view=calendars']")
    listed = desk.get(str(chip["href"]))

    assert chip.get_text(" ", strip=True) == "Waiting, from calendars 1"
    assert listed.texts("caption") == ["Events from calendars that wait for a decision"]
    assert listed.select(f"main a[href$='/desk/events/{waiting.slug}/']")
    assert listed.select(f"main a[href$='/calendars/{calendar.id}/']")
    assert page_of(desk, calendar).select(f"main a[href$='/desk/events/{waiting.slug}/']")


def test_it_is_published_there(desk: Client, session: Session, calendar: Calendar, waiting: Event) -> None:
    page = desk.get("events_desk.event", slug=waiting.slug)
    assert page.select(f"main a[href$='/calendars/{calendar.id}/']")

    shown = desk.submit(page, form="form[action$='/publish/']", follow=True)

    session.refresh(waiting)
    assert waiting.publication is Publication.PUBLISHED
    assert "has been told" not in shown.text
    assert not desk.get("events_desk.events", view="calendars").select("table")


def test_it_is_refused_with_a_reason_that_stays(
    desk: Client, session: Session, calendar: Calendar, waiting: Event
) -> None:
    page = desk.get("events_desk.refuse", slug=waiting.slug)
    desk.submit(page, {"text": " "}, status=422)

    shown = desk.submit(page, {"text": "It is a private party."}, follow=True)

    session.refresh(waiting)
    assert waiting.publication is Publication.REFUSED
    assert "Refused: It is a private party." in shown.text
    take_in(session, calendar, BODY.replace("Συναυλία".encode(), "Χορός".encode()), NOW + timedelta(days=1))
    assert calendar.report["unchanged"] == 1
    session.refresh(waiting)
    assert waiting.publication is Publication.REFUSED


def test_what_was_edited_here_is_named(desk: Client, session: Session, calendar: Calendar, waiting: Event) -> None:
    own = operations.input_of(waiting)
    own = type(own)(**vars(own) | {"title": Translated(el="Δικός μας"), "minutes": 60})
    operations.change(session, waiting, own, actor_id=None, now=NOW)

    page = page_of(desk, calendar)
    event = desk.get("events_desk.event", slug=waiting.slug)

    assert page.texts("section[aria-labelledby=edited] li") == ["Δικός μας Submitted – Title, Dates"]
    assert "Edited here, and no longer read: Title, Dates." in event.text
