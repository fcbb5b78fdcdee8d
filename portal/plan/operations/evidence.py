"""Evidence that something of an action was done: added with what it stands on, taken back with a reason."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.core import audit
from portal.core.clock import athens_date
from portal.core.errors import Refused
from portal.core.texts import N_, Translated
from portal.organisation.policy import Mandate
from portal.plan.models import Action, Evidence, EvidenceKind, Milestone
from portal.plan.operations import records

#: what a case, a fault, an event or a document is found by
NUMBERED: Mapping[EvidenceKind, Callable[..., records.Found]] = {
    EvidenceKind.ENTRY: records.entry,
    EvidenceKind.CASE: records.case,
    EvidenceKind.EVENT: records.event,
    EvidenceKind.FAULT: records.fault,
}


class OutOfThePlan(Refused):
    """Nothing is added to what the plan no longer has."""

    message = N_("The action %(code)s is no longer in the plan, so nothing can be added to it.")


class NotOfTheAction(Refused):
    """Another action's milestone, or one that is no longer in the plan."""

    message = N_("This milestone does not belong to the action. Choose one of its milestones.")


class NoQuantityHere(Refused):
    """A quantity without a milestone that has one."""

    message = N_("A quantity can only be given for a milestone that has one. Leave it empty, or choose the milestone.")


class NotAQuantity(Refused):
    """Nothing, or less."""

    message = N_("The quantity must be more than 0. If something was counted twice, take that evidence back.")


class NotYet(Refused):
    """What has not happened proves nothing."""

    message = N_("That day has not come yet. Enter the day on which it happened.")


class AlreadyEvidence(Refused):
    """The same thing stands there already."""

    message = N_("This is already evidence for the same milestone. If its quantity is wrong, take it back first.")


class AlreadyTakenBack(Refused):
    """Somebody was faster."""

    message = N_("This evidence has been taken back already.")


@dataclass(frozen=True)
class NewEvidence:
    """What shows that something was done."""

    kind: EvidenceKind
    #: what the public reads
    title: Translated
    #: the day on which it happened
    on: date
    milestone: Milestone | None = None
    #: how much of the quantity of the milestone
    quantity: Decimal | None = None
    #: by which a document, case, fault or event is found
    number: str = ""
    #: of a decision, or of anything else on the web
    url: str = ""
    attachment_id: int | None = None


def add_evidence(session: Session, action: Action, new: NewEvidence, *, mandate: Mandate, now: datetime) -> Evidence:
    """Add evidence to an action, for everybody to read.

    :raises Refused: those of this module and of `records`, each with what to do; nothing is written then.
    """
    if action.closed:
        raise OutOfThePlan(code=action.code)
    _check(action, new, today=athens_date(now))
    find = NUMBERED.get(new.kind)
    found = find(session, new.number, mandate=mandate, now=now) if find else records.Found("", "")
    _only_once(session, action, new, found.reference)
    evidence = Evidence(
        action_id=action.id,
        milestone_id=new.milestone.id if new.milestone else None,
        kind=new.kind,
        reference=found.reference,
        url=new.url,
        attachment_id=new.attachment_id,
        title=new.title,
        on=new.on,
        quantity=new.quantity,
        added_by_id=mandate.user_id,
        at=now,
    )
    session.add(evidence)
    session.flush()
    about, what = ("plan_evidence", evidence.id), {"plan_action": action.id, "kind": new.kind.value}
    audit.record(session, "plan.evidence.added", subject=about, actor_id=mandate.user_id, now=now, **what)
    return evidence


def take_back(session: Session, evidence: Evidence, *, why: str, actor_id: int, now: datetime) -> None:
    """Let evidence no longer count; that it was there, and why it went, stays.

    :raises AlreadyTakenBack: it counts no longer.
    """
    taken = sa.update(Evidence).where(Evidence.id == evidence.id, Evidence.revoked_at.is_(None))
    values = {"revoked_at": now, "revoked_by_id": actor_id, "revoked_why": why}
    if not session.scalar(taken.values(values).returning(Evidence.id)):
        raise AlreadyTakenBack
    session.refresh(evidence)
    about = ("plan_evidence", evidence.id)
    audit.record(session, "plan.evidence.taken-back", subject=about, actor_id=actor_id, now=now)


def _check(action: Action, new: NewEvidence, *, today: date) -> None:
    milestone = new.milestone
    if milestone and (milestone.action_id != action.id or milestone.closed):
        raise NotOfTheAction
    if new.quantity is not None and (milestone is None or milestone.quantity is None):
        raise NoQuantityHere
    if new.quantity is not None and new.quantity <= 0:
        raise NotAQuantity
    if new.on > today:
        raise NotYet


def _only_once(session: Session, action: Action, new: NewEvidence, reference: str) -> None:
    """The same thing does not count twice for a milestone; of two people at once the second is told.

    :raises AlreadyEvidence: it stands there already.
    """
    if not reference and not new.url:
        return
    session.execute(sa.select(Action.id).where(Action.id == action.id).with_for_update())
    same = Evidence.reference == reference if reference else Evidence.url == new.url
    of = Evidence.milestone_id == (new.milestone.id if new.milestone else None)
    query = sa.select(Evidence.id).where(Evidence.action_id == action.id, of, same, Evidence.revoked_at.is_(None))
    if session.scalar(query.limit(1)):
        raise AlreadyEvidence
