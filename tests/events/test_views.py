"""Public pages of the agenda: list, month, map, event, and the list within the pages of others."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy.orm import Session

from portal.core.texts import Translated
from portal.events import operations
from portal.events.models import Price, Status, Venue
from portal.events.operations import Single
from portal.organisation.models import Community, Place
from tests.casework.test_statements import counted
from tests.factories import (
    DAY,
    NOW,
    make_category,
    make_community,
    make_event,
    make_organiser,
    make_venue,
)
from tests.support.client import Client

#: the Saturday after `DAY`
SATURDAY = date(2026, 3, 7)
TITLES = ".event-line h3 a"


@pytest.fixture(autouse=True)
def _then(frozen: Callable[[datetime], Any]) -> None:
    frozen(NOW)


@pytest.fixture
def client(client: Client) -> Client:
    """Somebody who reads English."""
    client.language = "en"
    return client


@pytest.fixture
def community(session: Session) -> Community:
    """By the sea."""
    return make_community(session, code="malia", name=Translated(el="Μάλια", en="Malia"))


@pytest.fixture
def square(session: Session, community: Community) -> Venue:
    """A square of which everything is known but the parking."""
    known = {"accessible_toilet": False, "hearing_loop": True}
    name = Translated(el="Πλατεία", en="Main square")
    return make_venue(session, code="square", name=name, community_id=community.id, **known)


class TestList:
    def test_it_is_grouped_by_day(self, client: Client, session: Session, square: Venue) -> None:
        make_event(session, title=Translated(el="Συναυλία", en="Concert"), venue=square)
        make_event(session, title=Translated(el="Αγορά", en="Market"), on=SATURDAY, at=time(8))

        page = client.get("events.agenda")

        assert page.texts(TITLES) == ["Concert", "Market"]
        assert page.texts(".event-day h2") == ["Today Tuesday 3 March", "Saturday 7 March"]
        assert page.texts(".event-when") == ["20:00–22:00", "08:00–10:00"]
        assert "Main square · Malia" in page.text

    @pytest.mark.parametrize(
        ("values", "found"),
        [
            ({}, ["Concert", "Play", "Walk"]),
            ({"when": "today"}, ["Concert"]),
            ({"when": "weekend"}, ["Play"]),
            ({"when": "week"}, ["Concert", "Play"]),
            ({"from": "2026-03-07", "to": "2026-03-20"}, ["Play", "Walk"]),
            ({"category": "theatre"}, ["Play"]),
            ({"community": "malia"}, ["Concert"]),
            ({"venue": "square"}, ["Concert"]),
            ({"audience": "children"}, ["Play"]),
            ({"spoken": "de"}, ["Walk"]),
            ({"free": "1"}, ["Concert"]),
            ({"step_free": "1"}, ["Concert", "Walk"]),
            ({"q": "περιπατος"}, ["Walk"]),
            ({"near": "35.3177,25.3904", "km": "1"}, ["Concert"]),
            ({"free": "1", "when": "weekend"}, []),
        ],
    )
    def test_filters_combine(
        self, client: Client, session: Session, square: Venue, values: dict[str, str], found: list[str]
    ) -> None:
        far, stairs = make_venue(session, lat=35.29, lon=25.46), make_venue(session, step_free=False, lat=None)
        make_event(session, title=Translated(el="Συναυλία", en="Concert"), venue=square, price=Price.FREE)
        theatre, play = make_category(session, code="theatre"), Translated(el="Θέατρο", en="Play")
        make_event(session, title=play, on=SATURDAY, category=theatre, venue=stairs, audience=("children",))
        walk = Translated(el="Περίπατος", en="Walk")
        make_event(session, title=walk, on=SATURDAY + timedelta(7), venue=far, spoken=("de",))

        page = client.get("events.agenda", **values)

        assert page.texts(TITLES) == found
        assert bool(page.select(".empty")) is not bool(found)

    def test_each_filter_is_a_chip_that_leads_out_of_it(self, client: Client, session: Session) -> None:
        make_category(session, code="music", name=Translated(el="Μουσική", en="Music"))

        page = client.get("events.agenda", category="music", free="1", when="today")

        chips = {chip.get_text(" ", strip=True): chip["href"] for chip in page.select("a.chip")}
        assert chips["Remove: Music"] == "/en/events/?when=today&free=1"
        assert chips["Remove: Free"] == "/en/events/?when=today&category=music"

    def test_a_place_is_called_by_its_name(self, client: Client, session: Session, community: Community) -> None:
        name = Translated(el="Σταλίδα", en="Stalida")
        session.add(Place(code="stalida", community_id=community.id, name=name, lat=35.29, lon=25.43))

        assert "3 km around Stalida" in client.get("events.agenda", near="35.29,25.43").text
        assert "10 km around you" in client.get("events.agenda", near="35.1,25.1", km="10").text

    def test_the_form_leads_to_a_short_address(self, client: Client, session: Session) -> None:
        make_category(session, code="music")
        assert not client.get("events.agenda").select(".event-filters")
        form = client.get("events.agenda", filters="show", when="weekend")

        page = client.submit(form, {"category": "music", "free": "yes"}, form=".event-filters", status=302)

        assert page.location == "/en/events/?when=weekend&category=music&free=1"

    def test_days_of_the_form_replace_the_word(self, client: Client) -> None:
        page = client.get("events.agenda", status=302, filters="apply", when="today", **{"from": "2026-03-08"})

        assert page.location == "/en/events/?from=2026-03-08"

    def test_what_cannot_be_understood_is_said_at_its_field(self, client: Client) -> None:
        page = client.get("events.agenda", status=422, filters="apply", **{"from": "2026-03-08", "to": "2026-03-01"})

        assert page.errors == ["The last day cannot be before the first"]

    def test_an_empty_day_names_the_next_ones(self, client: Client, session: Session) -> None:
        make_event(session, on=SATURDAY, price=Price.FREE)

        page = client.get("events.agenda", when="today", free="1")

        assert page.one(".empty .chip")["href"] == "/en/events/?from=2026-03-07&to=2026-03-07&free=1"

    def test_pages_follow_each_other(self, client: Client, session: Session) -> None:
        category = make_category(session)
        for number in range(25):
            make_event(session, on=DAY + timedelta(number), category=category)

        first = client.get("events.agenda")
        second = client.get(str(first.one(".pager a")["href"]))

        assert (len(first.texts(TITLES)), len(second.texts(TITLES))) == (20, 5)
        assert not set(first.texts(TITLES)) & set(second.texts(TITLES))

    def test_what_began_before_says_until_when(self, client: Client, session: Session) -> None:
        make_event(session, on=DAY - timedelta(20), at=None, minutes=1440 * 30)

        page = client.get("events.agenda")

        assert page.texts(".event-day h2") == ["Going on"]
        assert "until Thursday 12 March" in page.text

    @pytest.mark.parametrize("status", [Status.CANCELLED, Status.POSTPONED, Status.MOVED])
    def test_a_status_is_said_in_words(self, client: Client, session: Session, status: Status) -> None:
        event = make_event(session)
        operations.set_status(session, event, status, Translated(), actor_id=None, now=NOW)

        page = client.get("events.agenda")

        assert status.label in page.texts(".event-line .tag")
        assert bool(page.select(".event-when s")) is (status is not Status.MOVED)

    def test_only_what_is_published_is_shown(self, client: Client, session: Session) -> None:
        make_event(session, published=False)

        assert not client.get("events.agenda").texts(TITLES)

    def test_it_is_kept_and_answered_with_304(self, client: Client, session: Session) -> None:
        make_event(session)
        etag = client.get("events.agenda").headers["ETag"]

        client.get("events.agenda", status=304, headers={"If-None-Match": etag})
        make_event(session)
        assert len(client.get("events.agenda", headers={"If-None-Match": etag}).texts(TITLES)) == 2


class TestMonth:
    def test_the_first_of_each_day_and_the_way_to_more(self, client: Client, session: Session) -> None:
        category = make_category(session)
        for hour in (9, 11, 13, 15):
            make_event(session, at=time(hour), category=category)

        page = client.get("events.month", month="2026-03")

        assert len(page.select(".month td.is-today li b")) == 3
        assert page.select(".month td.is-today li a")[-1]["href"] == "/en/events/?from=2026-03-03&to=2026-03-03"
        assert [str(link["href"]) for link in page.select(".pager a")] == [
            "/en/events/month/2026-02/",
            "/en/events/month/2026-04/",
        ]

    def test_filters_stay(self, client: Client, session: Session) -> None:
        make_event(session)
        make_event(session, price=Price.FREE, title=Translated(el="Δωρεάν", en="For nothing"))

        page = client.get("events.month", month="2026-03", free="1", when="today")

        assert page.texts(".month li a") == ["For nothing"]
        assert "/en/events/month/2026-04/?free=1" in page.select(".pager a")[1]["href"]

    @pytest.mark.parametrize("month", ["2026-13", "1926-01", "march"])
    def test_there_is_no_such_month(self, client: Client, month: str) -> None:
        client.get("events.month", month=month, status=404)


class TestMap:
    def test_events_stand_by_venue_in_words_too(self, client: Client, session: Session, square: Venue) -> None:
        for _ in range(5):
            make_event(session, venue=square)
        make_event(session, place=Translated(el="Κάπου", en="Somewhere"))

        page = client.get("events.map")

        assert page.texts(".event-place h2") == ["Main square Malia", "Somewhere"]
        assert "5 times in all" in page.text
        [shape] = json.loads(str(page.one("[data-map]")["data-shapes"]))
        assert (shape["title"], shape["url"]) == ("Main square", "#place-1")

    def test_an_empty_map_says_so(self, client: Client) -> None:
        assert client.get("events.map").select(".empty")


class TestEvent:
    def test_everything_about_it(self, client: Client, session: Session, square: Venue) -> None:
        event = make_event(
            session,
            title=Translated(el="Συναυλία", en="Concert"),
            text=Translated(el="Μόνο ελληνικά."),
            venue=square,
            organiser=make_organiser(session, name="Σύλλογος Μαλίων"),
            price=Price.PAID,
            price_from=Decimal(5),
            price_to=Decimal(8),
            audience=("families",),
            age_from=6,
            spoken=("el", "en"),
            booking_url="https://tickets.example.org/1",
            links=(
                {"url": "javascript:alert(1)", "title": "bad"},
                {"url": "https://band.example.org", "title": "Band"},
            ),
            picture="music",
            image_alt=Translated(el="Λύρα", en="A lyra"),
        )

        page = client.get("events.event", slug=event.slug)

        assert page.h1 == "Concert"
        assert page.one(".event-big").get_text(" ", strip=True) == "Today Tuesday 3 March"
        for words in ("€5.00 to €8.00", "Families", "from 6 years on", "Ελληνικά, English", "Σύλλογος Μαλίων", "Band"):
            assert words in page.text
        assert "bad" not in page.text
        assert page.one(".event-picture img")["alt"] == "A lyra"
        assert page.one(".prose p")["lang"] == "el"
        facts = dict(zip(page.texts(".event-side dt"), page.texts(".event-side dd"), strict=True))
        assert list(facts.values()) == ["yes", "no", "yes", "not known"]
        assert "https://tickets.example.org/1" in [link["href"] for link in page.select("a.govuk-button")]

    def test_machines_read_it_too(self, client: Client, session: Session, square: Venue) -> None:
        event = make_event(session, venue=square, price=Price.FREE, rule="FREQ=WEEKLY;COUNT=3")

        page = client.get("events.event", slug=event.slug)

        linked = json.loads(str(page.one("script[type='application/ld+json']").string))
        assert linked["startDate"] == "2026-03-03T20:00:00+02:00"
        assert linked["eventStatus"] == "https://schema.org/EventScheduled"
        assert linked["location"]["geo"] == {"@type": "GeoCoordinates", "latitude": 35.3177, "longitude": 25.3904}
        assert {f["name"]: f["value"] for f in linked["location"]["amenityFeature"]}["Accessible toilet"] is False
        assert linked["offers"]["price"] == "0"
        assert len(linked["subEvent"]) == 2
        assert page.one("meta[property='og:title']")["content"] == "Event " + linked["name"].removeprefix("Event ")

    def test_all_its_times_and_the_one_of_the_address(self, client: Client, session: Session) -> None:
        event = make_event(session, on=DAY - timedelta(7), rule="FREQ=WEEKLY;COUNT=4")

        page = client.get("events.event", slug=event.slug)
        other = client.get("events.event", slug=event.slug, on="2026-03-10T20:00")

        assert page.texts(".event-big") == ["Today Tuesday 3 March"]
        assert page.texts(".event-main > ul.event-dates li a") == ["Tuesday 10 March", "Tuesday 17 March"]
        assert page.texts(".event-main details li a") == ["Tuesday 24 February"]
        assert other.texts(".event-big") == ["Tuesday 10 March"]

    def test_one_that_moved_says_from_when(self, client: Client, session: Session) -> None:
        event = make_event(session, rule="FREQ=WEEKLY;COUNT=3")
        row = event.occurrences[1]
        later = Single(Status.MOVED, Translated(en="Rain"), row.starts_at + timedelta(1), row.ends_at + timedelta(1))
        operations.change_one(session, row, later, actor_id=None, now=NOW)

        page = client.get("events.event", slug=event.slug)
        moved = client.get("events.event", slug=event.slug, on=row.recurrence_id)

        assert "Wednesday 11 March , 20:00–22:00 Moved instead of Tuesday 10 March, 20:00" in page.text
        assert "Rain" in moved.one(".event-status").get_text()

    @pytest.mark.parametrize("status", [Status.CANCELLED, Status.POSTPONED, Status.MOVED])
    def test_its_status_stands_above_all(self, client: Client, session: Session, status: Status) -> None:
        event = make_event(session)
        operations.set_status(session, event, status, Translated(en="Because of the wind"), actor_id=None, now=NOW)

        page = client.get("events.event", slug=event.slug)

        assert page.one(".event-status").get_text(" ", strip=True) == f"{status.label} Because of the wind"
        linked = json.loads(str(page.one("script[type='application/ld+json']").string))
        assert linked["eventStatus"] != "https://schema.org/EventScheduled"

    def test_a_festival_and_what_belongs_to_it(self, client: Client, session: Session) -> None:
        festival = make_event(session, title=Translated(el="Φεστιβάλ", en="Festival"), at=None, minutes=1440 * 5)
        concert = make_event(session, title=Translated(el="Συναυλία", en="Concert"), umbrella=festival)

        assert "Concert" in client.get("events.event", slug=festival.slug).texts("#programme ~ ul a, section h4 a")
        assert "Part of: Festival" in client.get("events.event", slug=concert.slug).text

    def test_what_else_is_on(self, client: Client, session: Session, square: Venue) -> None:
        event = make_event(session, venue=square)
        make_event(session, venue=make_venue(session), title=Translated(el="Δίπλα", en="Next door"))
        make_event(session, venue=square, on=SATURDAY, title=Translated(el="Μετά", en="Afterwards"))

        page = client.get("events.event", slug=event.slug)

        assert page.texts("section[aria-labelledby=then] h3") == ["Next door"]
        assert page.texts("section[aria-labelledby=there] h3") == ["Afterwards"]

    def test_it_goes_into_calendars(self, client: Client, session: Session) -> None:
        event = make_event(session)
        whole = make_event(session, at=None, minutes=1440)

        links = [str(a["href"]) for a in client.get("events.event", slug=event.slug).select(".event-take a")]
        days = [str(a["href"]) for a in client.get("events.event", slug=whole.slug).select(".event-take a")]

        assert links[0] == f"/events/{event.slug}.ics?lang=en"
        assert "dates=20260303T180000Z%2F20260303T200000Z" in links[1]
        assert "startdt=2026-03-03T18%3A00%3A00Z" in links[2]
        assert "dates=20260303%2F20260304" in days[1]

    def test_who_may_not_be_seen_is_not_there(self, client: Client, session: Session) -> None:
        draft, gone = make_event(session, published=False), make_event(session)
        operations.withdraw(session, gone, actor=None, now=NOW)

        client.get("events.event", slug=draft.slug, status=404)
        client.get("events.event", slug="nothing", status=404)
        page = client.get("events.event", slug=gone.slug, status=410)
        assert "no longer in the agenda" in page.text

    def test_only_what_was_uploaded_has_an_image(self, client: Client, session: Session) -> None:
        client.get("events.image", slug=make_event(session).slug, status=404)


class TestEmbedding:
    def test_others_may_show_the_list(self, client: Client, session: Session) -> None:
        make_event(session)

        page = client.get("events.embed")

        assert "frame-ancestors *" in page.headers["Content-Security-Policy"]
        assert "X-Frame-Options" not in page.headers
        assert not page.select("script, form")
        assert {link.get("target") for link in page.select("a")} == {"_blank"}
        assert client.get("events.agenda").headers["X-Frame-Options"] == "DENY"

    def test_the_lines_for_it_carry_the_filter(self, client: Client) -> None:
        code = client.get("events.agenda", free="1").one(".event-code").get_text()

        assert 'src="http://localhost/en/events/embed/?free=1"' in code


class TestHome:
    def test_it_says_what_is_on(self, client: Client, session: Session) -> None:
        make_event(session, rule="FREQ=DAILY;COUNT=9", title=Translated(el="Ώρες", en="Opening hours"))
        make_event(session, on=SATURDAY, title=Translated(el="Συναυλία", en="Concert"))

        assert client.get("site.home").texts(".card h3") == ["Opening hours", "Concert"]


MOST_STATEMENTS, MOST_BYTES = 8, 60_000


@pytest.mark.parametrize(
    ("endpoint", "values"),
    [
        ("events.agenda", {}),
        ("events.agenda", {"category": "music", "near": "35.3177,25.3904", "free": "1", "q": "λύρα"}),
        ("events.agenda", {"filters": "show", "near": "35.3177,25.3904"}),
        ("events.month", {"month": "2026-03"}),
        ("events.map", {}),
        ("events.event", {"slug": "festival"}),
        ("events.embed", {}),
    ],
)
def test_pages_cost_the_same_however_many_rows_there_are(
    client: Client, session: Session, square: Venue, endpoint: str, values: dict[str, str]
) -> None:
    category = make_category(session, code="music")
    name = Translated(el="Festival", en="Festival")
    festival = make_event(session, title=name, venue=square, category=category, rule="FREQ=DAILY;COUNT=60")

    def cost() -> int:
        make_event(session)  # pages of before are out of date
        session.commit()
        with counted(session) as told:
            page = client.get(endpoint, **values)
        assert len(page.response.get_data()) <= MOST_BYTES
        reads = [statement for statement in told if not statement.startswith(("INSERT", "UPDATE"))]
        assert len(reads) <= MOST_STATEMENTS, "\n".join(reads)
        return len(reads)

    client.get(endpoint, **values)  # what the process keeps is there
    few = cost()
    for number in range(80):
        make_event(session, on=DAY + timedelta(number % 9), venue=square, category=category, umbrella=festival)
    assert cost() == few
