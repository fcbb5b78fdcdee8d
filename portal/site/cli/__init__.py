"""Commands that span rooms: `flask municipality …` and `flask demo …`."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import click
from flask.cli import AppGroup
from sqlalchemy.orm import Session

from portal.accounts import operations as accounts
from portal.accounts.access import hashed
from portal.casework import operations as casework
from portal.core import clock
from portal.core.db import db
from portal.core.texts import LEGAL_LANGUAGE, Translated
from portal.core.web import portal
from portal.documents import operations as documents
from portal.eservices import operations as eservices
from portal.events import operations as events
from portal.faults import operations as faults
from portal.organisation import operations as organisation
from portal.plan import operations as plan
from portal.settings import ROOT
from portal.site import operations
from portal.site.cli import growth

municipality = AppGroup("municipality", help="The municipality of this installation.")
demo = AppGroup("demo", help="The demonstration: invented people and cases.")
#: of every invented person; told on the sign-in page
PASSWORD = "epideixi-2026-kalimera"  # noqa: S105 – of people who do not exist
PACKS = ROOT / "portal" / "municipalities"


@municipality.command("load")
@click.argument("name", required=False)
def load(name: str | None) -> None:
    """Bring the installation up to date with a municipality pack; says what changed."""
    folder = PACKS / (name or portal.settings.municipality)
    if not folder.is_dir():
        raise click.ClickException(f"there is no pack {folder.name}; there are: {', '.join(packs())}")
    try:
        changes = load_pack(folder)
    except ValueError as error:  # PackError and its like: the message names file and place
        db.session.rollback()
        raise click.ClickException(str(error)) from error
    except casework.UnitHasCases as refusal:
        db.session.rollback()
        queue = f"{portal.settings.public_url.rstrip('/')}/{LEGAL_LANGUAGE}/desk/cases/?unit={refusal.values['id']}"
        advice = "organisation.yaml: closed: - {code: …, taken_over_by: …}"
        raise click.ClickException(f"{refusal.message % refusal.values}\n{queue}\n{advice}") from refusal
    db.session.commit()
    for line in changes:
        click.echo(line)
    click.echo(f"{folder.name}: {len(changes)} changes")


def make_user(session: Session, item: Mapping[str, Any]) -> Any:
    """An invented person who signs in with the password of the demonstration."""
    wanted = accounts.Registration(item["email"], item["full_name"], hashed(PASSWORD), item.get("language", "el"))
    user = accounts.create_person(session, wanted, is_staff=bool(item.get("duties")), now=clock.now())
    user.phone, user.afm = item.get("phone"), item.get("afm")
    user.demonstration_note = Translated(item["about"]) if item.get("listed") else None
    return user


def packs() -> list[str]:
    """The names of the packs that ship."""
    return sorted(path.name for path in PACKS.iterdir() if (path / "municipality.yaml").exists())


def load_pack(folder: Path) -> list[str]:
    """Every part of a pack, each by the room that owns it; what changed."""
    now, session = clock.now(), db.session
    changes = organisation.load_pack(session, organisation.read_pack(folder), now=now)
    documents.ensure_book(session, documents.MAIN_BOOK, documents.MAIN_BOOK_NAME)
    if portal.settings.demonstration:
        changes += organisation.load_people(session, folder, make_user=make_user, now=now)
    changes += eservices.load_services(session, folder, now=now)
    changes += events.load_places(session, folder, now=now)
    changes += faults.load_faults(session, folder, now=now)
    changes += plan.import_pack_plan(session, folder, now=now)
    return changes


@demo.command("load")
@click.option("--cases", type=click.IntRange(1), help="How many; without it, as many as the pack says.")
@click.option("--events", "most_events", type=click.IntRange(0), help="How many at most; without it, all of the pack.")
@click.option(
    "--reports", "most_reports", type=click.IntRange(0), help="How many of faults; without it, all of the pack."
)
@click.option("--plan/--no-plan", "with_plan", default=True, help="Whether its plan is monitored for two years, too.")
def load_demonstration(cases: int | None, most_events: int | None, most_reports: int | None, with_plan: bool) -> None:  # noqa: FBT001 – click calls it by name
    """Fill the municipality with invented cases, a year of events, two years of fault reports and of its plan; once."""
    if not portal.settings.demonstration:
        raise click.ClickException("this is for demonstrations only: set PORTAL_DEMONSTRATION=1")
    site = portal.settings.public_url.rstrip("/")
    setting = operations.Setting(portal.store, portal.intake, hashed(PASSWORD), site, with_plan)
    folder = PACKS / portal.settings.municipality
    sizes = {"number": cases, "most_events": most_events, "most_reports": most_reports}
    try:
        number = operations.load_demonstration(db.session, folder, setting, now=clock.now(), **sizes)
    except operations.NothingToPlay as error:
        raise click.ClickException(str(error)) from error
    db.session.commit()
    click.echo(f"{number} cases" if number else "nothing to do: the demonstration is there already")


@demo.command("grow")
@click.option("--cases", type=click.IntRange(1), help="How many there are to be in the end.")
@click.option("--occurrences", type=click.IntRange(1), help="How many the agenda is to have in the end.")
@click.option("--reports", type=click.IntRange(1), help="How many faults are to be reported in the end.")
@click.option("--proofs", type=click.IntRange(1), help="How many amounts the plan is to have; evidence is a fifth.")
def grow(cases: int | None, occurrences: int | None, reports: int | None, proofs: int | None) -> None:
    """Grow to a size at which speed is measured; quick rows, no letters, no audit entries."""
    if not portal.settings.demonstration:
        raise click.ClickException("this is for demonstrations only: set PORTAL_DEMONSTRATION=1")
    if not (cases or occurrences or reports or proofs):
        raise click.UsageError("say how many: --cases, --occurrences, --reports, --proofs, or several of them")
    folder, now = PACKS / portal.settings.municipality, clock.now()

    def progress(noun: str) -> Callable[[int], None]:
        return lambda done: click.echo(f"\r{done:,} {noun}", nl=False)

    try:
        if cases:
            number = growth.grow(db.session, folder, cases=cases, now=now, progress=progress("cases"))
            click.echo(f"\r{number:,} cases added")
        if occurrences:
            told = progress("occurrences")
            number = growth.grow_occurrences(db.session, folder, occurrences=occurrences, now=now, progress=told)
            click.echo(f"\r{number:,} occurrences added")
        if reports:
            number = growth.grow_reports(db.session, folder, reports=reports, now=now, progress=progress("reports"))
            click.echo(f"\r{number:,} reports added")
        if proofs:
            pieces, amounts = growth.grow_proofs(db.session, evidence=proofs // 5, amounts=proofs, now=now)
            click.echo(f"{amounts:,} amounts and {pieces:,} pieces of evidence added")
    except growth.NothingToGrow as error:
        raise click.ClickException(str(error)) from error
