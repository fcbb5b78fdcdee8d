"""Figures that are calculated from other figures: arithmetic over codes, and nothing else.

`Δ.1.2.01 / Δ.1.2.02 * 100`: codes of indicators, numbers, `+ - * /` and brackets.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, DivisionByZero, InvalidOperation

_TOKEN = re.compile(r"\s*(?:(?P<code>Δ\.\d{1,2}\.\d{1,2}\.\d{2})|(?P<number>\d+(?:[.,]\d+)?)|(?P<sign>[-+*/()]))")
#: nobody writes more
DEEPEST = 20


class BadCalculation(ValueError):
    """It cannot be read; the text says from where on."""


@dataclass(frozen=True)
class Calculation:
    """A calculation that can be read; `steps` in the order in which a stack machine takes them."""

    steps: tuple[str | Decimal, ...]

    @property
    def codes(self) -> tuple[str, ...]:
        """The indicators it speaks of."""
        return tuple(dict.fromkeys(step for step in self.steps if isinstance(step, str) and step[0] == "Δ"))

    def value(self, figures: Mapping[str, Decimal | None]) -> Decimal | None:
        """What it comes to; None where a figure is missing, or something is divided by nothing."""
        stack: list[Decimal] = []
        for step in self.steps:
            if isinstance(step, Decimal):
                stack.append(step)
            elif step[0] == "Δ":
                figure = figures.get(step)
                if figure is None:
                    return None
                stack.append(figure)
            else:
                right, left = stack.pop(), stack.pop()
                try:
                    stack.append(_OF[step](left, right))
                except (DivisionByZero, InvalidOperation):
                    return None
        return stack.pop()


_OF = {
    "+": lambda left, right: left + right,
    "-": lambda left, right: left - right,
    "*": lambda left, right: left * right,
    "/": lambda left, right: left / right,
}


def parse(text: str) -> Calculation:
    """Read a calculation.

    :raises BadCalculation: if it cannot be read, with the part that cannot.
    """
    reader = _Reader(text)
    reader.sum(0)
    if reader.rest.strip():
        raise BadCalculation(reader.rest.strip())
    return Calculation(tuple(reader.steps))


class _Reader:
    def __init__(self, text: str) -> None:
        self.rest = text
        self.steps: list[str | Decimal] = []

    def sum(self, depth: int) -> None:
        self._chain("+-", lambda: self._chain("*/", lambda: self._value(depth)))

    def _chain(self, signs: str, part: object) -> None:
        assert callable(part)
        part()
        while (sign := self.rest.lstrip()[:1]) and sign in signs:
            self.rest = self.rest.lstrip()[1:]
            part()
            self.steps.append(sign)

    def _value(self, depth: int) -> None:
        found = _TOKEN.match(self.rest)
        if found is None or depth > DEEPEST:
            raise BadCalculation(self.rest.strip())
        whole, self.rest = self.rest, self.rest[found.end() :]
        if found["code"]:
            self.steps.append(found["code"])
        elif found["number"]:
            self.steps.append(Decimal(found["number"].replace(",", ".")))
        elif found["sign"] == "(":
            self.sum(depth + 1)
            if not self.rest.lstrip().startswith(")"):
                raise BadCalculation(self.rest.strip())
            self.rest = self.rest.lstrip()[1:]
        else:
            raise BadCalculation(whole.strip())
