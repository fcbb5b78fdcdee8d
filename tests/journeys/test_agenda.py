"""An event's way: submitted by an association, translated and published, found, moved, visited, counted."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import icalendar
import pytest
import sqlalchemy as sa
import time_machine
from playwright.sync_api import Page, expect

from portal.core.db import db
from portal.core.letters import Letter
from portal.events.models import Event
from portal.plan.models import Contribution
from portal.plan.operations import recount
from tests.support.browser import Live
from tests.support.somebody import address
from tests.support.words import words_in

PASSWORD = "epideixi-2026-kalimera"
#: a Thursday; the event is on the Saturday of the week after
THURSDAY = datetime(2026, 12, 3, 10, tzinfo=ZoneInfo("Europe/Athens"))
SATURDAY = THURSDAY.date() + timedelta(days=9)


@pytest.fixture
def stock() -> str:
    return "municipality"


@pytest.fixture
def clock() -> Iterator[time_machine.Coordinates]:
    """Time goes where the story is."""
    with time_machine.travel(THURSDAY, tick=True) as traveller:
        yield traveller


def go_on(page: Page) -> None:
    page.locator("main form button[type=submit]:not([name]):not(.govuk-visually-hidden)").first.click()


def fill_day(page: Page, name: str, day: datetime) -> None:
    for part in ("day", "month", "year"):
        page.locator(f"[name={name}-{part}]").fill(str(getattr(day, part)))


def sign_in(page: Page) -> None:
    page.goto("/el/account/sign-in/")
    page.locator("input[type=email]").fill("events@hersonissos.example")
    page.locator("input[type=password]").fill(PASSWORD)
    page.locator("input[type=password]").press("Enter")
    page.wait_for_url(lambda url: "sign-in" not in url)


def letter(live: Live, to: str) -> str:
    """The newest letter to somebody."""
    live.drain()
    with live.app.app_context():
        query = sa.select(Letter).where(Letter.recipient == to).order_by(Letter.id.desc()).limit(1)
        return db.session.scalars(query).one().body


def submit(page: Page) -> None:
    """The association writes its concert, in Greek alone."""
    page.goto("/el/events/submit/")
    page.locator("[name=title_el]").fill("Χορωδιακή βραδιά στο Γαλάζιο Κύμα")
    page.locator("[name=summary_el]").fill("Τραγούδια της θάλασσας από τη χορωδία του συλλόγου.")
    page.locator("[name=category]").select_option(index=1)
    fill_day(page, "starts_on", datetime.combine(SATURDAY, datetime.min.time()))
    page.locator("[name=starts_at]").fill("20:30")
    page.locator("[name=ends_at]").fill("22:30")
    hall = page.locator("[name=venue] option", has_text="Δημοτική Αίθουσα Εκδηλώσεων Λιμένα")
    page.locator("[name=venue]").select_option(hall.get_attribute("value"))
    page.locator("[name=price][value=free]").check()
    page.locator("[name=writer_name]").fill("Πολιτιστικός Σύλλογος «Γαλάζιο Κύμα»")
    page.locator("[name=writer_email]").fill("kyma@syllogos.example")
    go_on(page)
    page.wait_for_url("**/preview/**")
    expect(page.locator("h1")).to_contain_text("Χορωδιακή βραδιά")
    go_on(page)


def publish(page: Page, live: Live, reference: str) -> str:
    """Staff find it in the queue, translate and publish it; its address."""
    page.goto("/el/desk/cases/")
    page.get_by_role("row").filter(has_text=reference).get_by_role("link").click()
    case = page.url
    page.locator("main a[href*='/desk/events/'][href$='/edit/']").click()
    page.locator("[name=title_en]").fill("Choir evening at the blue wave")
    page.locator("[name=summary_en]").fill("Songs of the sea by the choir of the association.")
    go_on(page)
    page.goto(case)
    page.locator("main form[action$='/publish/'] button").click()
    page.wait_for_load_state()
    with live.app.app_context():
        return db.session.scalars(sa.select(Event.slug).where(Event.published_at.is_not(None))).one()


def feed_event(page: Page, live: Live, slug: str) -> icalendar.Event:
    """The event as a calendar program reads it from the feed of the weekend's filter."""
    answer = page.request.get(f"{live.url}/events.ics?lang=en&free=1&step_free=1")
    assert answer.ok, answer.text()
    events = icalendar.Calendar.from_ical(answer.text()).walk("VEVENT")
    [found] = [event for event in events if slug in str(event.get("URL"))]
    return found


def subscribe(page: Page, live: Live) -> None:
    """The weekly letter in English, for what is free and without steps; confirmed by its letter."""
    page.goto("/en/events/subscribe/?free=1&step_free=1")
    page.locator("main [name=email]").fill("visitor@post.example")
    go_on(page)
    page.goto(address(letter(live, "visitor@post.example"), "/events/subscribe/"))
    go_on(page)


def test_an_event_goes_from_an_association_to_a_visitor_and_to_the_plan(
    live: Live, open_page: Callable[..., Page], clock: time_machine.Coordinates
) -> None:
    say = words_in(live.app, "en")
    association, desk, visitor = open_page(), open_page(), open_page(width=360, language="en")

    # submitted in Greek, the address confirmed by a letter, then it has its number
    submit(association)
    association.goto(address(letter(live, "kyma@syllogos.example"), "/events/confirm/"))
    go_on(association)
    reference = re.findall(r"20\d\d/\d+", association.locator("main").inner_text())[0]

    # translated and published; the association is told
    sign_in(desk)
    slug = publish(desk, live, reference)
    assert "Χορωδιακή βραδιά" in letter(live, "kyma@syllogos.example")

    # the digest of this Thursday names it
    subscribe(visitor, live)
    clock.move_to(THURSDAY + timedelta(hours=7))
    assert "Choir evening at the blue wave" in letter(live, "visitor@post.example")

    # in its week a visitor finds it, and takes it into a calendar
    clock.move_to(THURSDAY + timedelta(days=6))
    visitor.goto("/en/events/?when=weekend&free=1&step_free=1")
    visitor.get_by_role("link", name="Choir evening at the blue wave").click()
    expect(visitor.locator("h1")).to_have_text("Choir evening at the blue wave")
    before = feed_event(visitor, live, slug)
    assert (before.start.date(), before.start.hour) == (SATURDAY, 20)

    # it is moved to Sunday: the page, the feed and the next digest say so
    sign_in(desk)
    desk.goto(f"/el/desk/events/{slug}/edit/")
    fill_day(desk, "starts_on", datetime.combine(SATURDAY + timedelta(days=1), datetime.min.time()))
    go_on(desk)
    visitor.goto(f"/en/events/{slug}/")
    expect(visitor.locator("main")).to_contain_text(say("Moved"))
    after = feed_event(visitor, live, slug)
    assert after["UID"] == before["UID"]
    assert after.start.date() == SATURDAY + timedelta(days=1)
    assert int(after["SEQUENCE"]) > int(before.get("SEQUENCE", 0))
    clock.move_to(THURSDAY + timedelta(days=7, hours=7))
    assert say("Moved") in letter(live, "visitor@post.example")

    # who came is noted, and the plan counts it; counting anew changes nothing
    clock.move_to(THURSDAY + timedelta(days=12))
    sign_in(desk)
    desk.goto("/el/desk/events/attendance/")
    desk.locator(f"main a[href*='/{slug}/dates/']").first.click()
    desk.locator("[name=people]").fill("140")
    desk.locator("[name=counting][value=counted]").check()
    go_on(desk)
    desk.wait_for_load_state()
    with live.app.app_context():
        counted = sa.select(Contribution.feed, Contribution.value).where(Contribution.feed.startswith("events."))
        found = {feed: int(value) for feed, value in db.session.execute(counted)}
        assert (found["events.held"], found["events.visitors"]) == (1, 140)
        assert recount(db.session).unchanged
        db.session.rollback()
