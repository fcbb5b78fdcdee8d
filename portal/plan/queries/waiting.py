"""What waits for the planning unit: one number for each thing that somebody there has to do next."""

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.plan.models import (
    ActionReport,
    Comment,
    Consultation,
    MoneyEntry,
    MoneyStage,
    Period,
    PeriodState,
    Plan,
    PlanProposal,
    ProposalState,
    ReportState,
    Revision,
    RevisionState,
)

#: counting stops here
MOST = 1000


@dataclass(frozen=True)
class Waiting:
    """How much of each, counted up to `MOST`."""

    #: reports of units that were handed in and not looked at
    submitted: int
    #: reports that units still owe for an open period
    due: int
    #: revisions that are prepared or before the council
    revisions: int
    #: proposals without an answer
    proposals: int
    #: comments of consultations without an answer
    comments: int
    #: amounts that no action explains
    orphans: int


def waiting(session: Session, plan: Plan) -> Waiting:
    """All of it, in one statement."""
    owed = sa.select(ActionReport.id).join(Period, Period.id == ActionReport.period_id)
    owed = owed.where(Period.plan_id == plan.id, Period.state == PeriodState.OPEN)
    proposals = sa.select(PlanProposal.id).where(
        PlanProposal.plan_id == plan.id,
        PlanProposal.state == ProposalState.NEW,
        PlanProposal.confirmed_at.is_not(None),
        PlanProposal.hidden_at.is_(None),
    )
    comments = sa.select(Comment.id).join(Consultation, Consultation.id == Comment.consultation_id)
    comments = comments.where(
        Consultation.plan_id == plan.id,
        Comment.state == ProposalState.NEW,
        Comment.confirmed_at.is_not(None),
        Comment.hidden_at.is_(None),
    )
    revisions = sa.select(Revision.id).where(
        Revision.plan_id == plan.id, Revision.state.in_([RevisionState.DRAFT, RevisionState.PROPOSED])
    )
    orphans = sa.select(MoneyEntry.id).where(
        MoneyEntry.plan_id == plan.id, MoneyEntry.action_id.is_(None), MoneyEntry.stage != MoneyStage.BUDGETED
    )
    asked = {
        "submitted": owed.where(ActionReport.state == ReportState.SUBMITTED),
        "due": owed.where(ActionReport.state.in_([ReportState.DUE, ReportState.RETURNED])),
        "revisions": revisions,
        "proposals": proposals,
        "comments": comments,
        "orphans": orphans,
    }
    row = session.execute(sa.select(*(_counted(query).label(name) for name, query in asked.items()))).one()
    return Waiting(**row._mapping)  # noqa: SLF001 – that is how a row is taken by its names


def _counted(query: sa.Select[Any]) -> sa.ScalarSelect[int]:
    return sa.select(sa.func.count()).select_from(query.limit(MOST).subquery()).scalar_subquery()
