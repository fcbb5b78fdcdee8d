"""An action, an axis or a community is followed: asked for, confirmed by a letter, told weekly, ended by one press."""

import secrets
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.core import audit, letters
from portal.core.clock import ATHENS, athens_date
from portal.core.letters import Recipient
from portal.plan.models import PlanFollow
from portal.plan.queries import following
from portal.plan.queries.following import News, Today

#: so many wishes of one address may wait to be confirmed, and be followed at all
MOST_WAITING, MOST_OF_ONE = 5, 50
#: what nobody has confirmed by then is forgotten
PATIENCE = timedelta(days=7)
#: letters in one transaction
BATCH = 100
#: Tuesday, eight in the morning in Athens: Monday belongs to the faults of the week
WEEKDAY, HOUR = 1, time(8)


@dataclass(frozen=True, kw_only=True)
class FollowWanted:
    """Who wants to be told of what: kind "action", "axis" or "community", and its code."""

    email: str
    language: str
    kind: str
    code: str


def ask_to_follow(session: Session, wanted: FollowWanted, *, now: datetime) -> PlanFollow | None:
    """Ask for it: a letter goes out with the link that confirms it; the wish, None: too many wait.

    Whoever asks learns nothing from the answer: who is told of the same already gets a letter that says so.
    """
    values = {"email": wanted.email.strip().lower(), "kind": wanted.kind, "code": wanted.code}
    what = following.about(session, wanted.kind, wanted.code)
    found = session.scalar(sa.select(PlanFollow).filter_by(**values).limit(1))
    if found is None and what and not _too_many(session, values["email"]):
        found = PlanFollow(**values, language=wanted.language, token=secrets.token_urlsafe(32), created_at=now, told={})
        session.add(found)
        session.flush()
        _note(session, found.id, "asked", now=now)
    if found is not None and what:
        filled = {"token": found.token, "known": found.confirmed_at is not None, "about": what}
        key = f"plan.follow:{found.id}:{int(now.timestamp()) // 3600}"
        letters.write(session, Recipient(found.email, found.language), "plan/follow", filled, now=now, dedupe=key)
    return found


def confirm_follow(session: Session, row: PlanFollow, *, now: datetime) -> None:
    """They meant it: what is new from here on is told."""
    if row.confirmed_at is not None:
        return
    row.confirmed_at = now
    if today := following.stands_today(session, on=athens_date(now)):
        row.told = today.stands(row)
    session.flush()
    _note(session, row.id, "confirmed", now=now)


def end_follow(session: Session, row: PlanFollow, *, now: datetime) -> None:
    """End it; nothing of the address stays."""
    key = row.id
    session.delete(row)
    session.flush()
    _note(session, key, "ended", now=now)


def forget_unconfirmed_follows(session: Session, *, now: datetime) -> int:
    """Throw away what nobody has confirmed; how many there were."""
    old = sa.delete(PlanFollow).where(PlanFollow.confirmed_at.is_(None), PlanFollow.created_at < now - PATIENCE)
    return cast("sa.CursorResult[Any]", session.execute(old)).rowcount


def begins(now: datetime) -> datetime:
    """The moment of this week from which its letters are due; who confirms later waits for the next."""
    day = athens_date(now)
    return datetime.combine(day + timedelta(days=WEEKDAY - day.weekday()), HOUR, ATHENS)


def send_weekly(session: Session, *, now: datetime, most: int = BATCH) -> int:
    """Write the letters that are due, some in each transaction; how many wishes were looked at.

    A worker that stops in between goes on where it stopped: what was written bears its moment.
    """
    since = begins(now)
    if now < since:
        return 0
    due = sa.or_(PlanFollow.sent_at.is_(None), PlanFollow.sent_at < since)
    query = sa.select(PlanFollow).where(PlanFollow.confirmed_at < since, due).order_by(PlanFollow.id).limit(most)
    rows = session.scalars(query.with_for_update(skip_locked=True)).all()
    oldest = min((int(row.told.get("evidence", 0)) for row in rows), default=0)
    today = following.stands_today(session, on=athens_date(now), after=oldest) if rows else None
    for row in rows:
        if today:
            _tell(session, row, today, now=now)
        row.sent_at = now
    session.flush()
    return len(rows)


def _tell(session: Session, row: PlanFollow, today: Today, *, now: datetime) -> None:
    found, period = following.news(today, row)
    row.told = today.stands(row)
    what = following.about(session, row.kind, row.code)
    if not what or not (found or period):
        return
    values = {"lines": [_line(each) for each in found], "period": period, "token": row.token, "about": what}
    to = Recipient(row.email, row.language, ends={"endpoint": "plan.unfollow", "token": row.token})
    key = f"plan.weekly:{row.id}:{athens_date(now):%G-W%V}"
    letters.write(session, to, "plan/weekly", values, now=now, dedupe=key)


def _line(each: News) -> dict[str, Any]:
    return {
        "code": each.code,
        "title": dict(each.title),
        "light": each.light.label,
        "light_before": each.light_before.label if each.light_before else "",
        "reached": [dict(title) for title in each.reached],
        "evidence": [dict(title) for title in each.evidence],
    }


def _too_many(session: Session, email: str) -> bool:
    mine = sa.select(sa.func.count(), sa.func.count(PlanFollow.confirmed_at)).where(PlanFollow.email == email)
    every, confirmed = session.execute(mine).one()
    return every - confirmed >= MOST_WAITING or every >= MOST_OF_ONE


def _note(session: Session, key: int, verb: str, *, now: datetime) -> None:
    audit.record(session, f"plan.follow.{verb}", subject=("plan_follow", key), actor_id=None, now=now)
