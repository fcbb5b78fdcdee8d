"""A revision of the plan that is in force, and one that is a draft."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.core import clock
from portal.core.texts import Translated
from portal.plan.models import Action, Plan
from portal.plan.operations import deciding, revising
from portal.plan.operations.deciding import RevisionDecision
from portal.plan.operations.revising import By, NewRevision


def revised(session: Session, *, actor_id: int) -> dict[str, dict[str, Any]]:
    """Name of a thing → the values of an address that lead to it."""
    plan = session.scalars(sa.select(Plan).order_by(Plan.first_year.desc()).limit(1)).one()
    code = session.scalars(sa.select(Action.code).where(Action.plan_id == plan.id, ~Action.closed).limit(1)).one()
    now, today = clock.now(), clock.athens_date(clock.now())
    things: dict[str, dict[str, Any]] = {}
    for name, text in (("version", "Έγκριση μελέτης."), ("revision", "Έγκριση μελέτης και χρηματοδότηση.")):
        wanted = NewRevision(Translated(el="Αναθεώρηση", en="Revision"), Translated(el="Νέα στοιχεία"))
        row = revising.start_revision(session, plan, wanted, actor_id=actor_id, now=now)

        def by(seen: int) -> By:
            return By(actor_id, now, seen)

        revising.write_row(session, row, "action", code, {"preconditions": {"el": text}}, by=by(row.seen))
        things[name] = {"number": row.id, "kind": "action"}
        if name == "revision":
            break
        revising.explain_rest(session, row, "Επείγει.", by=by(row.seen))
        deciding.propose(session, row, by=by(row.seen))
        decision = RevisionDecision("45/2026", today, "Ψ297ΩΗΜ-ΣΙ0", today)
        version = deciding.decide(session, row, decision, by=by(row.seen))
        assert version is not None
        things[name] = {"number": version.number}
    return things
