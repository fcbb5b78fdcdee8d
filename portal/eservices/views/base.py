"""What the public pages share: the blueprint, and finding services and drafts for whoever asks."""

from __future__ import annotations

from datetime import date

from flask import Blueprint, abort, current_app, redirect, url_for

from portal.accounts.access import visitor
from portal.core import clock
from portal.core.db import db
from portal.core.i18n import language
from portal.core.web import portal
from portal.eservices import policy, queries
from portal.eservices.forms import Setting
from portal.eservices.models import Draft, Service
from portal.eservices.queries.definitions import Definition, Step, definition_of
from portal.eservices.queries.readable import Reader
from portal.organisation import queries as organisation

blueprint = Blueprint("eservices", __name__, url_prefix="/<lang:lang>")


def today() -> date:
    """The day in Greece."""
    return clock.athens_date(clock.now())


def found_service(slug: str) -> Service:
    """The service on offer at an address, else 404."""
    found = queries.service(db.session, slug)
    if found is None or found.closed or found.version is None:
        abort(404)
    return found


def open_draft(slug: str, token: str) -> Draft:
    """The draft, if whoever asks may open it: its owner, or anybody who has its address where it has no owner."""
    found = queries.draft(db.session, token)
    if found is None or found.version.service.slug != slug:
        abort(404)
    if not policy.may_open(visitor(), found):
        abort(404 if visitor() else current_app.login_manager.unauthorized())  # type: ignore[attr-defined]
    return found


def unfiled_draft(slug: str, token: str) -> Draft:
    """The same, if it can still be changed; what was filed leads to its confirmation."""
    found = open_draft(slug, token)
    if found.case_id is not None:
        abort(redirect(url_for(".filed", slug=slug, token=token)))
    return found


def definition_for(draft: Draft) -> Definition:
    """The definition that a draft was begun with."""
    return definition_of(draft.version)


def found_step(definition: Definition, code: str) -> Step:
    """The step of that address, else 404."""
    step = definition.step(code)
    if step is None:
        abort(404)
    return step


def setting_for(draft: Draft) -> Setting:
    """What the fields of a draft need to know."""
    kept: dict[str, dict[str, str]] = {}
    for file in draft.files:
        kept.setdefault(file.field, {})[str(file.attachment_id)] = file.attachment.name
    body = organisation.municipality(db.session)
    return Setting(
        language=language(),
        communities={row.code: row.name for row in organisation.communities(db.session)},
        map=(body.profile.get("map") or {}) if body else {},
        max_size=portal.intake.max_bytes,
        kept=kept,
        on_paper=draft.filed_by_id is not None,
    )


def reader_for(draft: Draft) -> Reader:
    """Whoever reads a draft's answers on this page."""
    names = {row.code: row.name for row in organisation.communities(db.session)}
    return Reader(language(), names, {file.attachment_id: file.attachment.name for file in draft.files})
