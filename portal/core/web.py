"""What every page gets: security headers, request ids, error pages, layout context."""

import secrets
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import brotli
import structlog
from flask import Flask, Response, abort, current_app, g, render_template, request
from flask_babel import gettext as _
from flask_wtf.csrf import generate_csrf
from sqlalchemy.orm import Session
from werkzeug.exceptions import HTTPException
from werkzeug.local import LocalProxy
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.routing import IntegerConverter, ValidationError

from portal.core.assets import Manifest
from portal.core.db import db
from portal.core.errors import NotAllowed, Refused
from portal.core.files import Intake, Store
from portal.core.i18n import alternates, language, lines
from portal.core.orm import LARGEST_KEY
from portal.settings import Settings

log = structlog.get_logger("portal")
#: a handler does one outbox job; it may write to the session, the worker commits
Handler = Callable[[Session, Mapping[str, Any], int], None]


@dataclass
class Portal:
    """What belongs to one running application; `portal` is the one at hand."""

    settings: Settings
    store: Store
    intake: Intake
    manifest: Manifest
    #: outbox kind → who does it
    handlers: dict[str, Handler] = field(default_factory=dict)
    #: name → (every so many seconds, what to do); done by the worker as outbox jobs
    routines: dict[str, tuple[int, Callable[[Session], None]]] = field(default_factory=dict)


portal: Portal = LocalProxy(lambda: current_app.extensions["portal"])  # type: ignore[assignment]

POLICY = (
    "default-src 'self'; img-src 'self' data: blob:; object-src 'none'; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(self), interest-cohort=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Frame-Options": "DENY",
}
#: of a page that others may show within theirs, see `embeddable`
_EMBEDDABLE = POLICY.replace("frame-ancestors 'none'", "frame-ancestors *")


class KeyConverter(IntegerConverter):
    """`<int:…>`: a number that a database can hold; with a larger one there is no such page."""

    def to_python(self, value: str) -> int:
        """:raises ValidationError: if it is too large."""
        number: int = super().to_python(value)
        if number > LARGEST_KEY:
            raise ValidationError
        return number


def key(text: str) -> int:
    """A key in an address: `request.args.get("before", type=key)`.

    :raises ValueError: if it is none that a database can hold.
    """
    number = int(text)
    if not 0 < number <= LARGEST_KEY:
        raise ValueError(text)
    return number


def init_app(app: Flask, settings: Settings) -> None:
    """Install what every page gets."""
    app.url_map.converters["int"] = KeyConverter
    if settings.proxies:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=settings.proxies, x_proto=settings.proxies, x_host=settings.proxies)  # type: ignore[method-assign]
    app.before_request(_begin)
    app.after_request(_finish)
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(Refused, _refused)
    app.register_error_handler(Exception, _failed)
    app.context_processor(layout_context)
    app.jinja_env.globals.update(asset=app.extensions["portal"].manifest.url, csrf_token=generate_csrf)
    app.jinja_env.filters["lines"] = lines
    app.jinja_env.policies["ext.i18n.trimmed"] = True


def layout_context() -> dict[str, Any]:
    """Names that every template knows."""
    return {
        "lang": language(),
        "languages": alternates() if request else [],
        "demonstration": portal.settings.demonstration,
        "portal_settings": portal.settings,
    }


def embeddable(page: str) -> Response:
    """A page that others may show in an <iframe>: it has no form, and nothing of whoever looks at it."""
    response = current_app.make_response(page)
    response.headers["Content-Security-Policy"] = _EMBEDDABLE
    return response


def _begin() -> None:
    g.started = time.perf_counter()
    sent = request.headers.get("X-Request-Id", "")
    g.request_id = sent if sent.isalnum() and len(sent) <= 64 else secrets.token_hex(8)
    structlog.contextvars.clear_contextvars()
    structlog.contextvars.bind_contextvars(request_id=g.request_id)
    if "\0" in request.path or b"%00" in request.query_string:
        abort(400)  # PostgreSQL takes no such text, and nobody types it


def _finish(response: Response) -> Response:
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    if response.headers["Content-Security-Policy"] == _EMBEDDABLE:
        del response.headers["X-Frame-Options"]  # it knows no way to say yes
    if portal.settings.https:
        response.headers["Strict-Transport-Security"] = "max-age=31536000; includeSubDomains"
    response.headers["X-Request-Id"] = g.get("request_id", "")
    if response.mimetype in {"text/html", "text/css"} and "session" not in request.cookies:
        compress(response)
    if response.mimetype == "text/html" and "Cache-Control" not in response.headers:
        response.headers["Cache-Control"] = "no-store" if "session" in request.cookies else "private, no-cache"
    spent = time.perf_counter() - g.get("started", time.perf_counter())
    log.info(
        "request", method=request.method, path=request.path, status=response.status_code, ms=round(spent * 1000, 1)
    )
    for watcher in current_app.extensions.get("portal_watchers", ()):
        watcher(response, spent)
    return response


def compress(response: Response) -> None:
    """Pages of visitors travel compressed; those of a session do not, since their size could tell secrets (BREACH)."""
    response.vary.add("Accept-Encoding")
    large = response.content_length and response.content_length > 800
    accepted = request.accept_encodings.best_match(["br"]) == "br"
    if large and accepted and not response.is_streamed and not response.content_encoding:
        response.set_data(brotli.compress(response.get_data(), quality=5))
        response.content_encoding = "br"


def _wants_json() -> bool:
    best = request.accept_mimetypes.best_match(["text/html", "application/problem+json", "application/json"])
    return request.path.startswith(("/api/", "/open311/")) or best in {"application/problem+json", "application/json"}


def error_page(status: int, title: str, text: str) -> tuple[Any, int]:
    """An error in the reader's language, or as problem+json for machines."""
    if _wants_json():
        return {"title": title, "detail": text, "status": status, "request_id": g.get("request_id")}, status
    return render_template(
        "errors/error.html", status=status, heading=title, text=text, request_id=g.get("request_id")
    ), status


def _http_error(error: HTTPException) -> Any:
    if error.response is not None or (error.code or 500) < 400:
        return error
    db.session.rollback()
    title, text = _words_for(error.code or 500)
    body, status = error_page(error.code or 500, title, text)
    response = current_app.make_response((body, status))
    for name, value in error.get_headers():
        if name.lower() not in {"content-type", "content-length"}:
            response.headers[name] = value
    return response


def _refused(error: Refused) -> Any:
    db.session.rollback()
    status = 403 if isinstance(error, NotAllowed) else 409
    title = _("You may not do this") if status == 403 else _("This cannot be done")
    return error_page(status, title, _(error.message, **error.values))


def _failed(error: Exception) -> Any:
    db.session.rollback()
    log.error("failed", path=request.path, exc_info=error)
    if current_app.testing and current_app.config.get("PROPAGATE_FAILURES", True):
        raise error
    title, text = _words_for(500)
    return error_page(500, title, text)


def _words_for(status: int) -> tuple[str, str]:
    known = {
        400: (
            _("We could not read this"),
            _("Something in the address or the form was not as expected. Go back and try again."),
        ),
        401: (_("Please sign in"), _("This page is for people who have signed in.")),
        403: (
            _("This page is not for you"),
            _("You are signed in, but this page belongs to somebody else or to the staff."),
        ),
        404: (_("There is no such page"), _("Check the address, or look for what you need with the search.")),
        405: (_("This cannot be done here"), _("Go back and use the button on the page.")),
        413: (_("This is too large"), _("What you sent is larger than we can take. Send smaller files.")),
        429: (_("Too many tries"), _("Please wait a few minutes and try again.")),
    }
    return known.get(
        status,
        (
            _("Something went wrong on our side"),
            _("Nothing you have sent before is lost. Please try again in a few minutes."),
        ),
    )
