"""How far the plan is: evidence and money of its actions, periods in which units report, and what was frozen then."""

from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, object_session, relationship

from portal.core.orm import Base, Choices, Code, Data, Euro, Flag, Key
from portal.core.texts import Translated
from portal.plan.models.choices import EvidenceKind, MoneyStage, PeriodState, ReportState
from portal.plan.models.tree import Action, Figure, Milestone

if TYPE_CHECKING:
    from portal.accounts.models import User
    from portal.core.files import Attachment
    from portal.organisation.models import Unit

#: rows of which no public page is made
_PRIVATE: dict[str, Any] = {"info": {"private": True}}


class Evidence(Base):
    """Something that shows how far an action is; never changed, only taken back."""

    __tablename__ = "plan_evidence"
    __table_args__ = (
        sa.Index("ix_plan_evidence_action", "action_id", "on", "id"),
        sa.Index("ix_plan_evidence_reference", "reference"),
    )

    id: Mapped[Key]
    action_id: Mapped[int] = mapped_column(sa.ForeignKey("plan_action.id"))
    #: None: it is about the action as a whole, and moves nothing
    milestone_id: Mapped[int | None] = mapped_column(sa.ForeignKey("plan_milestone.id"), index=True)
    kind: Mapped[EvidenceKind] = mapped_column(Choices(EvidenceKind))
    #: "entry:1841", "case:77", "event:5", "fault:9"; for others "" (see `url`, `attachment_id`)
    reference: Mapped[Code] = mapped_column(default="")
    url: Mapped[str] = mapped_column(sa.String(500), default="")
    attachment_id: Mapped[int | None] = mapped_column(sa.ForeignKey("attachment.id"))
    #: what the public reads
    title: Mapped[Translated]
    #: the day on which it happened, in Greece
    on: Mapped[date]
    #: how much of the quantity of its milestone; None: the milestone is reached, or it has no quantity
    quantity: Mapped[Decimal | None] = mapped_column(Figure)
    sample: Mapped[Flag]
    added_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
    at: Mapped[datetime]
    #: taken back, by whom and why
    revoked_at: Mapped[datetime | None]
    revoked_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
    revoked_why: Mapped[str] = mapped_column(default="")

    action: Mapped[Action] = relationship()
    milestone: Mapped[Milestone | None] = relationship()
    attachment: Mapped["Attachment | None"] = relationship()
    added_by: Mapped["User | None"] = relationship(foreign_keys=[added_by_id])


class MoneyImport(Base):
    """An export of the accounting system that was taken."""

    __tablename__ = "plan_money_import"
    __table_args__ = (_PRIVATE,)

    id: Mapped[Key]
    plan_id: Mapped[int] = mapped_column(sa.ForeignKey("plan.id"))
    attachment_id: Mapped[int] = mapped_column(sa.ForeignKey("attachment.id"))
    rows: Mapped[int] = mapped_column(sa.Integer)
    #: of these, how many were there already
    known: Mapped[int] = mapped_column(sa.Integer, default=0)
    by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
    at: Mapped[datetime]

    attachment: Mapped["Attachment"] = relationship()


class MoneyMapping(Base):
    """Which column of the accounting export is what; one for the municipality, kept from import to import."""

    __tablename__ = "plan_money_mapping"
    __table_args__ = (_PRIVATE,)

    id: Mapped[Key]
    plan_id: Mapped[int] = mapped_column(sa.ForeignKey("plan.id"), unique=True)
    #: field → heading of its column: `action budget_code source stage on amount reference title`
    columns: Mapped[Data]
    #: word in the column of the stage → `MoneyStage`
    stages: Mapped[Data]
    changed_at: Mapped[datetime]


class MoneyEntry(Base):
    """An amount at one stage; never changed: what was wrong is taken out by an entry with the opposite sign."""

    __tablename__ = "plan_money"
    __table_args__ = (
        sa.UniqueConstraint("plan_id", "key"),
        sa.Index("ix_plan_money_action", "action_id", "year", "stage"),
        # listed by day; added up by action, source, year and stage from the index alone
        sa.Index("ix_plan_money_day", "plan_id", "on", "id"),
        sa.Index("ix_plan_money_cut", "plan_id", "action_id", "source_id", "year", "stage", "on", "amount"),
    )

    id: Mapped[Key]
    plan_id: Mapped[int] = mapped_column(sa.ForeignKey("plan.id"))
    #: None: an orphan – spent, and no action of the plan says for what
    action_id: Mapped[int | None] = mapped_column(sa.ForeignKey("plan_action.id"))
    source_id: Mapped[int | None] = mapped_column(sa.ForeignKey("plan_source.id"), index=True)
    #: Κ.Α. of the municipal budget
    budget_code: Mapped[str] = mapped_column(sa.String(40), default="")
    stage: Mapped[MoneyStage] = mapped_column(Choices(MoneyStage))
    #: the budget year it belongs to
    year: Mapped[int] = mapped_column(sa.Integer)
    on: Mapped[date]
    #: below zero where something is taken back
    amount: Mapped[Euro]
    #: number of the warrant, invoice or decision
    reference: Mapped[str] = mapped_column(sa.String(120), default="")
    title: Mapped[str] = mapped_column(sa.String(300), default="")
    #: the registered document it was read from
    entry_id: Mapped[int | None] = mapped_column(sa.ForeignKey("protocol_entry.id"), index=True)
    import_id: Mapped[int | None] = mapped_column(sa.ForeignKey("plan_money_import.id"), index=True)
    #: by which the same amount is known when it is brought again: "import:…" or "entry:1841:paid"
    key: Mapped[str] = mapped_column(sa.String(120))
    sample: Mapped[Flag]
    by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
    at: Mapped[datetime]

    action: Mapped[Action | None] = relationship()


class Period(Base):
    """A quarter, or another span, at whose end the plan is looked at."""

    __tablename__ = "plan_period"
    __table_args__ = (sa.UniqueConstraint("plan_id", "code"),)

    id: Mapped[Key]
    plan_id: Mapped[int] = mapped_column(sa.ForeignKey("plan.id"))
    #: as `queries.spans` writes it: "2026-Q3"
    code: Mapped[str] = mapped_column(sa.String(7))
    #: its first day, and the first day after it
    first: Mapped[date]
    after: Mapped[date]
    state: Mapped[PeriodState] = mapped_column(Choices(PeriodState), default=PeriodState.OPEN)
    #: the day by which units report
    due_on: Mapped[date]
    opened_at: Mapped[datetime]
    reminded_at: Mapped[datetime | None]
    #: the session of the Municipal Committee that saw it
    presented_on: Mapped[date | None]
    #: what it decided: number, date, ΑΔΑ
    decision: Mapped[str] = mapped_column(sa.String(200), default="")
    ada: Mapped[str] = mapped_column(sa.String(20), default="")
    #: what the planning unit says of the period as a whole
    remarks: Mapped[Translated]
    #: why it was checked although not every report was accepted; "": all were
    missing_why: Mapped[str] = mapped_column(default="")
    frozen_at: Mapped[datetime | None]

    @property
    def last(self) -> date:
        """Its last day."""
        return date.fromordinal(self.after.toordinal() - 1)


class ActionReport(Base):
    """What the unit says of one of its actions at the end of a period."""

    __tablename__ = "plan_report"
    __table_args__ = (
        sa.UniqueConstraint("period_id", "action_id"),
        sa.Index("ix_plan_report_unit", "unit_id", "state"),
    )

    id: Mapped[Key]
    period_id: Mapped[int] = mapped_column(sa.ForeignKey("plan_period.id"))
    action_id: Mapped[int] = mapped_column(sa.ForeignKey("plan_action.id"), index=True)
    unit_id: Mapped[int] = mapped_column(sa.ForeignKey("unit.id"))
    state: Mapped[ReportState] = mapped_column(Choices(ReportState), default=ReportState.DUE)
    #: what evidence comes to at the end of the period, in percent; as it was when the unit sent its report
    computed: Mapped[int | None] = mapped_column(sa.Integer)
    #: what the unit says instead, in percent, and why; None: it agrees
    stated: Mapped[int | None] = mapped_column(sa.Integer)
    why: Mapped[str] = mapped_column(default="")
    #: what was done, what stands in the way, what comes next
    done: Mapped[str] = mapped_column(default="")
    problems: Mapped[str] = mapped_column(default="")
    next_steps: Mapped[str] = mapped_column(default="")
    sample: Mapped[Flag]
    submitted_at: Mapped[datetime | None]
    submitted_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
    #: accepted or returned by the planning unit
    looked_at: Mapped[datetime | None]
    looked_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
    #: why it was returned
    returned_why: Mapped[str] = mapped_column(default="")
    #: raised with every change, so that of two who write one is told
    version: Mapped[int] = mapped_column(sa.Integer, default=1)

    period: Mapped[Period] = relationship()
    action: Mapped[Action] = relationship()
    unit: Mapped["Unit"] = relationship()
    submitted_by: Mapped["User | None"] = relationship(foreign_keys=[submitted_by_id])


class Frozen(Base):
    """A figure as it was when its period was frozen; never changed."""

    __tablename__ = "plan_frozen"
    __table_args__ = (sa.UniqueConstraint("period_id", "kind", "code"),)

    id: Mapped[Key]
    period_id: Mapped[int] = mapped_column(sa.ForeignKey("plan_period.id"))
    #: "plan", "axis", "action", "indicator", or "year": the money of one budget year
    kind: Mapped[str] = mapped_column(sa.String(20))
    #: of the axis, action or indicator; the year; "" for the plan as a whole
    code: Mapped[Code]
    #: what it was, by name; amounts and figures as text, so that no decimal is lost
    values: Mapped[Data]

    period: Mapped[Period] = relationship()


@sa.event.listens_for(Frozen, "before_update")
@sa.event.listens_for(Frozen, "before_delete")
def _keep_frozen(_mapper: object, _connection: object, row: Frozen) -> None:
    """:raises TypeError: whoever changes what was frozen has a mistake in their program."""
    session = object_session(row)
    if session is not None and (row in session.deleted or session.is_modified(row, include_collections=False)):
        raise TypeError("what was frozen is never changed")
