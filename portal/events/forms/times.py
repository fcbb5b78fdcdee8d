"""When an event takes place, as people say it: a day, hours, “every Tuesday until May” – and as a rule (RFC 5545)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, ClassVar

from flask_babel import gettext as _
from wtforms.validators import ValidationError

from portal.core.choices import Choice
from portal.core.fields import TextField
from portal.core.texts import N_

DAY = 24 * 60
#: how long something takes if nobody says it
ASSUMED = 120
WEEKDAYS = {
    "MO": N_("Monday"),
    "TU": N_("Tuesday"),
    "WE": N_("Wednesday"),
    "TH": N_("Thursday"),
    "FR": N_("Friday"),
    "SA": N_("Saturday"),
    "SU": N_("Sunday"),
}
_CODES = list(WEEKDAYS)


class Repeat(Choice):
    """How an event comes again."""

    NO = "no", N_("No, it takes place once")
    DAILY = "daily", N_("Every day")
    WEEKLY = "weekly", N_("Every week")
    MONTHLY = "monthly", N_("Every month")
    DATES = "dates", N_("On other dates")
    KEPT = "kept", N_("By its own rule, which stays as it is")


class Monthly(Choice):
    """By what the day of a month is found."""

    DAY = "day", N_("On the same date, for example the 15th")
    WEEKDAY = "weekday", N_("On the same weekday, for example the second Sunday")
    LAST = "last", N_("On the last such weekday of the month")


class TimeField(TextField):
    """A time of day; `data` is a time, `answer` its ISO form."""

    max: int = 8
    classes: str = "govuk-input--width-5"
    autocomplete: str = "off"
    spellcheck: bool | None = False
    empty: ClassVar[Any] = None

    def read(self, text: str) -> time:
        """21:30, 21.30, or 21 alone.

        :raises ValidationError: anything else.
        """
        found = re.fullmatch(r"([0-9]{1,2})(?:[:.]([0-9]{2}))?", text)
        if not found or int(found[1]) > 23 or int(found[2] or 0) > 59:
            raise ValidationError(_("“%(label)s”: write hours and minutes, like 21:30", label=self.title))
        return time(int(found[1]), int(found[2] or 0))

    def load(self, value: Any) -> Any:
        """A time or its ISO form."""
        return value if isinstance(value, time) else time.fromisoformat(value)

    def show(self, value: Any) -> str:
        """21:30."""
        return "" if value is None else f"{value:%H:%M}"


class CannotBe(ValueError):
    """Times that do not fit together; the field, and the message for people."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field, self.message = field, message


@dataclass(frozen=True)
class Hours:
    """First day and hours as they are written in a form."""

    starts_on: date
    starts_at: time | None
    ends_on: date | None
    ends_at: time | None

    def minutes(self) -> int:
        """How long it takes; whole days if no hour is given.

        :raises CannotBe: if the end comes before the beginning, or an hour is missing.
        """
        if self.starts_at is None:
            if self.ends_at is not None:
                raise CannotBe("starts_at", _("Enter the time at which it begins"))
            days = ((self.ends_on or self.starts_on) - self.starts_on).days + 1
            if days < 1:
                raise CannotBe("ends_on", _("The last day cannot be before the first"))
            return days * DAY
        start = datetime.combine(self.starts_on, self.starts_at)
        if self.ends_at is None:
            if self.ends_on not in {None, self.starts_on}:
                raise CannotBe("ends_at", _("Enter the time at which it ends"))
            return ASSUMED
        end = datetime.combine(self.ends_on or self.starts_on, self.ends_at)
        if self.ends_on is None and end <= start:  # from 21:00 to 01:00
            end += timedelta(days=1)
        if end <= start:
            raise CannotBe("ends_at", _("The end must come after the beginning"))
        return int((end - start).total_seconds() // 60)


def hours_in(form: Any) -> Hours:
    """What stands in a form that asks for days and hours."""
    return Hours(form.starts_on.data, form.starts_at.data, form.ends_on.data, form.ends_at.data)


def hours_fit(form: Any) -> bool:
    """Whether they fit together; what does not is said at its field."""
    try:
        hours_in(form).minutes()
    except CannotBe as problem:
        form[problem.field].refuse(problem.message)
        return False
    return True


def hours_of(starts_on: date, starts_at: time | None, minutes: int) -> dict[str, Any]:
    """The same, for the fields of a form; the last day only where it has to be said."""
    if starts_at is None:
        last = starts_on + timedelta(days=-(-minutes // DAY) - 1)
        return {"starts_on": starts_on, "ends_on": last if last > starts_on else None}
    start = datetime.combine(starts_on, starts_at)
    end = start + timedelta(minutes=minutes)
    said = end.date() > starts_on and minutes >= DAY
    return {
        "starts_on": starts_on,
        "starts_at": starts_at,
        "ends_on": end.date() if said else None,
        "ends_at": end.time(),
    }


# -- rules


@dataclass(frozen=True)
class Pattern:
    """How it comes again, as it is written in a form."""

    repeat: Repeat
    weekdays: tuple[str, ...] = ()
    monthly: Monthly = Monthly.DAY
    until: date | None = None

    def holds(self, day: date) -> bool:
        """Whether a day is one of the days of the week, if those matter."""
        return self.repeat is not Repeat.WEEKLY or _CODES[day.weekday()] in self.weekdays

    def rule(self, starts_on: date, starts_at: time | None) -> str | None:
        """The rule; None if it does not repeat by one."""
        if self.repeat in {Repeat.NO, Repeat.DATES, Repeat.KEPT}:
            return None
        parts = [f"FREQ={self.repeat.value.upper()}"]
        if self.repeat is Repeat.WEEKLY:
            days = self.weekdays or (_CODES[starts_on.weekday()],)
            parts.append("BYDAY=" + ",".join(code for code in _CODES if code in days))
        if self.repeat is Repeat.MONTHLY and self.monthly is not Monthly.DAY:
            nth = -1 if self.monthly is Monthly.LAST else (starts_on.day - 1) // 7 + 1
            parts.append(f"BYDAY={nth}{_CODES[starts_on.weekday()]}")
        if self.until:
            parts.append(f"UNTIL={self.until:%Y%m%d}" + ("" if starts_at is None else "T235959"))
        return ";".join(parts)


def pattern_of(rule: str | None, starts_on: date, starts_at: time | None, *, dates: bool) -> Pattern:
    """The pattern that a rule was made of; `KEPT` if people could not write it in our form."""
    if not rule:
        return Pattern(Repeat.DATES if dates else Repeat.NO)
    parts = _parts(rule)
    try:
        made = Pattern(Repeat(parts["FREQ"].lower()), *_details(parts))
        same = _plain(parts, starts_on) == _plain(_parts(made.rule(starts_on, starts_at) or ""), starts_on)
    except (KeyError, ValueError):
        same = False
    return made if same else Pattern(Repeat.KEPT)


def _parts(rule: str) -> dict[str, str]:
    return dict(part.partition("=")[::2] for part in rule.upper().split(";"))


def _plain(parts: Mapping[str, str], starts_on: date) -> dict[str, str]:
    """A rule with what it leaves unsaid, and without the hour of its end."""
    weekly = {"BYDAY": _CODES[starts_on.weekday()]} if parts["FREQ"] == "WEEKLY" else {}
    until = {"UNTIL": parts["UNTIL"][:8]} if "UNTIL" in parts else {}
    return {**weekly, **parts, **until}


def _details(parts: Mapping[str, str]) -> tuple[tuple[str, ...], Monthly, date | None]:
    until = parts.get("UNTIL", "")[:8]
    last = datetime.strptime(until, "%Y%m%d").date() if until else None  # noqa: DTZ007 – a day on the wall's calendar
    by_day = parts.get("BYDAY", "")
    if parts["FREQ"] == "WEEKLY":
        return tuple(by_day.split(",")) if by_day else (), Monthly.DAY, last
    monthly = Monthly.DAY if not by_day else Monthly.LAST if by_day.startswith("-1") else Monthly.WEEKDAY
    return (), monthly, last
