"""What grown reports are like: the categories and streets of the demonstration, as plain values."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from random import Random
from typing import Any

from sqlalchemy.orm import Session

from portal.core.clock import athens_date
from portal.core.deadlines import WorkingCalendar
from portal.core.texts import LEGAL_LANGUAGE, Translated
from portal.faults import operations as faults
from portal.faults import queries
from portal.organisation import queries as organisation
from portal.site.cli.growth.index import Words, words_of
from portal.site.cli.growth.sinks import NothingToGrow
from portal.site.operations.demonstration import samples, troubles
from portal.site.operations.demonstration.people import population
from portal.site.operations.demonstration.stage import Staff, staff
from portal.site.operations.demonstration.troubles import Street, Troubles


@dataclass(frozen=True)
class Model:
    """A category as the rows need it."""

    id: int
    code: str
    group_id: int
    group: str
    title: str
    #: JSON as the case keeps it
    titles: str
    words: Words
    shown: bool
    unit_id: int
    clerks: Sequence[int]
    limit_days: int
    day_kind: str
    citation: str
    #: whose it is, if not the municipality's
    body_id: int | None
    #: language and text
    texts: Sequence[tuple[str, str]]
    #: JSON of what is written when it is repaired
    done: Sequence[str]


@dataclass(frozen=True)
class Ground:
    """What reports grow from."""

    models: Sequence[Model]
    weights: Sequence[int]
    #: with key and code of the community
    streets: Sequence[tuple[Street, int, str]]
    names: Sequence[str]
    calendar: WorkingCalendar
    today: date


def ground_of(session: Session, folder: Path, now: datetime) -> Ground:
    """What there is to report, and where.

    :raises NothingToGrow: if no municipality is loaded, or its pack has no faults.
    """
    content, sample, on = troubles.read(folder), samples.read(folder), athens_date(now)
    rows: Mapping[str, Any] = {row.code: row for row in queries.categories(session)}
    if content is None or sample is None or not rows:
        raise NothingToGrow(f"{folder.name}: load the municipality first; its pack needs a {troubles.FILE}")
    team, rng = staff(session, on), Random("growth: faults")  # noqa: S311 – the same every time
    models = list(_models(session, content, rows, team, now))
    people = population(session, sample, rng, 150)
    busy = sorted(content.streets, key=lambda street: -street.weight)
    return Ground(
        models,
        [content.categories[model.code]["weight"] for model in models],
        [(street, *_community(session, street)) for street in busy],
        sorted({person.name for person in people}),
        organisation.working_calendar(session),
        on,
    )


def _community(session: Session, street: Street) -> tuple[int, str]:
    """Key and code."""
    key = faults.community_at(session, street.lat, street.lon)
    return key, next(row.code for row in organisation.communities(session) if row.id == key)


def _models(
    session: Session, content: Troubles, rows: Mapping[str, Any], team: Staff, now: datetime
) -> Iterator[Model]:
    rng = Random("growth: clerks")  # noqa: S311
    for code, sample in content.categories.items():
        if (row := rows.get(code)) is None:
            continue
        limit = organisation.time_limit(session, row.limit_code, athens_date(now))
        unit = queries.routing(session, row, None, at=now).unit
        rule = queries.jurisdiction(session, row, None)
        name = Translated(row.name)
        yield Model(
            id=row.id,
            code=code,
            group_id=row.group.id,
            group=row.group.code,
            title=name.text(LEGAL_LANGUAGE),
            titles=json.dumps(name),
            words=words_of(name.joined()),
            shown=not row.private,
            unit_id=unit.id,
            clerks=[team.handler(unit, rng).id for _ in range(4)],
            limit_days=limit.days,
            day_kind=limit.day_kind.value,
            citation=json.dumps(limit.citation),
            body_id=rule.body_id if rule else None,
            texts=[(language, text) for language, texts in sample["texts"].items() for text in texts],
            done=[json.dumps(text) for text in sample["done"]],
        )
