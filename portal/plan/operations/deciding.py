"""What becomes of a revision: proposed, decided or rejected, and in force from its day on."""

from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.core import audit
from portal.core.clock import athens_date
from portal.core.errors import Refused
from portal.core.texts import N_
from portal.plan.models import Plan, PlanVersion, Revision, RevisionState
from portal.plan.operations.content import load
from portal.plan.operations.decisions import check_ada
from portal.plan.operations.importing import apply
from portal.plan.operations.merging import Collision, merged
from portal.plan.operations.revising import By, NotNow, about, differences_of, hold, problems_of, unexplained
from portal.plan.operations.versions import Decision, NewVersion, keep_version
from portal.plan.operations.workbook import WorkbookRefused
from portal.plan.queries.versions import latest_version


class NothingChanges(Refused):
    """It says what the plan says already."""

    message = N_("This revision changes nothing yet. Change a row first.")


class ReasonsMissing(Refused):
    """Not every change says why."""

    message = N_("Some changes have no reason yet (%(number)s). Write why each of them is needed.")


class BaseMoved(Refused):
    """The plan has changed since the revision was made."""

    message = N_(
        "The plan has changed since this revision was made. Carry its changes over to the plan of today first."
    )


class Collides(Refused):
    """What it changes has been changed otherwise meanwhile."""

    message = N_("Some changes collide with the plan of today (%(number)s). They are listed on the page.")


class DecidedTooLate(Refused):
    """Days that cannot follow each other."""

    message = N_("A revision is decided today or earlier.")


class HoldsTooEarly(Refused):
    """Days that cannot follow each other."""

    message = N_("A revision cannot hold before it is decided, nor before the version that it changes.")


@dataclass(frozen=True)
class RevisionDecision:
    """The decision of the council, and the first day on which the plan is so."""

    number: str
    on: date
    ada: str
    valid_from: date


def has_moved(session: Session, revision: Revision) -> bool:
    """Whether another version came between."""
    latest = latest_version(session, session.get_one(Plan, revision.plan_id))
    return latest is None or latest.id != revision.base_id


def propose(session: Session, revision: Revision, *, by: By) -> None:
    """Bring a revision before the council.

    :raises NothingChanges: it changes nothing. :raises ReasonsMissing: a change has no reason.
    :raises WorkbookRefused: what it would make of the plan has problems. :raises BaseMoved: the plan has changed.
    :raises NotNow: it is no draft. :raises SomebodyWasFaster: it has changed meanwhile.
    """
    hold(session, revision, by.seen, RevisionState.DRAFT)
    if has_moved(session, revision):
        raise BaseMoved
    if not differences_of(revision):
        raise NothingChanges
    if missing := unexplained(revision):
        raise ReasonsMissing(number=len(missing))
    if problems := problems_of(session, revision):
        raise WorkbookRefused(problems)
    revision.proposed_at = by.now
    _go(session, revision, RevisionState.PROPOSED, by)


def take_back(session: Session, revision: Revision, *, by: By) -> None:
    """Make a draft of it again, because the council wants it otherwise.

    :raises NotNow: it is not before the council. :raises SomebodyWasFaster: it has changed meanwhile.
    """
    hold(session, revision, by.seen, RevisionState.PROPOSED)
    revision.proposed_at = None
    _go(session, revision, RevisionState.DRAFT, by)


def reject(session: Session, revision: Revision, why: str, *, by: By) -> None:
    """Give it up, with a reason; a decided one only where the plan has changed under it.

    :raises NotNow: it is too late. :raises SomebodyWasFaster: it has changed meanwhile.
    """
    states = [RevisionState.DRAFT, RevisionState.PROPOSED]
    if has_moved(session, revision):
        states.append(RevisionState.DECIDED)
    hold(session, revision, by.seen, *states)
    revision.rejected_why = why.strip()
    _go(session, revision, RevisionState.REJECTED, by)


def decide(session: Session, revision: Revision, decision: RevisionDecision, *, by: By) -> PlanVersion | None:
    """Note the decision; what should hold by today comes into force at once, and is the version returned.

    :raises BadAda: the ΑΔΑ cannot be one. :raises HoldsTooEarly: the days do not follow each other.
    :raises DecidedTooLate: the decision is of a later day.
    :raises NotNow: it is not before the council. :raises SomebodyWasFaster: it has changed meanwhile.
    :raises BaseMoved: the plan has changed since.
    """
    hold(session, revision, by.seen, RevisionState.PROPOSED)
    if has_moved(session, revision):
        raise BaseMoved
    if decision.on > athens_date(by.now):
        raise DecidedTooLate
    if decision.valid_from < max(decision.on, revision.base.valid_from):
        raise HoldsTooEarly
    revision.decision, revision.decided_on = decision.number.strip(), decision.on
    revision.ada, revision.valid_from = check_ada(decision.ada), decision.valid_from
    _go(session, revision, RevisionState.DECIDED, by)
    if decision.valid_from > athens_date(by.now):
        return None
    return bring_into_force(session, revision, now=by.now, actor_id=by.actor_id)


def bring_into_force(
    session: Session, revision: Revision, *, now: datetime, actor_id: int | None = None
) -> PlanVersion:
    """Make the plan what a decided revision says, and keep that as a version.

    :raises NotNow: it is not decided, or its day has not come. :raises BaseMoved: the plan has changed since.
    :raises WorkbookRefused: what it names is no longer there.
    """
    # of two who do so at once, the second waits here, and then finds another version
    plan = session.scalars(sa.select(Plan).where(Plan.id == revision.plan_id).with_for_update()).one()
    hold(session, revision, None, RevisionState.DECIDED)
    if has_moved(session, revision):
        raise BaseMoved
    valid_from = revision.valid_from
    assert valid_from is not None  # it is decided
    if valid_from > athens_date(now):
        raise NotNow
    if problems := problems_of(session, revision):
        raise WorkbookRefused(problems)
    apply(session, load(revision.content))
    named = Decision(revision.decision, revision.decided_on, revision.ada)
    version = keep_version(session, plan, now=now, new=NewVersion(revision.title, valid_from, named))
    revision.version_id = version.id
    revision.state = RevisionState.IN_FORCE
    _note(session, revision, "in-force", actor_id, now, version=version.number)
    return version


def collisions(session: Session, revision: Revision) -> list[Collision]:
    """What it changes and the plan of today has changed otherwise."""
    latest = latest_version(session, session.get_one(Plan, revision.plan_id))
    return merged(revision.base.content, revision.content, latest.content)[1] if latest else []


def carry_over(session: Session, revision: Revision, *, leave_out: bool, by: By) -> list[Collision]:
    """Make it a revision of the plan of today; what collides is left out of a draft, if that is wished.

    What is before the council or decided may only be carried over whole: nobody decides what is left out but they.

    :raises Collides: something collides. :raises NotNow: it is in force or rejected.
    :raises SomebodyWasFaster: it has changed meanwhile.
    """
    hold(session, revision, by.seen, RevisionState.DRAFT, RevisionState.PROPOSED, RevisionState.DECIDED)
    latest = latest_version(session, session.get_one(Plan, revision.plan_id))
    assert latest is not None  # it has a base
    content, left = merged(revision.base.content, revision.content, latest.content)
    if left and not (leave_out and revision.state is RevisionState.DRAFT):
        raise Collides(number=len(left))
    revision.content, revision.base_id = content, latest.id
    if revision.valid_from:
        revision.valid_from = max(revision.valid_from, latest.valid_from)
    _note(session, revision, "carried-over", by.actor_id, by.now, base=latest.number, left_out=len(left))
    session.refresh(revision, ["base"])
    return left


def _go(session: Session, revision: Revision, state: RevisionState, by: By) -> None:
    revision.state = state
    _note(session, revision, state.value, by.actor_id, by.now)


def _note(session: Session, revision: Revision, verb: str, actor_id: int | None, now: datetime, **said: int) -> None:
    """Write it down, and the entry in the audit trail."""
    session.flush()
    audit.record(session, f"plan.revision.{verb}", subject=about(revision), actor_id=actor_id, now=now, **said)
