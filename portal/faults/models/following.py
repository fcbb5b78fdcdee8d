"""Who is told: supporters of a report, followers of a place, applications that use Open311."""

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.accounts.models import User
from portal.core.following import Wish
from portal.core.orm import Base, Choices, Flag, Key
from portal.faults.models.catalogue import FaultCategory
from portal.faults.models.choices import Measure, Rhythm
from portal.faults.models.reports import Fault
from portal.organisation.models import Community

#: rows of which no public page is made
_PRIVATE: dict[str, Any] = {"info": {"private": True}}


class Supporter(Base):
    """Somebody who said "me too", and is told like the reporter."""

    __tablename__ = "fault_supporter"
    __table_args__ = (sa.UniqueConstraint("fault_id", "email"), _PRIVATE)

    id: Mapped[Key]
    fault_id: Mapped[int] = mapped_column(sa.ForeignKey("fault.id"))
    email: Mapped[str] = mapped_column(sa.String(254), index=True)
    user_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
    language: Mapped[str] = mapped_column(sa.String(8))
    #: part of the address that ends it or answers whether it is repaired
    token: Mapped[str] = mapped_column(sa.String(43), unique=True)
    at: Mapped[datetime]
    #: None: the address is not confirmed; it counts for nothing
    confirmed_at: Mapped[datetime | None]

    fault: Mapped[Fault] = relationship()


class Asked(Base):
    """Somebody who was asked, by a letter, whether it is repaired: the reporter or a supporter, once each time."""

    __tablename__ = "fault_asked"
    __table_args__ = (sa.UniqueConstraint("step_id", "supporter_id"), _PRIVATE)

    id: Mapped[Key]
    fault_id: Mapped[int] = mapped_column(sa.ForeignKey("fault.id"), index=True)
    #: the line of the history that they were asked about
    step_id: Mapped[int] = mapped_column(sa.ForeignKey("fault_step.id"))
    #: None: the reporter
    supporter_id: Mapped[int | None] = mapped_column(sa.ForeignKey("fault_supporter.id", ondelete="SET NULL"))
    #: part of the address in their letter
    token: Mapped[str] = mapped_column(sa.String(43), unique=True)
    asked_at: Mapped[datetime]
    #: None: they have not answered
    answered_at: Mapped[datetime | None]
    #: what they said
    agreed: Mapped[bool | None]

    fault: Mapped[Fault] = relationship()


class Follow(Wish):
    """Somebody who is told what is reported and repaired around a point or in a community."""

    __tablename__ = "fault_follow"
    __table_args__ = (_PRIVATE,)
    noted, asking, ending = "faults.follow", "faults/follow", "faults.unfollow"

    #: around a point …
    lat: Mapped[float | None] = mapped_column(sa.Double)
    lon: Mapped[float | None] = mapped_column(sa.Double)
    metres: Mapped[int | None] = mapped_column(sa.Integer)
    #: the large square of the map that the point lies in, by which its followers are found
    cell0: Mapped[int | None] = mapped_column(index=True)
    #: … or in a community
    community_id: Mapped[int | None] = mapped_column(sa.ForeignKey("community.id"), index=True)
    #: None: whatever it is
    group_id: Mapped[int | None] = mapped_column(sa.ForeignKey("fault_category.id"))
    rhythm: Mapped[Rhythm] = mapped_column(Choices(Rhythm), default=Rhythm.WEEKLY)
    #: the last line of the history that was told
    told_to: Mapped[int | None]

    community: Mapped[Community | None] = relationship()
    group: Mapped[FaultCategory | None] = relationship()


class Application(Base):
    """A program that may file reports by Open311."""

    __tablename__ = "fault_application"
    __table_args__ = (_PRIVATE,)

    id: Mapped[Key]
    name: Mapped[str] = mapped_column(sa.String(200), unique=True)
    email: Mapped[str] = mapped_column(sa.String(254), default="")
    #: hash of its key, which is shown once
    key_hash: Mapped[str] = mapped_column(sa.String(64), unique=True)
    #: reports a day
    most_a_day: Mapped[int] = mapped_column(sa.Integer, default=500)
    created_at: Mapped[datetime]
    closed: Mapped[Flag]
    #: reports filed on `counted_on`
    filed: Mapped[int] = mapped_column(sa.Integer, default=0)
    counted_on: Mapped[date | None]
    created_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))

    created_by: Mapped[User | None] = relationship()


class Tile(Base):
    """How many public reports lie in a square of the map: what a map of any size is drawn from."""

    __tablename__ = "fault_tile"

    #: 0 to 3
    level: Mapped[int] = mapped_column(sa.SmallInteger, primary_key=True)
    cell: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    category_id: Mapped[int] = mapped_column(sa.ForeignKey("fault_category.id"), primary_key=True)
    is_open: Mapped[bool] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(sa.Integer, default=0)
    #: sums of their positions, so that a circle stands where they are
    lat_sum: Mapped[float] = mapped_column(sa.Double, default=0)
    lon_sum: Mapped[float] = mapped_column(sa.Double, default=0)


class MonthCount(Base):
    """How many public reports of a month, by place and kind: what the figures are made of.

    Each report counts four times: for its community (`category_id` 0), for its category and for the group of it
    (`community_id` 0), and for everything (both 0).
    """

    __tablename__ = "fault_month"

    #: its first day in Athens: of the report for "open" and "closed", of the repair for "in-time" and "late"
    month: Mapped[date] = mapped_column(primary_key=True)
    community_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    category_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    measure: Mapped[Measure] = mapped_column(Choices(Measure), primary_key=True)
    #: calendar days that the repair took; 0 for "open" and "closed"
    days: Mapped[int] = mapped_column(sa.Integer, primary_key=True, autoincrement=False)
    number: Mapped[int] = mapped_column(sa.Integer, default=0)


class YearCount(Base):
    """The same of a whole year, so that a table of all places and kinds is read from few rows."""

    __tablename__ = "fault_year"

    #: in Athens
    year: Mapped[int] = mapped_column(sa.SmallInteger, primary_key=True, autoincrement=False)
    community_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    category_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    measure: Mapped[Measure] = mapped_column(Choices(Measure), primary_key=True)
    days: Mapped[int] = mapped_column(sa.Integer, primary_key=True, autoincrement=False)
    number: Mapped[int] = mapped_column(sa.Integer, default=0)
