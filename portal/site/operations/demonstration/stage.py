"""The stage of the demonstration: its clock, its staff, and the order in which everything happens.

Whatever happens in time is a generator that acts, then yields the moment at which it wants to go on. `play` wakes each
at its moment, so that protocol numbers and the audit trail run in the order of the days.
"""

import heapq
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from itertools import count
from random import Random
from typing import Any

from sqlalchemy.orm import Session

from portal.casework import operations as casework
from portal.core import files
from portal.core.clock import ATHENS, athens_date
from portal.core.deadlines import WorkingCalendar
from portal.organisation import queries as organisation
from portal.organisation.operations import Role
from portal.site.operations.demonstration.pictures import Album
from portal.site.operations.demonstration.samples import Samples

Life = Iterator[datetime]


@dataclass(frozen=True)
class Setting:
    """What the demonstration is given from outside."""

    store: files.Store
    intake: files.Intake
    #: hash that opens every invented account, as told on the sign-in page
    password: str
    #: public address of the portal
    site: str
    #: whether the plan is monitored for two years, too
    with_plan: bool = True


@dataclass
class Stage:
    """Where everything happens."""

    session: Session
    samples: Samples
    setting: Setting
    staff: "Staff"
    calendar: WorkingCalendar
    #: the moment that is played
    now: datetime
    #: the present: nothing happens after it
    until: datetime
    album: Album = field(init=False)

    def __post_init__(self) -> None:
        self.album = Album(self.setting.intake)

    def attach(self, rng: Random, *, photo: bool) -> Any:
        """A drawn file, kept like an upload."""
        return files.keep(self.session, self.setting.store, self.album.pick(rng, photo=photo), now=self.now)

    def office_hour(self, rng: Random, after: int, before: int | None = None) -> datetime:
        """A moment in office hours so many days from now, or a few more; always later than now."""
        day = athens_date(self.now) + timedelta(days=rng.randint(after, before if before is not None else after))
        return self.at_work(rng, day)

    def at_work(self, rng: Random, day: date) -> datetime:
        """A moment in office hours of that day or of the next working day; later than now."""
        moment = office_moment(rng, self.calendar.on_or_after(day))
        if moment > self.now:
            return moment
        soon = self.now + timedelta(minutes=rng.randint(4, 50))
        if soon.astimezone(ATHENS).hour < 15 and self.calendar.is_working(athens_date(soon)):
            return soon
        return office_moment(rng, self.calendar.on_or_after(athens_date(self.now) + timedelta(days=1)))


@dataclass(frozen=True)
class Staff:
    """Who works where on the day of the load."""

    #: code of a unit → its clerks, its heads
    clerks: Mapping[str, list[Any]]
    heads: Mapping[str, list[Any]]
    #: code of a unit → its row
    units: Mapping[str, Any]

    def handler(self, unit: Any, rng: Random) -> Any:
        """Somebody who handles a case of a unit: a clerk, else a head, else a head above."""
        found = self.clerks.get(unit.code) or self.heads.get(unit.code)
        return rng.choice(found) if found else self.signer(unit, rng)

    def signer(self, unit: Any, rng: Random) -> Any:
        """Who decides: the head, else the clerk, else a head above, else any head."""
        found = self.heads.get(unit.code) or self.clerks.get(unit.code)
        if found:
            return rng.choice(found)
        if unit.parent is not None:
            return self.signer(unit.parent, rng)
        return next(heads[0] for heads in self.heads.values())

    def has_people(self, code: str) -> bool:
        """Whether somebody works there."""
        return code in self.units and bool(self.clerks.get(code) or self.heads.get(code))


def staff(session: Session, on: date) -> Staff:
    """The staff by their own duties; substitutes are left to play their part on screen."""
    clerks: dict[str, list[Any]] = {}
    heads: dict[str, list[Any]] = {}
    for duty in organisation.duties_in(session, None, on):
        if duty.starts_on > on or duty.substitutes_id:
            continue
        if duty.role is Role.CLERK:
            clerks.setdefault(duty.unit.code, []).append(duty.user)
        if duty.role is Role.HEAD:
            heads.setdefault(duty.unit.code, []).append(duty.user)
    return Staff(clerks, heads, {unit.code: unit for unit in organisation.units(session)})


def play(stage: Stage, lives: Iterable[tuple[datetime, Life]]) -> None:
    """Let everything happen in its order, with the warnings of every morning, until the present."""
    numbers = count()
    waiting = [(moment, next(numbers), life) for moment, life in lives]
    heapq.heapify(waiting)
    morning = _morning(athens_date(waiting[0][0])) if waiting else stage.until
    while waiting and waiting[0][0] <= stage.until:
        moment, _number, life = heapq.heappop(waiting)
        while morning < moment:
            _warn(stage, morning)
            morning += timedelta(days=1)
        stage.now = moment
        upcoming = next(life, None)
        if upcoming is not None:
            heapq.heappush(waiting, (upcoming, next(numbers), life))
    while morning < stage.until:
        _warn(stage, morning)
        morning += timedelta(days=1)


def _warn(stage: Stage, morning: datetime) -> None:
    stage.now = morning
    while casework.warn(stage.session, now=morning):
        pass


def _morning(day: date) -> datetime:
    return datetime.combine(day, time(6), ATHENS)


def office_moment(rng: Random, day: date) -> datetime:
    """A moment in the office hours of a day."""
    return datetime.combine(day, time(rng.randint(8, 14), rng.randrange(60), rng.randrange(60)), ATHENS)
