"""For machines that watch: /healthz (alive), /readyz (database and migrations), /metrics (Prometheus)."""

from functools import cache

import sqlalchemy as sa
from alembic.config import Config
from alembic.script import ScriptDirectory
from flask import Blueprint, Flask, Response, current_app, request
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from portal.core.db import db
from portal.core.outbox import Job
from portal.settings import ROOT

blueprint = Blueprint("health", __name__)


def init_app(app: Flask) -> None:
    """Count every answer; each application has its own registry."""
    registry = CollectorRegistry()
    answers = Counter("portal_answers", "Answers by endpoint and status", ["endpoint", "status"], registry=registry)
    spent = Histogram("portal_answer_seconds", "Time to answer", ["endpoint"], registry=registry)
    waiting = Gauge("portal_outbox_waiting", "Outbox jobs that wait", registry=registry)
    dead = Gauge("portal_outbox_dead", "Outbox jobs given up", registry=registry)

    def watch(response: Response, seconds: float) -> None:
        endpoint = request.endpoint or "none"
        answers.labels(endpoint, response.status_code).inc()
        spent.labels(endpoint).observe(seconds)

    app.extensions.setdefault("portal_watchers", []).append(watch)
    app.extensions["portal_metrics"] = (registry, waiting, dead)
    app.register_blueprint(blueprint)


@blueprint.get("/healthz")
def healthz() -> Response:
    """The process answers."""
    return Response("ok\n", mimetype="text/plain")


@blueprint.get("/readyz")
def readyz() -> Response:
    """The database answers and is of the form the code expects; else 503."""
    try:
        ready = set(db.session.scalars(sa.text("SELECT version_num FROM alembic_version"))) == _newest()
    except sa.exc.SQLAlchemyError:
        ready = False
    return Response("ready\n" if ready else "not ready\n", status=200 if ready else 503, mimetype="text/plain")


@cache
def _newest() -> frozenset[str]:
    """The migration that the code expects.

    Flask-Alembic is for commands: its connection is shared by all threads, and the end of any request closes it.
    """
    config = Config()
    for option in ("script_location", "version_locations"):
        config.set_main_option(option, str(ROOT / "portal" / "migrations"))
    config.set_main_option("path_separator", "os")
    return frozenset(ScriptDirectory.from_config(config).get_heads())


@blueprint.get("/metrics")
def metrics() -> Response:
    """Figures of this process and of the outbox, in Prometheus' text form."""
    registry, waiting, dead = current_app.extensions["portal_metrics"]
    open_jobs = sa.select(sa.literal(1)).where(Job.done_at.is_(None), Job.dead_at.is_(None)).limit(10_000).subquery()
    given_up = sa.select(sa.literal(1)).where(Job.dead_at.is_not(None)).limit(10_000).subquery()
    waiting.set(db.session.scalar(sa.select(sa.func.count()).select_from(open_jobs)) or 0)
    dead.set(db.session.scalar(sa.select(sa.func.count()).select_from(given_up)) or 0)
    return Response(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)
