"""How the plan changes: versions of its whole text, and the proposals for the next one."""

from datetime import date, datetime
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, deferred, mapped_column, relationship

from portal.core.orm import Base, Choices, Data, Json, Key
from portal.core.texts import Translated
from portal.plan.models.choices import ProgrammeKind, ProgrammeState, RevisionState

if TYPE_CHECKING:
    from portal.accounts.models import User


class PlanVersion(Base):
    """The plan as it held from a day on; never changed. Any day can be asked for: the newest version of that day."""

    __tablename__ = "plan_version"
    __table_args__ = (
        sa.UniqueConstraint("plan_id", "number"),
        sa.Index("ix_plan_version_from", "plan_id", "valid_from"),
    )

    id: Mapped[Key]
    plan_id: Mapped[int] = mapped_column(sa.ForeignKey("plan.id"))
    #: 1: as it was first approved
    number: Mapped[int] = mapped_column(sa.Integer)
    title: Mapped[Translated]
    valid_from: Mapped[date]
    #: the decision of the council, and its ΑΔΑ
    decision: Mapped[str] = mapped_column(sa.String(200), default="")
    decided_on: Mapped[date | None]
    ada: Mapped[str] = mapped_column(sa.String(20), default="")
    #: the whole workbook: see `operations.content`
    content: Mapped[dict[str, Any]] = deferred(mapped_column(Json))
    #: SHA-256 of the content, in canonical JSON
    digest: Mapped[str] = mapped_column(sa.String(64))
    made_at: Mapped[datetime]


class Revision(Base):
    """A proposed set of changes: what the plan would be, compared with what it is."""

    __tablename__ = "plan_revision"
    __table_args__ = (sa.Index("ix_plan_revision_state", "plan_id", "state"),)

    id: Mapped[Key]
    plan_id: Mapped[int] = mapped_column(sa.ForeignKey("plan.id"))
    title: Mapped[Translated]
    #: why, as a whole
    reasons: Mapped[Translated]
    state: Mapped[RevisionState] = mapped_column(Choices(RevisionState), default=RevisionState.DRAFT)
    #: the version it was made from
    base_id: Mapped[int] = mapped_column(sa.ForeignKey("plan_version.id"))
    #: what the plan would be: see `operations.content`
    content: Mapped[dict[str, Any]] = deferred(mapped_column(Json))
    #: "action:1.2.3.04" → why this changes
    why: Mapped[Data]
    created_at: Mapped[datetime]
    created_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
    proposed_at: Mapped[datetime | None]
    decided_on: Mapped[date | None]
    decision: Mapped[str] = mapped_column(sa.String(200), default="")
    ada: Mapped[str] = mapped_column(sa.String(20), default="")
    valid_from: Mapped[date | None]
    #: why it was rejected, for whoever reads it
    rejected_why: Mapped[str] = mapped_column(default="")
    #: the version it became
    version_id: Mapped[int | None] = mapped_column(sa.ForeignKey("plan_version.id"))
    #: raised with every change, so that of two who write one is told
    seen: Mapped[int] = mapped_column(sa.Integer, default=1)

    base: Mapped[PlanVersion] = relationship(foreign_keys=[base_id])
    created_by: Mapped["User | None"] = relationship()


class Programme(Base):
    """The Annual Action Programme or the Technical Programme of a year, made from the plan."""

    __tablename__ = "plan_programme"
    __table_args__ = (sa.UniqueConstraint("plan_id", "year", "kind", "number"),)

    id: Mapped[Key]
    plan_id: Mapped[int] = mapped_column(sa.ForeignKey("plan.id"))
    year: Mapped[int] = mapped_column(sa.Integer)
    kind: Mapped[ProgrammeKind] = mapped_column(Choices(ProgrammeKind))
    #: 1, and one more for each time it was changed after its approval
    number: Mapped[int] = mapped_column(sa.Integer, default=1)
    state: Mapped[ProgrammeState] = mapped_column(Choices(ProgrammeState), default=ProgrammeState.DRAFT)
    #: `{"lines": [...]}`: see `operations.programmes`
    content: Mapped[Data]
    #: the version of the plan it was made from
    version_id: Mapped[int] = mapped_column(sa.ForeignKey("plan_version.id"))
    decision: Mapped[str] = mapped_column(sa.String(200), default="")
    decided_on: Mapped[date | None]
    ada: Mapped[str] = mapped_column(sa.String(20), default="")
    made_at: Mapped[datetime]
    seen: Mapped[int] = mapped_column(sa.Integer, default=1)
