"""What feeds are written from: plain columns of public reports, read in batches by their key, newest first."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.core.texts import Translated
from portal.faults.models import Fault, FaultCategory
from portal.faults.queries.lists import FaultFilter, newest, order
from portal.organisation.models import Community

#: rows are read by so many at a time
BATCH = 1_000

_COLUMNS: list[Any] = [
    Fault.id,
    Fault.slug,
    Fault.state,
    Fault.is_open,
    Fault.lat,
    Fault.lon,
    Fault.address,
    sa.func.coalesce(Fault.public_text, Fault.text).label("text"),
    Fault.language,
    Fault.reported_at,
    Fault.changed_at,
    Fault.due_on,
    Fault.planned_on,
    Fault.closed_at,
    Fault.supporters,
    Fault.category_id,
    Fault.group_id,
    Fault.community_id,
]


@dataclass(frozen=True)
class Shelves:
    """What many reports share, by id: read once for a feed and not with every row."""

    #: code and name
    categories: dict[int, tuple[str, Translated]]
    communities: dict[int, tuple[str, Translated]]


def shelves(session: Session) -> Shelves:
    """Categories and communities, the closed ones as well."""

    def names(model: Any) -> dict[int, tuple[str, Translated]]:
        return {row.id: (row.code, row.name) for row in session.execute(sa.select(model.id, model.code, model.name))}

    return Shelves(names(FaultCategory), names(Community))


def rows(session: Session, wanted: FaultFilter, *, today: date, most: int | None = None) -> Iterator[Any]:
    """The public reports of a filter to the end, or so many of them."""
    near, left = wanted.near, most
    if near:
        wanted = replace(wanted, near=None, box=near.box)
    while left is None or left > 0:
        size = min(BATCH, left or BATCH)
        found = sa.select(newest(wanted, today=today, most=size).subquery().c.id)
        query = sa.select(*_COLUMNS).where(Fault.id.in_(found)).order_by(*order(wanted))
        count, row = 0, None
        for row in session.execute(query.execution_options(yield_per=BATCH)):
            count += 1
            if near is None or near.distance(row.lat, row.lon) <= near.metres:
                yield row
        if row is None or count < size:
            return
        left = None if left is None else left - count
        wanted = replace(wanted, before=row.id)
