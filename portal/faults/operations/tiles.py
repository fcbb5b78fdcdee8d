"""The numbers of the map follow every report: one row for each size of square, category, and open or not."""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.core import tallying
from portal.faults.models import Fault, MonthCount, Tile, YearCount
from portal.faults.models.grid import SIDES
from portal.faults.operations.months import count_months, recount_months


def count(session: Session, fault: Fault, by: int) -> None:
    """Put a public report into the numbers of its squares and months (1), or take it out (-1), as it stands now."""
    if not fault.shown:
        return
    for level in range(len(SIDES)):
        key = level, getattr(fault, f"cell{level}"), fault.category_id, fault.is_open
        tallying.add(session, Tile, key, number=by, lat_sum=by * fault.lat, lon_sum=by * fault.lon)
    count_months(session, fault, by)


def recount(session: Session) -> None:
    """Forget the numbers and count all public reports again."""
    tallying.forget(session, {Tile, MonthCount, YearCount})
    session.execute(sa.delete(Tile))
    for level in range(len(SIDES)):
        cell = getattr(Fault, f"cell{level}")
        columns = [cell, Fault.category_id, Fault.is_open]
        sums = [sa.func.count(), sa.func.sum(Fault.lat), sa.func.sum(Fault.lon)]
        rows = sa.select(sa.literal(level), *columns, *sums).where(Fault.shown).group_by(*columns)
        names = ["level", "cell", "category_id", "is_open", "number", "lat_sum", "lon_sum"]
        session.execute(sa.insert(Tile).from_select(names, rows))
    recount_months(session)
