"""For machines, and the way in: the redirect to a language, theme, sitemap, robots, security.txt."""

from datetime import timedelta
from typing import Any

from flask import Blueprint, Response, current_app, redirect, render_template, request, url_for

from portal.accounts.access import public
from portal.core import clock
from portal.core.db import db
from portal.core.i18n import preferred
from portal.core.texts import LEGAL_LANGUAGE
from portal.core.theme import stylesheet
from portal.core.web import portal
from portal.eservices import queries as eservices
from portal.site.views.layout import municipality

blueprint = Blueprint("machines", __name__)
#: pages of the sitemap, besides the services
LISTED = (
    "site.home",
    "eservices.catalogue",
    "plan.overview",
    "site.contact",
    "site.accessibility",
    "site.privacy",
    "site.open_data",
)


@blueprint.get("/")
@public
def front_door() -> Any:
    """To the home page in the visitor's language."""
    response = redirect(f"/{preferred()}/")
    response.headers["Vary"] = "Accept-Language, Cookie"
    return response


@blueprint.get("/theme.css")
@public
def theme() -> Any:
    """The municipality's colours."""
    response = Response(stylesheet(municipality()["colours"]), mimetype="text/css")
    response.add_etag()
    response.headers["Cache-Control"] = "public, max-age=3600"
    return response.make_conditional(request)


@blueprint.get("/sitemap.xml")
@public
def sitemap() -> Response:
    """Every public page in every language."""
    endpoints: list[tuple[str, dict[str, Any]]] = [(name, {}) for name in LISTED]
    endpoints += [("eservices.service", {"slug": slug}) for slug in eservices.slugs(db.session)]
    site, codes = portal.settings.public_url.rstrip("/"), current_app.config["LANGUAGES"]
    pages = [{code: site + url_for(endpoint, lang=code, **values) for code in codes} for endpoint, values in endpoints]
    return Response(render_template("site/sitemap.xml", pages=pages), mimetype="application/xml")


@blueprint.get("/robots.txt")
@public
def robots() -> Response:
    """Everything public may be read; accounts, cases and the desk not."""
    codes = current_app.config["LANGUAGES"]
    closed = "".join(f"Disallow: /{code}/{path}/\n" for code in codes for path in ("account", "cases", "desk"))
    text = f"User-agent: *\n{closed}Sitemap: {portal.settings.public_url.rstrip('/')}/sitemap.xml\n"
    return Response(text, mimetype="text/plain")


@blueprint.get("/.well-known/security.txt")
@public
def security() -> Response:
    """Whom to tell about a weakness (RFC 9116)."""
    expires = (clock.now() + timedelta(days=180)).isoformat(timespec="seconds")
    languages = ", ".join(current_app.config["LANGUAGES"])
    site, email = portal.settings.public_url.rstrip("/"), municipality()["contact"].get("email")
    contact = f"mailto:{email}" if email else f"{site}/{LEGAL_LANGUAGE}/contact/"
    text = f"Contact: {contact}\nExpires: {expires}\nPreferred-Languages: {languages}\n"
    return Response(text, mimetype="text/plain")
