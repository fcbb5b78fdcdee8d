"""The transactional outbox: letters and outside calls, written in the same transaction, done after it by a worker.

A job is done at least once. Whoever does it holds a lease; a worker that dies loses its lease and the job is taken
again. After `MAX_ATTEMPTS` failures, with growing pauses, a job is a dead letter that administrators see.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, Session, mapped_column

from portal.core.orm import Base, Code, Data, Key, add_row

#: both know "insert, or leave it if it is there"
_INSERT: dict[str, Any] = {"postgresql": postgresql.insert, "sqlite": sqlite.insert}
MAX_ATTEMPTS = 8
LEASE = timedelta(minutes=5)


class Job(Base):
    """One thing to do outside the transaction."""

    __tablename__ = "outbox_job"
    __table_args__ = (
        sa.Index(
            "ix_outbox_job_waiting",
            "due_at",
            "id",
            postgresql_where=sa.text("done_at IS NULL AND dead_at IS NULL"),
            sqlite_where=sa.text("done_at IS NULL AND dead_at IS NULL"),
        ),
        sa.Index(
            "ix_outbox_job_dead",
            "dead_at",
            postgresql_where=sa.text("dead_at IS NOT NULL"),
            sqlite_where=sa.text("dead_at IS NOT NULL"),
        ),
    )

    id: Mapped[Key]
    #: which handler does it, e.g. "mail"
    kind: Mapped[Code]
    #: what the handler needs; plain JSON
    payload: Mapped[Data]
    #: a second job with the same key is not written
    dedupe: Mapped[str | None] = mapped_column(sa.String(200), unique=True)
    created_at: Mapped[datetime]
    #: not before this moment
    due_at: Mapped[datetime]
    attempts: Mapped[int] = mapped_column(sa.Integer, default=0)
    #: taken by a worker until then
    leased_until: Mapped[datetime | None]
    done_at: Mapped[datetime | None]
    #: given up at
    dead_at: Mapped[datetime | None]
    #: what went wrong at the last attempt
    error: Mapped[str | None]


def enqueue(
    session: Session,
    kind: str,
    payload: dict[str, Any],
    *,
    now: datetime,
    due_at: datetime | None = None,
    dedupe: str | None = None,
) -> int | None:
    """Write a job into the running transaction; its key, or None if one with the same `dedupe` key stands there."""
    values = {"kind": kind, "payload": payload, "created_at": now, "due_at": due_at or now, "dedupe": dedupe}
    if dedupe is None:
        return add_row(session, Job, **values)
    if session.scalar(sa.select(Job.id).where(Job.dedupe == dedupe)):
        return None
    # between looking and writing, somebody else may have written it
    insert = (
        _INSERT[session.get_bind().dialect.name](Job).values(values).on_conflict_do_nothing(index_elements=["dedupe"])
    )
    written: int | None = session.scalar(insert.returning(Job.id))
    return written


def lease(session: Session, *, now: datetime, most: int = 20) -> Sequence[Job]:
    """Take due jobs; no other worker gets them before the lease ends. The caller commits."""
    free = sa.or_(Job.leased_until.is_(None), Job.leased_until < now)
    query = (
        sa.select(Job)
        .where(Job.done_at.is_(None), Job.dead_at.is_(None), Job.due_at <= now, free)
        .order_by(Job.due_at, Job.id)
        .limit(most)
        .with_for_update(skip_locked=True)
    )
    jobs = session.scalars(query).all()
    for job in jobs:
        job.leased_until = now + LEASE
        job.attempts += 1
    session.flush()
    return jobs


def give_back(session: Session, numbers: Sequence[int]) -> None:
    """Whoever stops working leaves what they have not begun to the others, at once and as if never taken."""
    taken = sa.update(Job).where(Job.id.in_(numbers))
    session.execute(taken.values(leased_until=None, attempts=Job.attempts - 1))


def finish(session: Session, job: Job, *, now: datetime) -> None:
    """Done; what it carried – addresses, codes – is not kept any longer than needed."""
    job.done_at, job.leased_until, job.error, job.payload = now, None, None, {}
    session.flush()


def fail(session: Session, job: Job, *, error: str, now: datetime) -> None:
    """Try again after a growing pause (1, 4, 16 … minutes, at most a day), or give up."""
    job.leased_until, job.error = None, error[:2000]
    if job.attempts >= MAX_ATTEMPTS:
        job.dead_at = now
    else:
        job.due_at = now + min(timedelta(minutes=4 ** (job.attempts - 1)), timedelta(days=1))
    session.flush()


def revive(session: Session, job: Job, *, now: datetime) -> None:
    """An administrator sends a dead letter once more."""
    job.dead_at, job.attempts, job.due_at = None, 0, now
    session.flush()


def dead_letters(session: Session, *, before: int | None = None, most: int = 50) -> Sequence[Job]:
    """Given-up jobs, newest first; `before` is the id the last page ended with."""
    query = sa.select(Job).where(Job.dead_at.is_not(None)).order_by(Job.id.desc()).limit(most)
    return session.scalars(query.where(Job.id < before) if before else query).all()


def waiting(session: Session, *, most: int = 1000) -> int:
    """How many jobs wait to be done, counted up to `most`."""
    rows = sa.select(sa.literal(1)).where(Job.done_at.is_(None), Job.dead_at.is_(None)).limit(most).subquery()
    return session.scalar(sa.select(sa.func.count()).select_from(rows)) or 0
