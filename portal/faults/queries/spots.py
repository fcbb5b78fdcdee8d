"""Where the same breaks again and again: proposals for the plan."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import floor

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from portal.faults.models import Fault, FaultCategory, FaultState, Source
from portal.faults.models.grid import Near

#: so many reports within so many metres in so many years
ENOUGH, METRES, YEARS = 3, 30, 2
#: only the newest are looked at: more than a large municipality gets in these years
LOOKED_AT = 20_000
#: sides of a square of about that size, in degrees
_UP, _ACROSS = METRES / 111_195, METRES / 90_000


@dataclass(frozen=True)
class Spot:
    """A place and a group of categories, with its reports, newest first."""

    group: FaultCategory
    address: str
    lat: float
    lon: float
    number: int
    faults: Sequence[Fault]


@dataclass(frozen=True, slots=True)
class _Dot:
    id: int
    group_id: int
    lat: float
    lon: float


def spots(session: Session, *, now: datetime, most: int = 30, listed: int = 6) -> list[Spot]:
    """Places with three or more public reports of one group within two years, the most frequent first.

    What repeats another report or is a part of one tells nothing new.
    """
    newest = (
        sa.select(Fault.id, Fault.group_id, Fault.lat, Fault.lon, Fault.state, Fault.source, Fault.reported_at)
        .where(Fault.shown)
        .order_by(Fault.id.desc())
        .limit(LOOKED_AT)
        .subquery()
    )
    query = sa.select(newest.c.id, newest.c.group_id, newest.c.lat, newest.c.lon).where(
        newest.c.reported_at >= now - timedelta(days=366 * YEARS),
        newest.c.state != FaultState.DUPLICATE,
        newest.c.source != Source.PART,
    )
    found = [cluster for cluster in _clusters(_Dot(*row) for row in session.execute(query)) if len(cluster) >= ENOUGH]
    found.sort(key=lambda cluster: (-len(cluster), -cluster[0].id))
    return _filled(session, found[:most], listed)


def _clusters(dots: Iterable[_Dot]) -> list[list[_Dot]]:
    """Dots of a group within 30 metres of the newest of them: each looks only into the squares around its own."""
    squares: dict[tuple[int, int, int], list[list[_Dot]]] = defaultdict(list)
    clusters: list[list[_Dot]] = []
    for dot in sorted(dots, key=lambda dot: -dot.id):
        near = Near(dot.lat, dot.lon, METRES)
        row, column = floor(dot.lat / _UP), floor(dot.lon / _ACROSS)
        around = [(dot.group_id, row + up, column + across) for up in (-1, 0, 1) for across in (-1, 0, 1)]
        known = [cluster for square in around if square in squares for cluster in squares[square]]
        home = next((each for each in known if near.distance(each[0].lat, each[0].lon) <= METRES), None)
        if home is None:
            home = []
            clusters.append(home)
            squares[dot.group_id, row, column].append(home)
        home.append(dot)
    return clusters


def _filled(session: Session, clusters: Sequence[Sequence[_Dot]], listed: int) -> list[Spot]:
    numbers = [dot.id for cluster in clusters for dot in cluster[:listed]]
    options = (joinedload(Fault.category), joinedload(Fault.group))
    rows = {row.id: row for row in session.scalars(sa.select(Fault).where(Fault.id.in_(numbers)).options(*options))}
    made = []
    for cluster in clusters:
        faults = [rows[dot.id] for dot in cluster[:listed]]
        address = next((fault.address for fault in faults if fault.address), "")
        lat, lon = (sum(getattr(dot, name) for dot in cluster) / len(cluster) for name in ("lat", "lon"))
        made.append(Spot(faults[0].group, address, lat, lon, len(cluster), faults))
    return made
