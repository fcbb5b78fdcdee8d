"""The work of making a plan: tasks of three stages are begun, written, struck off, and letters of them are sent."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from hashlib import sha256
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.core import audit, letters
from portal.core.clock import athens_date
from portal.core.errors import Refused
from portal.core.letters import Recipient
from portal.core.texts import N_, Translated
from portal.documents import operations as documents
from portal.plan.models import Plan, StageKind, StageTask
from portal.plan.operations.decisions import check_ada
from portal.plan.operations.stages import USUAL

#: a letter goes to so many addresses at most
MOST_ADDRESSES = 100


class TasksThere(Refused):
    """The usual tasks are a beginning, not an addition."""

    message = N_("There are tasks already. Add what is missing one by one.")


class TaskChanged(Refused):
    """Somebody else has changed it meanwhile."""

    message = N_("Somebody else has changed this task. Look at it as it is now.")


class NotDoneYet(Refused):
    """A day that is still to come."""

    message = N_("It cannot be done on a day that is still to come.")


@dataclass(frozen=True, kw_only=True)
class TaskInput:
    """What is to be done, who does it and by when; and once it is done, when and by which decision."""

    stage: StageKind
    title: Translated
    note: str = ""
    unit_id: int | None = None
    due_on: date | None = None
    done_on: date | None = None
    decision: str = ""
    ada: str = ""
    #: code of the questionnaire with which people are asked
    questionnaire: str = ""
    position: int = 0


@dataclass(frozen=True)
class TaskLetter:
    """What is written to the bodies involved."""

    subject: str
    text: str
    addresses: Sequence[str]
    language: str


@dataclass(frozen=True)
class SentLetter:
    """To how many it goes, and its number in the protocol register."""

    addresses: int
    reference: str


def begin_tasks(session: Session, plan: Plan, *, first_day: date, actor_id: int | None, now: datetime) -> int:
    """Add the usual tasks, with days counted from the first; how many they are.

    :raises TasksThere: if there are tasks.
    """
    session.execute(sa.select(Plan.id).where(Plan.id == plan.id).with_for_update())  # one after the other
    if session.scalar(sa.select(StageTask.id).where(StageTask.plan_id == plan.id).limit(1)) is not None:
        raise TasksThere
    for position, usual in enumerate(USUAL, start=1):
        due = first_day + timedelta(weeks=usual.weeks)
        values = {"stage": usual.stage, "title": usual.title, "note": usual.source, "due_on": due}
        session.add(StageTask(plan_id=plan.id, position=position * 10, **values))
    session.flush()
    audit.record(session, "plan.tasks.begun", subject=("plan", plan.id), actor_id=actor_id, now=now)
    return len(USUAL)


def write_task(
    session: Session,
    plan: Plan,
    row: StageTask | None,
    given: TaskInput,
    *,
    seen: int = 0,
    actor_id: int | None,
    now: datetime,
) -> StageTask:
    """A new task, or one as it is from now on.

    :raises BadAda: if the ΑΔΑ cannot be one.
    :raises NotDoneYet: if it is done on a day to come.
    :raises TaskChanged: if it is not as whoever writes has seen it.
    """
    values = vars(given) | {"ada": check_ada(given.ada)}
    if given.done_on is not None and given.done_on > athens_date(now):
        raise NotDoneYet
    if row is None:
        row = StageTask(plan_id=plan.id, **values)
        session.add(row)
    else:
        session.refresh(row, with_for_update={"of": StageTask})
        if row.seen != seen:
            raise TaskChanged
        for name, value in values.items():
            setattr(row, name, value)
        row.seen += 1
    session.flush()
    _note(session, row.id, "written", actor_id, now=now)
    return row


def drop_task(session: Session, row: StageTask, *, actor_id: int | None, now: datetime) -> None:
    """Take a task away that is not needed."""
    key = row.id
    session.delete(row)
    session.flush()
    _note(session, key, "dropped", actor_id, now=now)


def send_letter(
    session: Session, row: StageTask, letter: TaskLetter, *, once: str, actor_id: int | None, now: datetime
) -> SentLetter:
    """Register it as outgoing and write to the bodies involved, each in a letter of its own; one page does so once."""
    addresses = list(dict.fromkeys(address.lower() for address in letter.addresses))[:MOST_ADDRESSES]
    entry = documents.register(
        session,
        documents.NewEntry(
            documents.Direction.OUTGOING,
            letter.subject,
            ", ".join(addresses),
            unit_id=row.unit_id,
            registered_by_id=actor_id,
            once=sha256(f"plan.task:{once}".encode()).hexdigest(),
        ),
        now=now,
    )
    values = {"subject": letter.subject, "text": letter.text, "reference": entry.reference}
    for address in addresses:
        key = "plan.task:" + sha256(f"{once}\n{address}".encode()).hexdigest()
        letters.write(session, Recipient(address, letter.language), "plan/task", values, now=now, dedupe=key)
    said = {"subject_line": letter.subject, "addresses": len(addresses), "entry": entry.reference}
    _note(session, row.id, "letter", actor_id, now=now, **said)
    return SentLetter(len(addresses), entry.reference)


def _note(session: Session, key: int, verb: str, actor_id: int | None, *, now: datetime, **data: Any) -> None:
    audit.record(session, f"plan.task.{verb}", subject=("plan_task", key), actor_id=actor_id, now=now, **data)
