"""The programmes of a year, for whoever asks: an approved annual one, and the technical one as a draft."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from portal.core import clock
from portal.plan import queries
from portal.plan.models import ProgrammeKind
from portal.plan.operations import programmes
from portal.plan.operations.programmes import Approval
from portal.plan.queries.programmes import lines_of


def drawn_up(session: Session) -> dict[str, dict[str, Any]]:
    """Name of a thing → the values of its address."""
    now = clock.now()
    today, plan = clock.athens_date(now), queries.current_plan(session)
    assert plan is not None
    things = {}
    for name, kind in (("programme", ProgrammeKind.ANNUAL), ("programme draft", ProgrammeKind.TECHNICAL)):
        row = programmes.make_programme(session, plan, today.year, kind, actor_id=None, now=now)
        code = next(iter(lines_of(row))).action
        things[name] = {"year": row.year, "kind": kind.value, "quarter": 1, "form": "json", "code": code}
        if kind is ProgrammeKind.ANNUAL:
            approval = Approval("214/2026", today)
            programmes.approve_programme(session, row, approval, seen=row.seen, actor_id=None, now=now)
    return things
