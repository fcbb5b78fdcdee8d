"""Stamps: when what a room keeps for its public pages was last changed.

Every transaction that writes to such a room gives it a new stamp, whoever writes and by whatever statement: whether a
page that was made before still says the truth is then one small question to the database, in every process.
"""

import secrets
from collections.abc import Collection
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, ORMExecuteState, Session, SessionTransaction, UOWTransaction, mapped_column

from portal.core.orm import Base

_TOUCHED = "stamps.touched"
_ASKED = "stamps.asked"
#: rooms that some page is made of; others need no stamp
_watched: set[str] = set()


class Stamp(Base):
    """What a room bears since it was last changed."""

    __tablename__ = "stamp"

    #: the package of the room, e.g. "plan"
    room: Mapped[str] = mapped_column(sa.String(40), primary_key=True)
    #: by chance, so that it never comes again: not after a rollback, nor in a database that was restored
    mark: Mapped[str] = mapped_column(sa.String(16))


def watch(rooms: Collection[str]) -> None:
    """From here on, writes to the tables of these rooms are noted; those with `info={"private": True}` are not."""
    _watched.update(rooms)


def marks(session: Session, rooms: Collection[str]) -> dict[str, str]:
    """Room → its stamp; empty: nothing has changed yet."""
    found = {row.room: row.mark for row in session.execute(_MARKS, {"rooms": sorted(rooms)})}
    asked = {room: found.get(room, "") for room in sorted(rooms)}
    session.info.setdefault(_ASKED, {}).update(asked)
    return asked


def mark(session: Session, room: str) -> str:
    """The stamp of one room, as the running transaction has learnt it first."""
    asked: dict[str, str] = session.info.get(_ASKED, {})
    return asked[room] if room in asked else marks(session, [room])[room]


_MARKS = sa.select(Stamp.room, Stamp.mark).where(Stamp.room.in_(sa.bindparam("rooms", expanding=True)))


def touch(session: Session, room: str) -> None:
    """Note that the running transaction changes a room; for what is written past the session."""
    session.info.setdefault(_TOUCHED, set()).add(room)


def renew(session: Session) -> None:
    """Take every room for changed, as after an upgrade."""
    for room in _watched:
        touch(session, room)


def is_touched(session: Session, room: str) -> bool:
    """Whether the running transaction has changed the room, as far as it was written."""
    return room in session.info.get(_TOUCHED, ())


def _room_of(mapped: Any) -> str:
    """The watched room of a model or table, or nothing."""
    table = getattr(mapped, "__table__", mapped)
    if getattr(table, "info", {}).get("private"):
        return ""
    name = getattr(table, "name", "")
    if name not in _rooms:
        found = {mapper.local_table.name: mapper.class_.__module__.split(".")[1] for mapper in Base.registry.mappers}  # type: ignore[attr-defined]
        _rooms.update({name: ""} | found)
    return _rooms[name] if _rooms[name] in _watched else ""


#: table → package of its model; nothing for a table without one
_rooms: dict[str, str] = {}


@event.listens_for(Session, "after_flush")
def _note_rows(session: Session, _context: UOWTransaction) -> None:
    rows = (*session.new, *session.dirty, *session.deleted)
    for room in {_room_of(type(row)) for row in rows} - {""}:
        touch(session, room)


@event.listens_for(Session, "do_orm_execute")
def _note_statement(state: ORMExecuteState) -> None:
    if state.is_select or not isinstance(state.statement, sa.UpdateBase):
        return
    if room := _room_of(state.statement.table):
        touch(state.session, room)


@event.listens_for(Session, "before_commit", insert=True)  # before the audit trail, whose lock is the last one taken
def _stamp(session: Session) -> None:
    """Stamp what was touched, in the order of the names: two transactions never wait for each other in a ring."""
    if session.in_nested_transaction():
        return
    session.flush()
    rooms = session.info.pop(_TOUCHED, ())
    if not rooms:
        return
    dialect: Any = sqlite if session.get_bind().dialect.name == "sqlite" else postgresql
    for room in sorted(rooms):
        row = dialect.insert(Stamp).values(room=room, mark=secrets.token_hex(8))
        session.execute(row.on_conflict_do_update(index_elements=["room"], set_={"mark": row.excluded.mark}))


@event.listens_for(Session, "after_transaction_end")
def _ended(session: Session, ended: SessionTransaction) -> None:
    if ended.parent is None:
        session.info.pop(_ASKED, None)


@event.listens_for(Session, "after_rollback")
def _forget(session: Session) -> None:
    session.info.pop(_TOUCHED, None)
