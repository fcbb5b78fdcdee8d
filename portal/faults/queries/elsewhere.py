"""Reports that other bodies work on, and that their Open311 servers are asked about."""

from collections.abc import Iterator, Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.faults.models import Body, Fault, FaultState


def batches(session: Session, *, size: int) -> Iterator[tuple[int, int]]:
    """For each body with a server: the number after which each part of its reports begins."""
    servers = sa.select(Body.id).where(Body.open311_url != "", Body.closed.is_(False)).order_by(Body.id)
    for body_id in session.scalars(servers).all():
        last = 0
        while numbers := session.scalars(_numbers(body_id, last, size)).all():
            yield body_id, last
            last = numbers[-1]


def passed_on(session: Session, body_id: int, *, after: int, size: int) -> Sequence[Fault]:
    """A part of the reports that a body works on and has a number for."""
    query = sa.select(Fault).where(Fault.id.in_(_numbers(body_id, after, size))).order_by(Fault.id)
    return session.scalars(query).all()


def _numbers(body_id: int, after: int, size: int) -> sa.Select[int]:
    return (
        sa.select(Fault.id)
        .where(Fault.body_id == body_id, Fault.state == FaultState.PASSED_ON)
        .where(Fault.body_reference != "", Fault.id > after)
        .order_by(Fault.id)
        .limit(size)
    )
