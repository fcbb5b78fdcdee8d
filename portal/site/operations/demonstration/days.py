"""The days of the agenda around today: MM-DD becomes a day, a series begins where its rule does."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from dateutil.easter import EASTER_ORTHODOX, easter

from portal.events.queries.recurrence import HORIZON, Timing, named, parsed, starts

Item = Mapping[str, Any]


def placed(item: Item, today: date) -> Timing:
    """When an event takes place that the file gives as a day of some year."""
    on = nearest(item, today)
    rule: str | None = item.get("rule")
    endless = rule is not None and "until" not in item and "COUNT" not in rule
    if endless and on > today:
        on = _in_year(item, on.year - 1)
    at = time.fromisoformat(item["at"]) if "at" in item else None
    if rule:
        on = _first_of(rule, datetime.combine(on, at or time()))
    until = _after(item["until"], on) if "until" in item else None
    if rule and until:
        rule += f";UNTIL={until:%Y%m%d}" + ("T235959" if at else "")
    extra = tuple(named(_moment(text, on), all_day=False) for text in item.get("extra", ()))
    minutes = int(item["minutes"]) if at else 1440 * int(item["days"])
    whole = Timing(on, at, minutes, rule, extra)
    return Timing(on, at, minutes, rule, extra, _left_out(item, whole, until or today + HORIZON))


def changed(single: Item, timing: Timing, today: date) -> tuple[str, datetime | None] | None:
    """The occurrence that a change is meant for, and its new start if it has one; None: there is none this year."""
    wanted = _moment(single["on"], timing.starts_on)
    given = next((start for start in starts(timing, today + HORIZON) if start >= wanted), None)
    if given is None:
        return None
    name = named(given, all_day=timing.starts_at is None)
    to = single.get("to")
    if isinstance(to, Mapping):  # kept at Easter, if that comes later
        later = datetime.combine(_in_year(to, given.year), time.fromisoformat(to["at"]))
        return (name, later) if later > given else None
    if not to:
        return name, None
    shift = _moment(to, wanted.date() - timedelta(days=180)) - wanted
    return name, given + shift


def nearest(item: Item, today: date) -> date:
    """The day of an entry that lies nearest to today, so within half a year of it."""
    days = [_in_year(item, today.year + shift) for shift in (-1, 0, 1)]
    return min(days, key=lambda day: abs(day - today))


def _in_year(entry: Item | str, year: int) -> date:
    """A day of the file in a year: MM-DD, an entry with that under `on`, or with days from Easter."""
    if isinstance(entry, str):
        return date.fromisoformat(f"{year}-{entry}")
    if "easter" in entry:
        return easter(year, EASTER_ORTHODOX) + timedelta(days=int(entry["easter"]))
    return date.fromisoformat(f"{year}-{entry['on']}")


def _after(entry: Item | str, on: date) -> date:
    """The first such day from a day on."""
    day = _in_year(entry, on.year)
    return day if day >= on else _in_year(entry, on.year + 1)


def _moment(text: str, on: date) -> datetime:
    """MM-DDTHH:MM: the first such moment from a day on."""
    day, _, clock = text.partition("T")
    return datetime.combine(_after(day, on), time.fromisoformat(clock or "00:00"))


def _first_of(rule: str, start: datetime) -> date:
    found = parsed(rule, start).after(start, inc=True)
    return found.date() if found else start.date()


def _left_out(item: Item, timing: Timing, until: date) -> tuple[str, ...]:
    """Those of the days that the rule would give."""
    days = set(_every(item.get("left_out", ()), timing.starts_on, until))
    if not days:
        return ()
    given = (start for start in starts(timing, until) if start.date() in days)
    return tuple(named(start, all_day=timing.starts_at is None) for start in given)


def _every(entries: Sequence[Item | str], since: date, until: date) -> Iterator[date]:
    for year in range(since.year, until.year + 1):
        yield from (_in_year(entry, year) for entry in entries)
