"""Figures by which the plan is judged: their targets, what was entered or heard, and how that adds up."""

from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.core.orm import Base, Choices, Code, Data, Flag, Key
from portal.core.texts import Translated
from portal.plan.models.choices import Direction, Frequency, IndicatorKind
from portal.plan.models.tree import Figure

if TYPE_CHECKING:
    from portal.accounts.models import User
    from portal.organisation.models import Unit


class Indicator(Base):
    """A figure by which the plan is judged."""

    __tablename__ = "plan_indicator"
    __table_args__ = (sa.UniqueConstraint("plan_id", "code"), sa.Index("ix_plan_indicator_feed", "feed"))

    id: Mapped[Key]
    plan_id: Mapped[int] = mapped_column(sa.ForeignKey("plan.id"))
    #: "Δ.1.2.01"
    code: Mapped[Code]
    #: the axis, measure, objective or action it belongs to
    belongs_to: Mapped[Code]
    title: Mapped[Translated]
    definition: Mapped[Translated]
    kind: Mapped[IndicatorKind] = mapped_column(Choices(IndicatorKind))
    unit_of_measure: Mapped[Translated]
    baseline: Mapped[Decimal | None] = mapped_column(Figure)
    baseline_year: Mapped[int | None] = mapped_column(sa.Integer)
    direction: Mapped[Direction] = mapped_column(Choices(Direction))
    frequency: Mapped[Frequency] = mapped_column(
        Choices(Frequency), default=Frequency.YEAR, server_default=Frequency.YEAR.value
    )
    #: who answers for it
    unit_id: Mapped[int | None] = mapped_column(sa.ForeignKey("unit.id"), index=True)
    #: where its values are from, in words
    source: Mapped[Translated]
    #: arithmetic over the codes of other indicators, e.g. "Δ.1.2.01 / Δ.1.2.02 * 100"; "": none
    calculation: Mapped[str] = mapped_column(sa.String(300), default="")
    #: code of the feed that gives its values; None: calculated, or entered by hand
    feed: Mapped[str | None] = mapped_column(sa.String(80))
    #: dimension → code, e.g. {"service": "permanent-residence"}; all must match
    feed_filter: Mapped[Data]
    #: staff connected the feed on screen: a workbook no longer changes it
    bound_here: Mapped[Flag]
    sample: Mapped[Flag]
    position: Mapped[int] = mapped_column(sa.Integer)
    closed: Mapped[Flag]

    unit: Mapped["Unit | None"] = relationship()
    targets: Mapped[list["IndicatorTarget"]] = relationship(
        order_by="IndicatorTarget.year", cascade="all, delete-orphan"
    )


class IndicatorTarget(Base):
    """What an indicator should be at the end of a year."""

    __tablename__ = "plan_indicator_target"
    __table_args__ = (sa.UniqueConstraint("indicator_id", "year"),)

    id: Mapped[Key]
    indicator_id: Mapped[int] = mapped_column(sa.ForeignKey("plan_indicator.id"))
    year: Mapped[int] = mapped_column(sa.Integer)
    value: Mapped[Decimal] = mapped_column(Figure)


class IndicatorValue(Base):
    """A value that a unit entered for a period; append-only: the newest of a period holds."""

    __tablename__ = "plan_indicator_value"
    __table_args__ = (sa.Index("ix_plan_indicator_value_span", "indicator_id", "span", "id"),)

    id: Mapped[Key]
    indicator_id: Mapped[int] = mapped_column(sa.ForeignKey("plan_indicator.id"))
    #: "2026", "2026-Q3" or "2026-09"
    span: Mapped[str] = mapped_column(sa.String(7))
    #: None: an earlier value is taken back
    value: Mapped[Decimal | None] = mapped_column(Figure)
    #: where it is from
    source: Mapped[str] = mapped_column(sa.String(500))
    #: it covers only a part of what it should
    partial: Mapped[Flag]
    entered_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
    at: Mapped[datetime]

    entered_by: Mapped["User | None"] = relationship()


class Contribution(Base):
    """One heard fact, as one feed counts it. Disposable: `flask plan recount` makes all of them anew from history."""

    __tablename__ = "plan_contribution"
    __table_args__ = (
        sa.UniqueConstraint("feed", "reference"),
        sa.Index("ix_plan_contribution_feed_day", "feed", "on", "id"),
    )

    id: Mapped[Key]
    feed: Mapped[Code]
    #: what it counts, so that nothing is counted twice, e.g. "case:1841"
    reference: Mapped[Code]
    #: the day in Greece on which it counts
    on: Mapped[date]
    #: how much: 1, a number of days, or 0/1 for a share
    value: Mapped[int]
    #: dimension → code: service, category, unit, community
    dimensions: Mapped[Data]
    #: when the fact was said, so that a recount gives the same and an older word never takes the place of a newer one
    recorded_at: Mapped[datetime]


class Tally(Base):
    """How many contributions of one value an indicator has in a month.

    A histogram: count, sum, share and the exact median of any span of months follow from a few rows, however many
    contributions there are. Kept in step by `plan.feeds`, made anew by `flask plan recount`.
    """

    __tablename__ = "plan_tally"

    indicator_id: Mapped[int] = mapped_column(sa.ForeignKey("plan_indicator.id"), primary_key=True)
    #: first day of the month
    month: Mapped[date] = mapped_column(primary_key=True)
    value: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(sa.Integer)
