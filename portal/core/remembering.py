"""What a process remembers of a room that seldom changes: read once, and again when the room's stamp has changed.

The stamp is asked once a transaction, however many things are remembered. A transaction that changes the room itself
reads what it wrote.
"""

from collections.abc import Callable, Hashable
from typing import Any, TypeVar
from weakref import WeakKeyDictionary

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.core import stamps

T = TypeVar("T")

#: so many things are remembered; then all is forgotten, and what is still asked for is read again
MOST = 24
#: room and name, with what it is of → the stamp under which it was read, and what was read
Memory = dict[tuple[str, str, Hashable], tuple[str, Any]]
_memories: WeakKeyDictionary[sa.Engine, Memory] = WeakKeyDictionary()


def remembered(session: Session, room: str, name: str, read: Callable[[Session], T], *, of: Hashable = None) -> T:
    """What `read` gives: from memory, if nothing in the room has changed since it was read.

    :param room: its stamp must be watched (`stamps.watch`).
    :param read: gives plain values that nobody changes, no rows; they outlive the session.
    :param of: what it depends on besides the room, such as a day.
    """
    if session.new or session.dirty or session.deleted or stamps.is_touched(session, room):
        return read(session)
    # asked before the rows are read: what is kept can be newer than its stamp, never older
    mark, key = stamps.mark(session, room), (room, name, of)
    memory = _memories.setdefault(session.get_bind().engine, {})
    known = memory.get(key)
    if known is None or known[0] != mark:
        known = (mark, read(session))
        if key not in memory and len(memory) >= MOST:
            memory.clear()
        if mark:
            memory[key] = known
    found: T = known[1]
    return found
