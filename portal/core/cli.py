"""Commands of the house: database, assets, server, worker, translations, audit."""

import os
import sys
from pathlib import Path

import click
import sqlalchemy as sa
from flask import current_app
from flask.cli import AppGroup

from portal.core import assets, audit, backup, catalogues, stamps, worker
from portal.core.db import db, optimize
from portal.core.web import portal
from portal.settings import ROOT

database = AppGroup("database", help="The database and its migrations.")
audit_trail = AppGroup("audit", help="The audit trail.")
translations = AppGroup("translations", help="The catalogues of translations.")


@database.command("upgrade")
def upgrade() -> None:
    """Bring the database to the newest form."""
    from portal.core import schema  # noqa: PLC0415 – 12 MB

    with current_app.app_context():  # its connection is closed with it
        schema.upgrade()
        known = ", ".join(script.revision for script in schema.migrations().current())
    with current_app.app_context():  # a table that was written anew has lost what SQLite knew of its indexes
        optimize(db.session)
        stamps.renew(db.session)
        db.session.commit()
    click.echo(f"database: {known}")


@database.command("revision")
@click.argument("message")
def revision(message: str) -> None:
    """Write a migration from the difference between the models and the database."""
    from portal.core.schema import migrations  # noqa: PLC0415 – 12 MB

    for script in migrations().revision(message):
        click.echo(Path(script.path).name if script else "nothing to do")


@database.command("compare")
def compare() -> None:
    """Fail where the migrated database differs from the models."""
    from portal.core.schema import migrations  # noqa: PLC0415 – 12 MB

    difference = migrations().compare_metadata()
    for line in difference:
        click.echo(line)
    raise SystemExit(1 if difference else 0)


@database.command("backup")
@click.argument("archive", type=click.Path(path_type=Path, dir_okay=False))
def back_up(archive: Path) -> None:
    """Save database, files and keys of an embedded installation; the portal may go on meanwhile."""
    try:
        backup.save(portal.settings.data_dir, archive)
    except backup.CannotBackUp as refused:
        raise click.ClickException(str(refused)) from None
    click.echo(f"{archive}: {archive.stat().st_size // 1024} kB")


@database.command("restore")
@click.argument("archive", type=click.Path(path_type=Path, exists=True, dir_okay=False))
def restore(archive: Path) -> None:
    """Bring a backup back into an empty data folder (PORTAL_DATA_DIR), then migrate it."""
    from portal.core import schema  # noqa: PLC0415 – 12 MB

    try:
        backup.restore(portal.settings.data_dir, archive)
    except backup.CannotBackUp as refused:
        raise click.ClickException(str(refused)) from None
    schema.upgrade()
    click.echo(f"restored into {portal.settings.data_dir}")


@audit_trail.command("verify")
def verify() -> None:
    """Walk the chain from its beginning; exit 1 where it does not hold."""
    broken = list(audit.breaks(db.session))
    for line in broken:
        click.echo(line)
    count = db.session.scalar(sa.select(sa.func.count()).select_from(audit.AuditEntry))
    click.echo(f"{count} entries, " + ("NOT intact" if broken else "intact"))
    raise SystemExit(1 if broken else 0)


@click.command("work")
def work() -> None:
    """Do outbox jobs and routines until stopped."""
    worker.run(current_app._get_current_object())  # type: ignore[attr-defined]  # noqa: SLF001 – the way Flask documents


@click.command("build-assets")
def build_assets() -> None:
    """Make style sheets, scripts, fonts and their manifest."""
    assets.build(ROOT)


@click.command("serve", context_settings={"ignore_unknown_options": True, "help_option_names": []})
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def serve(arguments: tuple[str, ...]) -> None:
    """Run web server and worker until stopped (--host, --port, --workers)."""
    # a fresh process: the supervisor needs nothing of the portal and stays small
    os.execv(sys.executable, [sys.executable, "-m", "portal.core.serving", *arguments])  # noqa: S606


@translations.command("extract")
def extract() -> None:
    """Collect the texts of the sources into messages.pot and every language's catalogue."""
    catalogues.extract(ROOT)


@translations.command("check")
def check() -> None:
    """Fail where a language is not complete."""
    found = list(catalogues.flaws(ROOT, current_app.config["LANGUAGES"]))
    for line in found:
        click.echo(line)
    raise SystemExit(1 if found else 0)


@translations.command("compile")
def compile_all() -> None:
    """Write the binary catalogues that the pages read."""
    catalogues.compile_all(ROOT)
