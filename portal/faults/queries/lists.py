"""Reports as the public reads them: lists and maps by filters that combine, newest first, whatever their number."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from portal.core.choices import Choice
from portal.core.clock import start_of
from portal.core.texts import N_, Translated
from portal.faults.models import Fault, FaultCategory, FaultState
from portal.faults.models.grid import DEGREE, Box, Near
from portal.organisation.models import Community

PAGE = 20


class Group(Choice):
    """The big choices of a list."""

    ALL = "", N_("All")
    OPEN = "open", N_("To be repaired")
    OVERDUE = "overdue", N_("Overdue reports")
    CLOSED = "closed", N_("Closed")
    REPAIRED = "repaired", N_("Repaired reports")


@dataclass(frozen=True)
class FaultFilter:
    """What a list shows; each field stands in the address of the page."""

    group: Group = Group.ALL
    #: a single state, within the group
    state: FaultState | None = None
    #: code of a category, or of a group of them
    category: str = ""
    #: official code
    community: str = ""
    #: days in Athens on which it was reported
    since: date | None = None
    until: date | None = None
    #: a part of the map, or the surroundings of a point
    box: Box | None = None
    near: Near | None = None
    #: number of the report with which the last page ended
    before: int | None = None

    @property
    def where(self) -> Box | None:
        """The part of the map it is about."""
        return self.near.box if self.near else self.box


@dataclass(frozen=True, slots=True)
class Line:
    """A report as lists and maps show it: nothing personal."""

    id: int
    slug: str
    state: FaultState
    is_open: bool
    lat: float
    lon: float
    address: str
    text: str
    language: str
    reported_at: datetime
    changed_at: datetime
    due_on: date
    planned_on: date | None
    closed_at: datetime | None
    supporters: int
    category: Translated
    category_code: str
    group_id: int
    community: Translated | None

    def is_overdue(self, today: date) -> bool:
        """Whether we should have repaired it by now."""
        return self.state.is_ours and self.due_on < today


_COLUMNS: list[Any] = [
    Fault.id,
    Fault.slug,
    Fault.state,
    Fault.is_open,
    Fault.lat,
    Fault.lon,
    Fault.address,
    sa.func.coalesce(Fault.public_text, Fault.text),
    Fault.language,
    Fault.reported_at,
    Fault.changed_at,
    Fault.due_on,
    Fault.planned_on,
    Fault.closed_at,
    Fault.supporters,
    FaultCategory.name,
    FaultCategory.code,
    Fault.group_id,
    Community.name,
]


def lines(session: Session, wanted: FaultFilter, *, today: date, most: int = PAGE) -> Sequence[Line]:
    """Public reports of a filter, newest first."""
    found = sa.select(newest(wanted, today=today, most=most).subquery().c.id)
    query: sa.Select[Any] = sa.select(*_COLUMNS)
    query = (
        query.join(FaultCategory, FaultCategory.id == Fault.category_id)
        .outerjoin(Community, Community.id == Fault.community_id)
        .where(Fault.id.in_(found))
        .order_by(*order(wanted))
    )
    return [Line(*row) for row in session.execute(query)]


def order(wanted: FaultFilter) -> list[sa.UnaryExpression[Any]]:
    """Newest first: those of a period along the moments, so that nobody walks through all that came after it."""
    by_moment = wanted.where is None and (wanted.since or wanted.until)
    return [Fault.reported_at.desc(), Fault.id.desc()] if by_moment else [Fault.id.desc()]


def newest(wanted: FaultFilter, *, today: date, most: int) -> sa.Select[Any]:
    """Their numbers, newest first; a part of the map is read square by square, each along its own index."""
    query = sa.select(Fault.id).where(Fault.shown, *_conditions(wanted, today))
    if wanted.where is None:
        return query.order_by(*order(wanted)).limit(most)
    return within(query, wanted.where, most=most)


def within(query: sa.Select[Any], where: Box, *, most: int) -> sa.Select[Any]:
    """The newest numbers that a query finds on a part of the map; it selects nothing else."""
    inside = [Fault.lat.between(where.south, where.north), Fault.lon.between(where.west, where.east)]
    covering = where.covering()
    if covering is None:  # most of the municipality lies in it
        return query.where(*inside).order_by(Fault.id.desc()).limit(most)
    level, cells = covering
    cell = getattr(Fault, f"cell{level}")
    parts = [query.where(cell == number, *inside).order_by(Fault.id.desc()).limit(most).subquery() for number in cells]
    together = sa.union_all(*(sa.select(part) for part in parts)).subquery()
    return sa.select(together.c.id).order_by(together.c.id.desc()).limit(most)


def _conditions(wanted: FaultFilter, today: date) -> Iterator[sa.ColumnElement[bool]]:
    yield from _of_group(wanted.group, today)
    if wanted.state:
        yield Fault.state == wanted.state
    if wanted.category:
        number = sa.select(FaultCategory.id).where(FaultCategory.code == wanted.category).scalar_subquery()
        yield sa.or_(Fault.category_id == number, Fault.group_id == number)
    if wanted.community:
        yield Fault.community_id == sa.select(Community.id).where(Community.code == wanted.community).scalar_subquery()
    if wanted.since:
        yield Fault.reported_at >= start_of(wanted.since)
    if wanted.until:
        yield Fault.reported_at < start_of(wanted.until + timedelta(days=1))
    if wanted.before:
        yield from _before(wanted, wanted.before)
    if wanted.near:
        yield _around(wanted.near)


def _before(wanted: FaultFilter, number: int) -> Iterator[sa.ColumnElement[bool]]:
    """After the report with which the last page ended, in the order of the list."""
    if len(order(wanted)) == 1:
        yield Fault.id < number
        return
    last = aliased(Fault)
    at = sa.select(last.reported_at).where(last.id == number).scalar_subquery()
    yield Fault.reported_at <= at
    yield sa.or_(Fault.reported_at < at, Fault.id < number)


def _around(near: Near) -> sa.ColumnElement[bool]:
    """On so small a part of the Earth a circle is one of plane geometry, which every database can do."""
    up, across = (Fault.lat - near.lat) * DEGREE, (Fault.lon - near.lon) * near.degree_across
    return up * up + across * across <= near.metres**2


def _of_group(group: Group, today: date) -> Iterator[sa.ColumnElement[bool]]:
    if group in {Group.OPEN, Group.OVERDUE}:
        yield Fault.is_open.is_(True)
    if group is Group.OVERDUE:
        yield sa.and_(Fault.due_on < today, Fault.state != FaultState.PASSED_ON)
    if group is Group.CLOSED:
        yield Fault.is_open.is_(False)
    if group is Group.REPAIRED:
        yield Fault.state == FaultState.REPAIRED


def next_before(rows: Sequence[Line], *, most: int = PAGE) -> int | None:
    """Where the next page starts; None if this was the last."""
    return rows[-1].id if len(rows) == most else None


def around(session: Session, near: Near, *, category: str = "", today: date, most: int = 5) -> list[tuple[Line, float]]:
    """What is open around a point already, the nearest first, with metres: before somebody reports it once more."""
    wanted = FaultFilter(Group.OPEN, category=category, near=near)
    found = [(row, near.distance(row.lat, row.lon)) for row in lines(session, wanted, today=today, most=60)]
    return sorted(found, key=lambda pair: pair[1])[:most]


def without_place(wanted: FaultFilter) -> FaultFilter:
    """The same filter for the whole municipality."""
    return replace(wanted, box=None, near=None)
