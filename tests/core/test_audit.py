"""The audit trail: chained, append-only, and it notices."""

from __future__ import annotations

import threading

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from portal.core import audit
from portal.core.db import db
from tests.factories import NOW


def record(session: Session, number: int, **data: object) -> None:
    audit.record(session, "tests.thing.done", subject=("thing", number), actor_id=None, now=NOW, **data)
    session.commit()


def test_entries_follow_one_another(session: Session) -> None:
    record(session, 1, name="Ελιά")
    record(session, 2)

    entries = session.scalars(sa.select(audit.AuditEntry).order_by(audit.AuditEntry.id)).all()

    assert [entry.id for entry in entries] == [1, 2]
    assert entries[0].previous == audit.GENESIS
    assert entries[1].previous == entries[0].digest
    assert list(audit.breaks(session)) == []


@pytest.mark.parametrize(
    ("change", "noticed"),
    [
        ("UPDATE audit_entry SET action = 'tests.thing.forged' WHERE id = 2", "entry 2 was changed"),
        ("DELETE FROM audit_entry WHERE id = 2", "entry 2 is missing"),
        ("DELETE FROM audit_entry WHERE id = 3", "the end of the chain is not where it was left, after entry 2"),
        ("UPDATE audit_entry SET subject_id = 9 WHERE id = 1", "entry 1 was changed"),
    ],
)
def test_tampering_is_found(session: Session, change: str, noticed: str) -> None:
    for number in range(1, 4):
        record(session, number)

    session.execute(sa.text(change))
    session.expire_all()

    assert noticed in list(audit.breaks(session))


def test_what_is_rolled_back_leaves_no_entry(session: Session) -> None:
    audit.record(session, "tests.thing.done", subject=("thing", 1), actor_id=None, now=NOW)
    session.rollback()
    session.commit()

    assert session.scalar(sa.select(sa.func.count()).select_from(audit.AuditEntry)) == 0


def test_a_released_savepoint_is_not_yet_in_the_chain(session: Session) -> None:
    with session.begin_nested():
        audit.record(session, "tests.thing.done", subject=("thing", 1), actor_id=None, now=NOW)
    assert audit.history(session, ("thing", 1)) == []

    session.commit()

    assert len(audit.history(session, ("thing", 1))) == 1


def test_a_savepoint_that_is_undone_takes_only_its_own_entries_along(session: Session) -> None:
    audit.record(session, "tests.thing.done", subject=("thing", 1), actor_id=None, now=NOW)
    savepoint = session.begin_nested()
    audit.record(session, "tests.thing.done", subject=("thing", 2), actor_id=None, now=NOW)
    with session.begin_nested():
        audit.record(session, "tests.thing.done", subject=("thing", 3), actor_id=None, now=NOW)
    savepoint.rollback()
    session.commit()

    assert session.scalars(sa.select(audit.AuditEntry.subject_id)).all() == [1]


def test_two_threads_make_one_chain(committed_app: Flask) -> None:
    def write(begin: int) -> None:
        for number in range(begin, begin + 10):
            with committed_app.app_context():
                record(db.session, number)

    threads = [threading.Thread(target=write, args=(begin,)) for begin in (0, 100)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    with committed_app.app_context():
        assert db.session.scalar(sa.select(sa.func.max(audit.AuditEntry.id))) == 20
        assert list(audit.breaks(db.session)) == []
