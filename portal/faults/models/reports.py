"""Reports: what somebody saw, where, and what became of it."""

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.accounts.models import User
from portal.casework.models import Case
from portal.core.files import Attachment
from portal.core.orm import Base, Choices, Code, Data, Flag, Key
from portal.core.texts import Translated
from portal.faults.models.catalogue import Body, FaultCategory
from portal.faults.models.choices import FaultState, Moment, Source
from portal.organisation.models import Community


def _cell(level: int) -> sa.Index:
    """Reports of a square of the map, newest first."""
    return sa.Index(f"ix_fault_cell{level}", f"cell{level}", "shown", "id")


_DISPUTED: dict[str, Any] = {"postgresql_where": sa.text("disputed"), "sqlite_where": sa.text("disputed = 1")}


class Fault(Base):
    """A fault report. It is a case; what lists and maps need stands here once more, so that they read one table."""

    __tablename__ = "fault"
    __table_args__ = (
        _cell(0),
        _cell(1),
        _cell(2),
        _cell(3),
        sa.Index("ix_fault_shown", "shown", "id"),
        sa.Index("ix_fault_open", "shown", "is_open", "id"),
        sa.Index("ix_fault_category", "category_id", "shown", "id"),
        sa.Index("ix_fault_group", "group_id", "shown", "id"),
        sa.Index("ix_fault_community", "community_id", "shown", "id"),
        sa.Index("ix_fault_changed", "shown", "changed_at", "id"),
        sa.Index("ix_fault_due", "shown", "is_open", "due_on", "id"),
        # the head's list: few, whatever their number
        sa.Index("ix_fault_disputed", "id", **_DISPUTED),
        sa.Index("ix_fault_body", "body_id", "state"),
        sa.Index("ix_fault_reported", "shown", "reported_at", "id"),
        sa.Index("ix_fault_reported_open", "shown", "is_open", "reported_at", "id"),
        sa.Index("ix_fault_reported_category", "category_id", "shown", "reported_at", "id"),
    )

    id: Mapped[Key]
    case_id: Mapped[int] = mapped_column(sa.ForeignKey("casework_case.id"), unique=True)
    #: the case's, as a part of an address: 2026-18412; also the `service_request_id` of Open311
    slug: Mapped[Code] = mapped_column(unique=True)
    category_id: Mapped[int] = mapped_column(sa.ForeignKey("fault_category.id"))
    group_id: Mapped[int] = mapped_column(sa.ForeignKey("fault_category.id"))
    state: Mapped[FaultState] = mapped_column(Choices(FaultState), default=FaultState.RECEIVED)
    #: what `state` says, for lists
    is_open: Mapped[bool] = mapped_column(default=True)

    lat: Mapped[float] = mapped_column(sa.Double)
    lon: Mapped[float] = mapped_column(sa.Double)
    #: the squares of the map that it lies in, from large to small; see `models.grid`
    cell0: Mapped[int]
    cell1: Mapped[int]
    cell2: Mapped[int]
    cell3: Mapped[int]
    community_id: Mapped[int | None] = mapped_column(sa.ForeignKey("community.id"))
    #: where, in words
    address: Mapped[str] = mapped_column(sa.String(300), default="")

    #: as the reporter wrote it, in their language
    text: Mapped[str]
    language: Mapped[str] = mapped_column(sa.String(8))
    #: what the public reads instead; None: `text`
    public_text: Mapped[str | None]
    #: code of the question → answer: text, number as text, true/false, code, or list of codes
    answers: Mapped[Data]
    source: Mapped[Source] = mapped_column(Choices(Source), default=Source.WEB)
    #: the public may see it: its category is not private, staff have not hidden it, and nobody has taken it back
    shown: Mapped[Flag]

    reported_at: Mapped[datetime]
    #: when its photograph was taken, where the reporter says that they saw it then
    seen_at: Mapped[datetime | None]
    #: when the public last read something new of it
    changed_at: Mapped[datetime]
    #: the case's
    due_on: Mapped[date]
    #: the day for which the repair is planned
    planned_on: Mapped[date | None]
    closed_at: Mapped[datetime | None]
    #: "no" is taken until then; None: nobody was asked
    dispute_until: Mapped[date | None]
    #: somebody said it is not repaired; staff have not looked since
    disputed: Mapped[Flag]
    reopened: Mapped[int] = mapped_column(sa.SmallInteger, default=0)
    #: people who said "me too", the reporter not among them
    supporters: Mapped[int] = mapped_column(sa.Integer, default=0)

    #: the earlier report of the same
    duplicate_of_id: Mapped[int | None] = mapped_column(sa.ForeignKey("fault.id"), index=True)
    #: the report this is a part of, for another unit
    part_of_id: Mapped[int | None] = mapped_column(sa.ForeignKey("fault.id"), index=True)
    #: whose it is, if not the municipality's, and what it is called there
    body_id: Mapped[int | None] = mapped_column(sa.ForeignKey("fault_body.id"))
    body_reference: Mapped[str] = mapped_column(sa.String(120), default="")
    #: the application that reported it by Open311
    application_id: Mapped[int | None] = mapped_column(sa.ForeignKey("fault_application.id"))
    #: what a page or program sent along so that a second press files no second report
    once: Mapped[str | None] = mapped_column(sa.String(64), unique=True)

    case: Mapped[Case] = relationship()
    category: Mapped[FaultCategory] = relationship(foreign_keys=[category_id])
    group: Mapped[FaultCategory] = relationship(foreign_keys=[group_id])
    community: Mapped[Community | None] = relationship()
    duplicate_of: Mapped["Fault | None"] = relationship(foreign_keys=[duplicate_of_id], remote_side="Fault.id")
    part_of: Mapped["Fault | None"] = relationship(foreign_keys=[part_of_id], remote_side="Fault.id")
    body: Mapped[Body | None] = relationship()
    photos: Mapped[list["FaultPhoto"]] = relationship(back_populates="fault", order_by="FaultPhoto.id")
    steps: Mapped[list["FaultStep"]] = relationship(back_populates="fault", order_by="FaultStep.id")
    works: Mapped[list["Work"]] = relationship(back_populates="fault", order_by="Work.id")

    def is_overdue(self, today: date) -> bool:
        """Whether we should have repaired it by now."""
        return self.state.is_ours and self.due_on < today

    @property
    def said(self) -> str:
        """What the public reads."""
        return self.text if self.public_text is None else self.public_text

    @property
    def reference(self) -> str:
        """Its number as people write it."""
        return self.slug.replace("-", "/")


class FaultPhoto(Base):
    """A photograph, without what the camera wrote into it."""

    __tablename__ = "fault_photo"

    id: Mapped[Key]
    fault_id: Mapped[int] = mapped_column(sa.ForeignKey("fault.id"), index=True)
    attachment_id: Mapped[int] = mapped_column(sa.ForeignKey("attachment.id"))
    moment: Mapped[Moment] = mapped_column(Choices(Moment), default=Moment.BEFORE)
    #: staff have looked at it and nobody can be recognised
    public: Mapped[Flag]
    #: what it shows, for who cannot see it
    alt: Mapped[Translated]
    at: Mapped[datetime]

    fault: Mapped[Fault] = relationship(back_populates="photos")
    attachment: Mapped[Attachment] = relationship()


class FaultStep(Base):
    """A line of the public history: what it is now, and why; append-only."""

    __tablename__ = "fault_step"
    __table_args__ = (sa.Index("ix_fault_step_at", "at", "id"),)

    id: Mapped[Key]
    fault_id: Mapped[int] = mapped_column(sa.ForeignKey("fault.id"), index=True)
    state: Mapped[FaultState] = mapped_column(Choices(FaultState))
    at: Mapped[datetime]
    #: the reason or the news, in every language in which it was written
    note: Mapped[Translated]
    #: for when the repair is planned
    planned_on: Mapped[date | None]
    #: the day by which it was due at that moment
    due_on: Mapped[date | None]
    #: None: the system, the reporter, or another body
    actor_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))

    fault: Mapped[Fault] = relationship(back_populates="steps")


class Work(Base):
    """Minutes and materials that a repair took."""

    __tablename__ = "fault_work"
    __table_args__ = (sa.CheckConstraint("minutes >= 0", name="minutes"),)

    id: Mapped[Key]
    fault_id: Mapped[int] = mapped_column(sa.ForeignKey("fault.id"), index=True)
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("user_account.id"))
    at: Mapped[datetime]
    minutes: Mapped[int] = mapped_column(sa.Integer)
    #: what was used, a line each
    materials: Mapped[str] = mapped_column(default="")
    note: Mapped[str] = mapped_column(default="")
    #: what the crew's page sent along, so that what is sent twice is noted once
    once: Mapped[str | None] = mapped_column(sa.String(64), unique=True)

    fault: Mapped[Fault] = relationship(back_populates="works")
    user: Mapped[User] = relationship()
