"""Public reports as Open311 reads them: by number, by moments, around a point, with what belongs to each."""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.core.search.words import fold
from portal.core.texts import Translated
from portal.faults.models import Body, Fault, FaultCategory, FaultPhoto, FaultStep
from portal.faults.models.grid import Near
from portal.faults.queries.lists import within
from portal.organisation import queries as organisation
from portal.organisation.queries import Spot

#: reports in one answer at most
PAGE = 1000


@dataclass(frozen=True)
class Asked:
    """What is asked for; with numbers of reports everything else is left aside."""

    slugs: Sequence[str] = ()
    #: of categories and groups; None: all
    categories: Collection[int] | None = None
    #: None: both
    is_open: bool | None = None
    #: when it was reported, and when the public last read something new of it
    since: datetime | None = None
    until: datetime | None = None
    updated_since: datetime | None = None
    updated_until: datetime | None = None
    near: Near | None = None
    page: int = 1
    size: int = PAGE

    @property
    def skipped(self) -> int:
        """Reports on the pages before."""
        return (self.page - 1) * self.size


@dataclass(frozen=True)
class Requests:
    """Rows of `_COLUMNS`, and what belongs to them by key."""

    rows: Sequence[Any] = ()
    #: category → its code and name
    categories: Mapping[int, tuple[str, Translated]] = field(default_factory=dict)
    #: other bodies
    bodies: Mapping[int, Translated] = field(default_factory=dict)
    #: report → what was last written in its history
    notes: Mapping[int, Translated] = field(default_factory=dict)
    #: report → its first photograph that the public may see
    photos: Mapping[int, int] = field(default_factory=dict)
    #: there may be more on the next page
    more: bool = False


_COLUMNS: list[Any] = [
    Fault.id,
    Fault.slug,
    Fault.state,
    Fault.is_open,
    Fault.category_id,
    Fault.body_id,
    sa.func.coalesce(Fault.public_text, Fault.text).label("text"),
    Fault.language,
    Fault.reported_at,
    Fault.changed_at,
    Fault.closed_at,
    Fault.due_on,
    Fault.planned_on,
    Fault.address,
    Fault.lat,
    Fault.lon,
    Fault.supporters,
]


def requests(session: Session, asked: Asked) -> Requests:
    """The public reports that are asked for, newest first; of a place the newest that were filed."""
    ids = session.scalars(_numbers(asked)).all()
    if not ids:
        return Requests()
    rows: Sequence[Any] = session.execute(sa.select(*_COLUMNS).where(Fault.id.in_(ids))).all()
    by_id = {row.id: row for row in rows}
    found = [by_id[number] for number in ids]
    near = asked.near
    if near and not asked.slugs:
        found = [row for row in found if near.distance(row.lat, row.lon) <= near.metres]
    return Requests(
        found,
        {row.id: (row.code, row.name) for row in session.execute(_CATEGORIES)},
        dict(session.execute(sa.select(Body.id, Body.name)).all()) if any(row.body_id for row in found) else {},
        dict(session.execute(_last_notes(ids)).all()),
        dict(session.execute(_first_photos(ids)).all()),
        more=len(ids) == asked.size,
    )


_CATEGORIES = sa.select(FaultCategory.id, FaultCategory.code, FaultCategory.name)


def _numbers(asked: Asked) -> sa.Select[Any]:
    query: sa.Select[Any] = sa.select(Fault.id).where(Fault.shown)
    if asked.slugs:
        return query.where(Fault.slug.in_(asked.slugs)).order_by(Fault.id.desc()).limit(asked.size)
    query = query.where(*_conditions(asked))
    if asked.near:
        query = within(query, asked.near.box, most=asked.skipped + asked.size)
        return query.offset(asked.skipped)
    by = Fault.changed_at if asked.updated_since or asked.updated_until else Fault.reported_at
    return query.order_by(by.desc(), Fault.id.desc()).offset(asked.skipped).limit(asked.size)


def _conditions(asked: Asked) -> Iterator[sa.ColumnElement[bool]]:
    if asked.categories is not None:
        ids = sorted(asked.categories)
        yield Fault.category_id == ids[0] if len(ids) == 1 else Fault.category_id.in_(ids)
    if asked.is_open is not None:
        yield Fault.is_open.is_(asked.is_open)
    for column, since, until in (
        (Fault.reported_at, asked.since, asked.until),
        (Fault.changed_at, asked.updated_since, asked.updated_until),
    ):
        if since:
            yield column >= since
        if until:
            yield column <= until


def _last_notes(ids: Sequence[int]) -> sa.Select[int, Translated]:
    last = sa.select(sa.func.max(FaultStep.id)).where(FaultStep.fault_id.in_(ids)).group_by(FaultStep.fault_id)
    return sa.select(FaultStep.fault_id, FaultStep.note).where(FaultStep.id.in_(last))


def _first_photos(ids: Sequence[int]) -> sa.Select[int, int]:
    first: Any = sa.func.min(FaultPhoto.id)
    query = sa.select(FaultPhoto.fault_id, first).where(FaultPhoto.fault_id.in_(ids), FaultPhoto.public)
    return query.group_by(FaultPhoto.fault_id)


def updates(session: Session, asked: Asked) -> Sequence[Any]:
    """Lines of the histories of public reports, the oldest first: with the number of the report."""
    columns: list[Any] = [FaultStep.id, FaultStep.state, FaultStep.at, FaultStep.note, FaultStep.planned_on, Fault.slug]
    query: sa.Select[Any] = sa.select(*columns).join(Fault, Fault.id == FaultStep.fault_id).where(Fault.shown)
    if asked.slugs:
        query = query.where(Fault.slug.in_(asked.slugs))
    if asked.since:
        query = query.where(FaultStep.at >= asked.since)
    if asked.until:
        query = query.where(FaultStep.at <= asked.until)
    return session.execute(query.order_by(FaultStep.at, FaultStep.id).offset(asked.skipped).limit(asked.size)).all()


def with_code(session: Session, codes: Collection[str]) -> dict[str, list[int]]:
    """Code → the category with it, and what is in it if it is a group."""
    rows: Sequence[Any] = session.execute(
        sa.select(FaultCategory.id, FaultCategory.code, FaultCategory.parent_id)
    ).all()
    found = {row.code: [row.id] for row in rows if row.code in codes}
    for row in rows:
        for numbers in found.values():
            if row.parent_id == numbers[0]:
                numbers.append(row.id)
    return found


def place_with(session: Session, code: str) -> Spot | None:
    """The known place with this code."""
    return next((spot for spot in organisation.places(session) if spot.code == code), None)


def place_in(session: Session, address: str) -> Spot | None:
    """The known place whose name stands in an address; of several that with the longest name."""
    wanted = f" {' '.join(_WORDS.findall(fold(address)))} "
    best, length = None, 0
    for place in organisation.places(session):
        for name in (*place.name.values(), *place.aliases.splitlines()):
            words = " ".join(_WORDS.findall(fold(name)))
            if len(words) > length and f" {words} " in wanted:
                best, length = place, len(words)
    return best


_WORDS = re.compile(r"\w+")
