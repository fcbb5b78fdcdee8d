"""Letters to the heads of the units that report: asked, reminded, a report came back."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy.orm import Session

from portal.core import letters
from portal.core.clock import athens_date
from portal.organisation import queries as organisation
from portal.organisation.operations import Role
from portal.plan.models import ActionReport, Period

if TYPE_CHECKING:
    from portal.accounts.models import User
    from portal.organisation.models import Unit


def heads_of(session: Session, unit: "Unit", on: date) -> "list[User]":
    """The heads of a unit on a day; where it has none, those of the unit above."""
    above: Unit | None = unit
    while above is not None:
        found = {duty.user for duty in organisation.people_of(session, above.id, on, [Role.HEAD]) if duty.user.active}
        if found:
            return sorted(found, key=lambda user: user.id)
        above = above.parent
    return []


def ask(session: Session, period: Period, reports: Iterable[ActionReport], stage: str, *, now: datetime) -> int:
    """Write one letter to each head with all their reports; the stage is "open", "soon" or "late". How many letters."""
    on = athens_date(now)
    mine: dict[User, list[ActionReport]] = {}
    heads: dict[int, list[User]] = {}
    for report in reports:
        if report.unit_id not in heads:
            heads[report.unit_id] = heads_of(session, report.unit, on)
        for head in heads[report.unit_id]:
            mine.setdefault(head, []).append(report)
    for head, rows in mine.items():
        values = period_values(period) | {
            "stage": stage,
            "actions": [{"code": row.action.code, "title": dict(row.action.title)} for row in rows],
        }
        key = f"plan.reports:{period.id}:{stage}:{head.id}"
        _write(session, head, "plan/reports", values, now=now, dedupe=key)
    return len(mine)


def tell_returned(session: Session, report: ActionReport, *, now: datetime) -> None:
    """Tell whoever sent a report, and the heads of its unit, that and why it came back."""
    people = {user.id: user for user in heads_of(session, report.unit, athens_date(now))}
    if report.submitted_by is not None and report.submitted_by.active:
        people[report.submitted_by.id] = report.submitted_by
    values = period_values(report.period) | {
        "number": report.id,
        "code": report.action.code,
        "title": dict(report.action.title),
        "reason": report.returned_why,
    }
    for key in sorted(people):
        _write(session, people[key], "plan/returned", values, now=now)


def period_values(period: Period) -> dict[str, Any]:
    """What letters say of a period."""
    return {"period": period.code, "first": period.first.isoformat(), "due_on": period.due_on.isoformat()}


def _write(
    session: Session, to: "User", template: str, values: Mapping[str, Any], *, now: datetime, dedupe: str | None = None
) -> None:
    recipient = letters.Recipient(to.email, to.language, to.full_name)
    letters.write(session, recipient, template, {"name": to.full_name, **values}, now=now, dedupe=dedupe)
