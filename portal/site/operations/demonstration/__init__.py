"""The life of the demonstration municipality: months of cases, made by the operations that people use.

Only the days are invented: each operation is told a moment of the past, all of them in the order of time.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.core import audit
from portal.core.clock import athens_date
from portal.core.outbox import Job
from portal.eservices import operations as eservices
from portal.eservices import queries as catalogue
from portal.eservices.queries.definitions import definition_of
from portal.events import operations as events
from portal.organisation import queries as organisation
from portal.site.operations.demonstration import agenda, lives, people, plan, plots, reports, samples
from portal.site.operations.demonstration.answers import Pen
from portal.site.operations.demonstration.people import Person
from portal.site.operations.demonstration.register import Registry
from portal.site.operations.demonstration.stage import Life, Setting, Stage, play, staff

__all__ = ["FRESH", "NothingToPlay", "Setting", "load_demonstration"]

LOADED = "site.demonstration.loaded"
#: letters and PDFs of the last days are left to the worker; older letters count as sent, older PDFs are made when asked
FRESH = timedelta(days=3)


class NothingToPlay(ValueError):
    """No municipality is loaded, another one is, or its pack has no samples."""


def load_demonstration(
    session: Session,
    folder: Path,
    setting: Setting,
    *,
    now: datetime,
    number: int | None = None,
    most_events: int | None = None,
    most_reports: int | None = None,
) -> int:
    """Fill a loaded municipality with cases of the last months; how many, 0 if that was done before.

    `number` overrides how many cases the pack asks for, `most_events` how many events of its agenda there are,
    `most_reports` how many fault reports (0: none at all). The same pack on the same day gives the same life.

    :raises NothingToPlay: if the municipality or its samples are missing, or the pack is not that of the municipality.
    """
    key, sample = _loaded(session, folder)
    subject = ("municipality", key)
    if any(entry.action == LOADED for entry in audit.history(session, subject)):
        return 0
    on, calendar = athens_date(now), organisation.working_calendar(session)
    stage = Stage(session, sample, setting, staff(session, on), calendar, now, now)
    number = sample.cases if number is None else number
    rng = Random(f"{folder.name}: who files what")  # noqa: S311 – a demonstration must be the same every time
    crowd = people.population(session, sample, rng, max(number // 3, 12))
    wanted = _plots(stage, crowd, rng, number)
    begun = [*_lives(stage, folder.name, wanted), *agenda.lives(stage, folder, most_events)]
    begun += reports.lives(stage, folder, crowd, most_reports)
    play(stage, [*begun, *(plan.lives(stage, folder, crowd) if setting.with_plan else ())])
    stage.now = now
    while events.roll_on(session, today=on):
        pass
    _settle(session, now)
    audit.record(session, LOADED, subject=subject, actor_id=None, now=now, cases=len(wanted))
    session.flush()
    return len(wanted)


def _loaded(session: Session, folder: Path) -> tuple[int, samples.Samples]:
    """The key of the municipality, and what is said in it."""
    body, sample = organisation.municipality(session), samples.read(folder)
    if body is None or sample is None:
        raise NothingToPlay(f"{folder.name}: load the municipality first; its pack needs a samples.yaml")
    if body.code != folder.name:
        raise NothingToPlay(f"{body.code} is loaded, not {folder.name}: set PORTAL_MUNICIPALITY={body.code}")
    return body.id, sample


def _plots(stage: Stage, crowd: Sequence[Person], rng: Random, number: int) -> list[lives.Plot]:
    known = stage.samples.data["services"]
    offered = [service for service in catalogue.services(stage.session) if service.online and service.slug in known]
    return list(plots.plots(stage, offered, crowd, rng, number))


def _lives(stage: Stage, pack: str, wanted: Sequence[lives.Plot]) -> list[tuple[datetime, Life]]:
    """Everything that happens, with the moment at which it begins."""
    rng = Random(f"{pack}: what happens")  # noqa: S311
    first = plots.first_days(wanted)
    acting: dict[int, Person] = {id(plot.person): plot.person for plot in wanted}
    joining = [person for key, person in acting.items() if person.rank and person.user is None]
    begun: list[tuple[datetime, Life]] = []
    for person in joining:
        before = timedelta(days=rng.randint(1, 20), minutes=rng.randint(1, 300))
        begun.append((first[id(person)] - before, _joins(stage, person, rng)))
    for at, plot in enumerate(wanted):
        begun.append((plot.filed_at, lives.start(stage, plot, Random(f"{pack} {at}"))))  # noqa: S311
    if stage.samples.entries:
        oldest = stage.until - timedelta(days=stage.samples.entries[0]["days"] + 1)
        begun.append((oldest, Registry(stage, rng).run(stage.samples.entries)))
    known = [person for person in acting.values() if person.listed]
    if known:
        resident = min(known, key=lambda person: int(person.user.id))
        begun.append((stage.until - timedelta(days=4, hours=3), _drafts(stage, resident, rng)))
    return begun


def _joins(stage: Stage, person: Person, rng: Random) -> Life:
    witness = stage.staff.handler(stage.staff.units["kep"], rng)
    people.join(stage.session, person, stage.setting.password, witness=witness, now=stage.now)
    yield from ()


def _drafts(stage: Stage, person: Person, rng: Random) -> Life:
    """Two forms that somebody has begun: the first page of one, nothing but the beginning of the other."""
    able = [
        service
        for service in catalogue.services(stage.session)
        if service.version and service.identity.rank <= person.rank and len(definition_of(service.version).steps) > 1
    ]
    for at, service in enumerate(able[:2]):
        draft = eservices.start(stage.session, service, owner=person.user, language=person.language, now=stage.now)
        if at == 0:
            step = definition_of(draft.version).steps[0]
            answers = _first_page(stage, person, service, rng)
            kept = {question.id: answers[question.id] for question in step.questions if question.id in answers}
            eservices.keep(
                stage.session, draft, kept, step=step.code, done=True, language=person.language, now=stage.now
            )
        yield stage.office_hour(rng, 1)


def _first_page(stage: Stage, person: Person, service: Any, rng: Random) -> dict[str, Any]:
    pen = Pen(person, stage.samples, service.slug, person.home, athens_date(stage.now), rng, lambda *_: 0)
    return pen.fill(definition_of(service.version), {})


def _settle(session: Session, now: datetime) -> None:
    """What was written long ago has been sent long ago."""
    old = sa.update(Job).where(Job.done_at.is_(None), Job.created_at < now - FRESH)
    session.execute(old.values(done_at=Job.created_at))
