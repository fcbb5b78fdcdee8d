"""What is broken in the demonstration and what people write about it: `faults-demo.yaml`, see docs/demonstration.md."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import cos, radians
from pathlib import Path
from random import Random
from typing import Any

import yaml

from portal.core.texts import Translated

FILE = "faults-demo.yaml"
#: metres in one degree of latitude
_DEGREE = 111_195.0
#: metres around a street's point, where the file says nothing: to the south, west, north and east
_REACH = (90, 90, 40, 90)


@dataclass(frozen=True)
class Street:
    """A street by its point, and how far faults lie from it; by the sea it reaches inland only."""

    name: Mapping[str, str]
    lat: float
    lon: float
    reach: Sequence[int] = _REACH
    weight: int = 1

    def somewhere(self, rng: Random) -> tuple[float, float]:
        """A point of it."""
        south, west, north, east = self.reach
        return self.moved(rng.uniform(-south, north), rng.uniform(-west, east))

    def moved(self, up: float, across: float) -> tuple[float, float]:
        """So many metres to the north and to the east of its point."""
        lon = self.lon + across / _DEGREE / cos(radians(self.lat))
        return round(self.lat + up / _DEGREE, 6), round(lon, 6)

    def address(self, language: str, number: int | None = None) -> str:
        """As people write it: street, number, town."""
        street, _, town = (self.name.get(language) or self.name["el"]).partition(", ")
        return f"{street}{f' {number}' if number else ''}, {town}"


@dataclass(frozen=True)
class Troubles:
    """The content of the file, as read."""

    data: Mapping[str, Any]

    @property
    def number(self) -> int:
        """How many reports a demonstration of this municipality has."""
        return int(self.data["reports"])

    @cached_property
    def streets(self) -> Sequence[Street]:
        """Where things break."""
        return [Street(**item) for item in self.data["streets"]]

    @property
    def categories(self) -> Mapping[str, Mapping[str, Any]]:
        """By code of the category: what is written about it and how it is repaired."""
        found: Mapping[str, Mapping[str, Any]] = self.data["categories"]
        return found

    def street(self, rng: Random) -> Street:
        """One of them; busy ones more often."""
        return rng.choices(self.streets, [street.weight for street in self.streets])[0]

    def said(self, code: str, language: str, turn: int) -> str:
        """What somebody writes about such a fault, in turn, so that neighbours in a list differ."""
        texts = self.categories[code]["texts"]
        told = texts.get(language) or texts["el"]
        return str(told[turn % len(told)])

    def languages(self, code: str) -> list[str]:
        """In which languages somebody writes about it: mostly Greek."""
        written = self.categories[code]["texts"]
        return [language for language in self.data["languages"] if language in written]

    def answer(self, key: str, rng: Random, code: str = "") -> Translated:
        """What staff write at such a moment, of that category if it has lines of its own."""
        own = self.categories[code].get(key) if code else None
        return Translated(rng.choice(own or self.data["answers"][key]))


def read(folder: Path) -> Troubles | None:
    """The faults of a pack; None where it has none."""
    path = folder / FILE
    if not path.exists():
        return None
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    return Troubles(yaml.load(path.read_text(), loader))  # noqa: S506 – both are safe
