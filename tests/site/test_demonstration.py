"""The demonstration: made by real operations, once, with a chain that holds and figures that a recount confirms."""

from __future__ import annotations

from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from portal.casework.models import Case, Phase, TimelineEvent
from portal.core import audit
from portal.core.files import Intake, LocalStore
from portal.core.outbox import Job
from portal.documents.models import Counter, Entry
from portal.eservices.models import Decision, Submission
from portal.plan import operations as plan
from portal.settings import ROOT
from portal.site import operations
from tests.factories import NOW

PACK = ROOT / "portal" / "municipalities" / "hersonissos"
CASES = 24


@pytest.fixture
def stock() -> str:
    return "municipality"


@pytest.fixture
def setting(tmp_path: Path) -> operations.Setting:
    return operations.Setting(LocalStore(tmp_path), Intake(), "no password opens this", "http://localhost")


def load(session: Session, setting: operations.Setting) -> int:
    number = operations.load_demonstration(session, PACK, setting, now=NOW, number=CASES)
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
