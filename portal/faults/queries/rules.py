"""Rules of routing and canned replies, as those who write them see them."""

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from portal.faults.models import CannedReply, RoutingRule


def rules(session: Session) -> Sequence[RoutingRule]:
    """All rules, in the order in which they are asked."""
    options = [joinedload(getattr(RoutingRule, name)) for name in ("category", "community", "unit", "user")]
    return session.scalars(
        sa.select(RoutingRule).options(*options).order_by(RoutingRule.position, RoutingRule.id)
    ).all()


def rule(session: Session, number: int) -> RoutingRule | None:
    """One of them."""
    return session.get(RoutingRule, number)


def all_replies(session: Session) -> Sequence[CannedReply]:
    """All texts, closed ones last."""
    order = (CannedReply.closed, CannedReply.position, CannedReply.id)
    return session.scalars(sa.select(CannedReply).order_by(*order)).all()


def reply(session: Session, code: str) -> CannedReply | None:
    """The text with this code."""
    return session.scalar(sa.select(CannedReply).where(CannedReply.code == code))
