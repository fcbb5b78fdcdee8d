"""Deadlines: working days of a Greek municipality, and clocks that pause.

A time limit is a number of days, calendar or working. The day of filing is not counted; a limit that ends on a day off
ends on the next working day (ΑΚ 241, 242).
"""

from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import cache

import holidays

from portal.core.choices import Choice
from portal.core.texts import N_


class DayKind(Choice):
    """What a limit counts."""

    CALENDAR = "calendar", N_("calendar days")
    WORKING = "working", N_("working days")


@cache
def _public_holidays() -> holidays.HolidayBase:
    """Those of Greece, worked out year by year when they are asked for, once in a process."""
    return holidays.country_holidays("GR")


@dataclass(frozen=True)
class WorkingCalendar:
    """Public holidays of Greece (Orthodox Easter included) and the municipality's own feasts."""

    #: (month, day) of local feasts, every year
    feasts: frozenset[tuple[int, int]] = frozenset()
    #: single days off or, with False, working days that are exceptions, e.g. by a decision of the mayor
    exceptions: Mapping[date, bool] = field(default_factory=dict)
    _national: holidays.HolidayBase = field(default_factory=_public_holidays, compare=False)

    def is_working(self, day: date) -> bool:
        """Whether the services work on that day."""
        if day in self.exceptions:
            return not self.exceptions[day]
        return day.weekday() < 5 and day not in self._national and (day.month, day.day) not in self.feasts

    def on_or_after(self, day: date) -> date:
        """The day itself if it is a working day, else the next one."""
        while not self.is_working(day):
            day += timedelta(days=1)
        return day

    def on_or_before(self, day: date) -> date:
        """The day itself if it is a working day, else the one before."""
        while not self.is_working(day):
            day -= timedelta(days=1)
        return day

    def add(self, day: date, days: int, kind: DayKind) -> date:
        """The last day of a limit that starts on `day`, which is not counted."""
        if kind is DayKind.CALENDAR:
            return self.on_or_after(day + timedelta(days=days))
        for _ in range(days):
            day = self.on_or_after(day + timedelta(days=1))
        return day

    def between(self, start: date, end: date, kind: DayKind) -> int:
        """Days after `start` up to and with `end`; negative if `end` lies before."""
        if end < start:
            return -self.between(end, start, kind)
        if kind is DayKind.CALENDAR:
            return (end - start).days
        special = {day for day in self._special(start.year, end.year) if start < day <= end}
        return _weekdays(start, end) + sum(self.is_working(day) - (day.weekday() < 5) for day in special)

    def _special(self, first: int, last: int) -> Iterator[date]:
        """Days of these years that may not be what their weekday says."""
        for year in range(first, last + 1):
            self._national.get(date(year, 1, 1))  # has its days worked out
            for month, day in self.feasts:
                with suppress(ValueError):  # the 29th of February, of most years
                    yield date(year, month, day)
        yield from list(self._national)
        yield from self.exceptions


def _weekdays(start: date, end: date) -> int:
    """Mondays to Fridays after `start` up to and with `end`."""

    def until(day: date) -> int:
        weeks, rest = divmod(day.toordinal() - 1, 7)  # the first of January of the year 1 was a Monday
        return 5 * weeks + min(rest + 1, 5)

    return until(end) - until(start)


@dataclass(frozen=True)
class Clock:
    """The running time of one case."""

    started_on: date
    due_on: date
    kind: DayKind
    #: since when the applicant owes something; None while it runs
    paused_on: date | None = None

    def pause(self, on: date) -> "Clock":
        """Stop counting; a clock that stands already stays as it is."""
        return self if self.paused_on else replace(self, paused_on=on)

    def resume(self, on: date, calendar: WorkingCalendar) -> "Clock":
        """Go on; the deadline moves by the days that did not count."""
        if self.paused_on is None:
            return self
        lost = calendar.between(self.paused_on, on, self.kind)
        return replace(self, paused_on=None).extend(lost, calendar)

    def extend(self, days: int, calendar: WorkingCalendar) -> "Clock":
        """Move the deadline by that many days of the clock's kind."""
        return replace(self, due_on=calendar.add(self.due_on, days, self.kind)) if days else self

    def share(self, on: date) -> float:
        """How much of the time is used, 1.0 on the last day; more when late."""
        whole = max((self.due_on - self.started_on).days, 1)
        return ((self.paused_on or on) - self.started_on).days / whole

    def is_late(self, on: date) -> bool:
        """Whether the deadline has passed; a clock that stands is judged on the day it was stopped."""
        return (self.paused_on or on) > self.due_on


def clock_for(started_on: date, days: int, kind: DayKind, calendar: WorkingCalendar) -> Clock:
    """A running clock with a limit of so many days."""
    return Clock(started_on, calendar.add(started_on, days, kind), kind)
