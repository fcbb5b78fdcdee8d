"""“Is it repaired?”: whoever was asked answers once; a no opens the report again."""

from datetime import date, datetime

from sqlalchemy.orm import Session

from portal.core import audit
from portal.core.clock import athens_date
from portal.faults.models import Asked
from portal.faults.operations.states import TooLateToDisagree, disagree


def can_answer(row: Asked, *, today: date) -> bool:
    """Whether the question still stands: not answered, not too late, and the report as it was when they were asked."""
    fault = row.fault
    if row.answered_at is not None or fault.dispute_until is None or today > fault.dispute_until:
        return False
    return fault.case.is_closed and fault.closed_at is not None and fault.closed_at <= row.asked_at


def answer(session: Session, row: Asked, *, agreed: bool, why: str = "", now: datetime) -> None:
    """Keep what somebody said; if it is not repaired it is opened again.

    :raises TooLateToDisagree: if the question no longer stands. :raises ReasonNeeded: for a no without a word.
    """
    session.refresh(row, with_for_update={"of": Asked})
    if not can_answer(row, today=athens_date(now)):
        raise TooLateToDisagree
    row.answered_at, row.agreed = now, agreed
    if not agreed:
        disagree(session, row.fault, why, actor=None, now=now)
    session.flush()
    said = "agreed" if agreed else "disagreed"
    audit.record(session, f"faults.asked.{said}", subject=("fault", row.fault_id), actor_id=None, now=now)
