"""What a request for reports asks for, by the rules of the specification and of what we add to it."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from math import isfinite
from typing import TypeVar

from flask import request

from portal.core.clock import start_of
from portal.core.db import db
from portal.core.i18n import translate as _
from portal.faults.api.open311.base import Wrong, given
from portal.faults.models.grid import Near
from portal.faults.queries import open311 as queries
from portal.faults.queries.open311 import PAGE, Asked

#: nobody gets more than that at once, or pages so far
SPAN = timedelta(days=90)
DEEPEST = 100_000
#: around a point: metres unless they are said, and at most
AROUND, FARTHEST = 500.0, 10_000.0
_MOMENT = re.compile(r"(\d{4}-\d\d-\d\d)(T\d\d:\d\d(:\d\d(\.\d{1,6})?)?(Z|[+-]\d\d:\d\d))?")
T = TypeVar("T")


def asked(*, now: datetime) -> Asked:
    """Which reports the address asks for.

    :raises Wrong: with everything that cannot be understood.
    """
    page, size = _paging()
    if slugs := listed("service_request_id"):
        if len(slugs) > PAGE:
            raise Wrong(400, _("At most %(number)s reports can be asked for by service_request_id.", number=PAGE))
        return Asked(slugs=slugs, size=PAGE)
    updated = window("updated_after", "updated_before", now=now, always=False)
    since, until = window("start_date", "end_date", now=now, always=not any(updated))
    return Asked(
        categories=_categories(),
        is_open=_status(),
        since=since,
        until=until,
        updated_since=updated[0],
        updated_until=updated[1],
        near=_near(),
        page=page,
        size=size,
    )


def asked_updates(*, now: datetime) -> Asked:
    """The same for lines of histories."""
    page, size = _paging()
    if slugs := listed("service_request_id"):
        if len(slugs) > PAGE:
            raise Wrong(400, _("At most %(number)s reports can be asked for by service_request_id.", number=PAGE))
        return Asked(slugs=slugs, page=page, size=size)
    since, until = window("start_date", "end_date", now=now, always=True)
    return Asked(since=since, until=until, page=page, size=size)


def listed(name: str) -> list[str]:
    """What stands in a parameter that may come several times, each with commas; in order, each once."""
    texts = (text.strip() for value in request.args.getlist(name) for text in value.split(","))
    return list(dict.fromkeys(text for text in texts if text))


def window(first: str, last: str, *, now: datetime, always: bool) -> tuple[datetime | None, datetime | None]:
    """From when to when: ninety days at most; without any the most recent ones, if there must be some.

    :raises Wrong: if they are more, or cannot be read.
    """
    since, until = read(first, moment), read(last, moment)
    if since is None and until is None:
        return (start_of(now.date()) - SPAN, None) if always else (None, None)
    if since is None and until is not None:
        return until - SPAN, until
    if since is not None and until is None:
        return since, since + SPAN
    assert since is not None
    assert until is not None
    if until < since:
        raise Wrong(400, _("%(last)s lies before %(first)s.", first=first, last=last))
    if until - since > SPAN:
        raise Wrong(400, _("%(first)s and %(last)s may not span more than 90 days.", first=first, last=last))
    return since, until


def moment(text: str) -> datetime:
    """A moment as the W3C writes it, with its zone; of a day alone its first moment in Greece.

    :raises ValueError: if it is none.
    """
    match = _MOMENT.fullmatch(text.replace(" ", "+"))  # a plus that was not encoded
    if match is None or not 1970 <= int(text[:4]) < 2200:
        raise ValueError(text)
    found = datetime.fromisoformat(match[0])
    return found.astimezone(UTC) if match[2] else start_of(found.date())


def degrees(text: str, most: float) -> float:
    """A number of degrees.

    :raises ValueError: if it is none, or too large.
    """
    number = float(text)
    if not isfinite(number) or abs(number) > most:
        raise ValueError(text)
    return number


def read(name: str, make: Callable[[str], T]) -> T | None:
    """What a parameter says; None: nothing.

    :raises Wrong: if it cannot be read.
    """
    text = given(name)
    if not text:
        return None
    try:
        return make(text)
    except ValueError:
        raise Wrong(400, _("%(name)s cannot be read: %(text)s.", name=name, text=text[:80])) from None


def _paging() -> tuple[int, int]:
    page, size = read("page", _counted) or 1, min(read("page_size", _counted) or PAGE, PAGE)
    if page * size > DEEPEST:
        raise Wrong(400, _("There are no pages so far back. Ask for other days by start_date and end_date."))
    return page, size


def _counted(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 10 and int(text)):
        raise ValueError(text)
    return int(text)


def _status() -> bool | None:
    wanted = set(listed("status"))
    if wanted - {"open", "closed"}:
        raise Wrong(400, _("status is open or closed."))
    return "open" in wanted if len(wanted) == 1 else None


def _categories() -> set[int] | None:
    codes = listed("service_code")
    if not codes:
        return None
    found = queries.with_code(db.session, codes)
    if missing := [code for code in codes if code not in found]:
        raise Wrong(404, _("service_code was not found: %(code)s.", code=", ".join(missing)[:200]))
    return {number for numbers in found.values() for number in numbers}


def _near() -> Near | None:
    lat, lon = read("lat", lambda text: degrees(text, 90)), read("long", lambda text: degrees(text, 180))
    if (lat is None) != (lon is None):
        raise Wrong(400, _("lat and long go together."))
    metres = read("radius", lambda text: degrees(text, FARTHEST)) or AROUND
    if metres < 0:
        raise Wrong(400, _("%(name)s cannot be read: %(text)s.", name="radius", text=metres))
    return None if lat is None or lon is None else Near(lat, lon, metres)
