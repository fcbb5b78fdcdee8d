"""Measuring: processor time of single calls, the portal's and the bare page's in turn, so that noise meets both."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Any

import sqlalchemy as sa
from flask import Flask
from sqlalchemy import event

from bench import pages
from bench.ground import Ground
from portal.core.db import db

WARM_UP = 4
#: what each row of a feed holds once
MARKS = {
    "ics": b"BEGIN:VEVENT",
    "json": b'"uid":',
    "geojson": b'"Feature"',
    "open311": b'"service_request_id"',
    "plan": b"\n{",
}
#: what is no data statement
SILENT = ("BEGIN", "COMMIT", "ROLLBACK", "PRAGMA", "SAVEPOINT", "RELEASE")


@dataclass
class Meter:
    """Processor time of this process, and of the PostgreSQL processes that work for it, in nanoseconds."""

    backends: set[int] = field(default_factory=set)

    def watch(self, engine: sa.Engine) -> None:
        """Count the server's side of an engine's connections, too."""
        if engine.dialect.name == "postgresql":
            engine.dispose()
            event.listen(engine, "connect", lambda connection, _record: self.backends.add(connection.info.backend_pid))

    def read(self) -> int:
        """The meter as it stands."""
        return time.process_time_ns() + sum(_on_processor(number) for number in self.backends)


def _on_processor(number: int) -> int:
    try:
        return int(Path(f"/proc/{number}/schedstat").read_text().split()[0])
    except OSError:  # the connection has ended
        return 0


@dataclass(frozen=True)
class Reading:
    """What a page of one database costs."""

    page: pages.PageUnderTest
    engine: str
    rows: int
    #: times the bare page
    to_bare: float
    #: times itself at the smallest size; None for that size
    to_small: float | None
    statements: int
    kilobytes: float

    @property
    def missed(self) -> list[str]:
        """Which aims it misses."""
        found = [f"bare > {self.page.aim}"] if self.to_bare > self.page.aim else []
        found += [f"growth > {pages.GROWTH_AIM}"] if self.to_small and self.to_small > pages.GROWTH_AIM else []
        if self.page.loop:  # as long as it is, and read in batches
            return found
        found += [f"statements > {pages.STATEMENTS_AIM}"] if self.statements > pages.STATEMENTS_AIM else []
        heavy = self.kilobytes > pages.KILOBYTES_AIM
        found += [f"kB > {pages.KILOBYTES_AIM}"] if heavy else []
        return found


def measure(grounds: Sequence[Ground], wanted: Sequence[pages.PageUnderTest], *, seconds: float) -> Iterator[Reading]:
    """These pages on every size of one engine; each gets so many seconds of measuring."""
    meter = Meter()
    for ground in grounds:
        with ground.app.app_context():
            meter.watch(db.engine)
        meter.watch(ground.bare.extensions["engine"])
    casts = [pages.cast(ground.app) for ground in grounds]
    for page in wanted:
        yield from _measure(page, list(zip(grounds, casts, strict=True)), meter, seconds)


def _measure(
    page: pages.PageUnderTest, on: Sequence[tuple[Ground, pages.Cast]], meter: Meter, seconds: float
) -> Iterator[Reading]:
    calls = [(_call(ground, page, cast), _bare(ground, page, cast)) for ground, cast in on]
    spent: list[tuple[list[int], list[int]]] = [([], []) for _ in calls]
    with _without_collector():
        for _ in range(WARM_UP):
            for own, bare in calls:
                own(), bare()
        ends = time.monotonic() + seconds
        while time.monotonic() < ends or len(spent[0][0]) < 7:
            for (own, bare), (owns, bares) in zip(calls, spent, strict=True):
                bares.append(_cost(bare, meter))
                owns.append(_cost(own, meter))
    # a feed is as long as it is: it grows if its multiple of the loop does
    small = [median(costs) for costs in spent[0]]
    for at, (ground, cast) in enumerate(on):
        statements, size = _weigh(ground.app, _call(ground, page, cast))
        mine, plain = median(spent[at][0]), median(spent[at][1])
        grown = mine / small[0] * (small[1] / plain if page.loop else 1)
        rows = ground.occurrences if page.agenda else ground.rows
        yield Reading(page, ground.engine, rows, mine / plain, grown if at else None, statements, size / 1000)


def _cost(call: Callable[[], Any], meter: Meter) -> int:
    before = meter.read()
    call()
    return meter.read() - before


def _call(ground: Ground, page: pages.PageUnderTest, cast: pages.Cast) -> Callable[[], bytes]:
    browser = pages.client(ground.app, cast.users.get(page.actor, ""))
    address = pages.address(ground.app, page, cast)

    def call() -> bytes:
        with browser.get(address) as response:  # closed as a server closes it: a stream gives its connection back
            if response.status_code != 200:
                raise RuntimeError(f"{page.name}: {address} answers {response.status_code}")
            return bytes(response.data)

    return call


def _bare(ground: Ground, page: pages.PageUnderTest, cast: pages.Cast) -> Callable[[], bytes]:
    """The bare page; of a feed the loop over as many rows as it has."""
    browser = ground.bare.test_client()
    address = "/cases/"
    if page.loop:
        rows = _call(ground, page, cast)().count(MARKS[page.loop])
        address = f"/feed/{page.loop}/{rows}"
    return lambda: bytes(browser.get(address).data)


def _weigh(app: Flask, call: Callable[[], bytes]) -> tuple[int, int]:
    """Data statements and bytes of one call."""
    with app.app_context():
        engine = db.engine
    with counted(engine) as statements:
        size = len(call())
    return len(statements), size


@contextmanager
def counted(engine: sa.Engine) -> Iterator[list[str]]:
    """The data statements that run meanwhile."""
    seen: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if not statement.startswith(SILENT):
            seen.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(engine, "before_cursor_execute", note)


@contextmanager
def _without_collector() -> Iterator[None]:
    """The garbage of one call is not to be paid by the next."""
    gc.collect()
    gc.disable()
    yield
    gc.enable()
