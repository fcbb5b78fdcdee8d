"""Numbers and money, written the Greek way (1.234,5) or the English way (1,234.5).

Where the two ways disagree the language of the page decides, and where even that would be a guess the field asks again:
a wrong reading is a thousand times too much or too little.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

from babel.numbers import format_currency, format_decimal, get_decimal_symbol
from flask_babel import get_locale, ngettext
from flask_babel import gettext as _
from wtforms.validators import ValidationError

from portal.core.fields.base import Text
from portal.core.fields.text import TextField

#: Beyond this, either way, a number is a slip of the finger; databases and PDFs count on it.
LARGEST = Decimal(10) ** 12
GROUPS = {mark: re.compile(rf"[0-9]{{1,3}}(?:{re.escape(mark)}[0-9]{{3}})+") for mark in ".,"}


class NotANumber(ValueError):
    """What was typed is not a number."""


class TwoReadings(ValueError):
    """What was typed is one number in Greek and another in English."""


def locale_now() -> str:
    """The language of this page, English as the British write it; Greek where there is none."""
    language = str(get_locale() or "el")
    return "en_GB" if language == "en" else language


def read_number(text: str, *, mark: str, decimals: int) -> Decimal:
    """The number that somebody typed, where `mark` is the decimal mark of the page and `decimals` how many make sense.

    :raises NotANumber: it is not one.
    :raises TwoReadings: a single mark before three digits, which the language does not settle.
    """
    compact = re.sub(r"[\s'’]", "", text).replace("−", "-")
    found = re.fullmatch(r"([+-]?)([0-9]{1,20}(?:[.,][0-9]{1,20}){0,8}|[.,][0-9]{1,20})", compact)
    if not found:
        raise NotANumber
    sign, body = found.groups()
    whole, fraction = _split(body, mark=mark, decimals=decimals)
    return Decimal(f"{sign}{whole or 0}.{fraction or 0}") if fraction else Decimal(f"{sign}{whole}")


def _split(body: str, *, mark: str, decimals: int) -> tuple[str, str]:
    """Whole part and decimals of a number without its sign, the thousands' marks taken out."""
    marks = re.findall(r"[.,]", body)
    if not marks:
        return body, ""
    last = marks[-1]
    if marks.count(last) > 1:  # 1.234.567: only thousands come more than once
        if not GROUPS[last].fullmatch(body):
            raise NotANumber
        return body.replace(last, ""), ""
    whole, _mark, fraction = body.rpartition(last)
    if len(marks) > 1:  # 1.234,5 or 1,234.5: the last mark is the decimal one, whatever the language
        if not GROUPS[marks[0]].fullmatch(whole):
            raise NotANumber
        return whole.replace(marks[0], ""), fraction
    if len(fraction) != 3 or not re.fullmatch(r"[1-9][0-9]{0,2}", whole):
        return whole, fraction
    if (last == mark) != (decimals >= 3):  # 1.234 in Greek euros is thousands, 1,234 in Greek euros is a puzzle
        if last == mark or decimals >= 3:
            raise TwoReadings
        return whole, fraction
    return (whole, fraction) if last == mark else (whole + fraction, "")


class NumberField(TextField):
    """A number; `data` is an exact Decimal, `answer` its digits with a point."""

    #: Limits, both included: int, str or Decimal.
    min: Any = None
    max: Any = None
    #: How many decimals make sense.
    decimals: int = 0
    #: What is counted, shown after the input (`m²`).
    unit: Text = ""
    classes: str = "govuk-input--width-10"
    spellcheck: bool | None = False

    empty = None

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.suffix = self.suffix or self.unit
        # the number pad of some phones has no minus
        signed = self.min is None or Decimal(self.min) < 0
        self.inputmode = self.inputmode or (
            "" if signed and self.min is not None else "decimal" if self.decimals else "numeric"
        )

    def read(self, text: str) -> Decimal:
        """The number.

        :raises ValidationError: not a number, or one that can be read in two ways.
        """
        try:
            return read_number(text, mark=get_decimal_symbol(locale_now()), decimals=self.decimals)
        except TwoReadings as error:
            digits = re.sub(r"[^0-9]", "", text)
            raise ValidationError(
                _(
                    "“%(typed)s” can be read in two ways. If you mean %(digits)s, leave out the thousands separator",
                    typed=text,
                    digits=digits,
                ),
            ) from error
        except NotANumber as error:
            raise ValidationError(
                _("Enter “%(label)s” as a number, like %(example)s", label=self.title, example=self.example())
            ) from error

    def load(self, value: Any) -> Any:
        """A number or its digits.

        :raises ValueError: it is not a finite number.
        """
        number = Decimal(str(value))
        if not number.is_finite() or abs(number) > LARGEST:
            raise ValueError(value)
        return self.rounded(number)

    def show(self, value: Any) -> str:
        """Digits and the decimal mark of the language; no thousands, so that nobody has to guess."""
        return "" if value is None else f"{value:f}".replace(".", get_decimal_symbol(locale_now()))

    @property
    def answer(self) -> Any:
        """Digits with a point."""
        return None if self.data is None else f"{self.data:f}"

    def check(self) -> None:
        """Limits and decimals; the value gets the decimals of the field.

        :raises ValidationError: outside the limits, or with too many decimals.
        """
        low = -LARGEST if self.min is None else Decimal(self.min)
        high = LARGEST if self.max is None else Decimal(self.max)
        if self.data < low:
            raise ValidationError(_("“%(label)s” must be %(limit)s or more", label=self.title, limit=self.written(low)))
        if self.data > high:
            raise ValidationError(
                _("“%(label)s” must be %(limit)s or less", label=self.title, limit=self.written(high))
            )
        if self.rounded(self.data) != self.data:
            raise ValidationError(self.too_exact())
        self.data = self.rounded(self.data)

    def too_exact(self) -> str:
        """The message for too many decimals."""
        if not self.decimals:
            return str(
                _("“%(label)s” must be a whole number, like %(example)s", label=self.title, example=self.example())
            )
        message: str = ngettext(
            "“%(label)s” can have at most %(num)d decimal, like %(example)s",
            "“%(label)s” can have at most %(num)d decimals, like %(example)s",
            self.decimals, label=self.title, example=self.example(),
        )  # fmt: skip
        return message

    def rounded(self, value: Decimal) -> Decimal:
        """The value with as many decimals as the field has."""
        return value.quantize(Decimal(1).scaleb(-self.decimals))

    def example(self) -> str:
        """A number as this page writes it."""
        return format_decimal(Decimal("1250.5") if self.decimals else 1250, locale=locale_now(), group_separator=False)

    def written(self, value: Decimal) -> str:
        """A limit as people read it."""
        return format_decimal(value, locale=locale_now())


class MoneyField(NumberField):
    """An amount in euro; `data` is a Decimal with two decimals."""

    min: Any = 0
    max: Any = Decimal("99999999.99")
    decimals: int = 2
    unit: Text = "€"

    def read(self, text: str) -> Decimal:
        """The amount; the euro sign stands beside the input, and typing it too is no mistake.

        :raises ValidationError: not an amount.
        """
        return super().read(re.sub(r"€|\beuros?\b|\beur\b|\bευρώ\b", "", text, flags=re.IGNORECASE).strip())

    def written(self, value: Decimal) -> str:
        """A limit in euro."""
        return format_currency(value, "EUR", locale=locale_now())
