"""What the plan is fed with: evidence and an amount of an action of the technical works, an indicator of theirs."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.core import clock
from portal.organisation.models import Unit
from portal.plan.models import Action, Indicator, Milestone
from tests.factories.plan import make_evidence, make_money


def fed(session: Session) -> dict[str, dict[str, Any]]:
    """Name of a thing → the values of an address that lead to it."""
    unit_id = session.scalars(sa.select(Unit.id).where(Unit.code == "technical-works")).one()
    of = sa.select(Action.code, Milestone.code).join(Milestone, Milestone.action_id == Action.id)
    code, milestone = session.execute(of.where(Action.unit_id == unit_id).order_by(Action.code).limit(1)).one()
    day = clock.athens_date(clock.now())
    evidence, amount = make_evidence(session, milestone, on=day), make_money(session, code, "50.00", on=day)
    mine = sa.select(Indicator.code).where(Indicator.unit_id == unit_id, Indicator.feed.is_(None))
    return {
        "fed action": {"code": code, "number": evidence.id},
        "amount": {"number": amount.id},
        "fed indicator": {"code": session.scalars(mine.order_by(Indicator.code).limit(1)).one()},
    }
