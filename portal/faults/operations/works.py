"""What crews note on the spot: here, done, how long it took, and with what."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.accounts.models import User
from portal.casework import operations as casework
from portal.casework.models import Case
from portal.core import audit
from portal.core.texts import Translated
from portal.faults.models import Fault, FaultState, Work
from portal.faults.operations.states import Change, NotAllowed, change_state


@dataclass(frozen=True, kw_only=True)
class Done:
    """A repair as the crew notes it."""

    #: for everybody
    note: Translated = field(default_factory=Translated)
    photo_ids: Sequence[int] = ()
    minutes: int = 0
    materials: str = ""
    #: what the page sent along, so that what is sent twice is noted once
    once: str | None = None


def arrive(session: Session, fault: Fault, *, actor: User, now: datetime) -> None:
    """The crew is there: it is being repaired, by whoever says so. Said twice it is one line.

    :raises NotAllowed: if it is closed.
    """
    session.refresh(fault.case, with_for_update={"of": Case})
    session.refresh(fault)
    if fault.case.is_closed:
        raise NotAllowed
    if fault.case.assignee_id is None:
        casework.take(session, fault.case, actor=actor, now=now)
    if fault.state is not FaultState.REPAIRING:
        change_state(session, fault, Change(state=FaultState.REPAIRING), actor=actor, now=now)


def finish(session: Session, fault: Fault, done: Done, *, actor: User, now: datetime) -> Work:
    """The repair is done: what it took is noted, the reporter gets a letter; the same twice is noted once.

    :raises NotAllowed: if somebody else has closed it. :raises ProofNeeded: without a photograph and a note.
    """
    session.refresh(fault.case, with_for_update={"of": Case})
    session.refresh(fault)
    if done.once and (known := session.scalar(sa.select(Work).where(Work.once == done.once))):
        return known
    change = Change(state=FaultState.REPAIRED, note=done.note, photo_ids=done.photo_ids)
    change_state(session, fault, change, actor=actor, now=now)
    work = Work(
        fault_id=fault.id,
        user_id=actor.id,
        at=now,
        minutes=done.minutes,
        materials=done.materials.strip(),
        once=done.once,
    )
    session.add(work)
    session.flush()
    audit.record(session, "faults.work.noted", subject=("fault", fault.id), actor_id=actor.id, now=now)
    return work
