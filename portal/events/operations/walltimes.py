"""Times and rules of other calendars on the wall's clock of Athens."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from icalendar import Timezone, vDDDTypes
from icalendar.timezone.windows_to_olson import WINDOWS_TO_OLSON

from portal.core.clock import ATHENS
from portal.core.texts import N_
from portal.events.operations.contentlines import Component, Property, Unreadable
from portal.events.queries.recurrence import HORIZON, BadRule, Timing, named, starts

#: a rule in another zone becomes so many single dates at most
MOST_DATES = 400
_YEARS = range(1980, 2200)
#: names of one and the same zone
_ATHENS = {"Europe/Athens", "GTB Standard Time"}


@dataclass(frozen=True)
class Moment:
    """A time or a day of a calendar."""

    #: as it stands there, without a zone; a day at midnight
    theirs: datetime
    #: None: the wall's clock, wherever one is
    zone: tzinfo | None = None
    all_day: bool = False

    @property
    def local(self) -> datetime:
        """On the wall's clock of Athens."""
        return self.within(ATHENS)

    def within(self, zone: tzinfo | None) -> datetime:
        """On the wall's clock of a zone."""
        if self.zone is None or zone is None or self.zone is zone:
            return self.theirs
        return self.theirs.replace(tzinfo=self.zone).astimezone(zone).replace(tzinfo=None)


class Zones:
    """The zones that a file names: known ones by their names, others as it lays them down itself."""

    def __init__(self, calendars: Iterable[Component], raw: bytes) -> None:
        lines = raw.removeprefix(b"\xef\xbb\xbf").replace(b"\r\n", b"\n").replace(b"\r", b"\n").split(b"\n")
        self.given = {part.text("TZID"): part for calendar in calendars for part in calendar.walk("VTIMEZONE")}
        self.lines = lines
        self.known: dict[str, tzinfo | None] = {}

    def get(self, name: str) -> tzinfo | None:
        """The zone of that name; None if nobody knows it."""
        if name not in self.known:
            self.known[name] = _by_name(name) or self._laid_down(name)
        return self.known[name]

    def _laid_down(self, name: str) -> tzinfo | None:
        part = self.given.get(name)
        if part is None:
            return None
        begun = self.lines[part.line - 1 :]
        ends = next((number for number, line in enumerate(begun, 1) if line.strip() == b"END:VTIMEZONE"), 0)
        try:
            component = Timezone.from_ical(b"\r\n".join(begun[:ends]).decode())
            return component.to_tz(lookup_tzid=False) if isinstance(component, Timezone) else None
        except Exception:  # noqa: BLE001 – whatever the library makes of a broken zone, it is not known then
            return None


def _by_name(name: str) -> tzinfo | None:
    """By the names of the tz database, of Windows, and those that programs write in front of one."""
    if name in _ATHENS:
        return ATHENS
    if name.upper() in {"UTC", "GMT", "ETC/UTC", "Z"}:
        return UTC
    tail = "/".join(name.split("/")[-2:])
    found = next((each for each in (name, WINDOWS_TO_OLSON.get(name, ""), tail) if each in available_timezones()), "")
    if found == "Europe/Athens":
        return ATHENS
    return ZoneInfo(found) if found else None


def moments(line: Property, zones: Zones) -> list[Moment]:
    """The times of a property, which may hold several; of periods their beginnings."""
    return [_moment(line, value.partition("/")[0].strip(), zones) for value in line.value.split(",")]


def _moment(line: Property, value: str, zones: Zones) -> Moment:
    try:
        found: Any = vDDDTypes.from_ical(value)  # type: ignore[no-untyped-call]
    except (ValueError, TypeError, OverflowError):
        found = None
    if not isinstance(found, date) or found.year not in _YEARS:
        raise Unreadable(line.line, N_("%(name)s: “%(value)s” is not a date or time."), name=line.name, value=value)
    if not isinstance(found, datetime):
        return Moment(datetime.combine(found, time()), all_day=True)
    naive = found.replace(tzinfo=None)
    if value.upper().endswith("Z"):
        return Moment(naive, UTC)
    name = line.parameters.get("TZID", "")
    if not name:
        return Moment(naive)
    zone = zones.get(name)
    if zone is None:
        raise Unreadable(line.line, N_("%(name)s: nobody knows the time zone “%(zone)s”."), name=line.name, zone=name)
    return Moment(naive, zone)


def until_of(line: Property, begins: Moment, zone: tzinfo | None) -> str:
    """The rule with its UNTIL on the wall's clock of a zone: some write it in UTC, some local, some as a day."""
    parts = []
    for part in line.value.strip().strip(";").upper().split(";"):
        name, _sep, value = part.partition("=")
        if name == "UNTIL":
            end = _moment(replace(line, parameters={}), value, Zones((), b""))
            if end.zone is None:
                end = replace(end, zone=begins.zone)
            if begins.all_day:
                value = (end.within(ATHENS) if value.endswith("Z") else end.theirs).strftime("%Y%m%d")
            elif end.all_day:
                value = datetime.combine(end.theirs, time(23, 59, 59)).strftime("%Y%m%dT%H%M%S")
            else:
                value = end.within(zone).strftime("%Y%m%dT%H%M%S")
        parts.append(f"{name}={value}")
    return ";".join(parts)


@dataclass(frozen=True)
class Series:
    """The dates of an event as its calendar says them."""

    begins: Moment
    minutes: int
    rule: Property | None
    extra: tuple[Moment, ...]
    left_out: tuple[Moment, ...]


def in_athens(series: Series, *, today: date) -> Timing:
    """When that is on the wall's clock of Athens.

    A rule that goes by another clock is taken as it is where both clocks agree on every date ahead, else as single
    dates, if it has an end.

    :raises Unreadable: if that is not possible, or the rule cannot be read.
    """
    last = max(today, series.begins.local.date()) + HORIZON
    ours = _timing(series, ATHENS)
    line = series.rule.line if series.rule else 0
    try:
        given = starts(ours, last)
        zone = series.begins.zone
        if series.rule is None or zone is None or zone is ATHENS:
            return ours
        theirs = _timing(series, zone)
        real = [Moment(start, zone).local for start in starts(theirs, last)]
        if real == [start for start in given if start <= real[-1]] if real else not given:
            return ours
        if "COUNT=" not in ours.rule and "UNTIL=" not in ours.rule:  # type: ignore[operator]  # there is a rule
            raise Unreadable(line, N_("RRULE: it goes by the clock of %(zone)s and has no end."), zone=zone)
        dates = [Moment(start, zone).local for start in starts(theirs, date(_YEARS.stop, 1, 1))]
    except BadRule as error:
        raise Unreadable(line, error.message, **error.values) from None
    if not 0 < len(dates) <= MOST_DATES:
        raise Unreadable(line, N_("RRULE: it goes by the clock of %(zone)s and has too many dates."), zone=zone)
    further = tuple(named(start, all_day=False) for start in dates[1:])
    return Timing(dates[0].date(), dates[0].time(), series.minutes, None, further)


def _timing(series: Series, zone: tzinfo) -> Timing:
    begins = series.begins
    first = begins.theirs if begins.all_day else begins.within(zone)
    own = named(first, all_day=begins.all_day)
    extra, left_out = (
        tuple(dict.fromkeys(_name(each, begins, zone) for each in moments))
        for moments in (series.extra, series.left_out)
    )
    rule = until_of(series.rule, begins, zone) if series.rule else None
    at = None if begins.all_day else first.time()
    extra = tuple(name for name in extra if name != own)  # some say the first one twice, we as well
    return Timing(first.date(), at, series.minutes, rule, extra, left_out)


def _name(each: Moment, begins: Moment, zone: tzinfo) -> str:
    """A further date, or one that is left out; a day stands for the time at which the event begins on it."""
    if begins.all_day:
        return each.within(ATHENS).date().isoformat()
    at = datetime.combine(each.theirs, begins.within(zone).time()) if each.all_day else each.within(zone)
    return named(at.replace(second=0), all_day=False)


def minutes_between(begins: Moment, ends: Moment) -> int:
    """How long something takes on the wall's clock; a minute that has begun counts."""
    return -((begins.local - ends.local) // timedelta(minutes=1))
