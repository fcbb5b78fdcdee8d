"""Heads say who gets which reports, and what is answered again and again; from then on the pack leaves it alone."""

from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.accounts.models import User
from portal.core import audit
from portal.core.errors import Refused
from portal.core.texts import N_, Translated
from portal.faults.models import CannedReply, FaultState, Hours, RoutingRule


class SomebodyNeeded(Refused):
    """Without a rule for everything a report would have no unit."""

    message = N_("One rule must hold for everything, everywhere and at any time. Write another one first.")


@dataclass(frozen=True, kw_only=True)
class RuleInput:
    """Which reports go to which unit; see `models.RoutingRule`."""

    unit_id: int
    category_id: int | None = None
    community_id: int | None = None
    hours: Hours = Hours.ALWAYS
    valid_from: date | None = None
    valid_to: date | None = None
    #: the first rule that fits holds: they are asked in the order of these numbers
    position: int = 0


@dataclass(frozen=True, kw_only=True)
class ReplyInput:
    """A text that staff choose; see `models.CannedReply`."""

    title: Translated
    text: Translated
    state: FaultState | None = None
    category_id: int | None = None
    closed: bool = False


def write_rule(
    session: Session, row: RoutingRule | None, given: RuleInput, *, actor: User, now: datetime
) -> RoutingRule:
    """A new rule, or a changed one; reports that were filed stay where they are.

    :raises SomebodyNeeded: if none would hold for everything.
    """
    session.scalars(sa.select(RoutingRule).with_for_update()).all()
    row = row or RoutingRule()
    if row.unit_id != given.unit_id:
        row.user_id = None  # whoever it was works elsewhere
    for name, value in vars(given).items():
        setattr(row, name, value)
    row.from_pack = False
    session.add(row)
    session.flush()
    if not session.scalar(sa.select(sa.exists().where(*_everything()))):
        raise SomebodyNeeded
    subject = ("fault_routing", row.id)
    audit.record(session, "faults.routing.written", subject=subject, actor_id=actor.id, now=now)
    return row


def _everything() -> list[sa.ColumnElement[bool]]:
    narrow = (RoutingRule.category_id, RoutingRule.community_id, RoutingRule.valid_from, RoutingRule.valid_to)
    return [*(column.is_(None) for column in narrow), RoutingRule.hours == Hours.ALWAYS]


def write_reply(
    session: Session, row: CannedReply | None, given: ReplyInput, *, actor: User, now: datetime
) -> CannedReply:
    """A new text, or a changed one; letters that were written stay as they are."""
    if row is None:
        last = session.scalar(sa.select(sa.func.max(CannedReply.id))) or 0
        row = CannedReply(code=f"own-{last + 1}", position=1000 + last)
    for name, value in vars(given).items():
        setattr(row, name, value)
    row.from_pack = False
    session.add(row)
    session.flush()
    subject = ("fault_reply", row.id)
    audit.record(session, "faults.reply.written", subject=subject, actor_id=actor.id, now=now)
    return row
