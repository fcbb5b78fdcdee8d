"""Migrations lead to the models, and back to nothing, on both databases."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from flask import Flask

from portal.core.db import db
from portal.core.schema import migrations
from tests.support.databases import bare, drop

#: what alembic itself needs
REMAINS = {"alembic_version"}


@pytest.fixture
def unmigrated(engine_kind: str) -> Iterator[Flask]:
    database = bare(engine_kind)
    app = database.app()
    yield app
    drop(app, database)


def test_migrations_lead_to_the_models_and_back_to_nothing(unmigrated: Flask) -> None:
    for _ in range(2):
        with unmigrated.app_context():
            migrations().upgrade()
        with unmigrated.app_context():
            assert migrations().compare_metadata() == []
            assert not migrations().needs_upgrade()
        with unmigrated.app_context():
            migrations().downgrade("base")
        with unmigrated.app_context():
            assert set(sa.inspect(db.engine).get_table_names()) == REMAINS


def test_migrations_form_one_line(unmigrated: Flask) -> None:
    with unmigrated.app_context():
        assert len(migrations().heads()) == 1
        assert migrations().branches() == []
