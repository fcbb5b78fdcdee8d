"""Faults of the demonstration: every state there is, each odd story, drawings without a past, figures that hold."""

from __future__ import annotations

import io
from datetime import timedelta
from itertools import pairwise
from pathlib import Path

import pytest
import sqlalchemy as sa
import yaml
from flask import Flask
from PIL import Image
from sqlalchemy.orm import Session

from portal.casework.models import Case
from portal.core import audit
from portal.core.clock import athens_date
from portal.core.files import Intake, LocalStore
from portal.faults import operations as faults
from portal.faults.models import (
    Application,
    Body,
    Fault,
    FaultPhoto,
    FaultState,
    FaultStep,
    Follow,
    Moment,
    Source,
    Supporter,
    Tile,
    Work,
)
from portal.faults.models.grid import Near
from portal.faults.operations.filing import NOBODY
from portal.organisation import queries as organisation
from portal.plan import operations as plan
from portal.settings import ROOT
from portal.site import operations
from portal.site.operations.demonstration import damage, troubles
from portal.site.operations.demonstration.reports import STANDS
from tests.factories import NOW

PACKS = ROOT / "portal" / "municipalities"
PACK = PACKS / "hersonissos"
NUMBER = 50


@pytest.fixture
def stock() -> str:
    return "municipality"


@pytest.fixture
def store(tmp_path: Path) -> LocalStore:
    return LocalStore(tmp_path)


@pytest.fixture
def loaded(app: Flask, session: Session, store: LocalStore) -> Session:
    setting = operations.Setting(store, Intake(), "no password opens this", "http://localhost", with_plan=False)
    sizes = {"number": 1, "most_events": 0, "most_reports": NUMBER}
    assert operations.load_demonstration(session, PACK, setting, now=NOW, **sizes) == 1
    session.commit()
    assert operations.load_demonstration(session, PACK, setting, now=NOW, **sizes) == 0
    session.commit()
    return session


def test_every_state_and_every_odd_story_is_there(loaded: Session) -> None:
    found = loaded.scalars(sa.select(Fault)).all()
    today = athens_date(NOW)

    assert abs(len(found) - NUMBER) <= 10
    assert {fault.state for fault in found} == set(FaultState)
    assert not any(fault.shown for fault in found if fault.state is FaultState.WITHDRAWN)
    assert all(fault.planned_on and fault.planned_on > today for fault in found if fault.state is FaultState.PLANNED)
    assert any(fault.is_open and fault.due_on < today for fault in found)
    assert any(fault.disputed for fault in found)
    assert any(fault.reopened and fault.state is FaultState.REPAIRED for fault in found)
    assert any(not fault.shown for fault in found)
    assert any(fault.public_text for fault in found)
    assert max(fault.supporters for fault in found) >= 8
    assert {fault.source for fault in found} == set(Source)
    assert {fault.language for fault in found} >= {"el", "en"}
    assert all(fault.duplicate_of_id for fault in found if fault.state is FaultState.DUPLICATE)
    assert loaded.scalar(sa.select(sa.func.count()).where(Case.applicant_name == NOBODY)) > 0
    passed = loaded.scalars(sa.select(Body.code).join(Fault).where(Fault.state == FaultState.PASSED_ON)).all()
    assert "deyah" in passed


def test_what_happened_happened_in_order_and_not_in_the_future(loaded: Session) -> None:
    for fault in loaded.scalars(sa.select(Fault)):
        moments = [step.at for step in fault.steps]
        assert fault.steps[0].state is FaultState.RECEIVED
        assert all(one <= other for one, other in pairwise(moments))
        assert moments[-1] <= NOW
        assert athens_date(NOW) - athens_date(fault.reported_at) <= timedelta(days=740)
        assert fault.is_open is (not fault.case.is_closed)
    repaired = sa.select(FaultStep).where(FaultStep.state == FaultState.REPAIRED)
    assert all({"el", "en"} <= step.note.keys() for step in loaded.scalars(repaired))


def test_crews_supporters_followers_and_programs_are_there(loaded: Session) -> None:
    works = loaded.scalars(sa.select(Work)).all()

    assert works
    assert all(0 < work.minutes <= 600 for work in works)
    assert any(work.materials for work in works)
    assert loaded.scalar(sa.select(sa.func.count()).where(Supporter.confirmed_at.is_(None))) > 0
    assert loaded.scalars(sa.select(Follow.confirmed_at)).all().count(None) == 1
    assert sorted(loaded.scalars(sa.select(Application.closed))) == [False, True]


def test_photographs_are_drawings_without_a_past_and_some_are_withheld(loaded: Session, store: LocalStore) -> None:
    photos = loaded.scalars(sa.select(FaultPhoto)).all()

    assert {photo.moment for photo in photos} == set(Moment)
    assert {photo.public for photo in photos} == {True, False}
    assert all({"el", "en"} <= photo.alt.keys() for photo in photos if photo.public)
    for sha256 in {photo.attachment.sha256 for photo in photos}:
        with Image.open(io.BytesIO(store.get(sha256))) as picture:
            assert (picture.format, picture.size) == ("JPEG", (640, 480))
            assert not picture.getexif()


def test_a_recount_changes_nothing_and_the_trail_holds(loaded: Session) -> None:
    before = _tiles(loaded)

    faults.recount(loaded)

    assert _tiles(loaded) == before
    assert not list(audit.breaks(loaded))
    assert plan.recount(loaded).unchanged


def _tiles(session: Session) -> set[tuple[int, ...]]:
    rows = session.execute(sa.select(Tile.level, Tile.cell, Tile.category_id, Tile.is_open, Tile.number))
    return {tuple(row) for row in rows if row.number}


@pytest.mark.parametrize("pack", ["hersonissos", "kilkis"])
def test_a_pack_tells_of_its_own_categories_near_its_own_places(pack: str, app: Flask, session: Session) -> None:
    content = troubles.read(PACKS / pack)
    assert content is not None
    groups = yaml.safe_load((PACKS / pack / "faults.yaml").read_text())["categories"]
    codes = {item["code"] for group in groups for item in group["categories"]}

    assert content.categories.keys() <= codes
    assert {spot["category"] for spot in content.data["hot"]} <= codes
    for sample in content.categories.values():
        assert sample.get("drawing", "pothole") in damage.ALT
        assert sample["texts"]["el"]
        assert sample["done"]
    if pack == "hersonissos":
        places = organisation.places(session)
        for street in content.streets:
            here = Near(street.lat, street.lon, 3000)
            assert min(here.distance(place.lat, place.lon) for place in places) < here.metres, street.name


def test_each_thing_is_drawn_the_same_every_time_and_otherwise_once_repaired() -> None:
    for thing in damage.ALT:
        broken, repaired = (damage.draw(thing, 0, repaired=state) for state in (False, True))

        assert broken == damage.draw(thing, 0, repaired=False)
        assert len({broken, repaired, damage.draw(thing, 1, repaired=False)}) == 3


def test_every_odd_state_is_played_in_the_smallest_demonstration() -> None:
    assert len(STANDS) + 3 <= 20
