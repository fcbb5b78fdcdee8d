"""How a plan comes about: the tasks of its stages, proposals from everywhere, and public consultation."""

from datetime import date, datetime
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.core.following import Wish
from portal.core.orm import Base, Choices, Code, Data, Flag, Key
from portal.core.texts import Translated
from portal.plan.models.choices import Origin, ProposalState, StageKind

if TYPE_CHECKING:
    from portal.organisation.models import Community, Unit

#: rows of which no public page is made
_PRIVATE: dict[str, Any] = {"info": {"private": True}}


class StageTask(Base):
    """Something to be done in one of the three stages."""

    __tablename__ = "plan_task"
    __table_args__ = (sa.Index("ix_plan_task_stage", "plan_id", "stage", "position"),)

    id: Mapped[Key]
    plan_id: Mapped[int] = mapped_column(sa.ForeignKey("plan.id"))
    stage: Mapped[StageKind] = mapped_column(Choices(StageKind))
    title: Mapped[Translated]
    #: what it needs, and what came of it
    note: Mapped[str] = mapped_column(default="")
    unit_id: Mapped[int | None] = mapped_column(sa.ForeignKey("unit.id"))
    due_on: Mapped[date | None]
    done_on: Mapped[date | None]
    #: number and date of the decision that ends it, where one does
    decision: Mapped[str] = mapped_column(sa.String(200), default="")
    ada: Mapped[str] = mapped_column(sa.String(20), default="")
    #: code of the questionnaire with which people are asked; "": there is none
    questionnaire: Mapped[Code] = mapped_column(default="")
    position: Mapped[int] = mapped_column(sa.Integer, default=0)
    sample: Mapped[Flag]
    #: raised with every change, so that of two who write one is told
    seen: Mapped[int] = mapped_column(sa.Integer, default=1, server_default="1")

    unit: Mapped["Unit | None"] = relationship()


class PlanProposal(Base):
    """An action that somebody proposes."""

    __tablename__ = "plan_proposal"
    __table_args__ = (sa.Index("ix_plan_proposal_state", "plan_id", "state", "id"),)

    id: Mapped[Key]
    plan_id: Mapped[int] = mapped_column(sa.ForeignKey("plan.id"))
    origin: Mapped[Origin] = mapped_column(Choices(Origin))
    title: Mapped[str] = mapped_column(sa.String(200))
    text: Mapped[str]
    language: Mapped[str] = mapped_column(sa.String(8))
    community_id: Mapped[int | None] = mapped_column(sa.ForeignKey("community.id"), index=True)
    #: the place that a community council gives it among its proposals, 1 the first
    rank: Mapped[int | None] = mapped_column(sa.Integer)
    unit_id: Mapped[int | None] = mapped_column(sa.ForeignKey("unit.id"))
    #: what of the data it comes from: "spot:35.3:25.4:roads", "service:tree-pruning"; "" for others
    reference: Mapped[Code] = mapped_column(default="")
    #: whoever is told what became of it; "" for data
    name: Mapped[str] = mapped_column(sa.String(200), default="")
    email: Mapped[str] = mapped_column(sa.String(254), default="")
    user_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
    #: part of the address at which its author reads what became of it
    token: Mapped[str] = mapped_column(sa.String(43), unique=True)
    #: hash of the page it was written on: two presses of its button are one proposal
    once: Mapped[str | None] = mapped_column(sa.String(64), unique=True)
    at: Mapped[datetime]
    #: None: the e-mail is not confirmed, and nobody sees it
    confirmed_at: Mapped[datetime | None]
    state: Mapped[ProposalState] = mapped_column(Choices(ProposalState), default=ProposalState.NEW)
    #: the reason its author reads
    answer: Mapped[Translated]
    #: the action it became, by code, or that it was taken into
    action_code: Mapped[Code] = mapped_column(default="")
    merged_id: Mapped[int | None] = mapped_column(sa.ForeignKey("plan_proposal.id"))
    decided_at: Mapped[datetime | None]
    decided_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
    #: staff took it down, and why
    hidden_at: Mapped[datetime | None]
    hidden_why: Mapped[str] = mapped_column(default="")
    sample: Mapped[Flag]

    community: Mapped["Community | None"] = relationship()
    unit: Mapped["Unit | None"] = relationship()
    merged: Mapped["PlanProposal | None"] = relationship(remote_side="PlanProposal.id")


class Consultation(Base):
    """A draft that everybody may read and comment on until a day."""

    __tablename__ = "plan_consultation"

    id: Mapped[Key]
    plan_id: Mapped[int] = mapped_column(sa.ForeignKey("plan.id"), index=True)
    #: the draft that is consulted on; None: the plan as it is
    revision_id: Mapped[int | None] = mapped_column(sa.ForeignKey("plan_revision.id"))
    title: Mapped[Translated]
    text: Mapped[Translated]
    opens_on: Mapped[date]
    #: the last day
    closes_on: Mapped[date]
    #: what was done with the comments; published once it is written
    report: Mapped[Translated]
    reported_at: Mapped[datetime | None]
    sample: Mapped[Flag]
    #: raised with every change, so that of two who write one is told
    seen: Mapped[int] = mapped_column(sa.Integer, default=1, server_default="1")

    def is_open(self, day: date) -> bool:
        """Whether something can be said on that day."""
        return self.opens_on <= day <= self.closes_on


class Comment(Base):
    """What somebody says about a part of the draft."""

    __tablename__ = "plan_comment"
    __table_args__ = (sa.Index("ix_plan_comment_part", "consultation_id", "part", "id"),)

    id: Mapped[Key]
    consultation_id: Mapped[int] = mapped_column(sa.ForeignKey("plan_consultation.id"))
    #: code of the axis, measure, objective, action or indicator; "": the whole
    part: Mapped[Code] = mapped_column(default="")
    text: Mapped[str]
    language: Mapped[str] = mapped_column(sa.String(8))
    #: how the author wants to be called; "": without a name
    name: Mapped[str] = mapped_column(sa.String(200), default="")
    #: organisation they speak for
    organisation: Mapped[str] = mapped_column(sa.String(200), default="")
    email: Mapped[str] = mapped_column(sa.String(254), default="")
    user_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
    token: Mapped[str] = mapped_column(sa.String(43), unique=True)
    #: hash of the page it was written on: two presses of its button are one comment
    once: Mapped[str | None] = mapped_column(sa.String(64), unique=True)
    at: Mapped[datetime]
    #: None: the e-mail is not confirmed, and nobody sees it
    confirmed_at: Mapped[datetime | None]
    #: staff took it down, and why
    hidden_at: Mapped[datetime | None]
    hidden_why: Mapped[str] = mapped_column(default="")
    #: how many others say the same
    supporters: Mapped[int] = mapped_column(sa.Integer, default=0)
    #: what was done with it: state and words
    state: Mapped[ProposalState] = mapped_column(Choices(ProposalState), default=ProposalState.NEW)
    answer: Mapped[Translated]
    answered_at: Mapped[datetime | None]
    sample: Mapped[Flag]

    consultation: Mapped[Consultation] = relationship()


class CommentSupport(Base):
    """Somebody who says the same."""

    __tablename__ = "plan_comment_support"
    __table_args__ = (sa.UniqueConstraint("comment_id", "user_id"), _PRIVATE)

    id: Mapped[Key]
    comment_id: Mapped[int] = mapped_column(sa.ForeignKey("plan_comment.id"))
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("user_account.id"), index=True)
    at: Mapped[datetime]


class PlanFollow(Wish):
    """Somebody who is told what is new with an action, an axis, or what is done in a community."""

    __tablename__ = "plan_follow"
    __table_args__ = (sa.Index("ix_plan_follow_about", "kind", "code"), _PRIVATE)
    noted, asking, ending = "plan.follow", "plan/follow", "plan.unfollow"

    #: "action", "axis" or "community", and its code
    kind: Mapped[str] = mapped_column(sa.String(20))
    code: Mapped[Code]
    #: what it stood at in the last letter, so that only news is told
    told: Mapped[Data]
