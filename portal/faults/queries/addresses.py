"""The filters of the reports as they stand in addresses, of pages and feeds alike."""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from urllib.parse import urlencode

from portal.core.orm import LARGEST_KEY
from portal.faults.models import FaultState
from portal.faults.models.grid import Box, Near
from portal.faults.queries.lists import FaultFilter, Group

#: what a filter may hold, in the order in which addresses are written
NAMES = ("group", "state", "category", "community", "from", "to", "near", "km", "m", "box")
#: kilometres that can be chosen, and what is meant where none is
RADII = (0.5, 1, 3, 10)
MEANT = 1
MOST_METRES = 50_000
_CODE = re.compile(r"[A-Za-z0-9_-]{1,80}")
_FIRST, _LAST = date(1990, 1, 1), date(2200, 1, 1)


@dataclass(frozen=True)
class Asked:
    """The filter that an address asks for, and the names in it that could not be understood."""

    filter: FaultFilter
    problems: tuple[str, ...]


def asked(given: Mapping[str, str]) -> Asked:
    """Read a filter; what cannot be understood is left out, and named."""
    problems: list[str] = []

    def known(name: str, value: object) -> bool:
        if given.get(name) and not value:
            problems.append(name)
        return bool(value)

    group, state = given.get("group", ""), given.get("state", "")
    found = FaultFilter(Group(group)) if known("group", group in set(Group)) else FaultFilter()
    if known("state", state in set(FaultState)):
        found = replace(found, state=FaultState(state))
    for name in ("category", "community"):
        code = given.get(name, "").strip()
        if known(name, _CODE.fullmatch(code)):
            found = replace(found, category=code) if name == "category" else replace(found, community=code)
    near, box = _near(given), _box(given.get("box", ""))
    if known("near", near):
        found = replace(found, near=near)
    if known("box", box):
        found = replace(found, box=box)
    since, until = _days(given, problems)
    found = replace(found, since=since, until=until, before=_before(given.get("before", "")))
    return Asked(found, tuple(problems))


def _days(given: Mapping[str, str], problems: list[str]) -> tuple[date | None, date | None]:
    since, until = _day(given, "from", problems), _day(given, "to", problems)
    if since and until and until < since:
        problems.append("to")
        until = None
    return since, until


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
    """35.3177,25.3904 and kilometres, or metres."""
    numbers = _numbers(given.get("near", ""), 2)
    by_metres = bool(given.get("m"))
    away = _numbers(given.get("m" if by_metres else "km", "") or str(MEANT), 1)
    if not numbers or not away:
        return None
    (lat, lon), metres = numbers, away[0] * (1 if by_metres else 1000)
    fits = -90 <= lat <= 90 and -180 <= lon <= 180 and 0 < metres <= MOST_METRES
    return Near(lat, lon, metres) if fits else None


def _box(text: str) -> Box | None:
    """South, west, north, east."""
    numbers = _numbers(text, 4)
    if not numbers:
        return None
    south, west, north, east = numbers
    fits = -90 <= south < north <= 90 and -180 <= west < east <= 180
    return Box(south, west, north, east) if fits else None


def _numbers(text: str, count: int) -> list[float]:
    """So many numbers with commas; none where it is anything else."""
    try:
        numbers = [float(part) for part in text.split(",")]
    except ValueError:
        return []
    return numbers if len(numbers) == count and all(map(math.isfinite, numbers)) else []


def _before(text: str) -> int | None:
    """Number of the report with which the last page ended."""
    fits = text.isascii() and text.isdecimal() and len(text) < 20
    return int(text) if fits and 0 < int(text) <= LARGEST_KEY else None


def box_text(box: Box) -> str:
    """What an address says of a part of the map: to about ten metres."""
    return ",".join(f"{number:.4f}" for number in (box.south, box.west, box.north, box.east))


def canonical(given: Mapping[str, str]) -> str:
    """A filter as a query string, always in the same order, without anything else that stands in an address."""
    return urlencode([(name, given[name].strip()) for name in NAMES if given.get(name, "").strip()])
