"""The filters of the agenda as they stand in addresses, of pages, feeds and subscriptions alike."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from urllib.parse import urlencode

from portal.events.models import Audience
from portal.events.queries.filters import AgendaFilter, Near

#: what a filter may hold, in the order in which addresses are written
NAMES = (
    "when",
    "from",
    "to",
    "category",
    "community",
    "venue",
    "festival",
    "audience",
    "spoken",
    "free",
    "step_free",
    "q",
    "near",
    "km",
)
WHEN = ("today", "weekend", "week", "month")
#: kilometres that can be chosen, and what is meant where none is
RADII = (1, 3, 10, 30)
_CODE = re.compile(r"[A-Za-z0-9_-]{1,80}")
_FIRST, _LAST = date(1990, 1, 1), date(2200, 1, 1)


@dataclass(frozen=True)
class Asked:
    """The filter that an address asks for, and the names in it that could not be understood."""

    filter: AgendaFilter
    problems: tuple[str, ...]


def asked(given: Mapping[str, str], *, today: date) -> Asked:
    """Read a filter; what cannot be understood is left out, and named."""
    problems: list[str] = []

    def known(name: str, value: object) -> bool:
        if given.get(name) and not value:
            problems.append(name)
        return bool(value)

    since, until = _days(given, today, problems)
    found = AgendaFilter(since, until)
    for name, field in _CODES.items():
        code = given.get(name, "").strip()
        if known(name, _CODE.fullmatch(code)):
            found = replace(found, **{field: code})  # type: ignore[arg-type]
    if given.get("audience") and given["audience"] not in set(Audience):
        problems.append("audience")
        found = replace(found, audience="")
    near = _near(given)
    if known("near", near):
        found = replace(found, near=near)
    return Asked(
        replace(
            found,
            free=given.get("free") == "1",
            step_free=given.get("step_free") == "1",
            text=given.get("q", "").strip()[:100],
            after=place(given),
        ),
        tuple(problems),
    )


_CODES = {
    "category": "category",
    "community": "community",
    "venue": "venue",
    "festival": "umbrella",
    "audience": "audience",
    "spoken": "spoken",
}


def _days(given: Mapping[str, str], today: date, problems: list[str]) -> tuple[date, date | None]:
    """First and last day: of a word (“weekend”), or as given; from today on where nothing is said."""
    when = given.get("when", "")
    if when in WHEN:
        return days_of(when, today)
    if when:
        problems.append("when")
    since, until = _day(given, "from", problems), _day(given, "to", problems)
    since = since or (min(today, until) if until else today)
    if until and until < since:
        problems.append("to")
        until = None
    return since, until


def days_of(when: str, today: date) -> tuple[date, date]:
    """The days of a word; on a Saturday or Sunday this weekend is the one that has begun."""
    if when == "today":
        return today, today
    if when == "weekend":
        saturday = today + timedelta(days=5 - today.weekday())
        return max(today, saturday), saturday + timedelta(days=1)
    if when == "week":
        return today, today + timedelta(days=6)
    first_of_next = (today.replace(day=1) + timedelta(days=32)).replace(day=1)
    return today, first_of_next - timedelta(days=1)


def _day(given: Mapping[str, str], name: str, problems: list[str]) -> date | None:
    text = given.get(name, "").strip()
    if not text:
        return None
    try:
        day = date.fromisoformat(text)
    except ValueError:
        day = _FIRST
    if not _FIRST < day < _LAST:
        problems.append(name)
        return None
    return day


def _near(given: Mapping[str, str]) -> Near | None:
    """35.3177,25.3904 and kilometres."""
    parts = given.get("near", "").split(",")
    try:
        lat, lon = (float(part) for part in parts)
        km = float(given.get("km") or RADII[1])
    except ValueError:
        return None
    fits = -90 <= lat <= 90 and -180 <= lon <= 180 and 0 < km <= 100
    return Near(lat, lon, km) if fits else None


def place(given: Mapping[str, str]) -> tuple[datetime, int] | None:
    """Where the last page ended, as `after` says it: 2026-08-15T18:00:00+00:00_4711."""
    moment, _, number = given.get("after", "").replace(" ", "+").partition("_")
    try:
        at = datetime.fromisoformat(moment)
    except ValueError:
        return None
    return (at, int(number)) if at.tzinfo and number.isdecimal() and len(number) < 19 else None


def place_text(after: tuple[datetime, int]) -> str:
    """What `place` reads."""
    return f"{after[0].isoformat()}_{after[1]}"


def canonical(given: Mapping[str, str]) -> str:
    """A filter as a query string, always in the same order, without anything else that stands in an address."""
    return urlencode([(name, given[name].strip()) for name in NAMES if given.get(name, "").strip()])
