"""Feeds of the agenda: what stands in them, for which filter, and when they need not be sent again."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date, time, timedelta
from typing import Any
from urllib.parse import urlencode
from xml.etree import ElementTree as ET

import icalendar
import pytest
import sqlalchemy as sa
from flask import Flask
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import event as events
from sqlalchemy.orm import Session

from portal.core import feeds
from portal.core.texts import Translated
from portal.events import operations
from portal.events.models import Event, Status
from portal.events.queries import AgendaFilter
from portal.events.queries import feeds as columns
from tests.factories import DAY, NOW, make_category, make_community, make_event, make_venue
from tests.support.client import Client

ATOM = "{http://www.w3.org/2005/Atom}"
KINDS = ("ics", "atom", "json", "geojson")


@pytest.fixture(autouse=True)
def now(frozen: Callable[..., Any]) -> Any:
    return frozen(NOW)


def address(path: str, query: dict[str, str]) -> str:
    return f"{path}?{urlencode(query)}" if query else path


def vevents(client: Client, path: str = "/events.ics", **query: str) -> list[Any]:
    return list(icalendar.Calendar.from_ical(client.get(address(path, query)).response.data).walk("VEVENT"))


def titles(client: Client, **query: str) -> list[str]:
    return [item["title"] for item in json.loads(client.get(address("/events.json", query)).response.data)["events"]]


def lines(client: Client, path: str = "/events.ics", **query: str) -> list[str]:
    text = client.get(address(path, query)).response.data.decode()
    return text.replace("\r\n ", "").split("\r\n")


# -- iCalendar


def test_an_event_says_everything_a_calendar_can_show(client: Client, session: Session) -> None:
    shelf = make_category(session, name=Translated(el="Μουσική", en="Music"))
    hall = make_venue(session, name=Translated(el="Αίθουσα"), address=Translated(el="Οδός 1"), lat=35.31, lon=25.39)
    festival = make_event(session, category=shelf)
    made = make_event(
        session,
        title=Translated(el="Λύρα, λαούτο; και χορός"),
        text=Translated(el="Πρώτα\nκαι ύστερα"),
        place=Translated(el="Μικρή σκηνή"),
        contact="28130 00131",
        category=shelf,
        venue=hall,
        umbrella=festival,
    )

    found = lines(client)[lines(client).index(f"RELATED-TO:{festival.uid}") - 15 :]

    assert found[0].startswith("UID:")
    assert found[1:14] == [
        "DTSTAMP:20260303T080000Z",
        "CREATED:20260303T080000Z",
        "LAST-MODIFIED:20260303T080000Z",
        "SEQUENCE:0",
        "DTSTART;TZID=Europe/Athens:20260303T200000",
        "DTEND;TZID=Europe/Athens:20260303T220000",
        "STATUS:CONFIRMED",
        "SUMMARY:Λύρα\\, λαούτο\\; και χορός",
        "DESCRIPTION:Με λύρα και λαούτο.\\n\\nΠρώτα\\nκαι ύστερα",
        "LOCATION:Μικρή σκηνή\\, Αίθουσα\\, Οδός 1",
        "GEO:35.31;25.39",
        f"URL:http://localhost/el/events/{made.slug}/",
        "CATEGORIES:Μουσική",
    ]


def test_texts_are_in_the_wanted_language_and_say_so_where_they_are_not(client: Client, session: Session) -> None:
    make_event(session, title=Translated(el="Μόνο ελληνικά"), summary=Translated(el="Λύρα", en="Lyra"))

    found = lines(client, lang="en")

    assert "SUMMARY;LANGUAGE=el:Μόνο ελληνικά" in found
    assert "DESCRIPTION:Lyra" in found


def test_whole_days_and_rules_are_sent_as_such(client: Client, session: Session) -> None:
    make_event(session, on=DAY, at=None, minutes=2 * 1440)
    make_event(
        session, on=DAY, at=time(9), rule="FREQ=WEEKLY;BYDAY=TU;UNTIL=20260804T090000", left_out=("2026-03-10T09:00",)
    )

    found = lines(client)

    assert {"DTSTART;VALUE=DATE:20260303", "DTEND;VALUE=DATE:20260305"} <= set(found)
    assert "RRULE:FREQ=WEEKLY;BYDAY=TU;UNTIL=20260804T060000Z" in found
    assert "EXDATE;TZID=Europe/Athens:20260310T090000" in found


def test_a_cancelled_event_is_told_with_its_reason_and_a_higher_sequence(client: Client, session: Session) -> None:
    event = make_event(session, summary=Translated(el="Λύρα"))
    operations.set_status(session, event, Status.CANCELLED, Translated(el="Δυνατός άνεμος"), actor_id=None, now=NOW)

    [found] = vevents(client)

    assert (found["STATUS"], found["SEQUENCE"], found["X-PORTAL-STATUS"]) == ("CANCELLED", 1, "cancelled")
    assert str(found["DESCRIPTION"]).endswith(". Δυνατός άνεμος\n\nΛύρα")


def test_what_was_published_and_is_taken_out_stays_for_a_while_as_cancelled(
    client: Client, session: Session, now: Any
) -> None:
    make_event(session, published=False)
    event = make_event(session, on=DAY + timedelta(days=80))
    operations.withdraw(session, event, actor=None, now=NOW)

    [found] = vevents(client)
    assert (found["UID"], found["STATUS"], found["SEQUENCE"]) == (event.uid, "CANCELLED", 1)
    assert [each["STATUS"] for each in vevents(client, f"/events/{event.slug}.ics")] == ["CANCELLED"]

    now.shift(columns.WITHDRAWN_FOR)
    assert vevents(client) == []
    client.get(f"/events/{event.slug}.ics", status=404)


def test_one_event_has_a_feed_of_its_own(client: Client, session: Session) -> None:
    event = make_event(session, rule="FREQ=WEEKLY;COUNT=3")
    make_event(session)

    assert [each["UID"] for each in vevents(client, f"/events/{event.slug}.ics")] == [event.uid]
    client.get(f"/events/{make_event(session, published=False).slug}.ics", status=404)
    client.get("/events/nothing.ics", status=404)


def test_an_occurrence_that_was_kept_though_the_rule_moved_on_is_in_the_feed(client: Client, session: Session) -> None:
    event = make_event(session, on=DAY, at=time(9), rule="FREQ=WEEKLY")
    row = event.occurrences[0]
    row.attendance = 20
    session.flush()
    event.starts_on, event.starts_at = date(2026, 3, 11), time(10)
    session.flush()
    operations.roll(session, event, today=DAY)

    assert "RDATE;TZID=Europe/Athens:20260303T090000" in lines(client)


# -- the others


def test_json_lists_occurrences_in_the_order_of_time(client: Client, session: Session) -> None:
    place = make_community(session, name=Translated(el="Μάλια", en="Malia"), code="malia")
    hall = make_venue(session, code="hall", community=place, name=Translated(el="Αίθουσα"))
    make_event(session, title=Translated(el="Β"), on=DAY + timedelta(days=1))
    make_event(session, title=Translated(el="Α"), at=time(9), rule="FREQ=DAILY;COUNT=3", venue=hall)

    found = json.loads(client.get("/events.json").response.data)

    assert (found["from"], found["to"]) == ("2026-02-01", "2027-03-03")
    assert [item["title"] for item in found["events"]] == ["Α", "Α", "Β", "Α"]
    first = found["events"][0]
    assert (first["starts_at"], first["ends_at"]) == ("2026-03-03T09:00:00+02:00", "2026-03-03T11:00:00+02:00")
    assert first["venue"] == {"code": "hall", "name": "Αίθουσα"}
    assert first["community"] == {"code": "malia", "name": "Μάλια"}


def test_geojson_puts_them_on_the_map(client: Client, session: Session) -> None:
    make_event(session, venue=make_venue(session, lat=35.3, lon=25.4))
    make_event(session)

    page = client.get("/events.geojson")
    found = json.loads(page.response.data)

    assert page.response.mimetype == "application/geo+json"
    assert [each["geometry"] for each in found["features"]] == [{"type": "Point", "coordinates": [25.4, 35.3]}, None]
    assert found["features"][0]["properties"]["status"] == "scheduled"


def test_atom_is_well_formed_whatever_a_title_holds(client: Client, session: Session) -> None:
    make_event(session, title=Translated(el='<Λύρα> & "λαούτο" \x0b'))

    found = ET.fromstring(client.get("/events.atom?q=").response.data)  # noqa: S314 – our own

    [entry] = found.findall(f"{ATOM}entry")
    assert entry.findtext(f"{ATOM}title") == '<Λύρα> & "λαούτο" '
    assert str(entry.findtext(f"{ATOM}id")).startswith("http://localhost/events/")


def test_an_empty_agenda_has_feeds_as_well(client: Client, session: Session) -> None:
    assert vevents(client) == []
    assert titles(client) == []
    assert json.loads(client.get("/events.geojson").response.data)["features"] == []
    ET.fromstring(client.get("/events.atom").response.data)  # noqa: S314 – our own


# -- filters


def test_filters_are_those_of_the_pages(client: Client, session: Session) -> None:
    music = make_category(session, code="music")
    make_event(session, title=Translated(el="Μουσική"), category=music, audience=("children",))
    make_event(session, title=Translated(el="Θέατρο"), on=DAY + timedelta(days=40))

    assert titles(client, category="music") == ["Μουσική"]
    assert titles(client, audience="children", category="music") == ["Μουσική"]
    assert titles(client, when="today") == ["Μουσική"]
    assert titles(client, **{"from": "2026-04-01"}) == ["Θέατρο"]
    assert titles(client, q="θεατρο") == ["Θέατρο"]
    assert len(vevents(client, category="music")) == 1
    assert len(vevents(client, when="today")) == 1


def test_an_event_with_an_occurrence_within_the_days_is_sent_whole(client: Client, session: Session) -> None:
    make_event(session, at=time(9), rule="FREQ=WEEKLY")

    [found] = vevents(client, **{"from": "2026-04-07", "to": "2026-04-07"})

    assert found["RRULE"]["FREQ"] == ["WEEKLY"]
    assert vevents(client, **{"from": "2026-04-08", "to": "2026-04-08"}) == []


def test_without_days_a_feed_goes_from_a_month_ago_to_a_year_ahead(client: Client, session: Session) -> None:
    for days in (-40, -20, 300, 400):
        make_event(session, title=Translated(el=str(days)), on=DAY + timedelta(days=days))

    assert titles(client) == ["-20", "300"]
    assert titles(client, **{"from": "2026-01-01"}) == ["-40", "-20", "300"]
    assert titles(client, to="2028-01-01") == ["-20", "300", "400"]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    ("query", "unknown", "unreadable"),
    [
        ({"colour": "red"}, ["colour"], []),
        ({"from": "yesterday", "when": "sometimes"}, [], ["from", "when"]),
        ({"category": "no-such", "venue": "no-such"}, [], ["category", "venue"]),
        ({"free": "perhaps"}, [], ["free"]),
        ({"lang": "xx"}, [], ["lang"]),
        ({"near": "here", "page": "2"}, ["page"], ["near"]),
    ],
)
def test_what_is_not_understood_is_refused_by_name(
    client: Client, kind: str, query: dict[str, str], unknown: list[str], unreadable: list[str]
) -> None:
    page = client.get(address(f"/events.{kind}", query), status=400)

    assert page.response.mimetype == "application/problem+json"
    found = json.loads(page.response.data)
    assert (found["status"], found["unknown"], found["unreadable"]) == (400, unknown, unreadable)


# -- again


@pytest.mark.parametrize("kind", KINDS)
def test_whoever_has_it_is_told_so_until_something_changes(
    client: Client, session: Session, kind: str, now: Any
) -> None:
    make_event(session)
    first = client.get(f"/events.{kind}?lang=el")
    now.shift(timedelta(seconds=5))
    second = client.get(f"/events.{kind}?lang=el")

    mark = {"If-None-Match": first.headers["ETag"]}
    assert client.get(f"/events.{kind}?lang=el", status=304, headers=mark).response.data == b""
    client.get(f"/events.{kind}?lang=en", headers=mark)
    since = {"If-Modified-Since": second.headers["Last-Modified"]}
    client.get(f"/events.{kind}?lang=el", status=304, headers=since)

    make_event(session)
    client.get(f"/events.{kind}?lang=el", headers=mark)
    now.shift(timedelta(seconds=5))
    client.get(f"/events.{kind}?lang=el", headers=since)


def test_304_reads_no_events(client: Client, session: Session) -> None:
    event = make_event(session)
    for path in ("/events.ics", f"/events/{event.slug}.ics"):
        mark = {"If-None-Match": client.get(path).headers["ETag"]}
        client.get(path, status=304, headers=mark)
    statements: list[str] = []
    bind: Any = session.get_bind()
    events.listen(bind, "before_cursor_execute", lambda *given: statements.append(given[2]))

    client.get(
        "/events.ics", status=304, headers={"If-None-Match": client.get("/events.ics", status=200).headers["ETag"]}
    )

    assert (
        sum("status_note" in each for each in statements) == 2
    )  # of the first of the two: events, and their exceptions


def test_a_feed_may_be_read_from_other_sites_and_is_streamed(client: Client, session: Session) -> None:
    make_event(session, text=Translated(el="Λύρα " * 10_000))
    page = client.get("/events.ics")
    assert page.response.is_streamed
    assert len(page.response.data) > 80_000

    assert page.headers["Access-Control-Allow-Origin"] == "*"
    assert page.headers["Cross-Origin-Resource-Policy"] == "cross-origin"


def test_what_is_remembered_of_feeds_is_bounded() -> None:
    seen = feeds.Seen(most=3)
    for number in range(10):
        seen.since(f"/{number}", "a", NOW)

    assert list(seen.feeds) == ["/7", "/8", "/9"]
    assert seen.since("/9", "a", NOW + timedelta(seconds=1)) is None
    assert seen.since("/9", "a", NOW + timedelta(seconds=3)) == NOW
    assert seen.since("/9", "b", NOW + timedelta(seconds=4)) is None


def test_more_events_cost_no_more_statements_than_their_batches(app: Flask, session: Session) -> None:
    shelf = make_category(session)
    for _number in range(4):
        make_event(session, category=shelf, rule="FREQ=DAILY;COUNT=3")
    statements: list[str] = []
    bind: Any = session.get_bind()
    events.listen(bind, "before_cursor_execute", lambda *given: statements.append(given[2]))
    wanted = AgendaFilter(DAY, DAY + timedelta(days=30))

    assert len(list(columns.events(session, wanted, now=NOW))) == 4
    assert len(statements) == 3
    assert len(list(columns.occurrences(session, wanted))) == 12
    assert len(statements) == 4


def test_batches_join_without_a_gap(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    shelf = make_category(session)
    for number in range(3):
        make_event(session, category=shelf, at=time(9 + number % 2), rule="FREQ=DAILY;COUNT=5")
    wanted = AgendaFilter(DAY + timedelta(days=1), DAY + timedelta(days=30))
    whole = [row.id for row in columns.occurrences(session, wanted)]

    monkeypatch.setattr(columns, "BATCH", 2)

    assert [row.id for row in columns.occurrences(session, wanted)] == whole
    assert len(whole) == 12
    ids = session.scalars(sa.select(Event.id).order_by(Event.id)).all()
    assert [row.id for row, _odd in columns.events(session, wanted, now=NOW)] == list(ids)


# -- lines


@given(st.text(max_size=300))
@settings(max_examples=200, deadline=None)
def test_a_folded_line_is_whole_again(text: str) -> None:
    line = text.replace("\r", "").replace("\n", "").encode("utf-8", "ignore").decode()

    raw = feeds.folded(line)

    parts = raw.removesuffix(b"\r\n").split(b"\r\n ")
    assert b"".join(parts).decode() == line
    assert all(part.decode() or part == b"" for part in parts)  # no letter is cut
    assert all(len(part) <= (75 if number == 0 else 74) for number, part in enumerate(parts))
