"""What a unit says of its actions in a period: kept, submitted, returned, accepted."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from portal.core import audit
from portal.core.errors import Refused
from portal.core.texts import N_
from portal.plan.models import ActionReport, Period, PeriodState, Plan, ReportState
from portal.plan.operations import asking
from portal.plan.queries.progress import physical


class ReportChanged(Refused):
    """Somebody has written it meanwhile."""

    message = N_(
        "Somebody else has changed this report meanwhile. Below is what you typed; compare before you send it."
    )


class PeriodClosed(Refused):
    """The planning unit has checked the period."""

    message = N_("The planning unit has checked this period: its reports can no longer be changed.")


class ReportAccepted(Refused):
    """It is accepted."""

    message = N_("This report is accepted. If something in it is wrong, ask the planning unit to return it.")


class NotSubmitted(Refused):
    """There is nothing to look at."""

    message = N_("The unit has not submitted this report.")


class DoneMissing(Refused):
    """It does not say what was done."""

    message = N_("Write what was done in this period; if nothing was, say so.")


class WhyMissing(Refused):
    """The unit sees it differently, and does not say why."""

    message = N_("What you state differs from what evidence comes to. Write why.")


class ReasonMissing(Refused):
    """It goes back without a reason."""

    message = N_("Write what the unit should correct or add.")


class BadPercent(Refused):
    """There is no such share."""

    message = N_("Enter a whole number from 0 to 100.")


@dataclass(frozen=True)
class Said:
    """What a unit says of an action."""

    done: str = ""
    problems: str = ""
    next_steps: str = ""
    #: in percent, where it is not what evidence comes to, and why
    stated: int | None = None
    why: str = ""


def keep(
    session: Session, report: ActionReport, said: Said, *, seen: int | None = None, actor_id: int, now: datetime
) -> None:
    """Keep what was typed so far; the report still waits for the unit.

    :raises PeriodClosed: too late. :raises ReportAccepted: it is accepted. :raises ReportChanged: by somebody else.
    """
    _claim_to_write(session, report, seen)
    _write(report, said)
    if report.state is ReportState.SUBMITTED:
        report.state = ReportState.DUE
    session.flush()
    _note(session, report, "kept", actor_id, now)


def submit(
    session: Session, report: ActionReport, said: Said, *, seen: int | None = None, actor_id: int, now: datetime
) -> None:
    """Send it to the planning unit, with what evidence comes to on the last day of the period, as it is now.

    :raises DoneMissing: it does not say what was done. :raises BadPercent: not a share.
    :raises WhyMissing: it states another percent without a reason. And as `keep`.
    """
    _claim_to_write(session, report, seen)
    computed = computed_now(session, report)
    if not said.done.strip():
        raise DoneMissing
    if said.stated is not None and not 0 <= said.stated <= 100:
        raise BadPercent
    if said.stated is not None and said.stated != computed and not said.why.strip():
        raise WhyMissing
    _write(report, said)
    if report.stated is None or report.stated == computed:
        report.stated, report.why = None, ""
    report.state, report.computed = ReportState.SUBMITTED, computed
    report.submitted_at, report.submitted_by_id = now, actor_id
    session.flush()
    _note(session, report, "submitted", actor_id, now, computed=computed, stated=report.stated)


def accept(session: Session, report: ActionReport, *, seen: int | None = None, actor_id: int, now: datetime) -> None:
    """The planning unit takes it as it is.

    :raises NotSubmitted: it was not submitted, or is accepted already. :raises PeriodClosed: too late.
    :raises ReportChanged: the unit has sent it anew.
    """
    _claim(session, report, seen)
    if report.state is not ReportState.SUBMITTED:
        raise NotSubmitted
    _look(session, report, ReportState.ACCEPTED, actor_id, now)
    report.returned_why = ""
    session.flush()


def give_back(
    session: Session, report: ActionReport, reason: str, *, seen: int | None = None, actor_id: int, now: datetime
) -> None:
    """The planning unit asks for more; the unit gets a letter. What was accepted can go back, too.

    :raises ReasonMissing: without a reason. :raises NotSubmitted: there is nothing to return. And as `accept`.
    """
    _claim(session, report, seen)
    if report.state not in {ReportState.SUBMITTED, ReportState.ACCEPTED}:
        raise NotSubmitted
    if not reason.strip():
        raise ReasonMissing
    _look(session, report, ReportState.RETURNED, actor_id, now)
    report.returned_why = reason.strip()
    session.flush()
    asking.tell_returned(session, report, now=now)


def computed_now(session: Session, report: ActionReport) -> int | None:
    """What evidence comes to on the last day of the period, in percent; None: the action has no milestones."""
    plan = session.get_one(Plan, report.action.plan_id)
    found = physical(session, plan, on=report.period.last, action_ids=[report.action_id]).get(report.action_id)
    return found.percent if found else None


def _claim(session: Session, report: ActionReport, seen: int | None) -> None:
    """The period first, so that nobody checks it meanwhile; then the report."""
    session.refresh(report.period, with_for_update={"of": Period})
    session.refresh(report, with_for_update={"of": ActionReport})
    if report.period.state is not PeriodState.OPEN:
        raise PeriodClosed
    if seen is not None and report.version != seen:
        raise ReportChanged
    report.version += 1


def _claim_to_write(session: Session, report: ActionReport, seen: int | None) -> None:
    _claim(session, report, seen)
    if report.state is ReportState.ACCEPTED:
        raise ReportAccepted


def _write(report: ActionReport, said: Said) -> None:
    report.done, report.problems, report.next_steps = said.done.strip(), said.problems.strip(), said.next_steps.strip()
    report.stated, report.why = said.stated, said.why.strip()


def _look(session: Session, report: ActionReport, state: ReportState, actor_id: int, now: datetime) -> None:
    report.state, report.looked_at, report.looked_by_id = state, now, actor_id
    _note(session, report, state.value, actor_id, now)


def _note(session: Session, report: ActionReport, verb: str, actor_id: int, now: datetime, **data: int | None) -> None:
    subject = ("plan_report", report.id)
    audit.record(session, f"plan.report.{verb}", subject=subject, actor_id=actor_id, now=now, **data)
