"""Backup and restore of an embedded installation."""

from __future__ import annotations

from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask

from portal.core import audit, backup
from portal.core.db import db
from tests.factories import NOW
from tests.support.databases import Database, fresh


@pytest.fixture
def installation() -> tuple[Database, Flask]:
    database = fresh("sqlite")
    app = database.app()
    with app.app_context():
        audit.record(db.session, "tests.thing.done", subject=("thing", 1), actor_id=None, now=NOW)
        db.session.commit()
    app.extensions["portal"].store.put("ab" + "0" * 62, b"content")
    (database.folder / "secret-key").write_text("key")
    return database, app


def test_a_backup_brings_back_database_files_and_keys(installation: tuple[Database, Flask], tmp_path: Path) -> None:
    _database, app = installation
    runner = app.test_cli_runner()

    assert runner.invoke(args=["database", "backup", str(tmp_path / "b.tar.gz")]).exit_code == 0
    backup.restore(tmp_path / "new", tmp_path / "b.tar.gz")

    restored = Database("sqlite", f"sqlite:///{tmp_path}/new/portal.sqlite3", tmp_path / "new").app()
    with restored.app_context():
        assert db.session.scalar(sa.select(audit.AuditEntry.subject_id)) == 1
        assert list(audit.breaks(db.session)) == []
        db.engine.dispose()
    assert restored.extensions["portal"].store.get("ab" + "0" * 62) == b"content"
    assert (tmp_path / "new" / "secret-key").read_text() == "key"
    assert (tmp_path / "b.tar.gz").stat().st_mode & 0o077 == 0


def test_nothing_is_written_over(installation: tuple[Database, Flask], tmp_path: Path) -> None:
    database, app = installation
    backup.save(database.folder, tmp_path / "b.tar.gz")

    result = app.test_cli_runner().invoke(args=["database", "restore", str(tmp_path / "b.tar.gz")])

    assert result.exit_code == 1
    assert "holds a database already" in result.output


def test_only_an_embedded_installation_is_backed_up_this_way(tmp_path: Path) -> None:
    with pytest.raises(backup.CannotBackUp, match=r"no portal\.sqlite3"):
        backup.save(tmp_path, tmp_path / "b.tar.gz")
