"""What the plan hears of grown cases: contributions, and the tallies that a recount would make of them."""

from collections import Counter
from collections.abc import Mapping
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from portal.core.orm import Base

#: feed → which figure of a decision it counts
FEEDS = {
    "eservices.requests-decided": 0,
    "eservices.within-limit": 1,
    "eservices.days-to-decide": 2,
    "eservices.filed-online": 3,
}
#: service, category, unit, community of a decision
Place = tuple[tuple[str, str], ...]


class Figures:
    """Counts decisions, or what else some feeds hear, while they are written."""

    def __init__(self, feeds: Mapping[str, int] = FEEDS) -> None:
        #: feed → which of the values it counts
        self.feeds = feeds
        #: place, month, values of the feeds → how many times
        self.counted: Counter[tuple[Place, str, tuple[int, ...]]] = Counter()

    def count(self, place: Place, day: str, values: tuple[int, ...]) -> None:
        """One decision; `day` is ISO text."""
        self.counted[place, day[:7], values] += 1

    def write(self, connection: sa.Connection) -> None:
        """Raise the tallies of every indicator that is fed by these."""
        indicator, table = (Base.metadata.tables[name] for name in ("plan_indicator", "plan_tally"))
        columns = indicator.c.id, indicator.c.feed, indicator.c.feed_filter
        query = sa.select(*columns).where(indicator.c.feed.in_(self.feeds), indicator.c.closed.is_(False))
        tallies: Counter[tuple[int, date, int]] = Counter()
        for key, feed, wanted in connection.execute(query):
            for (place, month, values), number in self.counted.items():
                if set(wanted.items()) <= set(place):
                    tallies[key, date.fromisoformat(f"{month}-01"), values[self.feeds[feed]]] += number
        _raise(connection, table, tallies)


def _raise(connection: sa.Connection, table: sa.Table, tallies: Counter[tuple[int, date, int]]) -> None:
    if not tallies:
        return
    kind: Any = postgresql if connection.dialect.name == "postgresql" else sqlite
    fresh = kind.insert(table)
    keys = ["indicator_id", "month", "value"]
    raised = fresh.on_conflict_do_update(index_elements=keys, set_={"number": table.c.number + fresh.excluded.number})
    rows = [dict(zip(keys, key, strict=True)) | {"number": number} for key, number in tallies.items()]
    connection.execute(raised, rows)
