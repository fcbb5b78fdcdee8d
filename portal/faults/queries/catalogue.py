"""What can be reported, whose it is, and which unit gets it."""

from collections.abc import Iterable, Sequence
from datetime import datetime, time
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from portal.core.clock import ATHENS, athens_date
from portal.faults.models import Body, CannedReply, FaultCategory, FaultState, Hours, Jurisdiction, RoutingRule
from portal.organisation import queries as organisation

#: when the services work
_WORKING = time(7, 30), time(15, 30)


def categories(session: Session, *, closed: bool = False) -> Sequence[FaultCategory]:
    """All of them in their order, each group followed by what is in it."""
    query = sa.select(FaultCategory).options(joinedload(FaultCategory.parent))
    rows = session.scalars(query if closed else query.where(FaultCategory.closed.is_(False))).all()
    return sorted(rows, key=lambda row: (row.group.position, row.group.id, row.parent_id is not None, row.position))


def category(session: Session, code: str) -> FaultCategory | None:
    """The category with this code, closed or not."""
    return session.scalar(sa.select(FaultCategory).where(FaultCategory.code == code))


def bodies(session: Session) -> Sequence[Body]:
    """Who else is responsible for something."""
    return session.scalars(sa.select(Body).where(Body.closed.is_(False)).order_by(Body.code)).all()


def body(session: Session, code: str) -> Body | None:
    """One of them."""
    return session.scalar(sa.select(Body).where(Body.code == code))


def jurisdiction(
    session: Session, category: FaultCategory, community_id: int | None, *, body_id: int | None = None
) -> Jurisdiction | None:
    """The rule by which somebody else – or that body – is responsible; None: the municipality is.

    What says most comes first.
    """
    query = (
        sa.select(Jurisdiction)
        .options(joinedload(Jurisdiction.body))
        .where(*_fits(Jurisdiction, category, community_id))
    )
    if body_id is not None:
        query = query.where(Jurisdiction.body_id == body_id)
    return min(session.scalars(query), key=lambda rule: _vagueness(rule, category), default=None)


def routing(session: Session, category: FaultCategory, community_id: int | None, *, at: datetime) -> RoutingRule:
    """The rule that says which unit gets a report at that moment.

    :raises LookupError: if none fits: the pack must have one for everything.
    """
    query = sa.select(RoutingRule).where(*_fits(RoutingRule, category, community_id))
    on, hours = athens_date(at), _hours(session, at)
    for rule in session.scalars(query.order_by(RoutingRule.position, RoutingRule.id)):
        running = (rule.valid_from is None or rule.valid_from <= on) and (rule.valid_to is None or on <= rule.valid_to)
        if running and rule.hours in {Hours.ALWAYS, hours}:
            return rule
    raise LookupError(f"no rule routes {category.code}")


def replies(session: Session, category: FaultCategory, state: FaultState | None = None) -> Sequence[CannedReply]:
    """The texts that fit a category and a state."""
    query = sa.select(CannedReply).where(CannedReply.closed.is_(False), *_of_category(CannedReply, category))
    if state:
        query = query.where(sa.or_(CannedReply.state.is_(None), CannedReply.state == state))
    return session.scalars(query.order_by(CannedReply.position, CannedReply.id)).all()


def _hours(session: Session, at: datetime) -> Hours:
    local = at.astimezone(ATHENS)
    working = organisation.working_calendar(session).is_working(local.date())
    return Hours.WORKING if working and _WORKING[0] <= local.time() < _WORKING[1] else Hours.OTHER


def _of_category(rule: Any, category: FaultCategory) -> Iterable[sa.ColumnElement[bool]]:
    yield sa.or_(rule.category_id.is_(None), rule.category_id.in_([category.id, category.group.id]))


def _fits(rule: Any, category: FaultCategory, community_id: int | None) -> Iterable[sa.ColumnElement[bool]]:
    yield from _of_category(rule, category)
    yield sa.or_(rule.community_id.is_(None), rule.community_id == community_id)


def _vagueness(rule: Jurisdiction, category: FaultCategory) -> tuple[int, bool, int]:
    by_category = 2 if rule.category_id is None else int(rule.category_id != category.id)
    return by_category, rule.community_id is None, rule.id
