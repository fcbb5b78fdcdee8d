"""Entries of a pack become rows: made, changed or closed, telling what changed."""

from collections.abc import Collection, Iterable, Mapping
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.core.orm import Base
from portal.core.texts import LEGAL_LANGUAGE, Translated

Row = TypeVar("Row", bound=Base)


def bring(
    session: Session, kind: type[Row], key: Mapping[str, Any], values: Mapping[str, Any], *, called: str = ""
) -> tuple[Row, str | None]:
    """Find the row by its key or make it, set the values; the row, and what changed in words.

    `called` is what the file calls it, where its key says nothing to people.
    """
    row = session.scalar(sa.select(kind).filter_by(**key))
    name = f"{kind.__tablename__} {called or ' '.join(str(v) for v in key.values())}"
    if row is None:
        row = kind(**key, **values)
        session.add(row)
        return row, f"new: {name}"
    changed = [column for column, value in values.items() if getattr(row, column) != value]
    for column in changed:
        setattr(row, column, values[column])
    return row, f"changed: {name}: {', '.join(changed)}" if changed else None


def close_missing(session: Session, kind: type[Any], codes: Iterable[str], *among: Any) -> list[str]:
    """Close the open rows – of those that `among` tells – whose code the pack no longer has."""
    open_ones = sa.select(kind).where(kind.closed.is_(False), *among)
    gone = session.scalars(open_ones.where(kind.code.not_in(list(codes)))).all()
    for row in gone:
        row.closed = True
    return [f"closed: {kind.__tablename__} {row.code}" for row in gone]


def once(codes: Collection[Any], code: Any) -> None:
    """:raises ValueError: if an entry with this code came before."""
    if code in codes:
        raise ValueError(f"{code} stands in the file twice")


def text(value: Any) -> Translated:
    """:raises ValueError: if it is no text per language, or none in the language of the law."""
    if not isinstance(value, dict) or not value.get(LEGAL_LANGUAGE):
        raise ValueError(f"{value!r} is no text: write {{el: …, en: …}}")
    return Translated(value)
