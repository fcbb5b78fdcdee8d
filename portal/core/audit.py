"""The audit trail: append-only, each entry carries the hash of the one before it.

Entries are collected during a transaction and chained just before it commits, so that the lock on the chain's head is
the last one taken and the shortest held. They name rows by id; no personal data is copied into them.
"""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.orm import Mapped, Session, mapped_column

from portal.core.gathering import Gathered
from portal.core.orm import Base, BigKey, Code, Data, Key

GENESIS = "0" * 64


class AuditEntry(Base):
    """Who did what to which row, and when."""

    __tablename__ = "audit_entry"
    __table_args__ = (sa.Index("ix_audit_entry_subject", "subject_kind", "subject_id"),)

    id: Mapped[int] = mapped_column(BigKey, primary_key=True, autoincrement=False)
    at: Mapped[datetime]
    #: user id; None: the system or somebody without an account
    actor_id: Mapped[int | None]
    #: room and verb, e.g. "casework.case.routed"
    action: Mapped[Code]
    subject_kind: Mapped[Code]
    subject_id: Mapped[int]
    #: what changed; plain JSON
    data: Mapped[Data]
    previous: Mapped[str] = mapped_column(sa.String(64))
    digest: Mapped[str] = mapped_column(sa.String(64), unique=True)


class AuditHead(Base):
    """The end of the chain: one row, locked while entries are added."""

    __tablename__ = "audit_head"

    id: Mapped[Key]
    last_id: Mapped[int]
    digest: Mapped[str] = mapped_column(sa.String(64))


#: what every commit says to the database, put together once and past the mapper
_entry: Any = AuditEntry.__table__
_head: Any = AuditHead.__table__
_END = sa.select(_head.c.last_id, _head.c.digest).where(_head.c.id == 1).with_for_update()
_ADD = sa.insert(_entry)
_MOVE = sa.update(_head).where(_head.c.id == 1)


@dataclass(frozen=True)
class Pending:
    """An entry before it has its place in the chain."""

    at: datetime
    actor_id: int | None
    action: str
    subject_kind: str
    #: key of the row, or the row itself while it has none yet
    subject_id: Any
    data: dict[str, Any]


_pending: Gathered[Pending] = Gathered("audit.pending")


def record(
    session: Session, action: str, *, subject: tuple[str, Any], actor_id: int | None, now: datetime, **data: Any
) -> None:
    """Add an entry about a row – its kind, and its key or itself – to the running transaction; `data` is plain JSON."""
    _pending.add(session, Pending(now.astimezone(UTC), actor_id, action, *subject, data))


def digest_of(entry_id: int, previous: str, entry: Pending | AuditEntry) -> str:
    """SHA-256 over the entry's number, its content in canonical JSON, and the hash before it."""
    content = [
        entry_id,
        entry.at.isoformat(),
        entry.actor_id,
        entry.action,
        entry.subject_kind,
        entry.subject_id,
        entry.data,
    ]
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(f"{previous}\n{text}".encode()).hexdigest()


@event.listens_for(Session, "before_commit")
def _chain(session: Session) -> None:
    if not _pending.waits(session):
        return
    session.flush()
    connection = session.connection()
    last, digest = connection.execute(_END).one()  # the first migration writes it
    rows = []
    for number, noted in enumerate(_pending.take(session), last + 1):
        entry = replace(noted, subject_id=getattr(noted.subject_id, "id", noted.subject_id))
        previous, digest = digest, digest_of(number, digest, entry)
        rows.append({"id": number, "previous": previous, "digest": digest, **vars(entry)})
    connection.execute(_ADD, rows)
    connection.execute(_MOVE, {"last_id": rows[-1]["id"], "digest": digest})


def history(session: Session, subject: tuple[str, int]) -> list[AuditEntry]:
    """Every entry about one row, oldest first."""
    kind, number = subject
    query = sa.select(AuditEntry).where(AuditEntry.subject_kind == kind, AuditEntry.subject_id == number)
    return list(session.scalars(query.order_by(AuditEntry.id)))


def breaks(session: Session) -> Iterator[str]:
    """Walk the whole chain and say in words where it does not hold; nothing: it is intact."""
    previous, last = GENESIS, 0
    query = sa.select(AuditEntry).order_by(AuditEntry.id).execution_options(yield_per=1000)
    for entry in session.scalars(query):
        if entry.id != last + 1:
            yield f"entry {last + 1} is missing"
        if entry.previous != previous:
            yield f"entry {entry.id} does not follow the one before it"
        if digest_of(entry.id, entry.previous, entry) != entry.digest:
            yield f"entry {entry.id} was changed"
        previous, last = entry.digest, entry.id
    head = session.get(AuditHead, 1)
    if (head.last_id, head.digest) != (last, previous) if head else last:
        yield f"the end of the chain is not where it was left, after entry {last}"
