"""create_app(): the only place where everything meets."""

from urllib.parse import parse_qs, urlsplit

from flask import Flask, url_for
from flask.json.provider import DefaultJSONProvider
from flask_babel import LazyString
from flask_babel import lazy_gettext as _l
from jinja2 import ChoiceLoader, FileSystemLoader, PackageLoader, PrefixLoader
from sqlalchemy.orm import Session
from whitenoise import WhiteNoise

import portal.accounts.cli
import portal.accounts.views
import portal.casework.desk
import portal.casework.listeners
import portal.casework.views
import portal.documents.cli
import portal.documents.desk
import portal.documents.views
import portal.eservices.cli
import portal.eservices.desk
import portal.eservices.views
import portal.events.api
import portal.events.cli
import portal.events.desk
import portal.events.views
import portal.faults.api
import portal.faults.cli
import portal.faults.desk
import portal.faults.listeners
import portal.faults.views
import portal.plan.api
import portal.plan.cli
import portal.plan.desk
import portal.plan.feeds
import portal.plan.views
import portal.site.cli
import portal.site.desk
import portal.site.listeners
import portal.site.views
from portal.accounts import access as accounts
from portal.casework import jobs as casework_jobs
from portal.casework import models as casework_models
from portal.casework import queries as casework_queries
from portal.core import cli, db, health, i18n, limits, logs, mail, web, worker
from portal.core.assets import Manifest
from portal.core.files import Intake, LocalStore, S3Store, Store
from portal.documents import jobs as documents_jobs
from portal.documents.models import Entry
from portal.eservices import jobs as eservices_jobs
from portal.eservices import models as eservices_models
from portal.events import jobs as events_jobs
from portal.events import models as events_models
from portal.faults import jobs as faults_jobs
from portal.faults import models as faults_models
from portal.plan import jobs as plan_jobs
from portal.settings import ROOT, Settings, from_environment

PAGES = (
    portal.site.views.public.blueprint,
    portal.site.views.machines.blueprint,
    portal.accounts.views.blueprint,
    portal.documents.views.blueprint,
    portal.casework.views.blueprint,
    portal.eservices.views.blueprint,
    portal.events.views.blueprint,
    portal.events.api.blueprint,
    portal.faults.views.blueprint,
    portal.faults.api.feeds,
    portal.faults.api.open311,
    portal.plan.views.blueprint,
    portal.plan.api.blueprint,
    portal.site.desk.blueprint,
    portal.documents.desk.blueprint,
    portal.casework.desk.blueprint,
    portal.eservices.desk.blueprint,
    portal.events.desk.blueprint,
    portal.faults.desk.blueprint,
    portal.plan.desk.blueprint,
)
COMMANDS = (
    cli.database,
    cli.audit_trail,
    cli.work,
    cli.build_assets,
    cli.serve,
    cli.translations,
    portal.accounts.cli.commands,
    portal.documents.cli.commands,
    portal.eservices.cli.commands,
    portal.events.cli.commands,
    portal.faults.cli.commands,
    portal.plan.cli.commands,
    portal.site.cli.municipality,
    portal.site.cli.demo,
)


def create_app(settings: Settings | None = None) -> Flask:
    """The portal, ready to serve, work or run commands."""
    settings = settings or from_environment()
    logs.configure(settings.log_level)
    app = Flask("portal", root_path=str(ROOT / "portal"), template_folder=str(ROOT / "templates"), static_folder=None)
    _configure(app, settings)
    app.extensions["portal"] = web.Portal(
        settings=settings, store=_store(settings), intake=_intake(settings), manifest=Manifest.load(ROOT / "static")
    )
    db.init_app(app, settings)
    accounts.init_app(app)
    limits.init_app(app, settings)
    i18n.init_app(app, languages=["el", "en"])
    web.init_app(app, settings)
    health.init_app(app)
    portal.site.views.layout.init_app(app)
    _file_cases()
    for blueprint in PAGES:
        app.register_blueprint(blueprint)
    for command in COMMANDS:
        app.cli.add_command(command)
    handlers = app.extensions["portal"].handlers
    handlers |= {"routine": worker.do_routine, "mail": mail.handler(documents_jobs.enclose), **documents_jobs.handlers}
    handlers |= events_jobs.handlers | faults_jobs.handlers | plan_jobs.handlers
    app.extensions["portal"].routines |= {
        "core.optimize": (86_400, db.optimize),
        "casework.warn": (900, casework_jobs.warn),
        "eservices.expire": (86_400, eservices_jobs.expire),
        **events_jobs.routines,
        **faults_jobs.routines,
        **plan_jobs.routines,
    }
    _serve_static(app)
    return app


def _configure(app: Flask, settings: Settings) -> None:
    app.config.update(
        SECRET_KEY=settings.key(),
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=settings.https,
        MAX_CONTENT_LENGTH=settings.max_file_mb * 10 * 1_000_000,
        MAX_FORM_MEMORY_SIZE=2_000_000,
        MAX_FORM_PARTS=2_000,
        WTF_CSRF_TIME_LIMIT=8 * 3600,
    )
    app.config.update(settings.flask)
    app.jinja_loader = ChoiceLoader(
        [
            FileSystemLoader(ROOT / "templates"),
            # its macros import each other under the name of the package
            PrefixLoader({"govuk_frontend_jinja": PackageLoader("govuk_frontend_jinja")}),
        ]
    )
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    if isinstance(app.json, DefaultJSONProvider):
        app.json.ensure_ascii = False  # Greek letters as they are take a third of the bytes


def _case_of_entry(session: Session, entry: Entry) -> list[tuple[LazyString, str]]:
    """The case that an incoming document began, for its page in the register."""
    found = casework_queries.case_of_entry(session, entry.id)
    return [(_l("The case"), url_for("casework_desk.case", slug=found.slug))] if found else []


def _file_cases() -> None:
    """Tell casework what kinds of cases there are, and who shows what was filed."""
    casework_models.register_kind(events_models.case_kind)
    portal.casework.views.panels[events_models.case_kind.code] = portal.events.desk.applicants_panel
    portal.casework.desk.panels[events_models.case_kind.code] = portal.events.desk.panel
    casework_models.register_kind(faults_models.case_kind)
    portal.casework.views.panels[faults_models.case_kind.code] = portal.faults.desk.applicants_panel
    portal.casework.desk.panels[faults_models.case_kind.code] = portal.faults.desk.panel
    portal.eservices.desk.taken_too[:] = [(_l("Note a report for somebody"), "faults_desk.note")]
    portal.faults.views.reporting.known_here[:] = [portal.site.views.nearby.events_at]
    for kind in eservices_models.case_kinds:
        casework_models.register_kind(kind)
        portal.casework.views.panels[kind.code] = portal.eservices.views.panel
        portal.casework.desk.panels[kind.code] = portal.eservices.desk.panel
    if _case_of_entry not in portal.documents.desk.entry_links:
        portal.documents.desk.entry_links.append(_case_of_entry)


def _store(settings: Settings) -> Store:
    if not settings.files_url:
        return LocalStore(settings.data_dir / "files")
    address = urlsplit(settings.files_url)
    return S3Store(address.netloc, parse_qs(address.query).get("endpoint", [None])[0])


def _intake(settings: Settings) -> Intake:
    return Intake(settings.max_file_mb * 1_000_000, settings.max_megapixels * 1_000_000, settings.clamav)


def _serve_static(app: Flask) -> None:
    """Whitenoise hands out static/ with the compressed copies; hashed names are kept for ever."""

    def is_hashed(path: str, url: str) -> bool:
        return "/dist/" in url and not path.endswith("manifest.json")

    app.wsgi_app = WhiteNoise(  # type: ignore[method-assign]
        app.wsgi_app,
        root=str(ROOT / "static"),
        prefix="static/",
        allow_all_origins=False,
        immutable_file_test=is_hashed,
    )
