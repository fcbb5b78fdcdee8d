"""Recount: forget every contribution and tally, replay history, and compare."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from hashlib import blake2b
from itertools import islice
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.plan.models import Contribution, Indicator, Tally, feeds
from portal.plan.operations.counting import contribution, count, hold_still

#: facts that are replayed at a time
BATCH = 500


@dataclass(frozen=True, slots=True)
class Sum:
    """What the contributions of a feed in a month come to; `mark` differs as soon as one of them does."""

    number: int = 0
    total: int = 0
    mark: int = 0

    def __str__(self) -> str:
        return f"{self.number} contributions of {self.total} ({self.mark:016x})"

    def plus(self, value: int, mark: int) -> "Sum":
        """With one more contribution."""
        return Sum(self.number + 1, self.total + value, self.mark ^ mark)


@dataclass(frozen=True)
class Standing:
    """All contributions and tallies, in short."""

    #: feed, month → what they come to
    sums: dict[tuple[str, date], Sum]
    #: indicator code, month, value → number
    tallies: dict[tuple[str, date, int], int]

    @property
    def number(self) -> int:
        """How many contributions there are."""
        return sum(held.number for held in self.sums.values())


@dataclass(frozen=True)
class Recount:
    """The numbers before and after."""

    before: Standing
    after: Standing

    @property
    def unchanged(self) -> bool:
        """Whether history gave the same numbers."""
        return self.before == self.after

    def differences(self) -> Iterator[str]:
        """What differs, a line each."""
        before, after = self.before, self.after
        for feed, month in sorted({*before.sums, *after.sums}):
            old, new = before.sums.get((feed, month), Sum()), after.sums.get((feed, month), Sum())
            if old != new:
                yield f"{feed} {month:%Y-%m}: {old} → {new}"
        for code, month, value in sorted({*before.tallies, *after.tallies}):
            was, now = (standing.tallies.get((code, month, value), 0) for standing in (before, after))
            if was != now:
                yield f"{code} {month:%Y-%m}: value {value}: {was} → {now}"


def recount(session: Session) -> Recount:
    """Forget and replay everything, with the very function that counts a fact when it is heard.

    Nobody decides in the meantime: they wait for the end of this transaction.
    """
    hold_still(session)
    before = standing(session)
    session.execute(sa.delete(Tally))
    session.execute(sa.delete(Contribution))
    for rows in _replayed(session):
        count(session, rows)
    return Recount(before, standing(session))


def _replayed(session: Session) -> Iterator[list[dict[str, Any]]]:
    """The contributions of history in batches; feeds that replay the same facts share the reading."""
    by_source: dict[Any, list[Any]] = {}
    for feed in feeds().values():
        by_source.setdefault(feed.replay, []).append(feed)
    for replay, hearing in by_source.items():
        facts = iter(replay(session))
        while batch := list(islice(facts, BATCH)):
            yield [contribution(feed, fact) for fact in batch for feed in hearing if feed.hears(fact)]


def standing(session: Session) -> Standing:
    """All contributions and tallies as they are now, read in a stream."""
    sums: dict[tuple[str, date], Sum] = {}
    row = Contribution
    query = sa.select(row.feed, row.reference, row.on, row.value, row.dimensions, row.recorded_at)
    for feed, reference, on, value, place, at in session.execute(query.execution_options(yield_per=2000)):
        text = repr((reference, on, value, sorted(place.items()), at))
        mark = int.from_bytes(blake2b(text.encode(), digest_size=8).digest())
        key = feed, on.replace(day=1)
        sums[key] = sums.get(key, Sum()).plus(value, mark)
    tallied = sa.select(Indicator.code, Tally.month, Tally.value, Tally.number).join(
        Indicator, Indicator.id == Tally.indicator_id
    )
    tallies = {(code, month, value): number for code, month, value, number in session.execute(tallied)}
    return Standing(sums, tallies)
