"""Migrations: Alembic on this application's database, for commands.

It takes 12 MB with what it brings along; web processes have no use for it and import nothing from here.
"""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from flask import Flask, current_app
from flask_alembic import Alembic

from portal.core import clock, orm
from portal.core.orm import Base
from portal.settings import ROOT

_alembic = Alembic(metadatas=Base.metadata)
_alembic.rev_id = lambda: f"{clock.now():%Y%m%d_%H%M}"  # type: ignore[method-assign]  # files sort by their day


def migrations() -> Alembic:
    """The migrations of the application at hand."""
    if "alembic" not in current_app.extensions:
        _init(current_app._get_current_object())  # type: ignore[attr-defined]  # noqa: SLF001 – the way Flask documents
    return _alembic


class LostReferences(RuntimeError):
    """Rows refer to what is not there any more: a migration is wrong."""


def upgrade() -> None:
    """Bring the database at hand to its newest form, if it has another one.

    :raises LostReferences: if rows of SQLite refer to what is not there; restore the backup then.
    """
    if migrations().needs_upgrade():
        with _references_looked_at_last():
            migrations().upgrade()


def downgrade(target: str) -> None:
    """Bring it back to the form of a revision; "base": to nothing."""
    with _references_looked_at_last():
        migrations().downgrade(target)


@contextmanager
def _references_looked_at_last() -> Iterator[None]:
    """To change a table, SQLite writes it anew and drops the old one, to which others may refer meanwhile."""
    connection = migrations().migration_context.connection
    if connection is None or connection.dialect.name != "sqlite":
        yield
        return
    connection.rollback()  # of what has only looked at the version: the setting cannot be changed within BEGIN
    raw: Any = connection.connection.driver_connection
    raw.execute("PRAGMA foreign_keys=OFF")
    try:
        yield
        if lost := raw.execute("PRAGMA foreign_key_check").fetchall():
            raise LostReferences(f"{len(lost)} rows, in {', '.join(sorted({row[0] for row in lost}))}")
    finally:
        raw.execute("PRAGMA foreign_keys=ON")


def _init(app: Flask) -> None:
    app.config["ALEMBIC"] = {"script_location": str(ROOT / "portal" / "migrations"), "version_locations": []}
    app.config["ALEMBIC_CONTEXT"] = {
        "render_as_batch": True,
        "compare_type": True,
        "render_item": _rendered,
    }
    _alembic.init_app(app)
    logger = logging.getLogger("alembic")  # its extension made it tell every look at the database, twice
    logger.handlers.clear()
    logger.setLevel(logging.WARNING)


def _rendered(kind: str, item: Any, _context: Any) -> str | bool:
    """Our own column types in migrations, under the names by which models know them."""
    if kind == "type":
        if isinstance(item, orm.Choices):
            return "sa.String(40)"  # values are not the database's business
        if type(item).__module__ == orm.__name__:
            return f"orm.{type(item).__name__}()"
        for name in ("BigKey", "Json"):
            if repr(item) == repr(getattr(orm, name)):
                return f"orm.{name}"
    return False
