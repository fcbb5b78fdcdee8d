"""The poster of a week, and the picture that goes with a link to an event."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
from pypdf import PdfReader
from sqlalchemy.orm import Session

from portal.core.texts import Translated
from portal.events import operations
from portal.events.models import Price, Status
from tests.factories import DAY, NOW, make_community, make_event, make_venue
from tests.support.client import Client, Page


@pytest.fixture(autouse=True)
def _then(frozen: Callable[[datetime], Any]) -> None:
    frozen(NOW)


@pytest.fixture
def client(client: Client) -> Client:
    """Somebody who reads English."""
    client.language = "en"
    return client


def printed(page: Page) -> str:
    """What stands on a poster of one page, in one line."""
    reader = PdfReader(io.BytesIO(page.response.get_data()))
    assert len(reader.pages) == 1
    return " ".join(reader.pages[0].extract_text().split())


def test_it_says_what_is_on_in_a_week(client: Client, session: Session) -> None:
    square = make_venue(session, name=Translated(el="Πλατεία", en="Main square"))
    make_event(session, title=Translated(el="Συναυλία", en="Concert"), venue=square, price=Price.FREE)
    make_event(session, title=Translated(el="Αργότερα", en="Much later"), on=DAY + timedelta(9))

    words = printed(client.get("events.poster"))

    for text in (
        "What is on",
        "3–9 March 2026",
        "Tuesday",
        "20:00 Concert",
        "Free",
        "Main square",
        "localhost/en/events/",
    ):
        assert text in words
    assert "Much later" not in words


def test_the_week_and_the_community_are_chosen(client: Client, session: Session) -> None:
    malia = make_community(session, code="malia", name=Translated(el="Μάλια", en="Malia"))
    venue = make_venue(session, community_id=malia.id)
    make_event(session, title=Translated(el="Εκεί", en="There"), on=date(2026, 3, 30), venue=venue)
    make_event(session, title=Translated(el="Αλλού", en="Elsewhere"), on=date(2026, 3, 30))

    words = printed(client.get("events.poster", community="malia", **{"from": "2026-03-30"}))

    assert "30 March – 5 April 2026" in words
    assert "There" in words
    assert "Elsewhere" not in words
    assert "?community=malia" in words.replace(" ", "")


def test_what_is_on_most_days_stands_once(client: Client, session: Session) -> None:
    make_event(session, title=Translated(el="Μουσείο", en="Museum"), rule="FREQ=DAILY;COUNT=30", at=time(9))
    make_event(session, title=Translated(el="Έκθεση", en="Exhibition"), on=DAY - timedelta(9), at=None, minutes=43200)

    words = printed(client.get("events.poster"))

    assert words.count("Museum") == 1
    assert "every day 09:00–11:00" in words
    assert "Exhibition until" in words


def test_what_is_off_is_said_to_be(client: Client, session: Session) -> None:
    event = make_event(session, title=Translated(el="Συναυλία", en="Concert"))
    operations.set_status(session, event, Status.CANCELLED, Translated(), actor_id=None, now=NOW)

    assert "Cancelled: Concert" in printed(client.get("events.poster"))


def test_a_full_week_still_fits_on_one_page(client: Client, session: Session) -> None:
    venue = make_venue(session, name=Translated(en="The municipal hall of a village with a rather long name"))
    for number in range(84):
        title = Translated(en=f"Meeting number {number} of the association of friends of long titles")
        make_event(session, title=title, on=DAY + timedelta(number % 7), venue=venue)

    assert "and more: scan the code below" in printed(client.get("events.poster"))


def test_an_empty_week_says_so(client: Client) -> None:
    assert "Nothing is announced" in printed(client.get("events.poster"))


def test_an_event_has_a_picture_for_links(client: Client, session: Session) -> None:
    event = make_event(session, picture="music")

    page = client.get("events.card", slug=event.slug)

    data = page.response.get_data()
    assert data[:8] == b"\x89PNG\r\n\x1a\n"
    assert (int.from_bytes(data[16:20], "big"), int.from_bytes(data[20:24], "big")) == (1200, 630)
    client.get("events.card", slug="nothing", status=404)
