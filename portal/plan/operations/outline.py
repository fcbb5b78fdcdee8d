"""The parts of a draft: its content as a tree by axis, each part of which can be read and commented on."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from typing import Any

from portal.core.texts import Translated
from portal.plan.operations.sheets import TABLES
from portal.plan.operations.workbook import FUNDING

#: level → key of the column in which the part above stands; goals and axes stand on their own
_ABOVE = {"measure": "parent", "objective": "parent", "action": "parent", "indicator": "belongs_to"}
LEVELS = ("goal", "axis", *_ABOVE)


@dataclass(frozen=True)
class Cost:
    """What a draft foresees for an action in a year."""

    source: str
    #: Κ.Α. of the municipal budget; "" where it has none yet
    budget_code: str
    year: int
    amount: Decimal


@dataclass(frozen=True)
class Part:
    """A goal, axis, measure, objective, action or indicator of a draft."""

    level: str
    code: str
    title: Translated
    description: Translated
    #: what else stands in its row
    row: Mapping[str, Any]
    #: of an action: what it costs, line by line
    costs: Sequence[Cost] = ()
    parts: list["Part"] = field(default_factory=list)

    @property
    def budget(self) -> Decimal:
        """Of all years and sources together; 0 for what is no action."""
        return sum((cost.amount for cost in self.costs), Decimal(0))

    def every(self) -> Iterator["Part"]:
        """Itself and everything below it."""
        yield self
        for part in self.parts:
            yield from part.every()


@dataclass(frozen=True)
class Outline:
    """A draft as people read it."""

    title: Translated
    vision: Translated
    goals: list[Part]
    axes: list[Part]

    @cached_property
    def parts(self) -> dict[str, Part]:
        """Code → part."""
        return {part.code: part for top in (*self.goals, *self.axes) for part in top.every()}

    @cached_property
    def axis_of(self) -> dict[str, str]:
        """Code of a part → code of its axis; "" for goals."""
        found = {part.code: axis.code for axis in self.axes for part in axis.every()}
        return {**dict.fromkeys(self.parts, ""), **found}

    def above(self, code: str) -> list[Part]:
        """The parts to which a part belongs, the axis first."""
        path: list[Part] = []
        while (up := self._parent.get(code)) is not None:
            path.insert(0, up)
            code = up.code
        return path

    @cached_property
    def _parent(self) -> dict[str, Part]:
        return {below.code: part for part in self.parts.values() for below in part.parts}


def outline(content: Mapping[str, Any]) -> Outline:
    """The tree of a content; what belongs to nothing in it is left out."""
    sheets = {table.name: content["sheets"].get(table.sheet, ()) for table in TABLES}
    costs: dict[str, list[Cost]] = defaultdict(list)
    for row in content["sheets"].get(FUNDING, ()):
        costs[row["action"]] += _costs(row)
    found: dict[str, Part] = {}
    tops: dict[str, list[Part]] = {"goal": [], "axis": []}
    for level in LEVELS:
        for row in sheets[level]:
            part = _part(level, row, costs)
            if level in tops:
                tops[level].append(part)
            elif (above := found.get(row.get(_ABOVE[level]) or "")) is not None:
                above.parts.append(part)
            else:
                continue
            found[part.code] = part
    head = content["plan"]
    return Outline(Translated(head["title"] or {}), Translated(head["vision"] or {}), tops["goal"], tops["axis"])


def _costs(row: Mapping[str, Any]) -> Iterator[Cost]:
    for year, amount in row["amounts"].items():
        if amount and Decimal(amount):
            yield Cost(row["source"], row["budget_code"] or "", int(year), Decimal(amount))


def _part(level: str, row: Mapping[str, Any], costs: Mapping[str, Sequence[Cost]]) -> Part:
    told = row.get("definition" if level == "indicator" else "description") or {}
    of = costs.get(row["code"], ()) if level == "action" else ()
    return Part(level, row["code"], Translated(row["title"]), Translated(told), row, of)
