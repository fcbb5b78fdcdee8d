"""The ways in which a list is read – in the order of time, event by event, venue by venue – find the same."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy.orm import Session

from portal.core.texts import Translated
from portal.events import queries
from portal.events.models import Event, Price, Venue
from portal.events.operations.rolling import copy_filters
from portal.events.queries import AgendaFilter, Near, filters
from tests.factories import make_event, make_venue

FIRST = date(2026, 12, 1)


@pytest.fixture
def year(session: Session) -> list[Event]:
    """Thirty events at three venues, every other one with a lyre and free, two of them in a festival."""
    venues = [make_venue(session, lat=35.30 + number / 100, lon=25.40) for number in range(3)]
    festival = make_event(session, on=FIRST, venue=venues[0], title=Translated(el="Γιορτή"), summary=Translated())
    made = [
        make_event(
            session,
            on=FIRST + timedelta(days=number),
            venue=venues[number % 3],
            title=Translated(el=f"Λύρα {number}" if number % 2 else f"Θέατρο {number}"),
            summary=Translated(),
            price=Price.FREE if number % 2 else Price.UNKNOWN,
            umbrella=festival if number in {4, 9} else None,
        )
        for number in range(30)
    ]
    return [festival, *made]


def titles(session: Session, wanted: AgendaFilter, *, most: int = 7) -> list[str]:
    """Everything that a filter finds, page by page."""
    found: list[str] = []
    while True:
        rows = queries.lines(session, wanted, most=most)
        found += [row.title.text("el") for row in rows]
        after = queries.next_after(rows, most=most)
        if after is None:
            return found
        wanted = AgendaFilter(**{**vars(wanted), "after": after, "found": filters.Found()})


@pytest.mark.usefixtures("year")
@pytest.mark.parametrize(
    ("events", "venues"), [(60, 8), (60, 0), (0, 8), (0, 0)], ids=["few", "events", "venues", "time"]
)
class TestWays:
    @pytest.fixture(autouse=True)
    def way(self, monkeypatch: pytest.MonkeyPatch, events: int, venues: int) -> None:
        monkeypatch.setattr(filters, "FEW_EVENTS", events)
        monkeypatch.setattr(filters, "FEW_VENUES", venues)

    def test_words(self, session: Session) -> None:
        assert titles(session, AgendaFilter(FIRST, text="λύρες")) == [f"Λύρα {number}" for number in range(1, 30, 2)]

    def test_words_that_nothing_has(self, session: Session) -> None:
        assert titles(session, AgendaFilter(FIRST, text="ποδόσφαιρο")) == []

    def test_words_and_what_is_free_from_a_day_on(self, session: Session) -> None:
        wanted = AgendaFilter(FIRST + timedelta(days=20), text="λύρα", free=True)

        assert titles(session, wanted) == [f"Λύρα {number}" for number in range(21, 30, 2)]

    def test_a_point_and_its_surroundings(self, session: Session) -> None:
        wanted = AgendaFilter(FIRST, near=Near(35.315, 25.40, 0.8))

        found = [f"{'Λύρα' if number % 2 else 'Θέατρο'} {number}" for number in range(30) if number % 3]
        assert titles(session, wanted) == found

    def test_a_point_where_nothing_is(self, session: Session) -> None:
        assert titles(session, AgendaFilter(FIRST, near=Near(35.0, 25.0, 2))) == []

    def test_words_around_a_point_within_days(self, session: Session) -> None:
        wanted = AgendaFilter(FIRST, FIRST + timedelta(days=9), near=Near(35.30, 25.40, 0.5), text="λύρα")

        assert titles(session, wanted) == ["Λύρα 3", "Λύρα 9"]

    def test_a_festival_and_words_in_it(self, session: Session, year: list[Event]) -> None:
        assert titles(session, AgendaFilter(FIRST, umbrella=year[0].slug)) == ["Γιορτή", "Θέατρο 4", "Λύρα 9"]
        assert titles(session, AgendaFilter(FIRST, umbrella=year[0].slug, text="λύρα")) == ["Λύρα 9"]


def test_a_date_that_is_held_elsewhere_is_found_there(session: Session) -> None:
    here, there = make_venue(session), make_venue(session)
    event = make_event(session, on=FIRST, rule="FREQ=DAILY;COUNT=2", venue=here)
    event.occurrences[1].venue = there
    copy_filters(event)
    session.flush()

    def on(venue: Venue) -> list[date]:
        return [row.starts_at.date() for row in queries.lines(session, AgendaFilter(FIRST, venue=venue.code))]

    assert on(here) == [FIRST]
    assert on(there) == [FIRST + timedelta(days=1)]
