"""Reads: units, duties, places, the working calendar, time limits."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, contains_eager, joinedload

from portal.core import stamps
from portal.core.deadlines import WorkingCalendar
from portal.core.remembering import remembered
from portal.core.texts import Translated
from portal.organisation.models import Community, DayOff, Duty, Municipality, Place, Role, TimeLimit, Unit

ROOM = "organisation"
stamps.watch([ROOM])


def municipality(session: Session) -> Municipality | None:
    """The municipality of this installation; None before its pack was loaded."""
    row: Municipality | None = session.scalar(_municipality())
    return row


@cache
def _municipality() -> sa.Select[Any]:
    return sa.select(Municipality).order_by(Municipality.id).limit(1)


def working_calendar(session: Session) -> WorkingCalendar:
    """Public holidays with the local feasts and exceptions."""
    return remembered(session, ROOM, "calendar", _working_calendar)


def _working_calendar(session: Session) -> WorkingCalendar:
    feasts, exceptions = set(), {}
    for on, working in session.execute(_days_off()):
        if len(on) == 5:
            feasts.add((int(on[:2]), int(on[3:])))
        else:
            exceptions[date.fromisoformat(on)] = not working
    return WorkingCalendar(frozenset(feasts), exceptions)


@cache
def _days_off() -> sa.Select[str, bool]:
    return sa.select(DayOff.on, DayOff.working)


def time_limit(session: Session, code: str, on: date) -> TimeLimit:
    """The row of a rule that is valid on a day.

    :raises LookupError: if the pack has none for that day.
    """
    row: TimeLimit | None = session.scalar(_time_limit(), {"code": code, "on": on})
    if row is None:
        raise LookupError(f"no time limit {code!r} is valid on {on}")
    return row


@cache
def _time_limit() -> sa.Select[Any]:
    on: sa.BindParameter[date] = sa.bindparam("on", type_=sa.Date())
    running = sa.and_(TimeLimit.valid_from <= on, sa.or_(TimeLimit.valid_to.is_(None), TimeLimit.valid_to >= on))
    query = sa.select(TimeLimit).where(TimeLimit.code == sa.bindparam("code"), running)
    return query.order_by(TimeLimit.valid_from.desc()).limit(1)


def unit(session: Session, code: str) -> Unit:
    """:raises LookupError: if there is no such unit."""
    row = session.scalar(sa.select(Unit).where(Unit.code == code))
    if row is None:
        raise LookupError(f"no unit {code!r}")
    return row


def units(session: Session) -> Sequence[Unit]:
    """The open units in the order of the pack; the session then knows each by its key."""
    return session.scalars(sa.select(Unit).where(Unit.closed.is_(False)).order_by(Unit.position)).all()


def unit_ids(session: Session) -> list[int]:
    """Every unit that there is or was."""
    return list(session.scalars(sa.select(Unit.id).order_by(Unit.id)))


def duty_units(session: Session, user_id: int, on: date) -> list[tuple[int, Role, bool]]:
    """Units of somebody's duties on a day, the role in each, and whether it is the duty's own unit.

    A head is head of all units below as well; those come with False.
    """
    rows = session.execute(_duty_units(), {"user": user_id, "on": on})
    return [(row[0], row[1], bool(row[2])) for row in rows]


@cache
def _duty_units() -> sa.Select[Any]:
    """The statement of `duty_units`: every page of the desk asks it, so it is put together once."""
    on: sa.BindParameter[date] = sa.bindparam("on", type_=sa.Date())
    running = sa.and_(Duty.starts_on <= on, sa.or_(Duty.ends_on.is_(None), Duty.ends_on >= on))
    whose: sa.BindParameter[int] = sa.bindparam("user", type_=sa.BigInteger())
    own = sa.select(Duty.unit_id, Duty.role, sa.true().label("own")).where(Duty.user_id == whose, running)
    found = own.cte("mandate", recursive=True)
    below = sa.select(Unit.id, found.c.role, sa.false()).join(found, Unit.parent_id == found.c.unit_id)
    found = found.union(below.where(found.c.role == Role.HEAD))
    return sa.select(found.c.unit_id, found.c.role, found.c.own)


def duties_of(session: Session, user_id: int, on: date) -> Sequence[Duty]:
    """Somebody's duties on a day, with their units."""
    return session.scalars(_duties_of(), {"user": user_id, "on": on}).all()


@cache
def _duties_of() -> sa.Select[Duty]:
    on: sa.BindParameter[date] = sa.bindparam("on", type_=sa.Date())
    running = sa.and_(Duty.starts_on <= on, sa.or_(Duty.ends_on.is_(None), Duty.ends_on >= on))
    query = sa.select(Duty).join(Duty.unit).where(Duty.user_id == sa.bindparam("user"), running)
    return query.order_by(Duty.id).options(contains_eager(Duty.unit).load_only(Unit.code, Unit.name))


def people_of(session: Session, unit_id: int, on: date, roles: Sequence[Role] = ()) -> Sequence[Duty]:
    """Who works in a unit on a day."""
    query = (
        sa.select(Duty)
        .join(Duty.user)
        .where(Duty.unit_id == unit_id, Duty.starts_on <= on, sa.or_(Duty.ends_on.is_(None), Duty.ends_on >= on))
        .order_by(Duty.id)
        .options(contains_eager(Duty.user))
    )
    return session.scalars(query.where(Duty.role.in_(roles)) if roles else query).all()


def duties_in(session: Session, unit_ids: Collection[int] | None, on: date) -> Sequence[Duty]:
    """Running and coming duties of these units (None: of all), with people and units."""
    query = (
        sa.select(Duty)
        .join(Duty.unit)
        .join(Duty.user)
        .where(sa.or_(Duty.ends_on.is_(None), Duty.ends_on >= on), Unit.closed.is_(False))
        .order_by(Unit.position, Duty.id)
        .options(contains_eager(Duty.unit), contains_eager(Duty.user), joinedload(Duty.substitutes))
        .limit(500)
    )
    return session.scalars(query if unit_ids is None else query.where(Duty.unit_id.in_(unit_ids))).all()


def communities(session: Session) -> Sequence[Community]:
    """The communities in the official order."""
    return session.scalars(sa.select(Community).where(Community.closed.is_(False)).order_by(Community.position)).all()


@dataclass(frozen=True)
class Spot:
    """A place that people know, as a point on the map."""

    code: str
    community_id: int
    name: Translated
    #: other spellings, one a line
    aliases: str
    lat: float
    lon: float


def places(session: Session) -> Sequence[Spot]:
    """Every place with a point."""
    return remembered(session, ROOM, "places", _places)


def _places(session: Session) -> Sequence[Spot]:
    columns = (Place.code, Place.community_id, Place.name, Place.aliases, Place.lat, Place.lon)
    rows = session.execute(sa.select(*columns).where(Place.closed.is_(False)).order_by(Place.id))
    return tuple(Spot(*row) for row in rows)


def landmarks(session: Session) -> Sequence[Spot]:
    """A place of each community, so that one knows where one is on a map."""
    first: dict[int, Spot] = {}
    for spot in places(session):
        first.setdefault(spot.community_id, spot)
    return tuple(first.values())
