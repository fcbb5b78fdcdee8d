"""Numbers that are kept beside the rows they count, so that pages read a few instead of counting many.

What changes them is gathered while a transaction runs and written at its end, in one order: many who write at once wait
for each other a moment, and never in a ring.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from typing import Any, NamedTuple

from sqlalchemy import event
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from portal.core.gathering import Gathered


class _Change(NamedTuple):
    model: Any
    #: values of the primary key, in the order of its columns
    key: tuple[Any, ...]
    amounts: Mapping[str, float]


_changes: Gathered[_Change] = Gathered("tallying.changes")


def add(session: Session, model: Any, key: tuple[Any, ...], **amounts: float) -> None:
    """Add to the row with this primary key, which need not be there, once the transaction ends."""
    _changes.add(session, _Change(model, key, amounts))


def settle(session: Session) -> None:
    """Write what was gathered so far; for who reads the numbers in the transaction that changes them."""
    sums: dict[Any, dict[tuple[Any, ...], dict[str, float]]] = defaultdict(dict)
    for change in _changes.take(session):
        held = sums[change.model].setdefault(change.key, dict.fromkeys(change.amounts, 0))
        for name, amount in change.amounts.items():
            held[name] += amount
    for model in sorted(sums, key=lambda each: str(each.__tablename__)):
        names = [column.name for column in model.__table__.primary_key]
        rows = [
            dict(zip(names, key, strict=True)) | amounts
            for key, amounts in sorted(sums[model].items())
            if any(amounts.values())
        ]
        if rows:
            session.execute(_added(session, model, rows[0].keys() - set(names)), rows)


def forget(session: Session, models: Collection[Any]) -> None:
    """Drop what was gathered for these: they are about to be counted anew."""
    for change in _changes.take(session):
        if change.model not in models:
            _changes.add(session, change)


def _added(session: Session, model: Any, names: Iterable[str]) -> Any:
    dialect: Any = sqlite if session.get_bind().dialect.name == "sqlite" else postgresql
    insert, table = dialect.insert(model), model.__table__
    sums = {name: table.c[name] + insert.excluded[name] for name in names}
    return insert.on_conflict_do_update(index_elements=list(table.primary_key), set_=sums)


@event.listens_for(Session, "before_commit", insert=True)  # before the stamps, since it changes what they are about
def _write(session: Session) -> None:
    if _changes.waits(session):
        session.flush()
        settle(session)
