"""Whoever supports a report or follows its place is told of each step; nobody twice, nobody of what is not public."""

import hashlib
import secrets
from collections.abc import Mapping
from datetime import datetime, time
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.core import following, letters, outbox
from portal.core.following import Weekly
from portal.core.letters import Recipient
from portal.faults.models import Asked, Fault, FaultState, FaultStep, Follow, Rhythm, Source
from portal.faults.queries import following as reads

#: the outbox job that tells of a step
KIND = "faults.tell"
#: letters in one transaction
BATCH = 100
#: Monday, eight in the morning in Athens
DUE = Weekly(0, time(8))
#: steps after which people are asked whether it is so
ASKED = (FaultState.REPAIRED, FaultState.IMPOSSIBLE)


def ask_to_tell(session: Session, fault: Fault, step_id: int, *, now: datetime) -> None:
    """Note that a step has to be told; of what is not public nobody is."""
    if fault.shown:
        outbox.enqueue(session, KIND, {"step": step_id, "to": "supporters", "after": 0}, now=now)


def tell(session: Session, payload: Mapping[str, Any], *, now: datetime) -> None:
    """Write some of the letters of a step, and note where the next ones begin.

    A letter is known by its step and its address: a job that is done twice, or somebody who supports the report and
    follows its place as well, makes one.
    """
    step = reads.step(session, payload["step"])
    if step is None or not step.fault.shown:
        return
    to, after = payload["to"], int(payload["after"])
    write = _to_supporters if to == "supporters" else _to_followers
    last = write(session, step, after, now=now)
    if last is not None:
        outbox.enqueue(session, KIND, {"step": step.id, "to": to, "after": last}, now=now)
    elif to == "supporters" and step.state in reads.TOLD:
        outbox.enqueue(session, KIND, {"step": step.id, "to": "followers", "after": 0}, now=now)


def ask_reporter(session: Session, fault: Fault, step_id: int, *, now: datetime) -> str:
    """Ask the reporter whether it is so; the token of their letter, "" where nobody is asked."""
    if fault.state not in ASKED or fault.dispute_until is None or not reporter(fault).reachable:
        return ""
    return _ask(session, fault, step_id, None, now=now)


def reporter(fault: Fault) -> Recipient:
    """Where letters to the reporter go: to the e-mail, or the telephone if a code has confirmed it; else nowhere."""
    case, confirmed = fault.case, fault.source is Source.WEB
    phone = case.applicant_phone if confirmed else None
    return Recipient(case.applicant_email, case.language, case.applicant_name, phone=phone or "")


def _to_supporters(session: Session, step: FaultStep, after: int, *, now: datetime) -> int | None:
    fault = step.fault
    rows = reads.supporters(session, fault, after=after, most=BATCH)
    asking = step.state in ASKED and fault.state is step.state and fault.dispute_until is not None
    for row in rows:
        values = _values(step) | {
            "asked": fault.dispute_until.isoformat() if asking and fault.dispute_until else "",
            "answer": _ask(session, fault, step.id, row.id, now=now) if asking else "",
            "token": row.token,
        }
        ends = {"endpoint": "faults.end_support", "token": row.token}
        _write(session, step, Recipient(row.email, row.language, ends=ends), "faults/supported", values, now=now)
    return rows[-1].id if len(rows) == BATCH else None


def _to_followers(session: Session, step: FaultStep, after: int, *, now: datetime) -> int | None:
    fault = step.fault
    rows = reads.followers(session, fault, after=after, most=BATCH)
    for row in rows:
        if reads.reaches(row, fault.lat, fault.lon):
            values = _values(step) | {"token": row.token, **reads.about(session, row)}
            _write(session, step, row.recipient, "faults/followed", values, now=now)
    return rows[-1].id if len(rows) == BATCH else None


def _write(
    session: Session, step: FaultStep, to: Recipient, template: str, values: dict[str, Any], *, now: datetime
) -> None:
    if to.email == step.fault.case.applicant_email.lower():
        return  # they have a letter of their own
    mark = hashlib.sha256(to.email.encode()).hexdigest()[:24]
    letters.write(session, to, template, values, now=now, dedupe=f"{KIND}:{step.id}:{mark}")


def _values(step: FaultStep) -> dict[str, Any]:
    """What a letter says of a step: nothing of who reported it."""
    fault = step.fault
    return {
        "title": dict(fault.category.name),
        "reference": fault.reference,
        "slug": fault.slug,
        "address": fault.address,
        "state": step.state.value,
        "label": step.state.label,
        "note": dict(step.note),
        "planned_on": step.planned_on.isoformat() if step.planned_on else "",
        "body": dict(fault.body.name) if fault.body and step.state is FaultState.PASSED_ON else {},
    }


def _ask(session: Session, fault: Fault, step_id: int, supporter_id: int | None, *, now: datetime) -> str:
    mine = sa.select(Asked).where(Asked.step_id == step_id)
    mine = mine.where(Asked.supporter_id == supporter_id if supporter_id else Asked.supporter_id.is_(None))
    row = session.scalar(mine)
    if row is None:
        row = Asked(fault_id=fault.id, step_id=step_id, supporter_id=supporter_id, asked_at=now)
        row.token = secrets.token_urlsafe(32)
        session.add(row)
        session.flush()
    return row.token


# -- once a week


def send_weekly(session: Session, *, now: datetime, most: int = BATCH) -> int:
    """Write the digests that are due, some in each transaction; how many wishes were looked at."""
    rows = following.take_due(session, Follow, DUE, Follow.rhythm == Rhythm.WEEKLY, now=now, most=most)
    upto = reads.newest_step(session)
    for row in rows:
        _digest(session, row, upto, now=now)
    session.flush()
    return len(rows)


def _digest(session: Session, row: Follow, upto: int, *, now: datetime) -> None:
    found = reads.news(session, row, upto=upto)
    row.told_to = upto
    if not found:
        return
    lines = [
        {
            "slug": each.slug,
            "title": dict(each.category),
            "address": each.address,
            "is_new": each.is_new,
            "label": each.state.label,
            "planned_on": each.planned_on.isoformat() if each.planned_on else "",
        }
        for each in found
    ]
    values = {"lines": lines, **reads.about(session, row)}
    following.send_weekly(session, row, "faults/weekly", values, now=now)
