"""What machines ask."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
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


def ask(app: Flask, address: str = "127.0.0.1", **headers: str) -> int:
    names = {name.replace("_", "-"): value for name, value in headers.items()}
    return app.test_client().get("/metrics", headers=names, environ_base={"REMOTE_ADDR": address}).status_code


def test_without_a_token_only_the_machine_itself_may_have_the_metrics(app: Flask) -> None:
    assert (ask(app), ask(app, "::1")) == (200, 200)
    assert (ask(app, "192.0.2.7"), ask(app, X_Forwarded_For="192.0.2.7"), ask(app, Forwarded="for=x")) == (403,) * 3
    assert ask(app, "192.0.2.7", Authorization="Bearer ") == 403


def test_with_a_token_whoever_has_it_may_have_the_metrics(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    portal = app.extensions["portal"]
    monkeypatch.setattr(portal, "settings", replace(portal.settings, metrics_token="a key"))

    assert ask(app, "192.0.2.7", Authorization="Bearer a key") == 200
    assert [ask(app), ask(app, Authorization="Bearer another"), ask(app, Authorization="a key")] == [403] * 3


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
