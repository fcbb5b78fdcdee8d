"""Facts become contributions, contributions become tallies; once each, however often they are heard.

A fact that is heard once more and says something else – somebody corrects how many came to an event – takes the place
of what it said before, in its contribution and in the tallies. Of two, the one that was said later holds, whichever is
heard first; of two of the same moment the one that is heard later.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from portal.core.facts import Fact
from portal.plan.models import Contribution, Feed, Indicator, Tally, feeds
from portal.plan.queries.series import contributed

_CONTRIBUTION, _TALLY = Contribution.__table__, Tally.__table__
#: the columns of a contribution that its fact fills
_TOLD = ("feed", "reference", "on", "value", "dimensions", "recorded_at")


@dataclass(frozen=True, slots=True)
class Binding:
    """Which indicator a feed feeds, and with which of its contributions."""

    indicator_id: int
    feed: str
    wanted: Mapping[str, str]

    def takes(self, row: Mapping[str, Any]) -> bool:
        """Whether a contribution counts for it."""
        place = row["dimensions"]
        return bool(self.feed == row["feed"]) and all(place.get(code) == value for code, value in self.wanted.items())


def hear(session: Session, fact: Fact) -> None:
    """Count a fact for every feed that hears its kind and every indicator that is fed by it; three statements.

    Hearing it again counts nothing.
    """
    count(session, [contribution(feed, fact) for feed in feeds().values() if feed.hears(fact)])


def contribution(feed: Feed, fact: Fact) -> dict[str, Any]:
    """The row by which a feed counts a fact."""
    return {
        "feed": feed.code,
        "reference": feed.reference(fact),
        "on": feed.on(fact),
        "value": feed.value(fact),
        "dimensions": dict(feed.place(fact)),
        "recorded_at": feed.told_at(fact),
    }


def count(session: Session, rows: Sequence[Mapping[str, Any]]) -> None:
    """Add contributions that were not there yet, put right those that were, and what that changes in the tallies."""
    newest = {(row["feed"], row["reference"]): row for row in rows}
    fresh = _add(session, list(newest.values()))
    known = newest.keys() - {(row["feed"], row["reference"]) for row in fresh}
    outdated = _put_right(session, {key: newest[key] for key in known})
    if not fresh and not outdated:
        return
    changes = [(row, 1) for row in fresh]
    for old in outdated:
        changes += [(old, -1), (newest[old["feed"], old["reference"]], 1)]
    tallies: Counter[tuple[int, date, int]] = Counter()
    bound = _bindings(session, {row["feed"] for row, _number in changes})
    for row, number in changes:
        for binding in bound.get(row["feed"], ()):
            if binding.takes(row):
                tallies[binding.indicator_id, row["on"].replace(day=1), row["value"]] += number
    _raise_tallies(session, {key: number for key, number in tallies.items() if number})


def _add(session: Session, rows: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Insert what is new; those rows."""
    if not rows:
        return []
    statement = _insert(session, _CONTRIBUTION).on_conflict_do_nothing(index_elements=["feed", "reference"])
    added = session.execute(statement.returning(_CONTRIBUTION.c.feed, _CONTRIBUTION.c.reference), rows)
    known = {(row["feed"], row["reference"]): row for row in rows}
    return [known[feed, reference] for feed, reference in added]


def _put_right(session: Session, rows: Mapping[tuple[str, str], Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Write what is known and says something else since; those rows as they were."""
    if not rows:
        return []
    held = _CONTRIBUTION.c
    query = sa.select(held.id, *(held[name] for name in _TOLD)).where(sa.tuple_(held.feed, held.reference).in_(rows))
    outdated: list[Mapping[str, Any]] = []
    for old in session.execute(query.order_by(held.id).with_for_update()).mappings().all():
        row = rows[old["feed"], old["reference"]]
        later = old["recorded_at"] <= row["recorded_at"]
        if later and any(old[name] != row[name] for name in _TOLD):
            outdated.append(dict(old))
            session.execute(sa.update(Contribution).where(Contribution.id == old["id"]).values({**row}))
    return outdated


def _bindings(session: Session, codes: Iterable[str]) -> dict[str, list[Binding]]:
    query = sa.select(Indicator.id, Indicator.feed, Indicator.feed_filter).where(
        Indicator.feed.in_(sorted(codes)), Indicator.closed.is_(False)
    )
    bound: dict[str, list[Binding]] = {}
    for key, feed, wanted in session.execute(query):
        bound.setdefault(str(feed), []).append(Binding(key, str(feed), wanted))
    return bound


def _raise_tallies(session: Session, tallies: Mapping[tuple[int, date, int], int]) -> None:
    """Change the tallies, always in the same order: two who decide at once wait, and never for each other."""
    if not tallies:
        return
    fresh = _insert(session, _TALLY)
    statement = fresh.on_conflict_do_update(
        index_elements=["indicator_id", "month", "value"],
        set_={"number": _TALLY.c.number + fresh.excluded.number},
    )
    rows = [
        {"indicator_id": key, "month": month, "value": value, "number": number}
        for (key, month, value), number in sorted(tallies.items())
    ]
    session.execute(statement, rows)
    if any(number < 0 for number in tallies.values()):
        emptied = sa.and_(Tally.indicator_id.in_({key for key, *_ in tallies}), Tally.number == 0)
        session.execute(sa.delete(Tally).where(emptied))


def rebuild(session: Session, indicator: Indicator) -> None:
    """Make the tally of one indicator anew from the contributions; the caller holds the lock (`hold_still`)."""
    session.execute(sa.delete(Tally).where(Tally.indicator_id == indicator.id))
    if indicator.closed or indicator.feed is None or indicator.feed not in feeds():
        return
    months = contributed(session, indicator.feed, indicator.feed_filter)
    held = {
        (indicator.id, month, value): number for month, values in months.items() for value, number in values.items()
    }
    _raise_tallies(session, held)


def hold_still(session: Session) -> None:
    """Let nobody add contributions until this transaction ends: what is worked out from all of them stays true."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(sa.text(f"LOCK TABLE {Contribution.__tablename__} IN SHARE ROW EXCLUSIVE MODE"))


def _insert(session: Session, table: Any) -> Any:
    """An INSERT that knows ON CONFLICT, of the engine at hand."""
    return (postgresql if session.get_bind().dialect.name == "postgresql" else sqlite).insert(table)
