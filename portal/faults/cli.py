"""Commands: `flask faults …`."""

from __future__ import annotations

import click
from flask.cli import AppGroup

from portal.core.db import db
from portal.faults import operations

commands = AppGroup("faults", help="Fault reports.")


@commands.command("recount")
def recount() -> None:
    """Count what the map shows again, from the reports."""
    operations.recount(db.session)
    db.session.commit()
    click.echo("counted")
