"""Proposals for the plan: made by residents, units, communities or from the data; each is answered with its reason."""

import secrets
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import TYPE_CHECKING, Any, cast

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from portal.core import audit, letters
from portal.core.errors import Refused
from portal.core.following import MOST_WAITING
from portal.core.letters import Recipient
from portal.core.texts import LEGAL_LANGUAGE, N_, Translated
from portal.plan.models import Action, Origin, Plan, PlanProposal, ProposalState, Revision, RevisionState
from portal.plan.operations.workbook import ACTIONS
from portal.plan.queries import proposals as reads

if TYPE_CHECKING:
    from portal.accounts.models import User

#: revisions whose actions can be named before they hold
COMING = (RevisionState.DRAFT, RevisionState.PROPOSED, RevisionState.DECIDED)


class AlreadyDecided(Refused):
    """Somebody was faster."""

    message = N_("This proposal has been answered already.")


class AlreadyProposed(Refused):
    """The same of the data."""

    message = N_("This has been made a proposal already.")


class RankTaken(Refused):
    """Two proposals of a community cannot have the same place."""

    message = N_("This community has another proposal at that place of its order.")


class NoReason(Refused):
    """Its author could not read why."""

    message = N_("Write the reason in Greek, and in the language of whoever made the proposal.")


class NoSuchAction(Refused):
    """Neither in the plan nor on its way into it."""

    message = N_("There is no action with this code, neither in the plan nor in a revision that is being prepared.")


class CannotMerge(Refused):
    """Merged with itself, with something hidden, or with what is merged itself."""

    message = N_("It cannot be merged with this proposal. Choose another one.")


class GoneProposal(Refused):
    """It was taken down meanwhile."""

    message = N_("This proposal is not shown in public any more, so it cannot be answered.")


@dataclass(frozen=True, kw_only=True)
class NewProposal:
    """What is proposed, and by whom."""

    title: str
    text: str
    language: str
    origin: Origin = Origin.RESIDENT
    community_id: int | None = None
    #: the place that a community council gives it
    rank: int | None = None
    unit_id: int | None = None
    #: what of the data it comes from
    reference: str = ""
    name: str = ""
    email: str = ""


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """What becomes of a proposal, and why."""

    state: ProposalState
    answer: Translated
    #: the action it became
    action_code: str = ""
    #: the proposal it was merged with
    merged_id: int | None = None


def propose(
    session: Session, plan: Plan, new: NewProposal, *, user: "User | None", once: str, now: datetime
) -> PlanProposal | None:
    """A resident proposes: with an account at once, anybody else once they open the link of a letter.

    The same page pressed twice is one proposal. None: too many of that address wait; whoever asks does not learn it.
    """
    row = _row(plan, new, now=now)
    row.once = sha256(once.encode()).hexdigest()
    if user is not None:
        row.user_id, row.name, row.email, row.confirmed_at = user.id, user.full_name, user.email, now
    elif _too_many(session, row.email):
        return None
    try:
        with session.begin_nested():
            session.add(row)
    except IntegrityError:  # the button was pressed twice
        return session.scalar(sa.select(PlanProposal).where(PlanProposal.once == row.once))
    _note(session, row, "proposed", user.id if user else None, now=now)
    _write(session, row, "plan/proposed", now=now)
    return row


def confirm_proposal(session: Session, row: PlanProposal, *, now: datetime) -> None:
    """They meant it: from here on everybody reads it."""
    if row.confirmed_at is None:
        row.confirmed_at = now
        session.flush()
        _note(session, row, "confirmed", None, now=now)


def enter_proposal(
    session: Session, plan: Plan, new: NewProposal, *, once: str = "", actor_id: int | None, now: datetime
) -> PlanProposal:
    """Staff enter what a unit or a community proposes, or what the data say; `once`: the page it was written on.

    :raises RankTaken: if the community has given that place to another one.
    :raises AlreadyProposed: if the same of the data is a proposal already.
    """
    session.execute(sa.select(Plan.id).where(Plan.id == plan.id).with_for_update())  # one after the other
    mark = sha256(once.encode()).hexdigest() if once else None
    known = session.scalar(sa.select(PlanProposal).where(PlanProposal.once == mark)) if mark else None
    if known is not None:
        return known
    if new.origin is Origin.COMMUNITY and reads.rank_taken(session, plan, new.community_id, new.rank):
        raise RankTaken
    if new.reference and new.reference in reads.references(session, plan):
        raise AlreadyProposed
    row = _row(plan, new, now=now)
    row.confirmed_at, row.once = now, mark
    session.add(row)
    session.flush()
    _note(session, row, "entered", actor_id, now=now)
    return row


def decide_proposal(
    session: Session, row: PlanProposal, verdict: Verdict, *, actor_id: int | None, now: datetime
) -> None:
    """Accept it as an action, merge it with another one, or refuse it; its author is told, with the reason.

    :raises GoneProposal: if it was taken down.
    :raises NoReason: if its author could not read why.
    :raises NoSuchAction: if what it became is not known.
    :raises CannotMerge: if the other one is no proposal to merge with.
    :raises AlreadyDecided: if it has its answer.
    """
    _check(session, row, verdict)
    first = sa.update(PlanProposal).where(PlanProposal.id == row.id, PlanProposal.state == ProposalState.NEW)
    values = {
        "state": verdict.state,
        "answer": verdict.answer,
        "action_code": verdict.action_code,
        "merged_id": verdict.merged_id,
        "decided_at": now,
        "decided_by_id": actor_id,
    }
    if not _changed(session, first.values(values)):
        raise AlreadyDecided
    session.refresh(row)
    _note(session, row, "decided", actor_id, now=now, state=verdict.state.value, became=verdict.action_code)
    _write(session, row, "plan/proposal_decided", now=now)


def hide_proposal(session: Session, row: PlanProposal, why: str, *, actor_id: int | None, now: datetime) -> None:
    """Take it down, where its text is nobody's business; its author is told why."""
    if row.hidden_at is None:
        row.hidden_at, row.hidden_why = now, why
        session.flush()
        _note(session, row, "hidden", actor_id, now=now)
        _write(session, row, "plan/proposal_hidden", now=now)


def _row(plan: Plan, new: NewProposal, *, now: datetime) -> PlanProposal:
    given = {name: getattr(new, name) for name in new.__dataclass_fields__}
    token, email = secrets.token_urlsafe(32), new.email.strip().lower()
    return PlanProposal(**given | {"email": email}, plan_id=plan.id, token=token, at=now, answer=Translated())


def _check(session: Session, row: PlanProposal, verdict: Verdict) -> None:
    if row.hidden_at is not None:
        raise GoneProposal
    if not all(verdict.answer.get(code, "").strip() for code in {LEGAL_LANGUAGE, row.language}):
        raise NoReason
    if verdict.state is ProposalState.ACCEPTED and verdict.action_code not in _action_codes(session, row.plan_id):
        raise NoSuchAction
    if verdict.state is ProposalState.MERGED:
        other = session.get(PlanProposal, verdict.merged_id or 0)
        if other is None or other not in reads.mergeable(session, row):
            raise CannotMerge


def _action_codes(session: Session, plan_id: int) -> set[str]:
    codes = set(session.scalars(sa.select(Action.code).where(Action.plan_id == plan_id, Action.closed.is_(False))))
    coming = sa.select(Revision.content).where(Revision.plan_id == plan_id, Revision.state.in_(COMING))
    return codes.union(row["code"] for content in session.scalars(coming) for row in content["sheets"].get(ACTIONS, ()))


def _too_many(session: Session, email: str) -> bool:
    waiting = sa.select(sa.func.count()).where(PlanProposal.email == email, PlanProposal.confirmed_at.is_(None))
    return (session.scalar(waiting) or 0) >= MOST_WAITING


def _write(session: Session, row: PlanProposal, template: str, *, now: datetime) -> None:
    values: dict[str, Any] = {
        "title": row.title,
        "token": row.token,
        "confirmed": row.confirmed_at is not None,
        "state": row.state.label,
        "answer": dict(row.answer),
        "action": row.action_code,
        "why": row.hidden_why,
    }
    key = f"{template}:{row.id}:{int(now.timestamp())}"
    letters.write(session, Recipient(row.email, row.language, row.name), template, values, now=now, dedupe=key)


def _changed(session: Session, statement: Any) -> int:
    return cast("sa.CursorResult[Any]", session.execute(statement)).rowcount


def _note(session: Session, row: PlanProposal, verb: str, actor_id: int | None, *, now: datetime, **data: Any) -> None:
    subject = ("plan_proposal", row.id)
    audit.record(session, f"plan.proposal.{verb}", subject=subject, actor_id=actor_id, now=now, **data)
