"""Monitoring periods, for whoever asks: a presented, a frozen, and an open one with a report that waits for a unit."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.core import clock
from portal.organisation import queries as organisation
from portal.plan import queries
from portal.plan.models import Action, ActionReport
from portal.plan.operations import periods
from portal.plan.operations.periods import Check, Presentation
from portal.plan.queries import spans

#: whose head reports
UNIT = "buildings-lighting"


def monitored(session: Session, *, actor_id: int) -> dict[str, dict[str, Any]]:
    """Name of a thing → the values of its address."""
    now = clock.now()
    today, plan = clock.athens_date(now), queries.current_plan(session)
    assert plan is not None
    action = session.scalars(sa.select(Action).where(Action.plan_id == plan.id, ~Action.closed).limit(1)).one()
    action.unit, action.starts_on = organisation.unit(session, UNIT), plan.decided_on
    due_on = today + timedelta(days=10)
    ended = spans.quarter_of(spans.quarter_of(today).first - timedelta(days=1))
    shown, waiting, kept = (
        periods.open_period(session, plan, span, due_on=due_on, actor_id=None, now=now)
        for span in (spans.Span(spans.add_months(ended.first, -months), 3) for months in (0, 3, 6))
    )
    for row in (shown, kept):
        periods.check_period(session, row, Check(missing_why="Χωρίς εκθέσεις."), actor_id=actor_id, now=now)
        periods.present(session, row, Presentation(today, "215/2026"), actor_id=actor_id, now=now)
    periods.freeze(session, plan, kept, actor_id=actor_id, now=now)
    of = sa.select(ActionReport.id).where(ActionReport.period_id == waiting.id, ActionReport.action_id == action.id)
    return {
        "period": {"code": shown.code, "form": "docx"},
        "open period": {"code": waiting.code, "form": "docx"},
        "plan document": {"year": today.year, "form": "docx"},
        "report": {"number": session.scalars(of).one()},
    }
