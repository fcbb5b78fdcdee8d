"""Commands: `flask eservices …`."""

from pathlib import Path

import click
from flask.cli import AppGroup

from portal.core.web import portal
from portal.eservices.operations.catalogue import check_services
from portal.settings import ROOT

commands = AppGroup("eservices", help="The catalogue of public services.")


@commands.command("check")
@click.argument("folder", required=False, type=click.Path(exists=True, file_okay=False, path_type=Path))
def check(folder: Path | None) -> None:
    """Say what is wrong in the service definitions of a pack, with file and line."""
    folder = folder or ROOT / "portal" / "municipalities" / portal.settings.municipality
    problems = check_services(folder)
    for problem in problems:
        click.echo(f"{folder / problem.file}:{problem.line}: {problem.message}")
    if problems:
        raise SystemExit(1)
    click.echo(f"{len(list((folder / 'services').glob('*.yaml')))} services, nothing wrong")
