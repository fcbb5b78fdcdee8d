"""The outbox: at least once, never twice at the same time, and given up in the end."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from portal.core import outbox, worker
from portal.core.db import db
from portal.core.outbox import Job
from portal.core.web import Portal
from tests.factories import NOW

LATER = NOW + timedelta(minutes=1)


def test_a_job_is_done_once(session: Session) -> None:
    outbox.enqueue(session, "tests", {"n": 1}, now=NOW)

    (job,) = outbox.lease(session, now=NOW)
    outbox.finish(session, job, now=NOW)

    assert job.attempts == 1
    assert outbox.lease(session, now=NOW + timedelta(days=1)) == []


def test_a_leased_job_is_nobody_elses_until_the_lease_ends(session: Session) -> None:
    outbox.enqueue(session, "tests", {}, now=NOW)
    outbox.lease(session, now=NOW)

    assert outbox.lease(session, now=NOW + outbox.LEASE) == []
    assert len(outbox.lease(session, now=NOW + outbox.LEASE + timedelta(seconds=1))) == 1


def test_a_job_waits_for_its_time(session: Session) -> None:
    outbox.enqueue(session, "tests", {}, now=NOW, due_at=LATER)

    assert outbox.lease(session, now=NOW) == []
    assert len(outbox.lease(session, now=LATER)) == 1


def test_jobs_come_in_the_order_they_are_due(session: Session) -> None:
    for name, minutes in (("last", 2), ("first", 0), ("second", 1)):
        outbox.enqueue(session, name, {}, now=NOW, due_at=NOW + timedelta(minutes=minutes))

    assert [job.kind for job in outbox.lease(session, now=NOW + timedelta(hours=1))] == ["first", "second", "last"]


def test_a_key_is_written_once(session: Session) -> None:
    assert outbox.enqueue(session, "tests", {}, now=NOW, dedupe="case:1") is not None
    assert outbox.enqueue(session, "tests", {}, now=NOW, dedupe="case:1") is None
    assert outbox.enqueue(session, "tests", {}, now=NOW, dedupe="case:2") is not None


def test_failures_are_tried_again_with_growing_pauses_then_given_up(session: Session) -> None:
    outbox.enqueue(session, "tests", {}, now=NOW)
    now, pauses = NOW, []
    for _ in range(outbox.MAX_ATTEMPTS):
        (job,) = outbox.lease(session, now=now)
        outbox.fail(session, job, error="no answer", now=now)
        pauses.append(int((job.due_at - now).total_seconds() // 60))
        now = max(job.due_at, now)

    assert pauses[:-1] == [1, 4, 16, 64, 256, 1024, 1440]
    assert outbox.lease(session, now=now + timedelta(days=9)) == []
    assert outbox.dead_letters(session) == [job]
    assert job.error == "no answer"


def test_a_dead_letter_can_be_revived(session: Session) -> None:
    outbox.enqueue(session, "tests", {}, now=NOW)
    (job,) = outbox.lease(session, now=NOW)
    job.attempts = outbox.MAX_ATTEMPTS
    outbox.fail(session, job, error="no answer", now=NOW)

    outbox.revive(session, job, now=LATER)

    assert outbox.lease(session, now=LATER) == [job]
    assert outbox.dead_letters(session) == []


def handlers_of(app: Flask) -> dict[str, Any]:
    portal: Portal = app.extensions["portal"]
    return portal.handlers


def test_two_workers_never_do_the_same_job(committed_app: Flask) -> None:
    done: Counter[int] = Counter()
    handlers_of(committed_app)["tests"] = lambda _session, payload, _job: done.update([payload["n"]])
    with committed_app.app_context():
        for number in range(60):
            outbox.enqueue(db.session, "tests", {"n": number}, now=NOW)
        db.session.commit()

    def drain() -> None:
        while worker.drain(committed_app, now=NOW, most=7):
            pass

    threads = [threading.Thread(target=drain) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert done == Counter(range(60))


def test_what_a_failed_job_wrote_is_undone(committed_app: Flask) -> None:
    def write_and_fail(session: Session, _payload: Mapping[str, Any], _job: int) -> None:
        outbox.enqueue(session, "follow-up", {}, now=NOW)
        session.flush()
        raise ConnectionError("the line is dead")

    handlers_of(committed_app)["tests"] = write_and_fail
    with committed_app.app_context():
        outbox.enqueue(db.session, "tests", {}, now=NOW)
        db.session.commit()

    assert worker.drain(committed_app, now=NOW) >= 1

    with committed_app.app_context():
        (job,) = db.session.scalars(sa.select(Job).where(Job.kind == "tests"))
        assert "the line is dead" in (job.error or "")
        assert job.due_at == NOW + timedelta(minutes=1)
        assert db.session.scalar(sa.select(Job.id).where(Job.kind == "follow-up")) is None


def test_a_worker_that_is_told_to_stop_finishes_its_job_and_gives_the_others_back(committed_app: Flask) -> None:
    done: list[int] = []
    handlers_of(committed_app)["tests"] = lambda _session, payload, _job: done.append(payload["n"])
    with committed_app.app_context():
        for number in range(3):
            outbox.enqueue(db.session, "tests", {"n": number}, now=NOW - timedelta(minutes=1))
        db.session.commit()

    assert worker.drain(committed_app, now=NOW, stopping=lambda: bool(done)) == 1

    assert done == [0]
    with committed_app.app_context():
        left = db.session.scalars(sa.select(Job).where(Job.kind == "tests", Job.done_at.is_(None))).all()
        assert [(job.leased_until, job.attempts) for job in left] == [(None, 0)] * 2
    worker.drain(committed_app, now=NOW)
    assert done == [0, 1, 2]


def test_a_job_whose_kind_nobody_knows_is_kept(committed_app: Flask) -> None:
    with committed_app.app_context():
        outbox.enqueue(db.session, "unheard-of", {}, now=NOW)
        db.session.commit()

    worker.drain(committed_app, now=NOW)

    with committed_app.app_context():
        (job,) = db.session.scalars(sa.select(Job).where(Job.kind == "unheard-of"))
        assert "unheard-of" in (job.error or "")
        assert job.dead_at is None


@pytest.mark.parametrize(("minutes", "times"), [(1, 1), (61, 2)])
def test_a_routine_runs_once_in_its_slot(committed_app: Flask, minutes: int, times: int) -> None:
    ran = []
    portal: Portal = committed_app.extensions["portal"]
    portal.routines.clear()
    portal.routines["count"] = (3600, ran.append)

    worker.drain(committed_app, now=NOW)
    worker.drain(committed_app, now=NOW + timedelta(minutes=minutes))

    assert len(ran) == times
