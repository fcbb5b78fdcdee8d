"""The engine and the request's session; how SQLite is made to behave."""

import fcntl
import inspect
import json
import os
from contextvars import ContextVar
from typing import Any

import sqlalchemy as sa
from flask import Flask, request
from flask_sqlalchemy_lite import SQLAlchemy
from sqlalchemy import event
from sqlalchemy.orm import Session

from portal.settings import Settings

_PRAGMAS = ("journal_mode=WAL", "busy_timeout=30000", "foreign_keys=ON", "synchronous=FULL", "cache_size=-16000")

db = SQLAlchemy()

#: Whether the work at hand writes. SQLite then takes its one write lock at BEGIN: a lock that is asked for later, after
#: reading, can only fail. Requests that promise not to write (GET) read beside the writer.
writes: ContextVar[bool] = ContextVar("writes", default=True)


def init_app(app: Flask, settings: Settings) -> None:
    """Set up engine and session."""
    options: dict[str, Any] = {"url": settings.database, "json_deserializer": _value_of}
    if settings.database.startswith("sqlite"):
        settings.data_dir.mkdir(parents=True, exist_ok=True)
    else:
        # statements take a millisecond: compiling one first takes a hundred
        options |= {"pool_pre_ping": True, "pool_size": 8, "connect_args": {"options": "-c jit=off"}}
    app.config.setdefault("SQLALCHEMY_ENGINES", {"default": options})
    db.init_app(app)
    # the extension also closes asynchronous sessions, of which there are none: an event loop for each request
    app.teardown_appcontext_funcs = [f for f in app.teardown_appcontext_funcs if not inspect.iscoroutinefunction(f)]
    with app.app_context():
        if db.engine.dialect.name == "sqlite":
            prepare_sqlite(db.engine)

    @app.before_request
    def intention() -> None:
        writes.set(request.method not in {"GET", "HEAD", "OPTIONS"})


def _value_of(text: str | bytes) -> Any:
    """A JSON value as the database keeps it: without the looks for blanks around it, which cost more than it does."""
    return _scan(text if isinstance(text, str) else text.decode(), 0)[0]


_scan = json.JSONDecoder().scan_once  # type: ignore[attr-defined]  # documented by its source alone


def prepare_sqlite(engine: sa.Engine) -> None:
    """WAL, foreign keys, our own BEGIN, and a queue for writers.

    SQLite lets waiting writers poll for its lock, and some wait for ever; here they stand in line at a lock file, which
    the system hands on in order. The lock is given back when the connection returns to the pool, after its COMMIT.
    """

    @event.listens_for(engine, "connect")
    def settle(connection: Any, _record: Any) -> None:
        connection.isolation_level = None
        for pragma in _PRAGMAS:
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def begin(connection: sa.Connection) -> None:
        if writes.get():
            fcntl.flock(_turn(connection.info, f"{engine.url.database}-writers"), fcntl.LOCK_EX)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes.get() else "BEGIN")

    @event.listens_for(engine, "checkin")
    def leave(_connection: Any, record: Any) -> None:
        if "turn" in record.info:
            fcntl.flock(record.info["turn"][1], fcntl.LOCK_UN)

    @event.listens_for(engine, "close")
    def close(_connection: Any, record: Any) -> None:
        if "turn" in record.info:
            os.close(record.info.pop("turn")[1])


def _turn(info: dict[Any, Any], path: str) -> int:
    """The connection's own handle of the lock file; a forked process must not share its parent's."""
    if info.get("turn", (0, 0))[0] != os.getpid():
        info["turn"] = os.getpid(), os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    return int(info["turn"][1])


def optimize(session: Session) -> None:
    """The worker's routine, and the end of an upgrade: SQLite looks at its tables again, to choose indexes well.

    PostgreSQL does that by itself (autovacuum).
    """
    if session.get_bind().dialect.name == "sqlite":
        session.execute(sa.text("PRAGMA analysis_limit=1000"))  # rows of each index: enough, and soon done
        session.execute(sa.text("ANALYZE"))
