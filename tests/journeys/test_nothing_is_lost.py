"""Many people file at once, and machines die meanwhile: what was acknowledged is there, once, with its number."""

from __future__ import annotations

import http.cookiejar
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from portal.casework.models import Case
from portal.core import audit, clock, worker
from portal.core.db import db
from portal.core.letters import Letter
from portal.core.outbox import LEASE
from portal.documents.models import Entry
from portal.eservices.models import Submission
from portal.settings import Settings
from tests.support.browser import apart
from tests.support.filing import APPLICANT, SERVICE, ready_drafts

PROCESSES, EACH = 50, 2
#: a bound for the whole of a test, not a time that anything is measured by
PATIENCE = 120
Pressed = tuple[str, str]


@pytest.fixture
def stock() -> str:
    return "municipality"


def environment(app: Flask, **more: str) -> dict[str, str]:
    """The settings of this application, for another process."""
    settings: Settings = app.extensions["portal"].settings
    ours = {
        "PORTAL_DATA_DIR": str(settings.data_dir),
        "PORTAL_DATABASE_URL": settings.database_url,
        "PORTAL_SECRET_KEY": settings.secret_key,
        "PORTAL_DEMONSTRATION": "1",
        "PORTAL_RATE_LIMITS": "0",
        "PORTAL_LOG_LEVEL": "CRITICAL",
        "PORTAL_WORKER_PAUSE": "0.05",
        "PYTHONPATH": str(Path(__file__).parents[2]),
    }
    return {name: value for name, value in os.environ.items() if not name.startswith("PORTAL_")} | ours | more


def nothing_is_missing(session: Session, number: int) -> None:
    """So many cases, numbers 1…n, each with its submission, receipt, audit entry and one letter."""
    numbers = session.scalars(sa.select(Entry.number).order_by(Entry.number)).all()
    assert list(numbers) == list(range(1, number + 1))
    assert session.scalar(sa.select(sa.func.count()).select_from(Case)) == number
    submissions = session.scalars(sa.select(Submission)).all()
    assert len(submissions) == number
    assert all(submission.receipt.sha256 for submission in submissions)
    subjects = session.scalars(sa.select(Letter.subject).where(Letter.recipient == APPLICANT.email)).all()
    for case in session.scalars(sa.select(Case)):
        actions = {entry.action for entry in audit.history(session, ("case", case.id))}
        assert "eservices.request.filed" in actions
        assert sum(bool(re.search(rf"\b{case.reference}\b", subject)) for subject in subjects) == 1
    assert list(audit.breaks(session)) == []


def test_fifty_processes_file_at_once(committed_app: Flask) -> None:
    with committed_app.app_context():
        tokens = ready_drafts(db.session, PROCESSES * EACH + 1, now=clock.now())
        db.engine.dispose()

    command = [sys.executable, "-m", "tests.support.filing", str(EACH), *tokens]
    done = subprocess.run(
        command, env=environment(committed_app), capture_output=True, text=True, timeout=PATIENCE, check=False
    )

    assert done.returncode == 0, done.stderr
    filed = dict(line.split() for line in done.stdout.splitlines())
    assert sorted(filed) == sorted(tokens)
    assert len(set(filed.values())) == len(tokens)
    drain(committed_app)
    with committed_app.app_context():
        nothing_is_missing(db.session, len(tokens))


def test_what_was_acknowledged_survives_kill_9_of_web_and_worker(committed_app: Flask) -> None:
    with committed_app.app_context():
        tokens = ready_drafts(db.session, 24, now=clock.now())
        db.engine.dispose()

    with served(committed_app) as (address, supervisor), ThreadPoolExecutor(8) as residents:
        presses = [residents.submit(press_until_filed, address, token) for token in tokens]
        for share in (0.25, 0.6):
            wait_for(lambda share=share: sum(press.done() for press in presses) >= share * len(presses))
            kill_everything_below(supervisor.pid)
        references = [press.result(PATIENCE) for press in presses]
        supervisor.kill()
    with served(committed_app) as (address, _supervisor):
        wait_for(lambda: answers(address))

    assert len(set(references)) == len(tokens)
    drain(committed_app, after_leases=True)
    with committed_app.app_context():
        nothing_is_missing(db.session, len(tokens))


def drain_all(app: Flask, *, now: datetime) -> None:
    """Until nothing is due."""
    while worker.drain(app, now=now):
        pass


def drain(app: Flask, *, after_leases: bool = False) -> None:
    """Do what waits, also what a killed worker had taken."""
    now = clock.now() + (LEASE * 2 if after_leases else LEASE * 0)
    apart(lambda: drain_all(app, now=now))


@contextmanager
def served(app: Flask) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """The real web server and worker, as `make serve` starts them."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    address = f"http://127.0.0.1:{port}"
    command = [sys.executable, "-m", "portal.core.serving", "--port", str(port)]
    root = Path(__file__).parents[2]
    supervisor = subprocess.Popen(
        command, env=environment(app, PORTAL_PUBLIC_URL=address), cwd=root, stderr=subprocess.DEVNULL
    )
    try:
        wait_for(lambda: answers(address))
        yield address, supervisor
    finally:
        if supervisor.poll() is None:
            supervisor.terminate()
        supervisor.wait(PATIENCE)


def answers(address: str) -> bool:
    """Whether the web server is there."""
    try:
        with urllib.request.urlopen(f"{address}/healthz", timeout=5) as answer:  # noqa: S310 – our own server
            return bool(answer.status == 200)
    except OSError:
        return False


def wait_for(condition: object) -> None:
    """Look again and again until it holds."""
    assert callable(condition)
    until = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < until, "it never happened"
        time.sleep(0.02)


def kill_everything_below(parent: int) -> None:
    """SIGKILL to web server, its workers and the portal's worker; the supervisor stays."""
    below = descendants(parent)
    assert below
    for number in below:
        try:
            os.kill(number, signal.SIGKILL)
        except ProcessLookupError:
            continue


def descendants(parent: int) -> list[int]:
    """Processes below one, from /proc."""
    try:
        children = Path(f"/proc/{parent}/task/{parent}/children").read_text().split()
    except OSError:
        return []
    return [number for child in children for number in (*descendants(int(child)), int(child))]


def press_until_filed(address: str, token: str) -> str:
    """Open the review page and press the button, as often as it takes; the protocol number."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        try:
            reference = press(address, token)
        except (OSError, urllib.error.HTTPError, http.client.HTTPException):
            reference = ""
        if reference:
            return reference
        time.sleep(0.05)
    raise AssertionError("it could not be filed")


def press(address: str, token: str) -> str:
    """One try; a draft that was filed leads to the same confirmation."""
    browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()))
    review = f"{address}/el/services/{SERVICE}/apply/{token}/review/"
    with browser.open(review, timeout=20) as answer:
        page, where = answer.read().decode(), answer.url
    if "/filed/" not in where:
        csrf = re.findall(r'name="csrf_token"[^>]*value="([^"]+)"', page)[0]
        fields = {"csrf_token": csrf, "name": APPLICANT.name, "email": APPLICANT.email, "phone": ""}
        with browser.open(review, urllib.parse.urlencode(fields).encode(), timeout=20) as answer:
            page, where = answer.read().decode(), answer.url
    assert "/filed/" in where, page[:2000]
    return re.findall(r"20\d\d/\d+", page)[0]
