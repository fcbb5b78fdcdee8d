"""Squares of the map, in four sizes: by them any part of it is found with few looks into an index, on any database."""

from collections.abc import Iterator
from dataclasses import dataclass
from math import asin, cos, floor, radians, sin, sqrt

#: length of a side in degrees, from large to small: about 36, 9, 2 and 0.5 kilometres from south to north
SIDES = (0.32, 0.08, 0.02, 0.005)
#: no part of the map is covered by more squares than that
MOST_CELLS = 12
#: metres in one degree of latitude, and of the Earth's radius
DEGREE, _RADIUS = 111_195.0, 6_371_000.0
_SHIFT = 1 << 20


def cell(lat: float, lon: float, level: int) -> int:
    """The number of the square of this size in which a point lies."""
    return floor((lat + 90) / SIDES[level]) * _SHIFT + floor((lon + 180) / SIDES[level])


def cells(lat: float, lon: float) -> tuple[int, ...]:
    """Its squares in all sizes."""
    return tuple(cell(lat, lon, level) for level in range(len(SIDES)))


@dataclass(frozen=True)
class Box:
    """A part of the map, from south-west to north-east."""

    south: float
    west: float
    north: float
    east: float

    def holds(self, lat: float, lon: float) -> bool:
        """Whether a point lies in it."""
        return self.south <= lat <= self.north and self.west <= lon <= self.east

    def covering(self, *, most: int = MOST_CELLS) -> tuple[int, list[int]] | None:
        """The smallest size of which few squares cover it, and these; None: it is larger than that."""
        for level in reversed(range(len(SIDES))):
            across = cell(0, self.east, level) - cell(0, self.west, level) + 1
            up = (cell(self.north, 0, level) - cell(self.south, 0, level)) // _SHIFT + 1
            if across * up <= most:
                return level, list(self._squares(level))
        return None

    def _squares(self, level: int) -> Iterator[int]:
        first, last = cell(self.south, self.west, level), cell(self.north, self.east, level)
        for row in range(first // _SHIFT, last // _SHIFT + 1):
            for column in range(first % _SHIFT, last % _SHIFT + 1):
                yield row * _SHIFT + column


@dataclass(frozen=True)
class Near:
    """A point, and how many metres around it."""

    lat: float
    lon: float
    metres: float

    @property
    def degree_across(self) -> float:
        """Metres in one degree of longitude there."""
        return DEGREE * max(cos(radians(self.lat)), 0.01)

    @property
    def box(self) -> Box:
        """The square around it."""
        up, across = self.metres / DEGREE, self.metres / self.degree_across
        return Box(self.lat - up, self.lon - across, self.lat + up, self.lon + across)

    def distance(self, lat: float, lon: float) -> float:
        """Metres as the crow flies."""
        up, across = radians(lat - self.lat) / 2, radians(lon - self.lon) / 2
        return 2 * _RADIUS * asin(sqrt(sin(up) ** 2 + cos(radians(self.lat)) * cos(radians(lat)) * sin(across) ** 2))
