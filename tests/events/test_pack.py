"""Categories and venues come from the pack: once, telling what changed, and never over what staff have written."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.core import search
from portal.core.texts import Translated
from portal.events import operations
from portal.events.models import EventCategory, Occurrence, Venue
from portal.events.operations import VenueInput
from portal.organisation import operations as organisation
from portal.organisation.operations import PackError
from portal.settings import ROOT
from tests.factories import NOW, make_event, make_user

PACKS = ROOT / "portal" / "municipalities"
SMALL = """
categories:
  - {code: music, name: {el: Μουσική, en: Music}}
  - {code: theatre, name: {el: Θέατρο, en: Theatre}}
venues:
  - {code: square, name: {el: Πλατεία, en: Square}, lat: 35.3, lon: 25.2, step_free: true}
  - {code: hall, name: {el: Αίθουσα}, address: {el: Οδός Μινωταύρου}, notes: {el: Ράμπα}, needs_confirmation: true}
"""


@pytest.fixture
def load(session: Session, tmp_path: Path) -> Callable[..., list[str]]:
    """Change the small file and load it; what the load tells."""
    path = tmp_path / "events.yaml"
    path.write_text(SMALL)

    def changed(old: str = "", new: str = "") -> list[str]:
        if old:
            text = path.read_text()
            assert text.count(old) == 1
            path.write_text(text.replace(old, new))
        return operations.load_places(session, tmp_path, now=NOW)

    return changed


@pytest.mark.parametrize("name", ["hersonissos", "kilkis"])
def test_a_pack_that_ships_loads_and_a_second_time_changes_nothing(session: Session, name: str) -> None:
    organisation.load_pack(session, organisation.read_pack(PACKS / name), now=NOW)

    first = operations.load_places(session, PACKS / name, now=NOW)

    assert all(line.startswith("new: event_") for line in first)
    assert operations.load_places(session, PACKS / name, now=NOW) == []
    communities = session.scalars(sa.select(Venue.community_id)).all()
    assert len(communities) >= 10
    assert all(communities)


def test_what_is_not_said_of_a_venue_is_not_known(session: Session, load: Callable[..., list[str]]) -> None:
    assert len(load()) == 4

    square, hall = session.scalars(sa.select(Venue).order_by(Venue.code.desc())).all()
    assert (square.step_free, square.hearing_loop, square.lat) == (True, None, 35.3)
    assert (hall.step_free, hall.lat, hall.address["el"]) == (None, None, "Οδός Μινωταύρου")


def test_changes_are_told_and_what_vanished_is_closed_and_may_return(load: Callable[..., list[str]]) -> None:
    load()

    assert load("en: Music", "en: Music and song") == ["changed: event_category music: name"]
    line = "  - {code: theatre, name: {el: Θέατρο, en: Theatre}}\n"
    assert load(line, "") == ["closed: event_category theatre"]
    assert load("venues:\n", f"{line}venues:\n") == ["changed: event_category theatre: closed"]


def test_occurrences_follow_a_venue_that_changed(session: Session, load: Callable[..., list[str]]) -> None:
    load()
    square = session.scalars(sa.select(Venue).where(Venue.code == "square")).one()
    make_event(session, venue=square, rule="FREQ=WEEKLY;COUNT=3")

    load("lon: 25.2, step_free: true", "lon: 25.9, step_free: false")
    load("{el: Πλατεία, en: Square}", "{el: Λιμάνι, en: Harbour}")
    session.expire_all()

    rows = session.scalars(sa.select(Occurrence)).all()
    assert {(row.lon, row.step_free) for row in rows} == {(25.9, False)}
    assert len(search.find(session, "λιμάνι", kinds=["event"], most=5)) == 1
    assert not search.find(session, "πλατεία", kinds=["event"], most=5)


def test_what_staff_have_written_is_theirs(session: Session, load: Callable[..., list[str]]) -> None:
    load()
    square = session.scalars(sa.select(Venue).where(Venue.code == "square")).one()
    clerk = make_user(session)
    operations.write_venue(session, square, VenueInput(name=Translated(el="Νέα πλατεία")), actor_id=clerk.id, now=NOW)
    operations.write_venue(session, None, VenueInput(name=Translated(el="Λόφος")), actor_id=clerk.id, now=NOW)
    session.add(EventCategory(code="own", name=Translated(el="Δική μας")))
    session.flush()

    assert load("step_free: true", "step_free: false") == []

    assert square.name["el"] == "Νέα πλατεία"
    assert not session.scalars(sa.select(Venue).where(Venue.closed)).all()


@pytest.mark.parametrize(
    ("old", "new", "line", "words"),
    [
        ("lat: 35.3", "lat: 135.3", 6, "lat 135.3 is no place on Earth"),
        ("lat: 35.3", "lat: north", 6, "could not convert"),
        ("step_free: true", "step_free: ramp", 6, "step_free is 'ramp': write true or false"),
        ("code: hall, name: {el: Αίθουσα}", "code: hall, name: Αίθουσα", 7, "'Αίθουσα' is no text"),
        ("code: hall,", "code: square,", 7, "square stands in the file twice"),
        ("code: theatre,", "", 4, "'code' is missing"),
        ("code: hall,", "code: hall, community: '0199',", 7, "'0199' is missing or unknown"),
    ],
)
def test_a_mistake_is_named_with_file_and_line(
    load: Callable[..., list[str]], tmp_path: Path, old: str, new: str, line: int, words: str
) -> None:
    with pytest.raises(PackError) as told:
        load(old, new)

    assert f"{tmp_path.name}/events.yaml:{line}: " in str(told.value)
    assert words in str(told.value)
