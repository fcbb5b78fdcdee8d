"""The numbers of the map follow every report: one row for each size of square, category, and open or not."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from portal.faults.models import Fault, Tile
from portal.faults.models.grid import SIDES
from portal.faults.operations.months import count_month, recount_months


def count(session: Session, fault: Fault, by: int) -> None:
    """Put a public report into the numbers of its squares and months (1), or take it out (-1), as it stands now."""
    if not fault.shown:
        return
    for level in range(len(SIDES)):
        values = {
            "level": level,
            "cell": getattr(fault, f"cell{level}"),
            "category_id": fault.category_id,
            "is_open": fault.is_open,
            "number": by,
            "lat_sum": by * fault.lat,
            "lon_sum": by * fault.lon,
        }
        session.execute(_added(session.get_bind().dialect.name), values)
    count_month(session, fault, by)


def _added(dialect: str) -> Any:
    insert: Any = (postgresql if dialect == "postgresql" else sqlite).insert(Tile)
    sums = {name: getattr(Tile, name) + insert.excluded[name] for name in ("number", "lat_sum", "lon_sum")}
    return insert.on_conflict_do_update(index_elements=["level", "cell", "category_id", "is_open"], set_=sums)


def recount(session: Session) -> None:
    """Forget the numbers and count all public reports again."""
    session.execute(sa.delete(Tile))
    for level in range(len(SIDES)):
        cell = getattr(Fault, f"cell{level}")
        columns = [cell, Fault.category_id, Fault.is_open]
        sums = [sa.func.count(), sa.func.sum(Fault.lat), sa.func.sum(Fault.lon)]
        rows = sa.select(sa.literal(level), *columns, *sums).where(Fault.shown).group_by(*columns)
        names = ["level", "cell", "category_id", "is_open", "number", "lat_sum", "lon_sum"]
        session.execute(sa.insert(Tile).from_select(names, rows))
    recount_months(session)
