"""Commands: `flask plan …`."""

from pathlib import Path

import click
from flask.cli import AppGroup

from portal.core import clock
from portal.core.db import db
from portal.plan import operations, queries

commands = AppGroup("plan", help="The operational plan: its workbook and its figures.")
FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@commands.command("import")
@click.argument("file", type=FILE)
def import_file(file: Path) -> None:
    """Take a workbook (XLSX or ODS); every problem is named, and nothing is taken until there is none."""
    try:
        changes = operations.import_plan(db.session, operations.read(file.read_bytes()), now=clock.now())
    except operations.WorkbookRefused as refused:
        for problem in refused.problems:
            click.echo(str(problem), err=True)
        raise SystemExit(1) from None
    db.session.commit()
    for change in changes:
        click.echo(str(change))
    click.echo(f"{len(changes)} changes" if changes else "nothing changed")


@commands.command("export")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def export_file(file: Path) -> None:
    """Write the newest plan as a workbook."""
    plan = queries.current_plan(db.session)
    if plan is None:
        raise click.ClickException("there is no plan")
    file.write_bytes(operations.export_plan(db.session, plan))
    click.echo(f"{plan.code}: {file}")


@commands.command("recount")
@click.option("--check", is_flag=True, help="Change nothing; exit 1 where the numbers differ from history.")
def recount(check: bool) -> None:  # noqa: FBT001 – a flag of the command
    """Forget every contribution, replay history, and compare."""
    result = operations.recount(db.session)
    if check:
        db.session.rollback()
    else:
        db.session.commit()
    for line in result.differences():
        click.echo(line)
    click.echo(f"{result.after.number} contributions, " + ("unchanged" if result.unchanged else "DIFFERENT"))
    raise SystemExit(1 if check and not result.unchanged else 0)
