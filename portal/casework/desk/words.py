"""Counts and clocks as people read them."""

from collections.abc import Iterable
from datetime import date

from flask import g

from portal.casework import queries
from portal.core import clock
from portal.core.db import db
from portal.core.deadlines import Clock, DayKind, WorkingCalendar
from portal.core.i18n import ngettext
from portal.core.i18n import translate as _
from portal.organisation import queries as organisation
from portal.organisation.access import current_mandate


def capped(count: int | None) -> str | None:
    """A count as people read it: 99+ where counting stopped."""
    if count is None:
        return None
    return "99+" if count >= queries.MOST_COUNTED else str(count)


def calendar_for(clocks: Iterable[Clock]) -> WorkingCalendar:
    """The working calendar, read only if one of the clocks counts working days."""
    counted = any(running.kind is DayKind.WORKING for running in clocks)
    return organisation.working_calendar(db.session) if counted else WorkingCalendar()


def clock_words(running: Clock, today: date, calendar: WorkingCalendar) -> tuple[str, int, str]:
    """A clock in words, the share of the time that is used in percent, and its tone."""
    share = round(running.share(today) * 100)
    if running.paused_on:
        return _("paused"), share, "wait"
    left = calendar.between(today, running.due_on, running.kind)
    if left < 0:
        return ngettext("%(num)s day late", "%(num)s days late", -left), 100, "late"
    if left == 0:
        return _("due today"), 100, "late"
    if running.kind is DayKind.WORKING:
        return ngettext("%(num)s working day", "%(num)s working days", left), share, "late" if share >= 90 else "ok"
    return ngettext("%(num)s day", "%(num)s days", left), share, "late" if share >= 90 else "ok"


def queue_counts() -> dict[str, int]:
    """How many cases each view of the open queue holds for whoever has signed in, asked once a request."""
    if "queue_counts" not in g:
        g.queue_counts = queries.counters(db.session, current_mandate(), today=clock.athens_date(clock.now()))
    found: dict[str, int] = g.queue_counts
    return found
