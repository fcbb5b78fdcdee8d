"""An action, an axis or a community is followed: asked for, confirmed by a letter, told weekly, ended by one press."""

from dataclasses import dataclass
from datetime import datetime, time
from typing import Any

from sqlalchemy.orm import Session

from portal.core import following
from portal.core.clock import athens_date
from portal.core.following import Weekly
from portal.plan.models import PlanFollow
from portal.plan.queries import following as reads
from portal.plan.queries.following import News, Today

#: letters in one transaction
BATCH = 100
#: Tuesday, eight in the morning in Athens: Monday belongs to the faults of the week
DUE = Weekly(1, time(8))


@dataclass(frozen=True, kw_only=True)
class FollowWanted:
    """Who wants to be told of what: kind "action", "axis" or "community", and its code."""

    email: str
    language: str
    kind: str
    code: str


def ask_to_follow(session: Session, wanted: FollowWanted, *, now: datetime) -> PlanFollow | None:
    """Ask for it: a letter goes out with the link that confirms it; the wish, None: too many, or no such thing."""
    about = reads.about(session, wanted.kind, wanted.code)
    if about is None:
        return None
    same = {"email": wanted.email, "kind": wanted.kind, "code": wanted.code}
    found = following.ask(session, PlanFollow, same, now=now, language=wanted.language, told={})
    if found is not None:
        following.send_link(session, found, {"about": about}, now=now)
    return found


def confirm_follow(session: Session, row: PlanFollow, *, now: datetime) -> None:
    """They meant it: what is new from here on is told."""
    if row.confirmed_at is None:
        if today := reads.stands_today(session, on=athens_date(now)):
            row.told = today.stands(row)
        following.confirm(session, row, now=now)


def send_weekly(session: Session, *, now: datetime, most: int = BATCH) -> int:
    """Write the letters that are due, some in each transaction; how many wishes were looked at."""
    rows = following.take_due(session, PlanFollow, DUE, now=now, most=most)
    oldest = min((int(row.told.get("evidence", 0)) for row in rows), default=0)
    today = reads.stands_today(session, on=athens_date(now), after=oldest) if rows else None
    if today:
        for row in rows:
            _tell(session, row, today, now=now)
    session.flush()
    return len(rows)


def _tell(session: Session, row: PlanFollow, today: Today, *, now: datetime) -> None:
    found, period = reads.news(today, row)
    row.told = today.stands(row)
    about = reads.about(session, row.kind, row.code)
    if about and (found or period):
        values = {"lines": [_line(each) for each in found], "period": period, "about": about}
        following.send_weekly(session, row, "plan/weekly", values, now=now)


def _line(each: News) -> dict[str, Any]:
    return {
        "code": each.code,
        "title": dict(each.title),
        "light": each.light.label,
        "ends": each.ends,
        "budget": each.budget,
        "light_before": each.light_before.label if each.light_before else "",
        "reached": [dict(title) for title in each.reached],
        "evidence": [dict(title) for title in each.evidence],
    }
