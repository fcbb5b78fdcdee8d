"""Databases for tests: made once per run from the migrations, copied for each worker and each test that commits."""

from __future__ import annotations

import contextlib
import fcntl
import itertools
import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
from flask import Flask

from portal.app import create_app
from portal.core import schema
from portal.core.db import db, writes
from portal.settings import Settings
from tests.support import cluster

KINDS = ("sqlite", "postgresql")
#: what a database can hold at the start, and the commands that bring it there
STOCKS = {
    "empty": (),
    "municipality": ("municipality load hersonissos",),
    "demonstration": ("municipality load hersonissos", "demo load --cases 40 --events 40 --reports 60 --no-plan"),
}
WORKER = os.environ.get("PYTEST_XDIST_WORKER", "main")
_numbers = itertools.count(1)
_ready: set[str] = set()


@dataclass(frozen=True)
class Database:
    """One database and the folder for the files of its application."""

    kind: str
    url: str
    folder: Path

    def app(self, **changes: Any) -> Flask:
        """The portal on this database."""
        chosen: dict[str, Any] = {
            "data_dir": self.folder,
            "database_url": self.url,
            "demonstration": True,
            "public_url": "http://localhost",
            "secret_key": "a key for tests only",
            "rate_limits": False,
            "worker_pause": 0.05,
            "log_level": "CRITICAL",
            "flask": {"TESTING": True},
        }
        return create_app(Settings(**(chosen | changes)))


def run_folder() -> Path:
    """The temporary folder of this test run, shared by its workers."""
    return Path(os.environ["TEST_RUN_DIR"])


def fresh(kind: str, stock: str = "empty") -> Database:
    """A database of its own, filled like the named stock (see `STOCKS`)."""
    _prepare(kind, stock)
    name = f"{WORKER}_{next(_numbers)}"
    folder = run_folder() / name
    if kind == "sqlite":
        shutil.copytree(_template(kind, stock).folder, folder)
        return Database(kind, f"sqlite:///{folder}/portal.sqlite3", folder)
    _administer(f"CREATE DATABASE {name} TEMPLATE {stock} STRATEGY FILE_COPY")
    shutil.copytree(_template(kind, stock).folder, folder)
    return Database(kind, cluster.url(run_folder(), name), folder)


@contextlib.contextmanager
def undone(app: Flask) -> Iterator[None]:
    """Everything that pages and sessions of this application write meanwhile is undone afterwards."""
    with app.app_context():
        engine, sessionmaker = db.engine, db.sessionmaker
    writes.set(True)
    with engine.connect() as connection:
        outer = connection.begin()
        before = dict(sessionmaker.kw)
        sessionmaker.configure(bind=connection, binds=None, join_transaction_mode="create_savepoint")
        yield
        sessionmaker.kw = before
        outer.rollback()


def bare(kind: str) -> Database:
    """A database of its own without any table."""
    _prepare(kind, "empty")  # which starts the cluster
    folder = run_folder() / f"{WORKER}_{next(_numbers)}"
    folder.mkdir()
    if kind == "sqlite":
        return Database(kind, f"sqlite:///{folder}/portal.sqlite3", folder)
    _administer(f"CREATE DATABASE {folder.name}")
    return Database(kind, cluster.url(run_folder(), folder.name), folder)


def drop(app: Flask, database: Database) -> None:
    """Give back what a database holds."""
    with app.app_context():
        db.engine.dispose()
    if database.kind == "postgresql":
        _administer(f"DROP DATABASE IF EXISTS {database.folder.name} WITH (FORCE)")
    shutil.rmtree(database.folder, ignore_errors=True)


def _template(kind: str, stock: str) -> Database:
    folder = run_folder() / f"{kind}-{stock}"
    url = f"sqlite:///{folder}/portal.sqlite3" if kind == "sqlite" else cluster.url(run_folder(), stock)
    return Database(kind, url, folder)


def _prepare(kind: str, stock: str) -> None:
    """Make the template, unless this run has it already; one worker makes it, the others wait."""
    if f"{kind}-{stock}" in _ready:
        return
    database, done = _template(kind, stock), run_folder() / f"{kind}-{stock}.done"
    with _locked(kind):
        if kind == "postgresql" and not (run_folder() / "pg").exists():
            cluster.start(run_folder())
        if not done.exists():
            shutil.rmtree(database.folder, ignore_errors=True)
            database.folder.mkdir()
            if kind == "postgresql":
                _administer(f"DROP DATABASE IF EXISTS {stock}")
                _administer(f"CREATE DATABASE {stock}")
            _fill(database, stock)
            done.touch()
    _ready.add(f"{kind}-{stock}")


def _fill(database: Database, stock: str) -> None:
    app = database.app()
    with app.app_context():
        schema.upgrade()
    runner = app.test_cli_runner()
    for command in STOCKS[stock]:
        result = runner.invoke(args=command.split(), catch_exceptions=False)
        assert result.exit_code == 0, f"{command}: {result.output}"
    with app.app_context():
        db.engine.dispose()  # the last connection takes SQLite's journal with it


@contextlib.contextmanager
def _locked(name: str) -> Iterator[None]:
    with (run_folder() / f"{name}.lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _administer(statement: str) -> None:
    address = f"host={run_folder() / 'pg'} user=postgres dbname=postgres"
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute(statement.encode())
