"""The worker: does outbox jobs and the portal's routines, one transaction per job."""

import signal
import time
from collections.abc import Callable
from datetime import datetime
from types import FrameType

import structlog
from flask import Flask

from portal.core import clock, outbox
from portal.core.db import db
from portal.core.web import portal

log = structlog.get_logger("worker")


def run(app: Flask) -> None:
    """Work until told to stop (SIGTERM, SIGINT); what was begun is finished first."""
    stopping = []

    def stop(number: int, _frame: FrameType | None) -> None:
        stopping.append(number)

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)
    with app.app_context():
        pause = portal.settings.worker_pause
    while not stopping:
        if not drain(app, now=clock.now(), most=20, stopping=lambda: bool(stopping)):
            time.sleep(pause)


def drain(app: Flask, *, now: datetime, most: int = 1000, stopping: Callable[[], bool] = lambda: False) -> int:
    """Do what is due, at most so many jobs; how many were done or failed. Whoever stops gives the others back."""
    with app.app_context():
        _enqueue_routines(now)
        jobs = outbox.lease(db.session, now=now, most=most)
        numbers = [job.id for job in jobs]
        db.session.commit()
    for done, number in enumerate(numbers):
        with app.app_context():
            if stopping():
                outbox.give_back(db.session, numbers[done:])
                db.session.commit()
                return done
            _do(number, now)
    return len(numbers)


def _do(number: int, now: datetime) -> None:
    job = db.session.get_one(outbox.Job, number)
    try:
        portal.handlers[job.kind](db.session, job.payload, job.id)
        outbox.finish(db.session, job, now=now)
        db.session.commit()
    except Exception as error:  # noqa: BLE001 – whatever went wrong, the job is kept and tried again
        db.session.rollback()
        log.warning("job failed", job=number, kind=job.kind, error=repr(error), attempt=job.attempts)
        outbox.fail(db.session, db.session.get_one(outbox.Job, number), error=repr(error), now=now)
        db.session.commit()


def _enqueue_routines(now: datetime) -> None:
    for name, (seconds, _what) in portal.routines.items():
        slot = int(now.timestamp()) // seconds
        outbox.enqueue(db.session, "routine", {"name": name}, now=now, dedupe=f"routine:{name}:{slot}")


def do_routine(_session: object, payload: dict[str, str], _job: int) -> None:
    """The outbox handler of kind "routine"."""
    portal.routines[payload["name"]][1](db.session)
