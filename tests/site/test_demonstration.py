"""The demonstration: made by real operations, once, with a chain that holds and figures that a recount confirms."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from portal.casework.models import Case, Phase, TimelineEvent
from portal.core import audit
from portal.core.clock import athens_date
from portal.core.files import Intake, LocalStore
from portal.core.outbox import Job
from portal.documents.models import Counter, Entry
from portal.eservices.models import Decision, Submission
from portal.events.models import Event, Occurrence, Publication, Status, Subscription
from portal.events.queries.recurrence import HORIZON, moment, starts
from portal.plan import operations as plan
from portal.settings import ROOT
from portal.site import operations
from portal.site.operations.demonstration import agenda, days
from tests.factories import NOW

PACK = ROOT / "portal" / "municipalities" / "hersonissos"
CASES = 24


@pytest.fixture
def stock() -> str:
    return "municipality"


@pytest.fixture
def setting(tmp_path: Path) -> operations.Setting:
    return operations.Setting(
        LocalStore(tmp_path), Intake(), "no password opens this", "http://localhost", with_plan=False
    )


def load(session: Session, setting: operations.Setting) -> int:
    number = operations.load_demonstration(session, PACK, setting, now=NOW, number=CASES, most_events=0, most_reports=0)
    session.commit()
    return number


def test_the_cases_of_a_demonstration_stand_in_different_states(
    app: Flask, session: Session, setting: operations.Setting
) -> None:
    assert load(session, setting) == CASES

    cases = session.scalars(sa.select(Case)).all()
    assert len(cases) == CASES == session.scalar(sa.select(sa.func.count()).select_from(Submission))
    assert {Phase.OPEN, Phase.WAITING_APPLICANT, Phase.CLOSED} <= {case.phase for case in cases}
    assert session.scalars(sa.select(Decision)).all()
    assert 0 < sum(not case.online for case in cases) < CASES / 2
    assert max(case.filed_at for case in cases) <= NOW
    assert session.scalar(sa.select(sa.func.max(TimelineEvent.at))) <= NOW


def test_numbers_of_the_register_run_without_a_gap_in_the_order_of_time(
    app: Flask, session: Session, setting: operations.Setting
) -> None:
    load(session, setting)

    entries = session.scalars(sa.select(Entry).order_by(Entry.id)).all()
    for counter in session.scalars(sa.select(Counter)):
        numbers = [entry.number for entry in entries if entry.year == counter.year]
        assert numbers == list(range(1, counter.last + 1))
    moments = [entry.registered_at for entry in entries]
    assert moments == sorted(moments)


def test_a_demonstration_is_loaded_once(app: Flask, session: Session, setting: operations.Setting) -> None:
    load(session, setting)

    assert load(session, setting) == 0
    assert session.scalar(sa.select(sa.func.count()).select_from(Case)) == CASES


def test_the_trail_of_a_demonstration_holds_and_a_recount_changes_nothing(
    app: Flask, session: Session, setting: operations.Setting
) -> None:
    load(session, setting)

    assert not list(audit.breaks(session))
    assert plan.recount(session).unchanged


def test_letters_of_long_ago_are_not_sent_any_more(app: Flask, session: Session, setting: operations.Setting) -> None:
    load(session, setting)

    waiting = session.scalars(sa.select(Job.created_at).where(Job.done_at.is_(None))).all()
    assert all(NOW - moment <= operations.FRESH for moment in waiting)


def test_a_pack_without_samples_is_named(
    app: Flask, session: Session, setting: operations.Setting, tmp_path: Path
) -> None:
    with pytest.raises(operations.NothingToPlay, match=r"samples\.yaml"):
        operations.load_demonstration(session, tmp_path, setting, now=NOW)


def test_the_samples_of_another_municipality_are_not_played(
    app: Flask, session: Session, setting: operations.Setting
) -> None:
    with pytest.raises(operations.NothingToPlay, match="PORTAL_MUNICIPALITY=hersonissos"):
        operations.load_demonstration(session, PACK.parent / "kilkis", setting, now=NOW, number=1)


def test_the_agenda_of_a_demonstration_has_every_state_and_a_past(
    app: Flask, session: Session, setting: operations.Setting
) -> None:
    operations.load_demonstration(session, PACK, setting, now=NOW, number=1, most_reports=0)
    session.commit()

    published, times = (
        sa.select(Event).where(Event.publication == Publication.PUBLISHED),
        session.scalars(sa.select(Occurrence).where(Occurrence.shown)).all(),
    )
    found = session.scalars(published).all()
    assert len(found) >= 150
    assert {event.status for event in found} == set(Status)
    assert {row.status for row in times} >= {Status.SCHEDULED, Status.MOVED, Status.CANCELLED}
    assert any(event.umbrella for event in found)
    assert all(event.rolled_to > athens_date(NOW) + timedelta(days=400) for event in found if event.rolled_to)
    noted = [row for row in times if row.attendance is not None]
    assert len(noted) > 200
    assert max(row.ends_at for row in noted) < NOW
    assert not {row.status for row in noted} & {Status.CANCELLED, Status.POSTPONED}
    assert not list(audit.breaks(session))
    assert plan.recount(session).unchanged


def test_events_wait_in_the_queue_and_some_were_refused(
    app: Flask, session: Session, setting: operations.Setting
) -> None:
    operations.load_demonstration(session, PACK, setting, now=NOW, number=1, most_events=1, most_reports=0)
    session.commit()

    states = session.scalars(sa.select(Case.state).where(Case.kind == "event")).all()
    assert states.count("filed") >= 6
    assert states.count("refused") == 2
    assert session.scalar(sa.select(sa.func.count()).select_from(Subscription)) == 5


@pytest.mark.parametrize("today", [date(2026, 11, 22), date(2027, 1, 3), date(2027, 6, 20), date(2028, 2, 29)])
@pytest.mark.parametrize("pack", ["hersonissos", "kilkis"])
def test_the_days_of_an_agenda_lie_around_today(pack: str, today: date) -> None:
    content = agenda.read(PACK.parent / pack)

    for item in content["events"]:
        timing = days.placed(item, today)
        given = starts(timing, today + HORIZON)
        assert given[0] == timing.start, item["slug"]
        assert abs((timing.starts_on - today).days) <= 366, item["slug"]
        if "rule" in item and "until" not in item and "COUNT" not in item["rule"]:
            assert timing.starts_on <= today + timedelta(days=95), item["slug"]
        for single in item.get("occurrences", ()):
            found = days.changed(single, timing, today)
            assert found is None or moment(found[0]) in given, item["slug"]


@pytest.mark.parametrize(("year", "clean_monday"), [(2027, date(2027, 3, 15)), (2028, date(2028, 2, 28))])
def test_what_hangs_on_easter_moves_with_it(year: int, clean_monday: date) -> None:
    assert days.nearest({"easter": -48}, date(year, 3, 1)) == clean_monday


@pytest.mark.parametrize(("year", "to"), [(2027, "2027-05-03T09:00"), (2028, None)])
def test_st_george_waits_for_easter_if_his_day_is_in_lent(year: int, to: str | None) -> None:
    item = {"on": "04-23", "at": "09:00", "minutes": 420}
    single = {"on": "04-23T09:00", "to": {"easter": 1, "at": "09:00"}}
    today = date(year, 3, 1)

    found = days.changed(single, days.placed(item, today), today)

    assert found == ((f"{year}-04-23T09:00", moment(to)) if to else None)
