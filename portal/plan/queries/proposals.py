"""Proposals for the plan: what everybody reads of them, what its author does, and what waits for the planning unit."""

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from portal.plan.models import Origin, Plan, PlanProposal, ProposalState

PAGE = 20
#: so many are offered when one is merged with another
MOST_OFFERED = 200


def proposals(
    session: Session,
    plan: Plan,
    *,
    state: ProposalState | None = None,
    before: int | None = None,
    most: int = PAGE,
    with_hidden: bool = False,
) -> Sequence[PlanProposal]:
    """What was proposed and confirmed, newest first."""
    query = _confirmed(plan).options(joinedload(PlanProposal.community), joinedload(PlanProposal.unit))
    if not with_hidden:
        query = query.where(PlanProposal.hidden_at.is_(None))
    if state:
        query = query.where(PlanProposal.state == state)
    if before:
        query = query.where(PlanProposal.id < before)
    return session.scalars(query.order_by(PlanProposal.id.desc()).limit(most)).all()


def proposal(session: Session, number: int) -> PlanProposal | None:
    """A proposal that was confirmed; whether it is hidden is for the page to say."""
    return session.scalar(
        sa.select(PlanProposal).where(PlanProposal.id == number, PlanProposal.confirmed_at.is_not(None))
    )


def own_proposal(session: Session, token: str) -> PlanProposal | None:
    """The proposal of whoever has its link."""
    return session.scalar(sa.select(PlanProposal).where(PlanProposal.token == token))


def mergeable(session: Session, row: PlanProposal) -> Sequence[PlanProposal]:
    """The newest others that it can be merged with."""
    query = sa.select(PlanProposal).where(
        PlanProposal.plan_id == row.plan_id,
        PlanProposal.id != row.id,
        PlanProposal.confirmed_at.is_not(None),
        PlanProposal.hidden_at.is_(None),
        PlanProposal.state != ProposalState.MERGED,
    )
    return session.scalars(query.order_by(PlanProposal.id.desc()).limit(MOST_OFFERED)).all()


def references(session: Session, plan: Plan) -> Sequence[str]:
    """What of the data has been proposed already."""
    query = sa.select(PlanProposal.reference).where(PlanProposal.plan_id == plan.id, PlanProposal.reference != "")
    return session.scalars(query).all()


def rank_taken(session: Session, plan: Plan, community_id: int | None, rank: int | None) -> bool:
    """Whether a community has given that place in its order to another proposal."""
    query = sa.select(PlanProposal.id).where(
        PlanProposal.plan_id == plan.id,
        PlanProposal.origin == Origin.COMMUNITY,
        PlanProposal.community_id == community_id,
        PlanProposal.rank == rank,
        PlanProposal.hidden_at.is_(None),
    )
    return session.scalar(query.limit(1)) is not None


def _confirmed(plan: Plan) -> sa.Select[PlanProposal]:
    return sa.select(PlanProposal).where(PlanProposal.plan_id == plan.id, PlanProposal.confirmed_at.is_not(None))
