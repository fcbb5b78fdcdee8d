"""Who is told of what: supporters of a report, followers of a place or community, and what is new there."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from portal.core.clock import athens_date
from portal.core.texts import Translated
from portal.faults.models import Asked, Fault, FaultCategory, FaultState, FaultStep, Follow, Rhythm, Supporter
from portal.faults.models.grid import Near, cell
from portal.organisation import queries as organisation
from portal.organisation.models import Community, Duty, Unit

#: metres around a point that can be followed at most
FARTHEST = 10_000
#: steps that those who follow a place are told of
TOLD = (FaultState.RECEIVED, FaultState.REPAIRED, FaultState.IMPOSSIBLE)
#: reports that a digest names
MOST_LINES = 40
#: repetitions and parts that a page links to
MOST_RELATED = 30


def supporter(session: Session, token: str) -> Supporter | None:
    """Whose link it is."""
    fault = joinedload(Supporter.fault)
    loads = fault.joinedload(Fault.category), fault.joinedload(Fault.case), fault.joinedload(Fault.community)
    return session.scalar(sa.select(Supporter).options(*loads).where(Supporter.token == token))


def supports(session: Session, fault: Fault, user_id: int) -> Supporter | None:
    """What somebody said of a report by their account."""
    mine = sa.select(Supporter).where(Supporter.fault_id == fault.id, Supporter.user_id == user_id)
    return session.scalar(mine.where(Supporter.confirmed_at.is_not(None)).limit(1))


def asked(session: Session, token: str) -> Asked | None:
    """The question that a letter carried."""
    fault = joinedload(Asked.fault)
    loads = fault.joinedload(Fault.category), fault.joinedload(Fault.case), fault.joinedload(Fault.community)
    return session.scalar(sa.select(Asked).options(*loads).where(Asked.token == token))


def step(session: Session, number: int) -> FaultStep | None:
    """A line of the history, with its report."""
    fault = joinedload(FaultStep.fault)
    loads = fault.joinedload(Fault.category), fault.joinedload(Fault.case), fault.joinedload(Fault.body)
    return session.scalar(sa.select(FaultStep).options(*loads).where(FaultStep.id == number))


def newest_step(session: Session) -> int:
    """The number of the newest line of any history."""
    return session.scalar(sa.select(sa.func.max(FaultStep.id))) or 0


def supporters(session: Session, fault: Fault, *, after: int, most: int) -> Sequence[Supporter]:
    """Those who are told of a report, in the order of their numbers."""
    query = sa.select(Supporter).where(Supporter.fault_id == fault.id, Supporter.confirmed_at.is_not(None))
    return session.scalars(query.where(Supporter.id > after).order_by(Supporter.id).limit(most)).all()


def followers(session: Session, fault: Fault, *, after: int, most: int) -> Sequence[Follow]:
    """Those who may have to be told at once: in its community, or around a point in the squares about it."""
    box = Near(fault.lat, fault.lon, FARTHEST).box
    squares = {cell(lat, lon, 0) for lat in (box.south, box.north) for lon in (box.west, box.east)}
    where = sa.or_(Follow.community_id == fault.community_id, Follow.cell0.in_(squares))
    what = sa.or_(Follow.group_id.is_(None), Follow.group_id == fault.group_id)
    query = sa.select(Follow).where(where, what, Follow.rhythm == Rhythm.AT_ONCE, Follow.confirmed_at.is_not(None))
    return session.scalars(query.where(Follow.id > after).order_by(Follow.id).limit(most)).all()


def reaches(row: Follow, lat: float, lon: float) -> bool:
    """Whether a point lies where somebody follows; of a community that has been asked before."""
    if row.lat is None or row.lon is None or row.metres is None:
        return True
    return Near(row.lat, row.lon, row.metres).distance(lat, lon) <= row.metres


def about(session: Session, row: Follow) -> dict[str, Any]:
    """What somebody follows, for letters: names as dictionaries, `metres` of a point."""
    community = session.get(Community, row.community_id) if row.community_id else None
    group = session.get(FaultCategory, row.group_id) if row.group_id else None
    return {
        "community": dict(community.name) if community else {},
        "place": dict(place_name(session, row.lat, row.lon)) if row.lat is not None and row.lon is not None else {},
        "metres": row.metres or 0,
        "group": dict(group.name) if group else {},
        "rhythm": row.rhythm.value,
    }


def place_name(session: Session, lat: float, lon: float) -> Translated:
    """The known place nearest to a point; empty where none is known."""
    here = Near(lat, lon, 0)
    nearest = min(organisation.places(session), key=lambda place: here.distance(place.lat, place.lon), default=None)
    return nearest.name if nearest else Translated()


@dataclass(frozen=True)
class News:
    """What has become of a report since somebody was told."""

    slug: str
    state: FaultState
    #: it was reported since
    is_new: bool
    category: Translated
    address: str
    planned_on: date | None
    at: datetime


def news(session: Session, row: Follow, *, upto: int) -> list[News]:
    """What is new where somebody follows, newest first; each report once, as it stands."""
    columns: list[Any] = [Fault.id, Fault.slug, Fault.state, FaultStep.state, FaultCategory.name, Fault.address]
    columns += [Fault.planned_on, FaultStep.at, Fault.lat, Fault.lon]
    query = sa.select(*columns).join(Fault, Fault.id == FaultStep.fault_id)
    query = query.join(FaultCategory, FaultCategory.id == Fault.category_id)
    query = query.where(FaultStep.id > (row.told_to or 0), FaultStep.id <= upto, Fault.shown, *_where(row))
    found: dict[int, News] = {}
    for number, slug, state, step_state, name, address, planned_on, at, lat, lon in session.execute(
        query.order_by(FaultStep.id.desc()).limit(MOST_LINES * 10)
    ):
        if not reaches(row, lat, lon):
            continue
        is_new = step_state is FaultState.RECEIVED
        known = found.get(number)
        if known is None:
            found[number] = News(slug, state, is_new, name, address, planned_on, at)
        elif is_new:
            found[number] = News(slug, state, True, name, address, planned_on, known.at)
    return list(found.values())[:MOST_LINES]


def _where(row: Follow) -> list[sa.ColumnElement[bool]]:
    group = [Fault.group_id == row.group_id] if row.group_id else []
    if row.lat is None or row.lon is None or row.metres is None:
        return [*group, Fault.community_id == row.community_id]
    box = Near(row.lat, row.lon, row.metres).box
    return [*group, Fault.lat.between(box.south, box.north), Fault.lon.between(box.west, box.east)]


# -- the page of a report


def related(session: Session, found: Fault) -> Sequence[Fault]:
    """Public reports that repeat it, are parts of it, or that it repeats or is a part of."""
    others = [number for number in (found.duplicate_of_id, found.part_of_id) if number]
    repeated, part = (
        sa.select(Fault.id).where(column == found.id) for column in (Fault.duplicate_of_id, Fault.part_of_id)
    )
    # each along its own index: with OR all reports are read, and with a plain `shown` the index of that is taken
    numbers = sa.union_all(repeated, part, sa.select(Fault.id).where(Fault.id.in_(others)))
    query = sa.select(Fault).options(joinedload(Fault.category))
    query = query.where(Fault.id.in_(numbers), Fault.shown.is_not(False))
    return session.scalars(query.order_by(Fault.id).limit(MOST_RELATED)).all()


def units_of(session: Session, found: Fault) -> dict[int, Translated]:
    """Of each step that staff made: the unit in which they served on that day."""
    people = {row.actor_id for row in found.steps if row.actor_id}
    if not people:
        return {}
    query = sa.select(Duty.user_id, Duty.starts_on, Duty.ends_on, Unit.name).join(Unit, Unit.id == Duty.unit_id)
    query = query.where(Duty.user_id.in_(people)).order_by(Duty.substitutes_id.is_not(None), Duty.id)
    duties = session.execute(query).all()
    units: dict[int, Translated] = {}
    for row in found.steps:
        on = athens_date(row.at)
        for user_id, first, last, name in duties:
            if user_id == row.actor_id and first <= on and (last is None or on <= last):
                units.setdefault(row.id, name)
    return units
