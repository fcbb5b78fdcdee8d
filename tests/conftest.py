"""Fixtures for all tests: both databases, a client that looks at every page, time, a browser.

`session`, `app` and `client` stand on one transaction that is undone after the test; whatever needs real commits, other
threads or a browser takes `committed_app` or `live`, which have a database of their own. Every test that touches a
database runs on both engines (`--db` limits it).
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

import pytest
import time_machine
from flask import Flask
from sqlalchemy.orm import Session

from portal.core import worker
from portal.core.db import db, writes
from tests.support import cluster, databases
from tests.support.client import Client
from tests.support.databases import KINDS

pytest_plugins = ["tests.support.browser", "tests.support.together", "tests.support.towns"]
#: the applications of this worker, by engine and stock; a test borrows one and leaves no trace in its database
_apps: dict[tuple[str, str], Flask] = {}


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--db", choices=[*KINDS, "both"], default="both", help="engine of the tests that use a database")


def pytest_configure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput"):
        cluster.sweep()
        folder = Path(tempfile.mkdtemp(prefix=f"{cluster.PREFIX}{os.getpid()}-"))
        folder.chmod(0o755)  # PostgreSQL runs as somebody else
        os.environ["TEST_RUN_DIR"] = str(folder)


def pytest_unconfigure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput") and (folder := os.environ.pop("TEST_RUN_DIR", "")):
        cluster.stop(Path(folder))
        shutil.rmtree(folder, ignore_errors=True)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    chosen = any("engine_kind" in str(mark.args[0]) for mark in metafunc.definition.iter_markers("parametrize"))
    if "engine_kind" in metafunc.fixturenames and not chosen:
        wanted = metafunc.config.getoption("--db")
        metafunc.parametrize("engine_kind", KINDS if wanted == "both" else [wanted], indirect=True)


@pytest.fixture
def engine_kind(request: pytest.FixtureRequest) -> str:
    """Either "sqlite" or "postgresql"; every test that touches a database runs on both."""
    kind: str = request.param
    if kind == "postgresql":
        try:
            cluster.programs()
        except cluster.NoPostgres as missing:
            pytest.skip(str(missing))
    return kind


@pytest.fixture
def stock() -> str:
    """What the database holds at the start: "empty", "municipality" or "demonstration"; test files override this."""
    return "empty"


@pytest.fixture
def app(engine_kind: str, stock: str) -> Iterator[Flask]:
    """The portal; everything that it and the test write is undone after the test."""
    if (engine_kind, stock) not in _apps:
        _apps[engine_kind, stock] = databases.fresh(engine_kind, stock).app()
    borrowed = _apps[engine_kind, stock]
    with databases.undone(borrowed):
        yield borrowed


@pytest.fixture
def session(app: Flask) -> Iterator[Session]:
    """A session in the same transaction as the pages of `client`."""
    with app.app_context():
        opened = db.sessionmaker()
    with opened:
        yield opened


@pytest.fixture
def client(app: Flask, session: Session) -> Client:
    """A browser without scripts that looks at every page it gets (see tests/support/client.py)."""
    return Client(app, session)


@pytest.fixture
def drain(app: Flask, session: Session) -> Callable[[datetime], int]:
    """Do what waits in the outbox at a moment, as the worker does; says how many jobs it were."""

    def until_empty(now: datetime) -> int:
        session.commit()
        done = 0
        while jobs := worker.drain(app, now=now):
            done += jobs
        writes.set(True)
        return done

    return until_empty


@pytest.fixture
def committed_app(engine_kind: str, stock: str) -> Iterator[Flask]:
    """The portal on a database of its own, where a commit is a commit; for threads, processes and browsers."""
    database = databases.fresh(engine_kind, stock)
    fresh = database.app()
    writes.set(True)
    yield fresh
    databases.drop(fresh, database)


@pytest.fixture
def frozen() -> Iterator[Callable[[datetime], time_machine.Coordinates]]:
    """Stop the clock of the pages and the worker at a moment; rules are told the time and do not need it."""
    travels: list[time_machine.travel] = []

    def at(moment: datetime) -> time_machine.Coordinates:
        travels.append(time_machine.travel(moment, tick=False))
        return travels[-1].start()

    yield at
    for travel in reversed(travels):
        travel.stop()
