"""What machines ask."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from flask import Flask
from sqlalchemy.orm import Session

from portal.core import outbox
from tests.factories import NOW
from tests.support.client import Client
from tests.support.databases import bare, drop


def test_the_process_answers(client: Client) -> None:
    assert client.get("/healthz").text == "ok\n"


def test_metrics_count_answers_and_waiting_jobs(client: Client, session: Session) -> None:
    outbox.enqueue(session, "mail", {}, now=NOW)
    client.get("/healthz")

    said = client.get("/metrics").text

    assert 'portal_answers_total{endpoint="health.healthz",status="200"}' in said
    assert "portal_outbox_waiting 1.0" in said
    assert "portal_outbox_dead 0.0" in said


def test_a_migrated_database_is_ready(client: Client) -> None:
    assert client.get("/readyz").text == "ready\n"


def test_a_database_without_tables_is_not(engine_kind: str) -> None:
    database = bare(engine_kind)
    app = database.app()

    assert Client(app).get("/healthz").status == 200
    assert Client(app).get("/readyz", status=503).text == "not ready\n"

    drop(app, database)


def test_many_may_ask_at_the_same_time(committed_app: Flask) -> None:
    def ask(_: int) -> int:
        return committed_app.test_client().get("/readyz").status_code

    with ThreadPoolExecutor(8) as threads:
        assert set(threads.map(ask, range(200))) == {200}
