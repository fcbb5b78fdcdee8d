"""For machines that watch: /healthz (alive), /readyz (database and migrations), /metrics (Prometheus)."""

import hmac
import re
from functools import cache
from ipaddress import ip_address

import sqlalchemy as sa
from flask import Blueprint, Flask, Response, abort, current_app, request
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from portal.core.db import db
from portal.core.outbox import Job
from portal.core.web import portal
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
    """The migration that the code expects: the one that no other follows.

    Read from the files: Alembic itself is for commands, it would take a tenth of a web process's memory.
    """
    texts = [path.read_text() for path in (ROOT / "portal" / "migrations").glob("*.py")]
    made, followed = (
        re.findall(rf'^{name} = "(.+)"$', "\n".join(texts), re.MULTILINE) for name in ("revision", "down_revision")
    )
    return frozenset(made) - frozenset(followed)


def _may_watch() -> bool:
    """Whoever has the token; without one, only this machine itself, and nobody who comes through a proxy."""
    token = portal.settings.metrics_token
    if token:
        return hmac.compare_digest(request.headers.get("Authorization", "").encode(), f"Bearer {token}".encode())
    through_proxy = any(name in request.headers for name in ("X-Forwarded-For", "Forwarded"))
    return not through_proxy and ip_address(request.remote_addr or "0.0.0.0").is_loopback  # noqa: S104 – an address


@blueprint.get("/metrics")
def metrics() -> Response:
    """Figures of this process and of the outbox, in Prometheus' text form, for whoever may have them."""
    if not _may_watch():
        abort(403)
    registry, waiting, dead = current_app.extensions["portal_metrics"]
    open_jobs = sa.select(sa.literal(1)).where(Job.done_at.is_(None), Job.dead_at.is_(None)).limit(10_000).subquery()
    given_up = sa.select(sa.literal(1)).where(Job.dead_at.is_not(None)).limit(10_000).subquery()
    waiting.set(db.session.scalar(sa.select(sa.func.count()).select_from(open_jobs)) or 0)
    dead.set(db.session.scalar(sa.select(sa.func.count()).select_from(given_up)) or 0)
    return Response(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)
