"""An occurrence in the reader's words: when, how much, whether it takes place, how far away."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from portal.core.clock import ATHENS, athens_date
from portal.core.i18n import format_date, format_money, format_number
from portal.core.i18n import translate as _
from portal.events.models import Price, Status
from portal.events.queries import Line, Near

#: what a status looks like
TONES = {Status.CANCELLED: "late", Status.POSTPONED: "wait", Status.MOVED: "info"}
#: somebody who comes home by then has been out for one evening
NIGHT_ENDS = 6


def last_day(ends_at: datetime) -> date:
    """The last day of something: what ends at midnight, or in the small hours, belongs to the day before."""
    return athens_date(ends_at - timedelta(hours=NIGHT_ENDS, microseconds=1))


def hours(starts_at: datetime, ends_at: datetime, *, all_day: bool) -> str:
    """20:00–22:00, or that it takes the whole day; of what takes longer only the beginning."""
    if all_day:
        return _("All day")
    begins, ends = starts_at.astimezone(ATHENS), ends_at.astimezone(ATHENS)
    return f"{begins:%H:%M}–{ends:%H:%M}" if last_day(ends_at) <= begins.date() else f"{begins:%H:%M}"


def weekday(day: date, today: date) -> str:
    """Tuesday 3 March; with the year where it is another one."""
    return format_date(day, "EEEE d MMMM" if day.year == today.year else "EEEE d MMMM y")


def nearness(day: date, today: date) -> str:
    """Today, tomorrow; of other days nothing."""
    return {0: _("Today"), 1: _("Tomorrow")}.get((day - today).days, "")


def until(starts_at: datetime, ends_at: datetime, today: date) -> str:
    """Until when it goes on, if that is not the day on which it began."""
    last = last_day(ends_at)
    return _("until %(day)s", day=weekday(last, today)) if last > athens_date(starts_at) else ""


def price_words(price: Price, low: Decimal | None, high: Decimal | None) -> str:
    """Free, €5 to €8, with a ticket; nothing where nothing is known."""
    if price is not Price.PAID:
        return _("Free") if price is Price.FREE else ""
    if low is not None and high is not None and low != high:
        return _("%(low)s to %(high)s", low=format_money(low), high=format_money(high))
    amount = low if low is not None else high
    return _("With a ticket") if amount is None else format_money(amount)


def distance_words(km: float) -> str:
    """350 m away, 1.2 km away."""
    if km < 1:
        return _("%(metres)s m away", metres=max(int(round(km * 1000, -1)), 50))
    return _("%(km)s km away", km=format_number(round(km, 1)))


@dataclass(frozen=True)
class Row:
    """A line of the agenda with its words."""

    line: Line
    hours: str
    until: str
    #: (tone, words)
    tags: tuple[tuple[str, str], ...]
    #: it does not take place as announced
    off: bool
    #: kilometres from the chosen point, if there is one, and that in words
    away: float | None
    distance: str

    @property
    def address(self) -> dict[str, str]:
        """What the address of its page needs: of a series also which one."""
        return {"slug": self.line.slug} | ({"on": self.line.recurrence_id} if self.line.recurs else {})


@dataclass(frozen=True)
class Day:
    """What begins on a day; `on` is None for what began before the list."""

    on: date | None
    title: str
    nearness: str
    rows: Sequence[Row]


def row_of(line: Line, today: date, near: Near | None = None) -> Row:
    """A line with its words."""
    away = near.distance(line.lat, line.lon) if near and line.lat is not None and line.lon is not None else None
    return Row(
        line,
        hours(line.starts_at, line.ends_at, all_day=line.all_day),
        until(line.starts_at, line.ends_at, today),
        tuple(_tags(line)),
        line.status in {Status.CANCELLED, Status.POSTPONED},
        away,
        "" if away is None else distance_words(away),
    )


def _tags(line: Line) -> Iterable[tuple[str, str]]:
    if line.status is not Status.SCHEDULED:
        yield TONES[line.status], _(line.status.label)
    if price := price_words(line.price, line.price_from, line.price_to):
        yield ("ok" if line.free else "neutral"), price
    if line.step_free:
        yield "neutral", _("Without steps")


def days(rows: Iterable[Row], since: date, today: date) -> list[Day]:
    """Rows by the day on which they begin, after those that began before the first."""
    found: dict[date | None, list[Row]] = {}
    for row in rows:
        on = athens_date(row.line.starts_at)
        found.setdefault(on if on >= since else None, []).append(row)
    return [_day(on, group, today) for on, group in found.items()]


def _day(on: date | None, rows: Sequence[Row], today: date) -> Day:
    if on is None:
        return Day(None, _("Going on"), "", rows)
    return Day(on, weekday(on, today), nearness(on, today), rows)


def state_of(occurrence: Any, event: Any) -> Status:
    """How it stands with one time of an event: as that says itself, else as the event."""
    status: Status = event.status if occurrence.status is Status.SCHEDULED else occurrence.status
    return status
