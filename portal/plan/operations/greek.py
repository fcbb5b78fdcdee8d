"""Amounts and days as Greek programs write them: 1.234,56 and 31/12/2026."""

import re
import unicodedata
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from portal.core.texts import N_
from portal.plan.operations.cells import LARGEST, BadCell

_GROUPED = {mark: re.compile(rf"\d{{1,3}}(?:{re.escape(mark)}\d{{3}})+", re.ASCII) for mark in ".,"}
_PLAIN = re.compile(r"\d{1,15}(?:[.,]\d{1,12})*", re.ASCII)
_DAY_FIRST = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4}|\d{2})", re.ASCII)
_YEAR_FIRST = re.compile(r"(\d{4})[/.-](\d{1,2})[/.-](\d{1,2})", re.ASCII)
#: hours behind a date
_HOURS = re.compile(r"[T ]\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?(Z| ?[πμΠΜ]\.?[μΜ]\.?)?$", re.ASCII)
_YEARS = range(1990, 2101)


def folded(text: Any) -> str:
    """Words without accents, signs and capitals."""
    plain = unicodedata.normalize("NFKD", str(text).casefold())
    joined = "".join(letter for letter in plain if letter.isalnum())
    return joined.replace("ς", "σ")


def amount(cell: Any) -> Decimal:
    """Euro and cents; below zero with a minus before or behind, or in brackets.

    :raises BadCell: it is no amount, or one that can be read in two ways.
    """
    if isinstance(cell, (bool, date)):
        raise BadCell(_NO_AMOUNT, cell=str(cell))
    if isinstance(cell, (int, float)):
        return _in_cents(cell)
    text = re.sub(r"\s|€|eur(?:o|os)?\b|ευρώ|['’]", "", str(cell), flags=re.IGNORECASE).replace("−", "-")
    bare = text.strip("()").strip("+-")
    signs = text[: text.find(bare)] + text[text.find(bare) + len(bare) :] if bare else text
    if not _PLAIN.fullmatch(bare) or signs not in {"", "+", "-", "()"}:
        raise BadCell(_NO_AMOUNT, cell=str(cell)[:60])
    value = _whole_and_cents(bare, said=str(cell)[:60])
    if value > LARGEST:
        raise BadCell(N_("%(cell)s is too small or too large. Check the number."), cell=str(cell)[:60])
    return -value if signs in {"-", "()"} else value


_NO_AMOUNT = N_("“%(cell)s” is not an amount. Write it like 1.234,56.")
_TWO_WAYS = N_("“%(cell)s” can be read in two ways. Write the amount with its cents, like 1.234,00 or 1,23.")
_TOO_EXACT = N_("“%(cell)s” has more than two decimals. Amounts end with cents.")


def _in_cents(number: float) -> Decimal:
    """What a spreadsheet holds as a number; the last digits of a formula are not somebody's cents."""
    if number != number or abs(number) > LARGEST:  # noqa: PLR0124 – NaN
        raise BadCell(N_("%(cell)s is too small or too large. Check the number."), cell=str(number))
    exact = Decimal(repr(float(number)))
    value = exact.quantize(Decimal("0.01"))
    if abs(exact - value) > Decimal("0.000001"):
        raise BadCell(_TOO_EXACT, cell=str(number))
    return value + 0  # no -0


def _whole_and_cents(bare: str, *, said: str) -> Decimal:
    """Dots stand between thousands and the comma before cents; other ways are taken where they mean one thing only."""
    marks = [letter for letter in bare if letter in ".,"]
    if len(set(marks)) == 2:
        last = marks[-1]
        whole, _mark, cents = bare.rpartition(last)
        if marks.count(last) > 1 or not _GROUPED[marks[0]].fullmatch(whole):
            raise BadCell(_NO_AMOUNT, cell=said)
        return _with_cents(whole.replace(marks[0], ""), cents, said=said)
    if not marks:
        return _with_cents(bare, "", said=said)
    mark = marks[0]
    if len(marks) > 1:
        if not _GROUPED[mark].fullmatch(bare):
            raise BadCell(_NO_AMOUNT, cell=said)
        return _with_cents(bare.replace(mark, ""), "", said=said)
    whole, _mark, cents = bare.partition(mark)
    if len(cents) == 3 and mark == "." and _GROUPED[mark].fullmatch(bare) and not whole.startswith("0"):
        return _with_cents(whole + cents, "", said=said)  # 1.234 is one thousand and more in Greek
    if len(cents) == 3 and mark == ",":
        raise BadCell(_TWO_WAYS, cell=said)
    return _with_cents(whole, cents, said=said)


def _with_cents(whole: str, cents: str, *, said: str) -> Decimal:
    if len(cents.rstrip("0")) > 2:
        raise BadCell(_TOO_EXACT, cell=said)
    return Decimal(f"{whole}.{cents[:2] or '0'}").quantize(Decimal("0.01"))


def day(cell: Any) -> date:
    """A day: a date of a spreadsheet, 31/12/2026, 31-12-26 or 2026-12-31, with hours behind it or not.

    :raises BadCell: it is no day.
    """
    if isinstance(cell, datetime):
        return _ours(cell.date())
    if isinstance(cell, date):
        return _ours(cell)
    text = _HOURS.sub("", str(cell).strip())
    if found := _DAY_FIRST.fullmatch(text):
        number, month, year = (int(part) for part in found.groups())
        parts = (year + 2000 if len(found[3]) == 2 else year, month, number)
    elif found := _YEAR_FIRST.fullmatch(text):
        year, month, number = (int(part) for part in found.groups())
        parts = (year, month, number)
    else:
        raise BadCell(_NO_DAY, cell=str(cell)[:60])
    try:
        return _ours(date(*parts))
    except ValueError:
        raise BadCell(_NO_DAY, cell=str(cell)[:60]) from None


_NO_DAY = N_("“%(cell)s” is not a day. Write it like 31/12/2026, and format the column as a date.")


def _ours(found: date) -> date:
    if found.year not in _YEARS:
        raise BadCell(_NO_DAY, cell=f"{found:%d/%m/%Y}")
    return found


def year(cell: Any) -> int:
    """A year with four digits.

    :raises BadCell: it is none.
    """
    text = str(cell).removesuffix(".0")
    if not re.fullmatch(r"\s*\d{4}\s*", text, re.ASCII) or int(text) not in _YEARS:
        raise BadCell(
            N_("“%(cell)s” is not a year. Write it with four digits, as a plain number."), cell=str(cell)[:60]
        )
    return int(text)
