"""Public consultation: what is asked, what was said, and how it stands by axis."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.plan.models import (
    Comment,
    CommentSupport,
    Consultation,
    Plan,
    PlanVersion,
    ProposalState,
    Revision,
    RevisionState,
)
from portal.plan.queries.versions import latest_version, version_on

PAGE = 20
_SHOWN = (Comment.confirmed_at.is_not(None), Comment.hidden_at.is_(None))


def consultations(session: Session, plan: Plan) -> Sequence[Consultation]:
    """All of the plan, the newest first."""
    query = sa.select(Consultation).where(Consultation.plan_id == plan.id)
    return session.scalars(query.order_by(Consultation.opens_on.desc(), Consultation.id.desc()).limit(100)).all()


def open_consultations(session: Session, on: date) -> Sequence[Consultation]:
    """Those in which something can be said on a day, the one that ends first before the others."""
    query = sa.select(Consultation).where(Consultation.opens_on <= on, Consultation.closes_on >= on)
    return session.scalars(query.order_by(Consultation.closes_on, Consultation.id).limit(10)).all()


def consultation(session: Session, number: int) -> Consultation | None:
    """The consultation with that number."""
    return session.get(Consultation, number)


def content_of(session: Session, row: Consultation) -> dict[str, Any] | None:
    """The draft that is consulted on: of its revision, else the plan as it held on the first day."""
    if row.revision_id is not None:
        return session.scalar(sa.select(Revision.content).where(Revision.id == row.revision_id))
    plan = session.get_one(Plan, row.plan_id)
    version: PlanVersion | None = version_on(session, plan, row.opens_on) or latest_version(session, plan)
    return version.content if version else None


def drafts(session: Session, plan: Plan) -> Sequence[Revision]:
    """Revisions on which people can be asked, the newest first."""
    asked = (RevisionState.DRAFT, RevisionState.PROPOSED)
    query = sa.select(Revision).where(Revision.plan_id == plan.id, Revision.state.in_(asked))
    return session.scalars(query.order_by(Revision.id.desc()).limit(50)).all()


def comments(
    session: Session,
    row: Consultation,
    *,
    part: str | None = None,
    state: ProposalState | None = None,
    before: int | None = None,
    with_hidden: bool = False,
    most: int = PAGE,
) -> Sequence[Comment]:
    """What was said and confirmed, of one part or of all, newest first."""
    query = sa.select(Comment).where(Comment.consultation_id == row.id, Comment.confirmed_at.is_not(None))
    if not with_hidden:
        query = query.where(Comment.hidden_at.is_(None))
    if part is not None:
        query = query.where(Comment.part == part)
    if state:
        query = query.where(Comment.state == state)
    if before:
        query = query.where(Comment.id < before)
    return session.scalars(query.order_by(Comment.id.desc()).limit(most)).all()


def comment(session: Session, number: int) -> Comment | None:
    """A comment that was confirmed; whether it is hidden is for the page to say."""
    return session.scalar(sa.select(Comment).where(Comment.id == number, Comment.confirmed_at.is_not(None)))


def own_comment(session: Session, token: str) -> Comment | None:
    """The comment of whoever has its link."""
    return session.scalar(sa.select(Comment).where(Comment.token == token))


def supported(session: Session, user_id: int, comment_ids: Sequence[int]) -> set[int]:
    """Which of these comments somebody supports."""
    query = sa.select(CommentSupport.comment_id).where(
        CommentSupport.user_id == user_id, CommentSupport.comment_id.in_(comment_ids)
    )
    return set(session.scalars(query))


def unanswered(session: Session, row: Consultation) -> int:
    """How many comments have no answer yet."""
    query = sa.select(sa.func.count()).where(
        Comment.consultation_id == row.id, Comment.state == ProposalState.NEW, *_SHOWN
    )
    return session.scalar(query) or 0


@dataclass
class Said:
    """How many comments there are, what became of them, and how many support them."""

    number: int = 0
    supporters: int = 0
    accepted: int = 0
    partly: int = 0
    refused: int = 0

    def add(self, state: ProposalState, number: int, supporters: int) -> None:
        """Count some more."""
        self.number += number
        self.supporters += supporters
        self.accepted += number if state is ProposalState.ACCEPTED else 0
        self.partly += number if state is ProposalState.MERGED else 0
        self.refused += number if state is ProposalState.REFUSED else 0


def said_by_part(session: Session, row: Consultation) -> dict[str, Said]:
    """Code of a part → its comments, in one statement."""
    query = (
        sa.select(Comment.part, Comment.state, sa.func.count(), sa.func.sum(Comment.supporters))
        .where(Comment.consultation_id == row.id, *_SHOWN)
        .group_by(Comment.part, Comment.state)
    )
    found: dict[str, Said] = {}
    for part, state, number, supporters in session.execute(query):
        found.setdefault(part, Said()).add(state, number, int(supporters or 0))
    return found


def said_by_axis(by_part: Mapping[str, Said], axis_of: Mapping[str, str]) -> dict[str, Said]:
    """Code of an axis → the comments on it and everything below; "" for the whole and the goals."""
    found: dict[str, Said] = {}
    for part, said in by_part.items():
        total = found.setdefault(axis_of.get(part, ""), Said())
        for name, number in vars(said).items():
            setattr(total, name, getattr(total, name) + number)
    return found
