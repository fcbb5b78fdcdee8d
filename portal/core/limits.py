"""Rate limits, shared by all processes: `@limiter.limit("10/minute")` below a route's guard.

They are counted in a table, or in Redis where many machines serve (`PORTAL_LIMITS_URL`). On SQLite the table lies in a
file of its own: a request that is refused and rolled back still counts, and counting never waits for whoever writes.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from ipaddress import IPv6Address, ip_address
from typing import Any

import sqlalchemy as sa
from flask import Flask, current_app, request
from flask_limiter import Limiter
from limits.storage import Storage
from sqlalchemy.orm import Mapped, Session, mapped_column
from sqlalchemy.schema import CreateTable

from portal.core.db import db
from portal.core.orm import Base
from portal.settings import Settings

_ENGINE = "limits.engine"


class RateLimit(Base):
    """How often somebody did something in the running period."""

    __tablename__ = "rate_limit"

    #: what is limited, and whose requests
    key: Mapped[str] = mapped_column(sa.String(255), primary_key=True)
    count: Mapped[int]
    #: the period's end, in seconds since 1970
    expires_at: Mapped[float] = mapped_column(sa.Double, index=True)


COUNT = sa.text(
    """
    INSERT INTO rate_limit (key, count, expires_at) VALUES (:key, :amount, :ends)
    ON CONFLICT (key) DO UPDATE SET
        count = CASE WHEN rate_limit.expires_at <= :now THEN 0 ELSE rate_limit.count END + :amount,
        expires_at = CASE WHEN rate_limit.expires_at <= :now THEN :ends ELSE rate_limit.expires_at END
    RETURNING count
    """
)


class SqlStorage(Storage):
    """Counts in the table `rate_limit`, each in a short transaction of its own."""

    STORAGE_SCHEME = ["portal"]  # noqa: RUF012 – declared so by the library
    base_exceptions = sa.exc.SQLAlchemyError

    def incr(self, key: str, expiry: int, amount: int = 1) -> int:
        """Count, and how many there are in the running period."""
        now = time.time()
        with _engine().begin() as connection:
            values = {"key": key, "amount": amount, "now": now, "ends": now + expiry}
            return int(connection.execute(COUNT, values).scalar_one())

    def get(self, key: str) -> int:
        """How many there are in the running period."""
        row = self._row(key)
        return int(row["count"]) if row else 0

    def get_expiry(self, key: str) -> float:
        """When the running period ends, in seconds since 1970."""
        row = self._row(key)
        return float(row["expires_at"]) if row else time.time()

    def check(self) -> bool:
        """Whether the table can be read."""
        self.get("")
        return True

    def reset(self) -> int:
        """Forget everything; how many counts there were."""
        with _engine().begin() as connection:
            return connection.execute(sa.delete(RateLimit)).rowcount

    def clear(self, key: str) -> None:
        """Forget one count."""
        with _engine().begin() as connection:
            connection.execute(sa.delete(RateLimit).where(RateLimit.key == key))

    @staticmethod
    def _row(key: str) -> Any:
        running = sa.select(RateLimit.count, RateLimit.expires_at).where(
            RateLimit.key == key, RateLimit.expires_at > time.time()
        )
        with _engine().connect() as connection:
            return connection.execute(running).mappings().first()


def address() -> str:
    """Whose request it is: the address, or for IPv6 the network that one customer has."""
    remote = request.remote_addr or ""
    try:
        found = ip_address(remote)
    except ValueError:
        return remote
    return str(int(found) >> 64) if isinstance(found, IPv6Address) else remote


limiter = Limiter(key_func=address)


def init_app(app: Flask, settings: Settings) -> None:
    """Count for this application, unless its settings say otherwise."""
    app.config["RATELIMIT_STORAGE_URI"] = settings.limits_url or "portal://"
    limiter.init_app(app)
    app.extensions[_ENGINE] = None
    if settings.rate_limits and not settings.limits_url:
        app.extensions[_ENGINE] = _file(settings) if settings.database.startswith("sqlite") else lambda: db.engine
        app.extensions["portal"].routines["rate-limits"] = (3600, _sweep)


@limiter.request_filter
def _is_off() -> bool:
    """Asked for each application: several may live in one process, as in tests."""
    return not current_app.extensions["portal"].settings.rate_limits


def _sweep(_session: Session) -> None:
    """The worker's routine: periods that are over make room."""
    with _engine().begin() as connection:
        connection.execute(sa.delete(RateLimit).where(RateLimit.expires_at < time.time()))


def _engine() -> sa.Engine:
    engine: sa.Engine = current_app.extensions[_ENGINE]()
    return engine


def _file(settings: Settings) -> Callable[[], sa.Engine]:
    """The counts' own SQLite file. They may be lost with the power: nothing waits for the disk."""
    engine = sa.create_engine(f"sqlite:///{settings.data_dir / 'limits.sqlite3'}", poolclass=sa.NullPool)

    @sa.event.listens_for(engine, "connect")
    def settle(connection: Any, _record: Any) -> None:
        for pragma in ("busy_timeout=5000", "journal_mode=WAL", "synchronous=OFF"):
            connection.execute(f"PRAGMA {pragma}")

    settings.data_dir.mkdir(parents=True, exist_ok=True)
    with engine.begin() as connection:
        connection.execute(CreateTable(RateLimit.__table__, if_not_exists=True))  # type: ignore[arg-type]
    return lambda: engine
