"""Calendars of others in the demonstration: one that was read, one that fails and is paused, around whatever day."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from portal.core.clock import athens_date
from portal.core.files import Intake, LocalStore
from portal.events.models import Calendar, Event, Publication
from portal.events.queries.imported import own_edits
from portal.settings import ROOT
from portal.site import operations
from portal.site.operations.demonstration.calendars import moved
from tests.factories import NOW

PACK = ROOT / "portal" / "municipalities" / "hersonissos"


@pytest.fixture
def stock() -> str:
    return "municipality"


def test_one_is_read_and_one_is_paused(app: Flask, session: Session, tmp_path: Path) -> None:
    setting = operations.Setting(
        LocalStore(tmp_path), Intake(), "no password opens this", "http://localhost", with_plan=False
    )
    for _ in range(2):
        operations.load_demonstration(session, PACK, setting, now=NOW, number=1, most_events=3, most_reports=0)
        session.commit()

    read, paused = session.scalars(sa.select(Calendar).order_by(Calendar.closed)).all()
    found = session.scalars(sa.select(Event).where(Event.calendar_id == read.id)).all()

    assert read.url.endswith("monopatia.example/ekdiloseis.ics")
    assert (read.report["new"], len(read.report["problems"]), read.closed) == (5, 1, False)
    assert [event.publication for event in found].count(Publication.SUBMITTED) == 1
    assert [event.publication for event in found].count(Publication.PUBLISHED) == 4
    assert [own_edits(event) for event in found if own_edits(event)] == [["summary"]]
    monday = athens_date(NOW) - timedelta(days=athens_date(NOW).weekday())
    assert all(monday <= event.starts_on <= monday + timedelta(days=27) for event in found)
    assert paused.closed
    assert paused.report["failed"]["values"] == {"answer": "404 Not Found"}


def test_days_are_moved_by_whole_weeks() -> None:
    text = "DTSTART:20260607T083000\nDTEND;VALUE=DATE:20260622\nX:20260231\nX:120260607\nRRULE:UNTIL=20260614"

    later = moved(text, date(2026, 6, 1), date(2026, 11, 22))

    assert later.split("\n")[:3] == ["DTSTART:20261122T083000", "DTEND;VALUE=DATE:20261207", "X:20260231"]
    assert later.endswith("UNTIL=20261129")
    assert datetime(2026, 11, 22).weekday() == datetime(2026, 6, 7).weekday()  # noqa: DTZ001 – days alone
