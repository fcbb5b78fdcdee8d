"""What a process remembers of a room that seldom changes: read once, and again when the room's stamp has changed.

The stamp is asked once a transaction, however many things are remembered. A transaction that changes the room itself
reads what it wrote.
"""

from collections.abc import Callable
from typing import Any, TypeVar

from sqlalchemy import event
from sqlalchemy.orm import Session, SessionTransaction

from portal.core import stamps

T = TypeVar("T")

_ASKED = "remembering.asked"
#: (room, name) → the stamp under which it was read, and what was read
_memory: dict[tuple[str, str], tuple[str, Any]] = {}


def remembered(session: Session, room: str, name: str, read: Callable[[Session], T]) -> T:
    """What `read` gives: from memory, if nothing in the room has changed since it was read.

    :param room: its stamp must be watched (`stamps.watch`).
    :param read: gives plain values that nobody changes, no rows; they outlive the session.
    """
    if session.new or session.dirty or session.deleted or stamps.is_touched(session, room):
        return read(session)
    # asked before the rows are read: what is kept can be newer than its stamp, never older
    mark = _mark(session, room)
    known = _memory.get((room, name))
    if known is None or known[0] != mark:
        known = (mark, read(session))
        if mark:
            _memory[room, name] = known
    found: T = known[1]
    return found


def _mark(session: Session, room: str) -> str:
    asked: dict[str, str] = session.info.setdefault(_ASKED, {})
    if room not in asked:
        asked |= stamps.marks(session, [room])
    return asked[room]


@event.listens_for(Session, "after_transaction_end")
def _forget(session: Session, ended: SessionTransaction) -> None:
    if ended.parent is None:
        session.info.pop(_ASKED, None)
