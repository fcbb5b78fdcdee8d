"""A report in the reader's words: what its state means, how far away, who did what."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from portal.core.clock import athens_date
from portal.core.i18n import format_date, format_number, plain
from portal.core.i18n import translate as _
from portal.core.texts import N_
from portal.faults.models import Fault, FaultPhoto, FaultState, Moment
from portal.faults.models.grid import Near
from portal.faults.queries import Line

#: letters of a report that a list shows
SHOWN = 160
#: what a state means, in a sentence; some have words of their own below
MEANINGS = {
    FaultState.RECEIVED: N_("We have it. Nobody of us has looked at it yet."),
    FaultState.CONFIRMED: N_("We have looked at it: it is as reported, and it has to be repaired."),
    FaultState.PLANNED: N_("The repair has its place in our work."),
    FaultState.REPAIRING: N_("Our people are working on it."),
    FaultState.REPAIRED: N_("It is repaired."),
    FaultState.IMPOSSIBLE: N_("It cannot be done. Here is why:"),
    FaultState.DUPLICATE: N_("It had been reported before. Follow the earlier report."),
    FaultState.PASSED_ON: N_("Somebody else is responsible. We have passed it on, and follow what becomes of it."),
    FaultState.WITHDRAWN: N_("Whoever reported it has taken it back."),
}


@dataclass(frozen=True)
class Row:
    """A line of a list with its words."""

    line: Line
    #: (tone, words)
    tags: tuple[tuple[str, str], ...]
    #: the beginning of what was written, and of its language
    text: str
    distance: str


def row_of(line: Line, today: date, near: Near | None = None) -> Row:
    """A line with its words."""
    text = " ".join(line.text.split())
    short = text if len(text) <= SHOWN else f"{text[:SHOWN].rsplit(' ', 1)[0]} …"
    away = distance_words(near.distance(line.lat, line.lon)) if near else ""
    return Row(line, tuple(tags_of(line.state, overdue=line.is_overdue(today))), short, away)


def tags_of(state: FaultState, *, overdue: bool) -> list[tuple[str, str]]:
    """The state, and whether it is late."""
    tags = [(state.tone, _(state.label))]
    return [*tags, ("late", _("Overdue"))] if overdue else tags


def tone_of(line: Line, today: date) -> str:
    """How its point on a map looks: late, or done."""
    if line.is_overdue(today):
        return "late"
    return "ok" if line.state is FaultState.REPAIRED else ""


def distance_words(metres: float) -> str:
    """350 m away, 1.2 km away."""
    if metres < 1000:
        return _("%(metres)s m away", metres=max(int(round(metres, -1)), 10))
    return _("%(km)s km away", km=format_number(round(metres / 1000, 1)))


def meaning(fault: Fault) -> str:
    """What its state means, with the day or the body where there is one."""
    if fault.state is FaultState.PLANNED and fault.planned_on:
        return _("The repair is planned for %(day)s.", day=format_date(fault.planned_on))
    if fault.state is FaultState.REPAIRED and fault.closed_at:
        return _("It was repaired on %(day)s.", day=format_date(fault.closed_at))
    if fault.state is FaultState.PASSED_ON and fault.body:
        name = plain(fault.body.name)
        return _("%(body)s is responsible. We have passed it on, and follow what becomes of it.", body=name)
    return _(MEANINGS[fault.state])


def term(fault: Fault, today: date) -> str:
    """By when it is to be repaired, or how that went; nothing where it does not matter."""
    if fault.state.is_ours:
        day, late = format_date(fault.due_on), fault.is_overdue(today)
        return _("It should have been repaired by %(day)s.", day=day) if late else _("Our limit: %(day)s.", day=day)
    if fault.state is not FaultState.REPAIRED or fault.closed_at is None:
        return ""
    return _("In time.") if athens_date(fault.closed_at) <= fault.due_on else _("Later than we had promised.")


def history(fault: Fault, units: dict[int, Any]) -> list[dict[str, Any]]:
    """Its steps for the timeline, newest first; of people only their unit. `units`: step → name of a unit."""
    earlier = [None, *(step.state for step in fault.steps)]
    return [
        {
            "at": step.at,
            "title": _step_title(step, before),
            "text": step.note,
            "tone": step.state.tone,
            "who": units.get(step.id),
        }
        for step, before in reversed(list(zip(fault.steps, earlier, strict=False)))
    ]


def _step_title(step: Any, before: FaultState | None) -> str:
    if before is FaultState.REPAIRED and step.state is FaultState.CONFIRMED:
        return _("Opened again")
    if step.state is FaultState.PLANNED and step.planned_on:
        return f"{_(step.state.label)}: {format_date(step.planned_on)}"
    return _(step.state.label)


def alt_of(photo: FaultPhoto, fault: Fault) -> str:
    """What a photograph shows: as staff wrote it, else what is known of it."""
    if said := plain(photo.alt):
        return said
    values = {"what": plain(fault.category.name), "where": fault.address or plain(place_of(fault))}
    if photo.moment is Moment.AFTER:
        return _("After the repair: %(what)s, %(where)s", **values)
    return _("Before the repair: %(what)s, %(where)s", **values)


def place_of(fault: Fault) -> Any:
    """The community it lies in."""
    return fault.community.name if fault.community else ""


def public_photos(fault: Fault) -> Sequence[FaultPhoto]:
    """Those that staff have looked at, in the order of time."""
    return [photo for photo in fault.photos if photo.public]
