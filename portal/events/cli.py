"""Commands: `flask events …`."""

from __future__ import annotations

import os
from pathlib import Path

import click
import sqlalchemy as sa
from flask import current_app
from flask.cli import AppGroup

from portal.core import clock, fetching
from portal.core.db import db
from portal.core.errors import Refused
from portal.core.i18n import speak
from portal.core.i18n import translate as _
from portal.core.web import portal
from portal.events.models import EventCategory
from portal.events.operations import calendars, importing, matching

commands = AppGroup("events", help="The agenda.")


@commands.command("import")
@click.argument("source")
@click.option("--category", required=True, help="Code of the shelf for events whose own category is not known.")
@click.option("--language", default="el", show_default=True, help="Language of the texts.")
@click.option("--publish", is_flag=True, help="Publish at once what is new.")
@click.option("--take-good", is_flag=True, help="Take what can be read of a calendar with problems.")
def import_calendar(source: str, *, category: str, language: str, publish: bool, take_good: bool) -> None:
    """Read a calendar once, from a file or an address, and say which of its lines cannot be read."""
    speak(_language())
    raw, now = _raw(source), clock.now()
    category_id = db.session.scalar(sa.select(EventCategory.id).where(EventCategory.code == category))
    if category_id is None:
        raise click.ClickException(f"There is no category {category}")
    site = portal.settings.public_url.rstrip("/")
    target = matching.Target(category_id=category_id, language=language, trusted=publish, site=site)
    reading = calendars.read(raw, today=clock.athens_date(now))
    for problem in reading.problems:
        click.echo(f"{source}:{problem.line}: {_(problem.reason, **problem.values)}")
    try:
        outcome = importing.take(db.session, reading, target, take_good=take_good, actor_id=None, now=now)
    except importing.NotTaken as error:
        raise click.ClickException(f"{_said(error)} (--take-good takes the rest)") from None
    db.session.commit()
    click.echo(f"{outcome.new} new, {outcome.changed} changed, {outcome.unchanged} as before, {outcome.ours} our own")


def _raw(source: str) -> bytes:
    if "://" not in source:
        try:
            return Path(source).read_bytes()
        except OSError as error:
            raise click.ClickException(str(error)) from None
    try:
        return fetching.fetch(source, inside=current_app.testing).body or b""
    except fetching.NotFetched as error:
        raise click.ClickException(_said(error)) from None


def _said(refusal: Refused) -> str:
    return _(refusal.message, **refusal.values)


def _language() -> str:
    """That of the terminal, if the portal speaks it; else English."""
    wanted = os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES") or os.environ.get("LANG", "")
    return wanted[:2] if wanted[:2] in current_app.config["LANGUAGES"] else "en"
