"""The public history of a report: each line is a row, an audit entry, and a fact for whoever follows it."""

from datetime import date, datetime

from sqlalchemy.orm import Session

from portal.accounts.models import User
from portal.core import audit, facts
from portal.core.orm import add_row
from portal.core.texts import Translated
from portal.faults.facts import FaultChanged
from portal.faults.models import Fault, FaultState, FaultStep
from portal.faults.queries.replay import replay_repairs, replay_reported


def step(
    session: Session,
    fault: Fault,
    state: FaultState,
    *,
    note: Translated | None = None,
    planned_on: date | None = None,
    actor: User | None,
    now: datetime,
) -> int:
    """Write a line and tell those who listen; the number of the line."""
    session.flush()
    fault.changed_at = now
    actor_id = actor.id if actor else None
    number = add_row(
        session,
        FaultStep,
        fault_id=fault.id,
        state=state,
        at=now,
        note=note or Translated(),
        planned_on=planned_on,
        due_on=fault.due_on,
        actor_id=actor_id,
    )
    audit.record(session, f"faults.fault.{state.value}", subject=("fault", fault.id), actor_id=actor_id, now=now)
    facts.record(session, FaultChanged(fault_id=fault.id, step_id=number, state=state.value, at=now))
    return number


def tell_again(session: Session, fault: Fault) -> None:
    """Announce its history once more, under the category that it has now: who has counted it puts that right."""
    session.flush()
    for fact in (*replay_reported(session, fault_id=fault.id), *replay_repairs(session, fault_id=fault.id)):
        facts.record(session, fact)
