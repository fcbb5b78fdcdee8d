"""`flask database upgrade`: afterwards SQLite knows its indexes, also those of tables that were written anew."""

from __future__ import annotations

import sqlalchemy as sa
from flask import Flask

from portal.core import stamps
from portal.core.db import db
from portal.core.letters import Letter
from tests.factories import NOW


def _known_indexes() -> set[str]:
    """What the planner has been told about the mailbox."""
    if not sa.inspect(db.engine).has_table("sqlite_stat1"):
        return set()
    return set(db.session.scalars(sa.text("SELECT idx FROM sqlite_stat1 WHERE tbl = 'letter'")))


def test_an_upgrade_looks_at_the_tables_again(committed_app: Flask, engine_kind: str) -> None:
    with committed_app.app_context():
        for number in range(300):
            letter = Letter(
                recipient=f"{number}@example.org", language="el", subject="", body="", job_id=number, sent_at=NOW
            )
            db.session.add(letter)
        db.session.commit()
        assert engine_kind != "sqlite" or "ix_letter_recipient" not in _known_indexes()

    told = committed_app.test_cli_runner().invoke(args=["database", "upgrade"])

    assert told.exit_code == 0, told.output
    with committed_app.app_context():
        assert engine_kind != "sqlite" or "ix_letter_recipient" in _known_indexes()


def test_an_upgrade_takes_every_room_for_changed(committed_app: Flask) -> None:
    with committed_app.app_context():
        before = stamps.marks(db.session, ["organisation", "plan"])

    committed_app.test_cli_runner().invoke(args=["database", "upgrade"])

    with committed_app.app_context():
        after = stamps.marks(db.session, ["organisation", "plan"])
    assert all(after.values())
    assert not set(before.values()) & set(after.values())
