"""What the endpoints of Open311 share: formats, languages, jurisdiction, and the errors of the specification."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, Response, current_app, request
from sqlalchemy.orm import Session
from werkzeug.exceptions import HTTPException

from portal.core import clock, feeds, stamps
from portal.core.db import db
from portal.core.errors import Refused
from portal.core.i18n import language, speak
from portal.core.i18n import translate as _
from portal.core.texts import LEGAL_LANGUAGE
from portal.core.web import portal
from portal.faults.api.open311 import writing
from portal.faults.operations.programs import TooManyToday
from portal.organisation import queries as organisation
from portal.organisation.models import Municipality

blueprint = Blueprint("open311", __name__, url_prefix="/open311/v2")
#: what the answers are made of
ROOMS = ("faults", "organisation")
stamps.watch(ROOMS)


class Wrong(HTTPException):
    """What cannot be answered, each reason in words for people."""

    def __init__(self, code: int, *reasons: str) -> None:
        super().__init__(" ".join(reasons))
        self.code, self.reasons = code, reasons


@blueprint.before_request
def choose_language() -> None:
    """That of the parameter `lang` if we speak it, else Greek: an answer is the same for whoever asks."""
    wanted = request.values.get("lang", "").strip()
    speak(wanted if wanted in current_app.config["LANGUAGES"] else LEGAL_LANGUAGE)


@blueprint.after_request
def open_to_all(response: Response) -> Response:
    """Programs in any page may read."""
    if request.method in {"GET", "HEAD", "OPTIONS"}:
        response.headers["Access-Control-Allow-Origin"] = "*"
        response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response


@blueprint.errorhandler(HTTPException)
def failed(error: HTTPException) -> Any:
    """Errors as the specification writes them."""
    if error.response is not None or (error.code or 500) < 400:
        return error
    reasons = error.reasons if isinstance(error, Wrong) else (_said(error),)
    answer = told(error.code or 500, reasons)
    for name, value in error.get_headers():
        if name.lower() not in {"content-type", "content-length"}:
            answer.headers[name] = value
    return answer


@blueprint.errorhandler(Refused)
def refused(error: Refused) -> Response:
    """The rules say no."""
    return told(429 if isinstance(error, TooManyToday) else 400, [_(error.message, **error.values)])


def told(status: int, reasons: Iterable[str]) -> Response:
    """An error document; in XML, which every client reads, unless JSON was asked for."""
    db.session.rollback()
    kind = "json" if (request.view_args or {}).get("kind") == "json" else "xml"
    rows = [{"code": status, "description": reason} for reason in reasons]
    return Response(b"".join(writing.written(kind, "errors", rows)), status=status, mimetype=writing.KINDS[kind])


def _said(error: HTTPException) -> str:
    known = {
        413: _("What you sent is larger than we can take. Send smaller files."),
        429: _("Please wait a few minutes and try again."),
    }
    return known.get(error.code or 500) or error.description or error.name


# -- what every request says


def given(name: str) -> str:
    """A parameter without blanks around it; an empty one is as good as none."""
    return (request.values.get(name) or "").strip()


def check(kind: str) -> None:
    """That the format exists, and that it is our municipality that is meant, if one is named.

    Databases take no text with a zero in it, and nobody types one.
    """
    if kind not in writing.KINDS:
        raise Wrong(404, _("There is no such format: %(format)s. Ask for json or xml.", format=kind))
    wanted = given("jurisdiction_id")
    if wanted and wanted != getattr(municipality(), "code", None):
        raise Wrong(404, _("jurisdiction_id was not found: %(code)s.", code=wanted))
    if any("\0" in value for values in request.values.listvalues() for value in values):
        raise Wrong(400, _("Something in the request cannot be read as text."))


def municipality() -> Municipality | None:
    """Whose portal it is."""
    return organisation.municipality(db.session)


def site() -> str:
    """Address of the portal, without a slash at its end."""
    return portal.settings.public_url.rstrip("/")


# -- what is answered


def answer(kind: str, name: str, content: Any) -> Response:
    """What does not change before something in the rooms does; 304 if whoever asks has it already."""

    def make(session: Session) -> Iterator[bytes]:
        yield from writing.written(kind, name, content(session))  # asked for once the request's session is closed

    asked = urlencode([("lang", language()), *sorted(request.args.items(multi=True))])
    file = request.path.rpartition("/")[2]
    now = clock.now()
    return feeds.answer(make, writing.KINDS[kind], rooms=ROOMS, asked=asked, name=file, now=now)


def next_page(response: Response, page: int, *, more: bool) -> Response:
    """Say where it goes on (RFC 8288)."""
    if more:
        args: Sequence[tuple[str, str]] = [pair for pair in request.args.items(multi=True) if pair[0] != "page"]
        address = f"{site()}{request.path}?{urlencode([*args, ('page', str(page + 1))])}"
        response.headers["Link"] = f'<{address}>; rel="next"'
    return response
