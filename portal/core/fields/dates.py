"""A date in three inputs: no calendar to fight with, and what was typed always comes back."""

from __future__ import annotations

import functools
import re
import unicodedata
from collections.abc import Callable
from datetime import date
from typing import Any

from babel.dates import format_date, get_month_names
from flask_babel import gettext as _
from markupsafe import Markup
from wtforms.utils import unset_value
from wtforms.validators import ValidationError

from portal.core import clock
from portal.core.fields.base import Field, component
from portal.core.fields.numbers import locale_now
from portal.core.fields.text import clean

Limit = date | str | Callable[[], date] | None
PARTS = ("day", "month", "year")
#: Years outside are slips of the finger, not dates of a municipality's business.
YEARS = range(1800, 2201)
#: Languages whose month names are understood on every page.
MONTH_LANGUAGES = ("el", "en")


def folded(text: str) -> str:
    """Small letters without accents and marks."""
    return "".join(letter for letter in unicodedata.normalize("NFKD", text.casefold()) if letter.isalpha())


@functools.cache
def _months() -> list[tuple[str, int]]:
    """Month names, folded, in all their forms and cases."""
    forms: list[tuple[str, Any, Any]] = [
        (language, width, context)
        for language in MONTH_LANGUAGES
        for width in ("wide", "abbreviated")
        for context in ("format", "stand-alone")
    ]
    return [
        (folded(name), month)
        for language, width, context in forms
        for month, name in get_month_names(width, context, locale=language).items()
    ]


def month_number(text: str) -> int | None:
    """1 to 12 from a number or a name, whole or its first three letters or more; None if it is neither."""
    if re.fullmatch(r"0*[0-9]{1,2}", text[:9]):
        return int(text[:9])
    name = folded(text[:40])
    found = {month for known, month in _months() if len(name) >= 3 and known.startswith(name)}
    return found.pop() if len(found) == 1 else None


class DateField(Field):
    """A day; sent as `<name>-day`, `<name>-month`, `<name>-year`. `data` is a date, `answer` its ISO form.

    With `autocomplete="bday"` the browser fills in a date of birth.
    """

    #: Limits, both included: a date, its ISO form, "today", or a function that returns a date.
    not_before: Limit = None
    not_after: Limit = None

    def process(self, formdata: Any, data: Any = unset_value, extra_filters: Any = None) -> None:
        """Take the three inputs together."""
        #: which of the three the message is about
        self.wrong: tuple[str, ...] = ()
        super().process(None, data, extra_filters)
        if formdata is None:
            return
        self.typed = {part: self._sent(formdata, part) for part in PARTS}
        self.raw_data = list(self.typed.values())
        self.data = None
        try:
            self.data = None if self.is_empty() else self._date()
        except ValidationError as error:
            self.process_errors.append(str(error))

    def _sent(self, formdata: Any, part: str) -> str:
        values = formdata.getlist(f"{self.name}-{part}")
        return clean(next((value for value in values if isinstance(value, str)), ""))

    def is_empty(self) -> bool:
        """Whether all three inputs are empty."""
        return not any(self.typed.values())

    def load(self, value: Any) -> date:
        """A date or its ISO form."""
        return value if isinstance(value, date) else date.fromisoformat(value)

    def process_data(self, value: Any) -> None:
        """Take a date or its ISO form; anything else counts as none."""
        super().process_data(value)
        if not isinstance(self.typed, dict):
            self.typed = self.show(None)

    def show(self, value: Any) -> dict[str, str]:
        """The three inputs."""
        return {part: str(getattr(value, part)) if value else "" for part in PARTS}

    @property
    def answer(self) -> Any:
        """The ISO form."""
        return self.data.isoformat() if self.data else None

    def _date(self) -> date:
        self.wrong = tuple(part for part in PARTS if not self.typed[part])
        if self.wrong:
            raise ValidationError(self._incomplete())
        day, month, year = self._numbers()
        try:
            return date(year, month, day)
        except ValueError as error:
            self.wrong = PARTS
            typed = "/".join(self.typed[part][:20] for part in PARTS)
            raise ValidationError(
                _("%(typed)s is not a day of the calendar. Check “%(label)s”", typed=typed, label=self.title)
            ) from error

    def _numbers(self) -> tuple[int, int, int]:
        """Day, month and year as numbers; whether they make a day is another question."""
        day, month, year = (self.typed[part] for part in PARTS)
        number = month_number(month)
        if not re.fullmatch(r"0*[0-9]{1,2}", day) or len(day) > 9 or not 1 <= int(day) <= 31:
            self.wrong = ("day",)
            raise ValidationError(_("“%(label)s”: the day must be a number from 1 to 31", label=self.title))
        if number is None or not 1 <= number <= 12:
            self.wrong = ("month",)
            raise ValidationError(
                _("“%(label)s”: the month must be a number from 1 to 12, or its name", label=self.title)
            )
        if not re.fullmatch(r"[0-9]{4}", year) or int(year) not in YEARS:
            self.wrong = ("year",)
            raise ValidationError(
                _("“%(label)s”: write the year with four digits, like %(year)s", label=self.title, year=today().year)
            )
        return int(day), number, int(year)

    def _incomplete(self) -> str:
        sentences = {
            ("day",): _("Add the day to “%(label)s”", label=self.title),
            ("month",): _("Add the month to “%(label)s”", label=self.title),
            ("year",): _("Add the year to “%(label)s”", label=self.title),
            ("day", "month"): _("Add the day and the month to “%(label)s”", label=self.title),
            ("day", "year"): _("Add the day and the year to “%(label)s”", label=self.title),
            ("month", "year"): _("Add the month and the year to “%(label)s”", label=self.title),
        }
        return str(sentences[self.wrong])

    def check(self) -> None:
        """Not before, not after.

        :raises ValidationError: outside the limits.
        """
        low, high = limit(self.not_before), limit(self.not_after)
        self.wrong = PARTS
        if low and self.data < low:
            raise ValidationError(_("“%(label)s” must be %(limit)s or later", label=self.title, limit=written(low)))
        if high and self.data > high:
            raise ValidationError(_("“%(label)s” must be %(limit)s or earlier", label=self.title, limit=written(high)))
        self.wrong = ()

    def missing_message(self) -> str:
        """Names the date."""
        return str(self.missing) or _("Enter the date: “%(label)s”", label=self.title)

    @property
    def help_text(self) -> str:
        """An example, unless there is a better hint."""
        return str(self.help) or _("For example, %(example)s", example=f"27 3 {today().year}")

    @property
    def first_id(self) -> str:
        """The first input with a mistake."""
        return f"{self.id}-{self.wrong[0] if self.wrong else 'day'}"

    def render(self, params: dict[str, Any]) -> Markup:
        """Three inputs in a fieldset."""
        labels = {"day": _("Day"), "month": _("Month"), "year": _("Year")}
        params["namePrefix"] = self.name
        params["items"] = [self._item(part, labels[part], params["attributes"]) for part in PARTS]
        return component("date-input", params | {"attributes": {}, "classes": ""})

    def _item(self, part: str, label: str, attributes: dict[str, Any]) -> dict[str, Any]:
        classes = f"govuk-input--width-{4 if part == 'year' else 2}"
        marked = bool(self.errors) and part in (self.wrong or PARTS)
        return {
            "name": part,
            "label": label,
            "value": self.typed[part],
            # a month may be written as a word, so its keyboard has letters
            "inputmode": "text" if part == "month" else "numeric",
            "classes": f"{classes} govuk-input--error" if marked else classes,
            "autocomplete": f"{self.autocomplete}-{part}" if self.autocomplete else None,
            "attributes": attributes if part == self.first_id.rpartition("-")[2] else {},
        }


def today() -> date:
    """This day in Greece."""
    return clock.athens_date(clock.now())


def limit(value: Limit) -> date | None:
    """The date a limit stands for."""
    if value == "today":
        return today()
    if isinstance(value, str):
        return date.fromisoformat(value)
    return value() if callable(value) else value


def written(value: date) -> str:
    """A date as people read it: 27 March 2026."""
    return format_date(value, "long", locale=locale_now())
