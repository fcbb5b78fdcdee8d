"""When an event takes place: its rule, further dates and exceptions (RFC 5545) on the wall's clock of Athens.

A rule is expanded without a time zone and each start is put on the clock afterwards, so that an event at nine is at
nine on both sides of the last Sundays of March and October. A time that the clock skips is read with the offset before
it; one that comes twice is the first.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from itertools import islice, takewhile
from typing import Any

from dateutil.rrule import rrulebase, rrulestr

from portal.core.clock import ATHENS
from portal.core.texts import N_

#: a rule may give so many starts within the horizon; what gives more is a mistake
MOST_STARTS = 3000
#: rules are rolled out so far ahead
HORIZON = timedelta(days=550)
#: the hour in which the clocks of Athens are changed, in spring and in autumn
_CHANGES_AT = 3
#: parts of a rule that make sense for people who meet
_FREQUENCIES = ("DAILY", "WEEKLY", "MONTHLY", "YEARLY")


_UNREADABLE = N_("The rule of the dates (RRULE) cannot be read: “%(rule)s”.")


class BadRule(ValueError):
    """A recurrence rule that cannot be read: why, as a msgid, and what fills it."""

    def __init__(self, message: str, **values: Any) -> None:
        super().__init__(message % values if values else message)
        self.message, self.values = message, values


@dataclass(frozen=True)
class Timing:
    """All that decides when something takes place; local, without a zone."""

    starts_on: date
    #: None: whole days
    starts_at: time | None
    minutes: int
    rule: str | None = None
    extra: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()

    @property
    def start(self) -> datetime:
        """The first start."""
        return datetime.combine(self.starts_on, self.starts_at or time())


@dataclass(frozen=True)
class Time:
    """One time: what names it (RECURRENCE-ID), and from when to when, in UTC."""

    recurrence_id: str
    starts_at: datetime
    ends_at: datetime


def times(timing: Timing, until: date) -> Iterator[Time]:
    """Every time of an event that begins up to a day, in order, each once.

    :raises BadRule: for a rule that cannot be read, or gives more than `MOST_STARTS`.
    """
    for start in starts(timing, until):
        yield time_of(timing, start)


def starts(timing: Timing, until: date) -> list[datetime]:
    """The local starts up to a day, in order; the first one stands even where the rule does not give it (RFC 5545)."""
    last = datetime.combine(until, time.max)
    found = {timing.start} | {moment(text) for text in timing.extra}
    if timing.rule:
        found.update(_by_rule(timing, last))
    left_out = {moment(text) for text in timing.left_out}
    return sorted(start for start in found - left_out if start <= last)


def _by_rule(timing: Timing, last: datetime) -> list[datetime]:
    assert timing.rule is not None
    given = parsed(timing.rule, timing.start)
    until_then = takewhile(lambda start: start <= last, given.xafter(timing.start, inc=True))
    try:
        found = list(islice(until_then, MOST_STARTS + 1))
    except (ValueError, OverflowError):
        raise BadRule(_UNREADABLE, rule=timing.rule[:100]) from None
    if len(found) > MOST_STARTS:
        raise BadRule(N_("The rule of the dates (RRULE) gives more than %(count)s dates."), count=MOST_STARTS)
    return found


@lru_cache(maxsize=500)
def parsed(rule: str, start: datetime) -> rrulebase:
    """The rule from a start on.

    :raises BadRule: if it cannot be read, or repeats within a day.
    """
    parts = dict(part.partition("=")[::2] for part in rule.upper().split(";"))
    often = parts.get("FREQ")
    if not often:
        raise BadRule(N_("The rule of the dates (RRULE) does not say how often: FREQ is missing."))
    if often not in _FREQUENCIES:
        why = N_("The rule of the dates (RRULE) says FREQ=%(often)s; only DAILY, WEEKLY, MONTHLY and YEARLY are known.")
        raise BadRule(why, often=often[:40])
    if "COUNT" in parts and "UNTIL" in parts:
        raise BadRule(N_("The rule of the dates (RRULE) has both COUNT and UNTIL; only one of them is possible."))
    if parts.get("UNTIL", "9")[:8] < f"{start:%Y%m%d}":
        raise BadRule(N_("The rule of the dates (RRULE, UNTIL) ends before the first date."))
    try:
        return rrulestr(";".join(f"{name}={value}" for name, value in parts.items()), dtstart=start)
    except (ValueError, TypeError, KeyError, IndexError):
        raise BadRule(_UNREADABLE, rule=rule[:100]) from None


def time_of(timing: Timing, start: datetime) -> Time:
    """The time that begins at a local start."""
    return time_from(start, start + timedelta(minutes=timing.minutes), all_day=timing.starts_at is None)


def time_from(start: datetime, end: datetime, *, all_day: bool = False) -> Time:
    """The time from one local moment to another."""
    begins, ends = on_the_clock(start), on_the_clock(end)
    if ends <= begins:  # it begins in the hour that the clock skips
        ends = begins + (end - start)
    return Time(named(start, all_day=all_day), begins, ends)


def named(start: datetime, *, all_day: bool) -> str:
    """How a start is written: 2026-08-15T21:00, of whole days 2026-08-15."""
    return start.date().isoformat() if all_day else start.isoformat(timespec="minutes")


def moment(text: str) -> datetime:
    """What `named` has written."""
    return datetime.fromisoformat(text)


def on_the_clock(local: datetime) -> datetime:
    """A local time as a moment in UTC."""
    return local.replace(tzinfo=ATHENS).astimezone(UTC)


def is_certain(local: datetime) -> bool:
    """Whether the clock shows this time once: not in the hour that it skips, nor in the one that comes twice."""
    if local.hour != _CHANGES_AT:
        return True
    return local.replace(tzinfo=ATHENS).utcoffset() == local.replace(tzinfo=ATHENS, fold=1).utcoffset()


def on_the_wall(at: datetime) -> datetime:
    """A moment as the clock in Athens shows it, without a zone."""
    return at.astimezone(ATHENS).replace(tzinfo=None)
