"""In which order to go to several places: a short way, found at once."""

from collections.abc import Sequence
from itertools import pairwise

from portal.faults.models import Fault
from portal.faults.models.grid import Near

Point = tuple[float, float]


def ordered(stops: Sequence[Fault], start: Point | None = None) -> list[Fault]:
    """From the start – else from the northernmost – always to the nearest; then crossings are taken out (2-opt)."""
    left = list(stops)
    if not left:
        return []
    first = start or max((_point(stop) for stop in left), key=lambda point: point[0])
    way, here = [], first
    while left:
        nearest = min(left, key=lambda stop: metres(here, _point(stop)))
        left.remove(nearest)
        way.append(nearest)
        here = _point(nearest)
    return _uncrossed(way, first)


def length(stops: Sequence[Fault], start: Point | None = None) -> float:
    """Metres of the way as the crow flies."""
    points = [*([start] if start else []), *(_point(stop) for stop in stops)]
    return sum(metres(one, other) for one, other in pairwise(points))


def metres(one: Point, other: Point) -> float:
    """As the crow flies."""
    return Near(*one, 0).distance(*other)


def _point(stop: Fault) -> Point:
    return stop.lat, stop.lon


def _uncrossed(way: list[Fault], first: Point) -> list[Fault]:
    """Turn a stretch round wherever that makes the way shorter, until nothing does."""
    best, better = length(way, first), True
    while better:
        better = False
        for start in range(len(way) - 1):
            for end in range(start + 2, len(way) + 1):
                tried = [*way[:start], *reversed(way[start:end]), *way[end:]]
                if (new := length(tried, first)) < best - 0.5:
                    way, best, better = tried, new, True
    return way
