"""What people say in a consultation: confirmed, supported once by each, taken down or answered by staff."""

import secrets
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from portal.core import audit, letters
from portal.core.clock import athens_date
from portal.core.errors import Refused
from portal.core.following import MOST_WAITING
from portal.core.letters import Recipient
from portal.core.texts import LEGAL_LANGUAGE, N_, Translated
from portal.plan.models import Comment, CommentSupport, Consultation, ProposalState
from portal.plan.operations.consulting import ReportPublished
from portal.plan.operations.outline import outline
from portal.plan.queries import consulting as reads

if TYPE_CHECKING:
    from portal.accounts.models import User


class NotOpen(Refused):
    """Too early or too late."""

    message = N_("This consultation is not open: nothing can be added.")


class NoSuchPart(Refused):
    """The draft has no such part."""

    message = N_("The draft has no such part. Choose another one.")


class NothingToSupport(Refused):
    """It was taken down."""

    message = N_("This comment is not shown any more.")


class NoWords(Refused):
    """Its author could not read why."""

    message = N_("Write the answer in Greek, and in the language of the comment.")


@dataclass(frozen=True, kw_only=True)
class NewComment:
    """What somebody says about a part."""

    text: str
    language: str
    #: code of the part; "": the whole
    part: str = ""
    name: str = ""
    organisation: str = ""
    email: str = ""


def comment(
    session: Session, row: Consultation, new: NewComment, *, user: "User | None", once: str, now: datetime
) -> Comment | None:
    """Say something: with an account at once, else once the link of a letter is opened.

    The same page pressed twice is one comment. None: too many of that address wait; whoever asks does not learn it.

    :raises NotOpen: before the first or after the last day.
    :raises NoSuchPart: if the draft has no such part.
    """
    if not row.is_open(athens_date(now)):
        raise NotOpen
    content = reads.content_of(session, row) if new.part else None
    if new.part and (content is None or new.part not in outline(content).parts):
        raise NoSuchPart
    given = vars(new) | {"email": (user.email if user else new.email).strip().lower()}
    if user is None and _too_many(session, given["email"]):
        return None
    token, mark = secrets.token_urlsafe(32), sha256(once.encode()).hexdigest()
    made = Comment(**given, consultation=row, token=token, once=mark, at=now, answer=Translated())
    if user is not None:
        made.user_id, made.confirmed_at = user.id, now
    try:
        with session.begin_nested():
            session.add(made)
    except IntegrityError:  # the button was pressed twice
        return session.scalar(sa.select(Comment).where(Comment.once == mark))
    _note(session, made, "made", user.id if user else None, now=now)
    _write(session, made, "plan/commented", now=now)
    return made


def confirm_comment(session: Session, row: Comment, *, now: datetime) -> None:
    """They meant it: from here on everybody reads it.

    :raises NotOpen: after the last day nothing is added.
    """
    if row.confirmed_at is not None:
        return
    if not row.consultation.is_open(athens_date(now)):
        raise NotOpen
    row.confirmed_at = now
    session.flush()
    _note(session, row, "confirmed", None, now=now)


def support_comment(session: Session, row: Comment, *, user: "User", now: datetime) -> bool:
    """Say the same; whether it counts: once for each, and not for one's own.

    :raises NothingToSupport: if it is not shown.
    :raises NotOpen: before the first or after the last day.
    """
    if row.confirmed_at is None or row.hidden_at is not None:
        raise NothingToSupport
    if not row.consultation.is_open(athens_date(now)):
        raise NotOpen
    if row.user_id == user.id or (row.email and row.email == user.email):
        return False
    try:
        with session.begin_nested():
            session.add(CommentSupport(comment_id=row.id, user_id=user.id, at=now))
    except IntegrityError:  # they have said so already
        return False
    # in the database: two people may press at the same moment
    session.execute(sa.update(Comment).where(Comment.id == row.id).values(supporters=Comment.supporters + 1))
    session.refresh(row, ["supporters"])
    _note(session, row, "supported", user.id, now=now)
    return True


def hide_comment(session: Session, row: Comment, why: str, *, actor_id: int | None, now: datetime) -> None:
    """Take it down, with a reason that its author reads.

    :raises ReportPublished: after the report nothing changes.
    """
    _unless_reported(session, row)
    if row.hidden_at is None:
        row.hidden_at, row.hidden_why = now, why
        session.flush()
        _note(session, row, "hidden", actor_id, now=now)
        _write(session, row, "plan/comment_hidden", now=now)


def answer_comment(
    session: Session, row: Comment, state: ProposalState, answer: Translated, *, actor_id: int | None, now: datetime
) -> None:
    """Say what was done with it; until the report is published the answer can be corrected. Its author is told.

    :raises NoWords: if its author could not read it.
    :raises NothingToSupport: if it is not shown.
    :raises ReportPublished: after the report nothing changes.
    """
    if not all(answer.get(code, "").strip() for code in {LEGAL_LANGUAGE, row.language}):
        raise NoWords
    _unless_reported(session, row)
    if row.hidden_at is not None or row.confirmed_at is None:
        raise NothingToSupport
    if (row.state, row.answer) == (state, answer):
        return
    row.state, row.answer, row.answered_at = state, answer, now
    session.flush()
    _note(session, row, "answered", actor_id, now=now, state=state.value)
    _write(session, row, "plan/comment_answered", now=now)


def _unless_reported(session: Session, row: Comment) -> None:
    """While its answers are written, the report waits."""
    session.refresh(row.consultation, with_for_update=True)
    if row.consultation.reported_at is not None:
        raise ReportPublished


def _too_many(session: Session, email: str) -> bool:
    waiting = sa.select(sa.func.count()).where(Comment.email == email, Comment.confirmed_at.is_(None))
    return (session.scalar(waiting) or 0) >= MOST_WAITING


def _write(session: Session, row: Comment, template: str, *, now: datetime) -> None:
    values = {
        "title": dict(row.consultation.title),
        "closes_on": row.consultation.closes_on.isoformat(),
        "part": row.part,
        "text": row.text,
        "token": row.token,
        "confirmed": row.confirmed_at is not None,
        "state": row.state.value,
        "answer": dict(row.answer),
        "why": row.hidden_why,
    }
    key = f"{template}:{row.id}:{int(now.timestamp())}"
    letters.write(session, Recipient(row.email, row.language, row.name), template, values, now=now, dedupe=key)


def _note(session: Session, row: Comment, verb: str, actor_id: int | None, *, now: datetime, **data: Any) -> None:
    subject = ("plan_comment", row.id)
    audit.record(session, f"plan.comment.{verb}", subject=subject, actor_id=actor_id, now=now, **data)
