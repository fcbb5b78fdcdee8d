"""What a map shows: circles with numbers where there are many, points where there are few."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.faults.models import FaultCategory, Tile
from portal.faults.models.grid import Box, cell
from portal.faults.queries.lists import FaultFilter, Group, Line, lines

#: with so many reports at most a map shows each of them
FEW = 60
#: so many of the newest are looked at where the numbers do not know a filter
SAMPLE = 400
#: circles are as close as that: so many squares at most across a map
MOST_SQUARES = 200


@dataclass(frozen=True)
class Circle:
    """So many reports around a point."""

    lat: float
    lon: float
    number: int


@dataclass(frozen=True)
class Picture:
    """What is drawn: points or circles; `cut` if only the newest were looked at."""

    points: Sequence[Line] = ()
    circles: Sequence[Circle] = ()
    number: int = 0
    cut: bool = False


def picture(session: Session, wanted: FaultFilter, *, today: date) -> Picture:
    """The reports of a filter on its part of the map; without a part, on all of it.

    Numbers are kept by category and by open or not. A filter by other things is drawn from the newest `SAMPLE`.
    """
    if not _counted(wanted):
        found = lines(session, wanted, today=today, most=SAMPLE)
        if len(found) <= FEW:
            return Picture(points=found, number=len(found))
        return Picture(circles=_gathered(found), number=len(found), cut=len(found) == SAMPLE)
    covering = (wanted.where or Box(-90, -180, 90, 180)).covering(most=MOST_SQUARES) or (0, [])
    circles = _circles(session, wanted, *covering)
    number = sum(circle.number for circle in circles)
    if number <= FEW:
        found = lines(session, wanted, today=today, most=FEW)
        return Picture(points=found, number=len(found))
    return Picture(circles=circles, number=number)


def _gathered(found: Sequence[Line]) -> list[Circle]:
    """Points as circles, by the smallest squares of which few cover them."""
    lats, lons = [line.lat for line in found], [line.lon for line in found]
    level, _cells = Box(min(lats), min(lons), max(lats), max(lons)).covering(most=MOST_SQUARES) or (0, [])
    heaps: dict[int, list[Line]] = {}
    for line in found:
        heaps.setdefault(cell(line.lat, line.lon, level), []).append(line)
    return [
        Circle(sum(line.lat for line in heap) / len(heap), sum(line.lon for line in heap) / len(heap), len(heap))
        for heap in heaps.values()
    ]


def _counted(wanted: FaultFilter) -> bool:
    """Whether the numbers of the squares know everything that is asked."""
    other = (wanted.state, wanted.community, wanted.since, wanted.until, wanted.near, wanted.before)
    return not any(other) and wanted.group in {Group.ALL, Group.OPEN, Group.CLOSED}


def _circles(session: Session, wanted: FaultFilter, level: int, cells: Sequence[int]) -> list[Circle]:
    sums: list[Any] = [sa.func.sum(getattr(Tile, name)) for name in ("lat_sum", "lon_sum", "number")]
    query: sa.Select[Any] = sa.select(*sums).where(Tile.level == level, Tile.number > 0).group_by(Tile.cell)
    if cells:
        query = query.where(Tile.cell.in_(cells))
    if wanted.group is not Group.ALL:
        query = query.where(Tile.is_open.is_(wanted.group is Group.OPEN))
    if wanted.category:
        chosen = sa.select(FaultCategory.id).where(FaultCategory.code == wanted.category).scalar_subquery()
        within = sa.select(FaultCategory.id).where(
            sa.or_(FaultCategory.id == chosen, FaultCategory.parent_id == chosen)
        )
        query = query.where(Tile.category_id.in_(within))
    return [Circle(lat / number, lon / number, number) for lat, lon, number in session.execute(query)]
