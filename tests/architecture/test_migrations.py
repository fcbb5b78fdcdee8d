"""Migrations lead to the models, and back to nothing, on both databases."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from portal.core import schema
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
            schema.upgrade()
        with unmigrated.app_context():
            assert migrations().compare_metadata() == []
            assert not migrations().needs_upgrade()
        with unmigrated.app_context():
            schema.downgrade("base")
        with unmigrated.app_context():
            assert set(sa.inspect(db.engine).get_table_names()) == REMAINS


def test_migrations_form_one_line(unmigrated: Flask) -> None:
    with unmigrated.app_context():
        assert len(migrations().heads()) == 1
        assert migrations().branches() == []


#: forms that a database may have in which people have worked already
OLD = ["20261122_1855", "20261122_2223", "20261123_0110", "20261123_0200"]


@pytest.mark.parametrize("revision", OLD)
def test_rows_that_others_refer_to_outlive_an_upgrade(unmigrated: Flask, revision: str) -> None:
    with unmigrated.app_context():
        migrations().upgrade(revision)
    with unmigrated.app_context():
        plan = _plan()
        db.session.commit()

    with unmigrated.app_context():
        schema.upgrade()
        assert not migrations().needs_upgrade()
    with unmigrated.app_context():
        tallied = sa.text("SELECT i.code, t.number FROM plan_tally t JOIN plan_indicator i ON i.id = t.indicator_id")
        assert db.session.execute(tallied).all() == [("Δ.1", 3)]
        assert db.session.scalar(sa.text("SELECT plan_id FROM plan_action WHERE code = '1.1'")) == plan


@pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)  # others never let go of a reference
def test_a_row_that_refers_to_nothing_is_told(unmigrated: Flask) -> None:
    with unmigrated.app_context():
        migrations().upgrade(OLD[-1])
    with unmigrated.app_context(), db.engine.connect() as connection:
        raw: Any = connection.connection.driver_connection
        raw.execute("PRAGMA foreign_keys=OFF")
        raw.execute("INSERT INTO plan_tally (indicator_id, month, value, number) VALUES (7, '2026-01-01', 1, 1)")
        raw.execute("PRAGMA foreign_keys=ON")

    with unmigrated.app_context(), pytest.raises(schema.LostReferences, match="plan_tally"):
        schema.upgrade()


def _plan() -> int:
    """A plan with an action, and an indicator that has been counted, whatever else their tables ask for."""
    plan = _row("plan", code="P")
    node = _row("plan_node", code="1", plan_id=plan, level="objective")
    _row("plan_action", code="1.1", plan_id=plan, node_id=node)
    indicator = _row("plan_indicator", code="Δ.1", plan_id=plan)
    _row("plan_tally", indicator_id=indicator, number=3)
    return plan


def _row(table: str, **given: Any) -> Any:
    """A row with what is given, and something in every other column that must not be empty; its key."""
    known = sa.Table(table, sa.MetaData(), autoload_with=db.session.connection())
    needed = (each for each in known.columns if not each.nullable and each.server_default is None)
    values = {each.name: _something(each) for each in needed if each.name != "id"} | given
    result = db.session.execute(known.insert().values(values))
    return result.inserted_primary_key[0]


def _something(column: sa.Column[Any]) -> Any:
    kind = column.type
    if isinstance(kind, sa.Boolean):
        return False
    if isinstance(kind, sa.JSON):
        return {}
    if isinstance(kind, sa.Date):
        return date(2026, 1, 1)
    return 1 if isinstance(kind, sa.Integer | sa.Numeric) else "x"
