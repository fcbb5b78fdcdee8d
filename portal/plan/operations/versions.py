"""Versions of the plan: each change of its text is one, so that any day can be asked for."""

from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy.orm import Session

from portal.core.clock import athens_date
from portal.core.texts import Translated
from portal.plan.models import Plan, PlanVersion
from portal.plan.operations.content import digest, dump
from portal.plan.operations.exporting import workbook_of
from portal.plan.queries.versions import latest_version

FIRST = Translated(el="Όπως εγκρίθηκε", en="As approved")
CORRECTION = Translated(el="Διόρθωση από το βιβλίο εργασίας", en="Correction by workbook")


@dataclass(frozen=True)
class Decision:
    """The decision by which a version holds."""

    #: number and date, as people write them
    number: str = ""
    on: date | None = None
    ada: str = ""


@dataclass(frozen=True)
class NewVersion:
    """What a version is called, and from when it holds."""

    title: Translated
    valid_from: date
    decision: Decision = field(default_factory=Decision)


def keep_version(session: Session, plan: Plan, *, now: datetime, new: NewVersion | None = None) -> PlanVersion:
    """Keep the plan as it is now; the last version, if it says the same.

    Without a name it is the first one, valid from the day of its decision, or a correction from today.
    """
    session.flush()
    session.expire_all()
    content = dump(workbook_of(session, plan))
    last = latest_version(session, plan)
    if last is not None and last.digest == digest(content) and new is None:
        return last
    new = new or _unnamed(plan, last, now)
    version = PlanVersion(
        plan_id=plan.id,
        number=last.number + 1 if last else 1,
        title=new.title,
        valid_from=new.valid_from,
        decision=new.decision.number,
        decided_on=new.decision.on,
        ada=new.decision.ada,
        content=content,
        digest=digest(content),
        made_at=now,
    )
    session.add(version)
    session.flush()
    return version


def _unnamed(plan: Plan, last: PlanVersion | None, now: datetime) -> NewVersion:
    if last is not None:
        return NewVersion(CORRECTION, max(athens_date(now), last.valid_from))
    decision = Decision(plan.decision.text("el"), plan.decided_on, plan.ada or "")
    return NewVersion(FIRST, plan.decided_on or date(plan.first_year, 1, 1), decision)
