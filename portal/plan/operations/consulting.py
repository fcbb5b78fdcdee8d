"""Public consultation: opened, commented on and supported until its last day, then answered and reported."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.core import audit
from portal.core.clock import athens_date
from portal.core.errors import Refused
from portal.core.texts import LEGAL_LANGUAGE, N_, Translated
from portal.plan.models import Consultation, Plan, Revision, RevisionState
from portal.plan.operations.versions import keep_version
from portal.plan.queries import consulting as reads
from portal.plan.queries.versions import latest_version


class WrongDays(Refused):
    """Over before it begins."""

    message = N_("The last day of the consultation cannot lie before its first day, or in the past.")


class NoDraft(Refused):
    """There is nothing to read."""

    message = N_("This draft cannot be consulted on. Choose another one.")


class ConsultationChanged(Refused):
    """Somebody else has changed it meanwhile."""

    message = N_("Somebody else has changed this consultation. Look at it as it is now.")


class ReportPublished(Refused):
    """What was done with the comments stands as it was published."""

    message = N_("The report of this consultation has been published; nothing of it changes any more.")


class StillOpen(Refused):
    """There may be more comments."""

    message = N_("The consultation still runs. The report is published after its last day.")


class Unanswered(Refused):
    """A report says what was done with every comment."""

    message = N_("Some comments have no answer yet: %(number)s. The report says what was done with every one of them.")


class NoReport(Refused):
    """Everybody must be able to read it."""

    message = N_("Write the text in Greek at least.")


@dataclass(frozen=True, kw_only=True)
class ConsultationInput:
    """What people are asked, and until when."""

    title: Translated
    text: Translated
    opens_on: date
    closes_on: date
    #: the revision whose draft is read; None: the plan as it is
    revision_id: int | None = None


def open_consultation(
    session: Session, plan: Plan, given: ConsultationInput, *, actor_id: int | None, now: datetime
) -> Consultation:
    """Ask everybody; it opens on its first day by itself.

    :raises WrongDays: if it would be over already.
    :raises NoDraft: if the revision is not one that is being prepared.
    """
    _check(session, plan, given, now=now)
    if latest_version(session, plan) is None:
        keep_version(session, plan, now=now)
    row = Consultation(plan_id=plan.id, **vars(given), report=Translated())
    session.add(row)
    session.flush()
    _note(session, row, "opened", actor_id, now=now)
    return row


def change_consultation(
    session: Session, row: Consultation, given: ConsultationInput, *, seen: int, actor_id: int | None, now: datetime
) -> None:
    """Correct its words, or give people more time.

    :raises ConsultationChanged: if it is not as whoever writes has seen it.
    :raises ReportPublished: if its report has been published.
    :raises WrongDays: if it would be over already.
    :raises NoDraft: if the revision is not one that is being prepared.
    """
    session.refresh(row, with_for_update=True)
    if row.seen != seen:
        raise ConsultationChanged
    if row.reported_at is not None:
        raise ReportPublished
    if (given.opens_on, given.closes_on, given.revision_id) != (row.opens_on, row.closes_on, row.revision_id):
        _check(session, session.get_one(Plan, row.plan_id), given, now=now)
    for name, value in vars(given).items():
        setattr(row, name, value)
    row.seen += 1
    session.flush()
    _note(session, row, "changed", actor_id, now=now)


def publish_report(
    session: Session, row: Consultation, report: Translated, *, actor_id: int | None, now: datetime
) -> None:
    """Say what was done with every comment; from then on nothing of it changes.

    :raises NoReport: without words in Greek.
    :raises ReportPublished: if there is one.
    :raises StillOpen: before its last day is over.
    :raises Unanswered: while a comment has no answer.
    """
    if not report.get(LEGAL_LANGUAGE, "").strip():
        raise NoReport
    session.refresh(row, with_for_update=True)
    if row.reported_at is not None:
        raise ReportPublished
    if athens_date(now) <= row.closes_on:
        raise StillOpen
    if number := reads.unanswered(session, row):
        raise Unanswered(number=number)
    row.report, row.reported_at, row.seen = report, now, row.seen + 1
    session.flush()
    _note(session, row, "reported", actor_id, now=now)


def _check(session: Session, plan: Plan, given: ConsultationInput, *, now: datetime) -> None:
    if given.closes_on < given.opens_on or given.closes_on < athens_date(now):
        raise WrongDays
    if given.revision_id is not None:
        found = session.scalar(sa.select(Revision.state).filter_by(id=given.revision_id, plan_id=plan.id))
        if found not in {RevisionState.DRAFT, RevisionState.PROPOSED}:
            raise NoDraft


def _note(session: Session, row: Consultation, verb: str, actor_id: int | None, *, now: datetime, **data: Any) -> None:
    subject = ("plan_consultation", row.id)
    audit.record(session, f"plan.consultation.{verb}", subject=subject, actor_id=actor_id, now=now, **data)
