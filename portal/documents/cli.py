"""Commands: `flask documents …`."""

import click
from flask.cli import AppGroup

from portal.core import clock, seals
from portal.core.db import db
from portal.core.web import portal
from portal.documents import operations, queries

commands = AppGroup("documents", help="Documents the municipality issues.")


@commands.command("produce")
def produce() -> None:
    """Make and seal every PDF that waits for it."""
    count = 0
    for number in queries.waiting(db.session):
        issued = queries.issued_by_id(db.session, number)
        operations.produce(db.session, issued, make=seals.sealed_pdf, store=portal.store, now=clock.now())
        db.session.commit()
        count += 1
    click.echo(f"{count} documents made and sealed")
