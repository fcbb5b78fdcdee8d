"""Spans of time for which figures are given: a month, a quarter, a year."""

import re
from dataclasses import dataclass
from datetime import date

_CODE = re.compile(r"(\d{4})(?:-(?:Q([1-4])|(0[1-9]|1[0-2])))?", re.ASCII)


@dataclass(frozen=True, order=True)
class Span:
    """Whole months: 1, 3 or 12 of them."""

    first: date
    months: int

    @property
    def code(self) -> str:
        """As it stands in addresses: 2026, 2026-Q4, 2026-11."""
        if self.months == 12:
            return str(self.first.year)
        return f"{self.first.year}-Q{self.quarter}" if self.months == 3 else f"{self.first:%Y-%m}"

    @property
    def quarter(self) -> int:
        """The quarter in which it begins, 1 to 4."""
        return (self.first.month + 2) // 3

    @property
    def after(self) -> date:
        """The first day that no longer belongs to it."""
        return add_months(self.first, self.months)


def year(number: int) -> Span:
    """A calendar year."""
    return Span(date(number, 1, 1), 12)


def quarter_of(day: date) -> Span:
    """The quarter in which a day falls."""
    return Span(date(day.year, (day.month - 1) // 3 * 3 + 1, 1), 3)


def month_of(day: date) -> Span:
    """The month in which a day falls."""
    return Span(day.replace(day=1), 1)


def add_months(first: date, months: int) -> date:
    """The first day of a month that many months later."""
    number = first.year * 12 + first.month - 1 + months
    return date(number // 12, number % 12 + 1, 1)


def parse(code: str) -> Span | None:
    """The span with that code; None where it is none between 1990 and 2199."""
    found = _CODE.fullmatch(code)
    if not found or not 1990 <= int(found[1]) < 2200:
        return None
    number = int(found[1])
    if found[2]:
        return Span(date(number, int(found[2]) * 3 - 2, 1), 3)
    return Span(date(number, int(found[3]), 1), 1) if found[3] else year(number)
