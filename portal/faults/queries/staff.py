"""What staff ask for: my jobs, what lies near a report, what its head must look at."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, contains_eager, joinedload

from portal.casework.models import Case
from portal.faults.models import Fault, FaultCategory, FaultState, Work
from portal.faults.models.grid import Near
from portal.organisation.policy import Mandate

#: so many of the most urgent jobs are put in order by their distance, and so many of these are shown
LOOKED_AT, SHOWN = 300, 40
#: metres and years within which reports are about the same spot, and metres within which they lie near
SPOT, NEAR, YEARS = 30, 250, 2
_TO_DO = (FaultState.RECEIVED, FaultState.CONFIRMED, FaultState.PLANNED, FaultState.REPAIRING)


@dataclass(frozen=True)
class Job:
    """Something to repair; metres from where one is, if that is known."""

    fault: Fault
    metres: float | None = None

    def is_late(self, today: date) -> bool:
        """Whether it should have been repaired by now."""
        return self.fault.due_on < today

    def is_for(self, today: date) -> bool:
        """Whether today is its day: planned for it, due, or begun."""
        planned = self.fault.planned_on
        return planned == today or (planned is None and self.fault.due_on <= today) or self._begun

    @property
    def _begun(self) -> bool:
        return self.fault.state is FaultState.REPAIRING


def jobs(session: Session, mandate: Mandate, *, near: Near | None = None, most: int = SHOWN) -> list[Job]:
    """Open reports of my units and mine, the most urgent first; with a position the nearest first."""
    query = _whole().where(Case.kind == "fault", Case.closed_at.is_(None), Fault.state.in_(_TO_DO))
    if not mandate.is_administrator:
        query = query.where(sa.or_(Case.unit_id.in_(mandate.acting_ids), Case.assignee_id == mandate.user_id))
    found = session.scalars(query.order_by(Case.due_on, Case.id).limit(LOOKED_AT if near else most)).all()
    if near is None:
        return [Job(fault) for fault in found]
    measured = [Job(fault, near.distance(fault.lat, fault.lon)) for fault in found]
    return sorted(measured, key=lambda job: job.metres or 0)[:most]


def chosen(session: Session, slugs: Sequence[str], *, most: int = SHOWN) -> Sequence[Fault]:
    """The reports with these numbers."""
    return session.scalars(_whole().where(Fault.slug.in_(slugs[:most])).order_by(Fault.id)).all()


@dataclass(frozen=True)
class Neighbour:
    """A report near another one, and how many metres away."""

    fault: Fault
    metres: float


@dataclass(frozen=True)
class Surroundings:
    """What is open near a report, what was reported at the same spot in the last years, what repeats it, its parts."""

    open: Sequence[Neighbour]
    same_spot: Sequence[Neighbour]
    repeated_by: Sequence[Fault]
    parts: Sequence[Fault]


def surroundings(session: Session, fault: Fault, mandate: Mandate, *, now: datetime, most: int = 8) -> Surroundings:
    """All of it in one statement, the nearest first; of what is near and not public only what is one's own."""
    since, spot = now - timedelta(days=366 * YEARS), Near(fault.lat, fault.lon, NEAR)
    near = _near(spot, mandate, Fault.id != fault.id, Fault.reported_at >= since).subquery()
    kin = (sa.select(Fault.id).where(column == fault.id) for column in (Fault.duplicate_of_id, Fault.part_of_id))
    rows = session.scalars(_whole().where(Fault.id.in_(sa.union_all(sa.select(near.c.id), *kin)))).all()
    found = [each for each in _by_distance(rows, spot) if each.fault.reported_at >= since]
    return Surroundings(
        [each for each in found if each.fault.is_open and each.metres <= NEAR][:most],
        [each for each in found if each.metres <= SPOT and each.fault.group_id == fault.group_id][:most],
        sorted((row for row in rows if row.duplicate_of_id == fault.id), key=lambda row: row.id),
        sorted((row for row in rows if row.part_of_id == fault.id), key=lambda row: row.id),
    )


def around(session: Session, lat: float, lon: float, mandate: Mandate, *, most: int = 8) -> Sequence[Neighbour]:
    """What is open near a point, the nearest first; of what is not public only what is one's own."""
    spot = Near(lat, lon, NEAR)
    rows = session.scalars(_whole().where(Fault.id.in_(_near(spot, mandate, Fault.is_open.is_(True))))).all()
    return [each for each in _by_distance(rows, spot) if each.metres <= NEAR][:most]


def _near(near: Near, mandate: Mandate, *which: sa.ColumnElement[bool], most: int = 200) -> sa.Select[int]:
    """Numbers of reports in the square around a point, the newest first."""
    query = sa.select(Fault.id).join(Case, Case.id == Fault.case_id).where(*_inside(near), *which)
    if not mandate.is_administrator:
        query = query.where(sa.or_(Fault.shown, Case.unit_id.in_(mandate.seen_unit_ids)))
    return query.order_by(Fault.id.desc()).limit(most)


def _by_distance(rows: Sequence[Fault], near: Near) -> list[Neighbour]:
    return sorted((Neighbour(row, near.distance(row.lat, row.lon)) for row in rows), key=lambda each: each.metres)


def _inside(near: Near) -> list[sa.ColumnElement[bool]]:
    box = near.box
    level, cells = box.covering() or (0, [])
    cell = getattr(Fault, f"cell{level}")
    inside = [Fault.lat.between(box.south, box.north), Fault.lon.between(box.west, box.east)]
    return [cell.in_(cells), Fault.shown.in_([True, False]), *inside]  # named so that the index of the squares is used


# -- the head's list


def disputed(session: Session, mandate: Mandate, *, before: int | None = None, most: int = 20) -> Sequence[Fault]:
    """Reports of my units of which somebody said that they are not repaired, newest first."""
    query = _whole().where(Fault.disputed, *_headed(mandate)).order_by(Fault.id.desc()).limit(most)
    return session.scalars(query.where(Fault.id < before) if before else query).all()


def disputed_count(session: Session, mandate: Mandate, *, most: int = 100) -> int:
    """How many they are; counting stops at `most`."""
    query = sa.select(Fault.id).join(Case, Case.id == Fault.case_id).where(Fault.disputed, *_headed(mandate))
    return int(session.scalar(sa.select(sa.func.count()).select_from(query.limit(most).subquery())) or 0)


def wholes(session: Session, mandate: Mandate, *, most: int = 50) -> Sequence[Fault]:
    """Open reports of my units all parts of which are done: somebody must look at the whole."""
    part = sa.orm.aliased(Fault)
    has_parts = Fault.id.in_(sa.select(part.part_of_id).where(part.part_of_id.is_not(None)))
    open_part = sa.exists().where(part.part_of_id == Fault.id, part.is_open)
    query = _whole().where(Fault.is_open, has_parts, ~open_part, *_headed(mandate))
    return session.scalars(query.order_by(Fault.id.desc()).limit(most)).all()


def _headed(mandate: Mandate) -> list[sa.ColumnElement[bool]]:
    return [] if mandate.is_administrator else [Case.unit_id.in_(mandate.seen_unit_ids)]


def _whole() -> sa.Select[Any]:
    """Reports with their case and category, in one statement."""
    category = joinedload(Fault.category).joinedload(FaultCategory.parent)
    case = contains_eager(Fault.case)
    options = (case, case.joinedload(Case.unit), case.joinedload(Case.assignee), category, joinedload(Fault.community))
    return sa.select(Fault).join(Case, Case.id == Fault.case_id).options(*options)


def noted(session: Session, fault: Fault, once: str) -> bool:
    """Whether what a telephone sent with this token has arrived already."""
    same = sa.exists().where(Work.fault_id == fault.id, Work.once == once)
    return bool(once and session.scalar(sa.select(same)))
