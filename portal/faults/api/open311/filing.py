"""A program files a report: what it sends is checked, and filed as the portal's own pages file it."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from email_validator import EmailNotValidError, validate_email
from flask import Response, current_app, request

from portal.accounts.access import public
from portal.casework.operations import Applicant
from portal.core import clock
from portal.core.db import db
from portal.core.fields.text import clean
from portal.core.i18n import translate as _
from portal.core.limits import limiter
from portal.core.texts import LEGAL_LANGUAGE
from portal.faults import operations
from portal.faults.api.open311 import attributes, writing
from portal.faults.api.open311.asking import degrees, read
from portal.faults.api.open311.base import Wrong, blueprint, check, given
from portal.faults.api.open311.services import wanted
from portal.faults.models import Application, FaultCategory, Source
from portal.faults.queries.applications import application_for
from portal.faults.queries.open311 import place_in, place_with
from portal.organisation.queries import Spot

#: characters of a description, and of anything else
LONGEST, SHORT = 4000, 300
_LANGUAGE = re.compile(r"[a-z]{2,3}")


@blueprint.post("/requests.<string:kind>")
@public
@limiter.limit("240/minute")
def file(kind: str) -> Response:
    """File a report; its number is known at once."""
    check(kind)
    application = _application()
    category, media_url = wanted(_needed("service_code")), _media_url()
    new = _report(category, application)
    fault = operations.report_for(db.session, application, new, media_url=media_url, now=clock.now())
    row = {"service_request_id": fault.slug, "service_notice": _(fault.state.label), "account_id": None}
    db.session.commit()
    return Response(b"".join(writing.written(kind, "service_requests", [row])), mimetype=writing.KINDS[kind])


def _application() -> Application:
    """Whose key it is."""
    key = given("api_key")
    found = application_for(db.session, key) if key else None
    if found is None:
        raise Wrong(403, _("api_key is wrong.") if key else _("api_key is missing."))
    return found


def _report(category: FaultCategory, application: Application) -> operations.NewReport:
    """What was sent, if it can be filed.

    :raises Wrong: with everything that is missing or cannot be read.
    """
    answers, problems = attributes.answers(category, attributes.sent(dict(request.values.lists())))
    text = clean(given("description"), lines=True)
    if len(text) > LONGEST:
        problems.append(_("description has more than %(number)s characters.", number=LONGEST))
    if problems:
        raise Wrong(400, *problems)
    where, language = _where(), _language()
    return operations.NewReport(
        category=category,
        lat=where.lat,
        lon=where.lon,
        address=where.address,
        text=text,
        language=language,
        reporter=_reporter(language),
        answers=answers,
        source=Source.OPEN311,
        once=_once(application),
        application_id=application.id,
    )


def _needed(name: str) -> str:
    text = given(name)
    if not text:
        raise Wrong(400, _("%(name)s is missing.", name=name))
    return text


# -- where


@dataclass(frozen=True)
class Where:
    """A point, and what it is called."""

    lat: float
    lon: float
    address: str


def _where() -> Where:
    """The point that was sent; else that of the place with this number, or named in the address."""
    lat, lon = read("lat", lambda text: degrees(text, 90)), read("long", lambda text: degrees(text, 180))
    address = clean(given("address_string"))
    if len(address) > SHORT:
        raise Wrong(400, _("%(name)s has more than %(number)s characters.", name="address_string", number=SHORT))
    if (lat is None) != (lon is None):
        raise Wrong(400, _("lat and long go together."))
    if lat is not None and lon is not None:
        return Where(lat, lon, address)
    place = _place(given("address_id"), address)
    return Where(place.lat, place.lon, address or place.name.text(LEGAL_LANGUAGE))


def _place(code: str, address: str) -> Spot:
    if not code and not address:
        raise Wrong(400, _("Say where it is: send lat and long, address_string, or address_id."))
    found = place_with(db.session, code) if code else place_in(db.session, address)
    if found is None and code:
        raise Wrong(400, _("address_id was not found: %(code)s.", code=code[:80]))
    if found is None:
        raise Wrong(400, _("We do not know a place in address_string. Send lat and long too."))
    return found


# -- who, and in which language


def _language() -> str:
    """That of the text."""
    found = given("lang") or LEGAL_LANGUAGE
    if not _LANGUAGE.fullmatch(found):
        raise Wrong(400, _("%(name)s cannot be read: %(text)s.", name="lang", text=found[:80]))
    return found


def _reporter(language: str) -> Applicant | None:
    """Whoever left an address; nobody in particular else."""
    email = given("email")
    if not email:
        return None
    try:
        email = validate_email(email[:SHORT], check_deliverability=False).normalized
    except EmailNotValidError:
        raise Wrong(400, _("%(name)s cannot be read: %(text)s.", name="email", text=email[:80])) from None
    name = clean(f"{given('first_name')} {given('last_name')}")[:150]
    spoken = language if language in current_app.config["LANGUAGES"] else "en"
    return Applicant(name or email, email, spoken, phone=clean(given("phone"))[:40] or None)


def _once(application: Application) -> str | None:
    """What tells one sending from another, if the program says so."""
    key = request.headers.get("Idempotency-Key", "").strip()
    return hashlib.sha256(f"open311:{application.id}:{key}".encode()).hexdigest() if key else None


def _media_url() -> str:
    url = given("media_url")
    try:
        parts = urlsplit(url)
    except ValueError:
        parts = urlsplit("")
    if url and not (parts.scheme in {"http", "https"} and parts.hostname and len(url) <= 2000 and url.isprintable()):
        raise Wrong(400, _("%(name)s cannot be read: %(text)s.", name="media_url", text=url[:80]))
    return url
