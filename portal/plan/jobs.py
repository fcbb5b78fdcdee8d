"""What the plan does for the worker."""

from collections.abc import Callable, Mapping
from typing import Any

import structlog
from sqlalchemy.orm import Session

from portal.core import clock, following
from portal.core.errors import Refused
from portal.plan.models import Comment, PlanFollow, PlanProposal, Revision
from portal.plan.operations import deciding, periods
from portal.plan.operations import following as operations
from portal.plan.queries import revisions


def remind(session: Session) -> None:
    """Remind units of reports that are due."""
    periods.remind(session, now=clock.now())


def bring_due_revisions(session: Session) -> None:
    """Bring into force what holds from today, each in a transaction of its own; the desk shows what could not be."""
    now = clock.now()
    for number in revisions.due_revisions(session, clock.athens_date(now)):
        try:
            deciding.bring_into_force(session, session.get_one(Revision, number), now=now)
        except Refused as refused:
            session.rollback()
            structlog.get_logger("plan").warning("revision not in force", revision=number, why=type(refused).__name__)
        else:
            session.commit()


def send_weekly(session: Session) -> None:
    """Write the letters to followers that are due, some in each transaction; forget what nobody has confirmed."""
    while operations.send_weekly(session, now=clock.now()):
        session.commit()
    following.forget_unconfirmed(session, PlanFollow.created_at, now=clock.now())


def forget_unconfirmed_words(session: Session) -> None:
    """Throw away proposals and comments that nobody has confirmed."""
    for asked_at in (PlanProposal.at, Comment.at):
        following.forget_unconfirmed(session, asked_at, now=clock.now())


handlers: dict[str, Callable[..., None]] = {}
#: name → (every so many seconds, what)
routines: Mapping[str, tuple[int, Any]] = {
    "plan.remind": (3_600, remind),
    "plan.unconfirmed": (86_400, forget_unconfirmed_words),
    "plan.weekly": (3_600, send_weekly),
    # every hour: a revision holds from midnight of its day
    "plan.revisions": (3_600, bring_due_revisions),
}
