"""The municipality as an organisation: units, posts, duties, communities, places, dated rules."""

from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.accounts.models import User
from portal.core.choices import Choice
from portal.core.deadlines import DayKind
from portal.core.orm import Base, Choices, Code, Data, Flag, Key
from portal.core.texts import N_, Translated


class UnitKind(Choice):
    """What a unit is in the internal organisation charter."""

    MAYOR = "mayor", N_("Mayor")
    SECRETARY_GENERAL = "secretary-general", N_("Secretary General")
    DIRECTORATE = "directorate", N_("Directorate")
    AUTONOMOUS_DEPARTMENT = "autonomous-department", N_("Autonomous department")
    DEPARTMENT = "department", N_("Department")
    OFFICE = "office", N_("Office")


class Role(Choice):
    """What somebody does in a unit."""

    CLERK = "clerk", N_("Clerk")
    HEAD = "head", N_("Head")
    PLANNER = "planner", N_("Planner")
    SECRETARY = "secretary", N_("Secretary of collective bodies")
    CASHIER = "cashier", N_("Cashier")
    ADMINISTRATOR = "administrator", N_("Administrator")


class Municipality(Base):
    """The one municipality of this installation, as its pack describes it."""

    __tablename__ = "municipality"

    id: Mapped[Key]
    code: Mapped[Code] = mapped_column(unique=True)
    name: Mapped[Translated]
    #: the whole of `municipality.yaml`
    profile: Mapped[Data]


class Unit(Base):
    """A directorate, department or office."""

    __tablename__ = "unit"

    id: Mapped[Key]
    code: Mapped[Code] = mapped_column(unique=True)
    kind: Mapped[UnitKind] = mapped_column(Choices(UnitKind))
    parent_id: Mapped[int | None] = mapped_column(sa.ForeignKey("unit.id"), index=True)
    name: Mapped[Translated]
    email: Mapped[str | None] = mapped_column(sa.String(254))
    phone: Mapped[str | None] = mapped_column(sa.String(32))
    #: place in the list
    position: Mapped[int] = mapped_column(sa.Integer, default=0)
    #: closed units keep their history
    closed: Mapped[Flag]
    sample: Mapped[Flag]

    parent: Mapped["Unit | None"] = relationship(remote_side="Unit.id")
    posts: Mapped[list["Post"]] = relationship(back_populates="unit", order_by="Post.id")


class Post(Base):
    """A position in a unit, held by people through duties."""

    __tablename__ = "post"

    id: Mapped[Key]
    code: Mapped[Code] = mapped_column(unique=True)
    unit_id: Mapped[int] = mapped_column(sa.ForeignKey("unit.id"), index=True)
    title: Mapped[Translated]
    is_head: Mapped[Flag]
    closed: Mapped[Flag]

    unit: Mapped[Unit] = relationship(back_populates="posts")


class Duty(Base):
    """Somebody's role in a unit, from a day to a day, in their own right or for somebody else."""

    __tablename__ = "duty"
    __table_args__ = (sa.CheckConstraint("ends_on IS NULL OR ends_on >= starts_on", name="ends_after_start"),)

    id: Mapped[Key]
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("user_account.id"), index=True)
    unit_id: Mapped[int] = mapped_column(sa.ForeignKey("unit.id"), index=True)
    post_id: Mapped[int | None] = mapped_column(sa.ForeignKey("post.id"))
    role: Mapped[Role] = mapped_column(Choices(Role))
    starts_on: Mapped[date]
    #: the last day; None: until further notice
    ends_on: Mapped[date | None]
    #: the person who is away, if this is a substitution
    substitutes_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))

    user: Mapped[User] = relationship(foreign_keys=[user_id])
    substitutes: Mapped[User | None] = relationship(foreign_keys=[substitutes_id])
    unit: Mapped[Unit] = relationship()


class Community(Base):
    """A community, with its official code."""

    __tablename__ = "community"

    id: Mapped[Key]
    code: Mapped[Code] = mapped_column(unique=True)
    name: Mapped[Translated]
    #: genitive, as in the official list
    official_name: Mapped[str]
    municipal_unit_code: Mapped[Code]
    municipal_unit_name: Mapped[Translated]
    position: Mapped[int] = mapped_column(sa.Integer, default=0)
    closed: Mapped[Flag]

    places: Mapped[list["Place"]] = relationship(back_populates="community", order_by="Place.id")


class Place(Base):
    """A settlement, beach or square with a point on the map."""

    __tablename__ = "place"

    id: Mapped[Key]
    code: Mapped[Code] = mapped_column(unique=True)
    community_id: Mapped[int] = mapped_column(sa.ForeignKey("community.id"), index=True)
    name: Mapped[Translated]
    #: other spellings, one a line
    aliases: Mapped[str] = mapped_column(default="")
    lat: Mapped[float] = mapped_column(sa.Double)
    lon: Mapped[float] = mapped_column(sa.Double)
    closed: Mapped[Flag]

    community: Mapped[Community] = relationship(back_populates="places")


class DayOff(Base):
    """A local feast (every year) or a single exception of the working calendar."""

    __tablename__ = "day_off"

    id: Mapped[Key]
    #: MM-DD for every year, YYYY-MM-DD for one day
    on: Mapped[str] = mapped_column(sa.String(10), unique=True)
    name: Mapped[Translated]
    #: True: the services work on that day all the same
    working: Mapped[Flag]
    needs_confirmation: Mapped[Flag]


class TimeLimit(Base):
    """A time limit of the law, valid from a day to a day."""

    __tablename__ = "time_limit"
    __table_args__ = (
        sa.UniqueConstraint("code", "valid_from"),
        sa.CheckConstraint("days > 0", name="positive"),
    )

    id: Mapped[Key]
    code: Mapped[Code]
    days: Mapped[int] = mapped_column(sa.Integer)
    day_kind: Mapped[DayKind] = mapped_column(Choices(DayKind))
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    citation: Mapped[Translated]
    needs_confirmation: Mapped[Flag]
