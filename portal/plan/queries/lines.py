"""What stands in the Annual Action Programme and the Technical Programme: the shape of `Programme.content`.

`{"lines": [Line…], "names": {"node" | "source" | "unit" | "community": {code: {language: name}}}}`; dates are written
as ISO, amounts and quantities as text, so that no cent is lost. Names stand beside the lines, so that an approved
programme reads the same for ever.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Any

from portal.core.texts import Translated
from portal.plan.models import ActionKind

ZERO = Decimal("0.00")
QUARTERS = (1, 2, 3, 4)


def quarter_of(day: date) -> int:
    """The quarter of a day, 1 to 4."""
    return (day.month + 2) // 3


@dataclass(frozen=True)
class Output:
    """What is to be there by a day of the year."""

    title: Translated
    due_on: date
    #: None: it is done or not
    quantity: Decimal | None = None
    unit_of_measure: Translated = field(default_factory=Translated)
    #: the milestone of the plan that it comes from; "": of none
    milestone: str = ""

    @property
    def quarter(self) -> int:
        """In which it is due."""
        return quarter_of(self.due_on)

    def dump(self) -> dict[str, Any]:
        """As JSON keeps it."""
        return {
            "title": dict(self.title),
            "due_on": self.due_on.isoformat(),
            "quantity": None if self.quantity is None else f"{self.quantity.normalize():f}",
            "unit_of_measure": dict(self.unit_of_measure),
            "milestone": self.milestone,
        }

    @classmethod
    def load(cls, kept: Mapping[str, Any]) -> Output:
        """What was kept."""
        return cls(
            Translated(kept["title"]),
            date.fromisoformat(kept["due_on"]),
            None if kept["quantity"] is None else Decimal(kept["quantity"]),
            Translated(kept["unit_of_measure"]),
            kept["milestone"],
        )


@dataclass(frozen=True)
class Cost:
    """What it may cost in the year from one source, under one code of the budget."""

    source: str
    #: Κ.Α.; "": none yet
    budget_code: str
    amount: Decimal

    def dump(self) -> dict[str, Any]:
        """As JSON keeps it."""
        return {"source": self.source, "budget_code": self.budget_code, "amount": f"{self.amount:.2f}"}

    @classmethod
    def load(cls, kept: Mapping[str, Any]) -> Cost:
        """What was kept."""
        return cls(kept["source"], kept["budget_code"], Decimal(kept["amount"]))


@dataclass(frozen=True, kw_only=True)
class Line:
    """An action in the programme of a year."""

    #: its code, which begins with those of its axis, measure and objective
    action: str
    title: Translated
    kind: ActionKind
    outputs: tuple[Output, ...] = ()
    #: its days as a whole, this year or not
    starts_on: date | None = None
    ends_on: date | None = None
    costs: tuple[Cost, ...] = ()
    preconditions: Translated = field(default_factory=Translated)
    #: codes; empty: the whole municipality
    communities: tuple[str, ...] = ()
    #: code of the unit that carries it out
    unit: str = ""

    @property
    def axis(self) -> str:
        """The code of its axis."""
        return self.action.partition(".")[0]

    @property
    def measure(self) -> str:
        """The code of its measure."""
        return ".".join(self.action.split(".")[:2])

    @property
    def total(self) -> Decimal:
        """What it costs in the year."""
        return sum((cost.amount for cost in self.costs), ZERO)

    @property
    def by_source(self) -> dict[str, Decimal]:
        """Source → amount."""
        found: dict[str, Decimal] = {}
        for cost in self.costs:
            found[cost.source] = found.get(cost.source, ZERO) + cost.amount
        return found

    def quarters(self, year: int) -> tuple[int, ...]:
        """The quarters in which work goes on."""
        first = self.starts_on or date(year, 1, 1)
        last = self.ends_on or date(year, 12, 31)
        return tuple(
            number
            for number in QUARTERS
            if first < (date(year, number * 3 + 1, 1) if number < 4 else date(year + 1, 1, 1))
            and last >= date(year, number * 3 - 2, 1)
        )

    def due_in(self, quarter: int) -> list[Output]:
        """The outputs that are due in a quarter."""
        return [output for output in self.outputs if output.quarter == quarter]

    def dump(self) -> dict[str, Any]:
        """As JSON keeps it."""
        return {
            "action": self.action,
            "title": dict(self.title),
            "kind": self.kind.value,
            "outputs": [output.dump() for output in self.outputs],
            "starts_on": self.starts_on.isoformat() if self.starts_on else None,
            "ends_on": self.ends_on.isoformat() if self.ends_on else None,
            "costs": [cost.dump() for cost in self.costs],
            "preconditions": dict(self.preconditions),
            "communities": list(self.communities),
            "unit": self.unit,
        }

    @classmethod
    def load(cls, kept: Mapping[str, Any]) -> Line:
        """What was kept."""
        return cls(
            action=kept["action"],
            title=Translated(kept["title"]),
            kind=ActionKind(kept["kind"]),
            outputs=tuple(Output.load(each) for each in kept["outputs"]),
            starts_on=_day(kept["starts_on"]),
            ends_on=_day(kept["ends_on"]),
            costs=tuple(Cost.load(each) for each in kept["costs"]),
            preconditions=Translated(kept["preconditions"]),
            communities=tuple(kept["communities"]),
            unit=kept["unit"],
        )


def _day(kept: str | None) -> date | None:
    return date.fromisoformat(kept) if kept else None


#: "node", "source", "unit" or "community" → code → name
Names = Mapping[str, Mapping[str, Translated]]


@dataclass(frozen=True)
class Lines:
    """The lines of a programme, in the order of the plan, with the names of what they point to."""

    lines: tuple[Line, ...]
    names: Names = field(default_factory=dict)

    def __iter__(self) -> Any:
        """The lines."""
        return iter(self.lines)

    def dump(self) -> dict[str, Any]:
        """`Programme.content`."""
        return {
            "lines": [line.dump() for line in self.lines],
            "names": {kind: {code: dict(name) for code, name in held.items()} for kind, held in self.names.items()},
        }

    @classmethod
    def load(cls, content: Mapping[str, Any]) -> Lines:
        """The lines of a `Programme.content`."""
        names = {
            kind: {code: Translated(name) for code, name in held.items()}
            for kind, held in content.get("names", {}).items()
        }
        return cls(tuple(Line.load(each) for each in content.get("lines", ())), names)

    def get(self, action: str) -> Line | None:
        """The line of an action."""
        return next((line for line in self.lines if line.action == action), None)

    def name(self, kind: str, code: str) -> Translated:
        """How something is called; its code, where nothing is known."""
        return self.names.get(kind, {}).get(code) or Translated(el=code)

    def of_axis(self, code: str) -> Lines:
        """Only the lines of an axis."""
        return replace(self, lines=tuple(line for line in self.lines if line.axis == code))

    def of_kinds(self, kinds: Iterable[ActionKind]) -> Lines:
        """Only the lines of some kinds."""
        wanted = set(kinds)
        return replace(self, lines=tuple(line for line in self.lines if line.kind in wanted))

    @property
    def axes(self) -> Sequence[str]:
        """The codes of the axes that have lines."""
        return list(dict.fromkeys(line.axis for line in self.lines))

    @property
    def total(self) -> Decimal:
        """What everything costs in the year."""
        return sum((line.total for line in self.lines), ZERO)

    @property
    def by_source(self) -> dict[str, Decimal]:
        """Source → amount, in the order of the sources; what gives nothing is left out."""
        found: dict[str, Decimal] = dict.fromkeys(self.names.get("source", {}), ZERO)
        for line in self.lines:
            for source, amount in line.by_source.items():
                found[source] = found.get(source, ZERO) + amount
        return {source: amount for source, amount in found.items() if amount}
