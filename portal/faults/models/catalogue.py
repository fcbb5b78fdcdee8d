"""What can be reported, who is responsible for it, and what staff answer again and again; all of it from the pack."""

from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.accounts.models import User
from portal.core.orm import Base, Choices, Code, Flag, Items, Key
from portal.core.texts import Translated
from portal.faults.models.choices import FaultState, Hours
from portal.organisation.models import Community, Unit


class FaultCategory(Base):
    """What is broken: a group such as “Roads”, and below it what people choose."""

    __tablename__ = "fault_category"

    id: Mapped[Key]
    #: also the `service_code` of Open311
    code: Mapped[Code] = mapped_column(unique=True)
    #: None: a group
    parent_id: Mapped[int | None] = mapped_column(sa.ForeignKey("fault_category.id"), index=True)
    name: Mapped[Translated]
    #: what belongs here, in a sentence
    help: Mapped[Translated]
    #: other words for it, with commas
    keywords: Mapped[Translated]
    #: name of a drawing in static/img/faults
    icon: Mapped[str] = mapped_column(sa.String(40), default="")
    position: Mapped[int] = mapped_column(sa.Integer, default=0)
    #: code of the time limit within which it is to be repaired
    limit_code: Mapped[Code]
    #: `[{"code", "kind", "label", "help", "required", "choices": [{"code", "label"}]}]`; see `QuestionKind`
    questions: Mapped[Items]
    #: a danger to life is likely: the number to call stands first
    danger: Mapped[Flag]
    #: may be reported without a name
    anonymous: Mapped[Flag]
    #: never shown to the public
    private: Mapped[Flag]
    closed: Mapped[Flag]

    parent: Mapped["FaultCategory | None"] = relationship(remote_side="FaultCategory.id")

    @property
    def group(self) -> "FaultCategory":
        """The group it stands in; itself if it is one."""
        return self.parent or self

    def question(self, code: str) -> dict[str, Any] | None:
        """One of its questions."""
        return next((each for each in self.questions if each["code"] == code), None)


class Body(Base):
    """Somebody else who is responsible: the water company, the electricity grid, the region."""

    __tablename__ = "fault_body"

    id: Mapped[Key]
    code: Mapped[Code] = mapped_column(unique=True)
    name: Mapped[Translated]
    #: what is theirs, in a sentence
    about: Mapped[Translated]
    phone: Mapped[str] = mapped_column(sa.String(60), default="")
    email: Mapped[str] = mapped_column(sa.String(254), default="")
    url: Mapped[str] = mapped_column(sa.String(500), default="")
    #: address of its Open311 server, up to and with /v2; empty: reports go by letter
    open311_url: Mapped[str] = mapped_column(sa.String(500), default="")
    open311_jurisdiction: Mapped[str] = mapped_column(sa.String(200), default="")
    open311_key: Mapped[str] = mapped_column(sa.String(200), default="")
    closed: Mapped[Flag]


class Jurisdiction(Base):
    """By category and place: whose it is; the rule that says most holds."""

    __tablename__ = "fault_jurisdiction"
    __table_args__ = (sa.UniqueConstraint("category_id", "community_id", "body_id"),)

    id: Mapped[Key]
    #: a category or a group; None: whatever it is
    category_id: Mapped[int | None] = mapped_column(sa.ForeignKey("fault_category.id"))
    #: None: everywhere
    community_id: Mapped[int | None] = mapped_column(sa.ForeignKey("community.id"))
    body_id: Mapped[int] = mapped_column(sa.ForeignKey("fault_body.id"))
    #: where that is written
    citation: Mapped[Translated]
    #: what it is called in the Open311 of the body; empty: as here
    service_code: Mapped[str] = mapped_column(sa.String(80), default="")

    category: Mapped[FaultCategory | None] = relationship()
    community: Mapped[Community | None] = relationship()
    body: Mapped[Body] = relationship()


class RoutingRule(Base):
    """By category, place and time: which unit gets it, and who in it; the first that fits holds."""

    __tablename__ = "fault_routing"

    id: Mapped[Key]
    position: Mapped[int] = mapped_column(sa.Integer, default=0)
    #: a category or a group; None: whatever it is
    category_id: Mapped[int | None] = mapped_column(sa.ForeignKey("fault_category.id"))
    community_id: Mapped[int | None] = mapped_column(sa.ForeignKey("community.id"))
    hours: Mapped[Hours] = mapped_column(Choices(Hours), default=Hours.ALWAYS)
    valid_from: Mapped[date | None]
    #: the last day
    valid_to: Mapped[date | None]
    unit_id: Mapped[int] = mapped_column(sa.ForeignKey("unit.id"))
    #: None: whoever takes it
    user_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
    #: from the pack: a load brings it up to date, or removes it
    from_pack: Mapped[Flag]

    category: Mapped[FaultCategory | None] = relationship()
    community: Mapped[Community | None] = relationship()
    unit: Mapped[Unit] = relationship()
    user: Mapped[User | None] = relationship()


class CannedReply(Base):
    """A text that staff choose instead of writing it again, in every language of the portal."""

    __tablename__ = "fault_reply"

    id: Mapped[Key]
    code: Mapped[Code] = mapped_column(unique=True)
    title: Mapped[Translated]
    text: Mapped[Translated]
    #: the state it goes with; None: any
    state: Mapped[FaultState | None] = mapped_column(Choices(FaultState))
    #: a category or a group; None: any
    category_id: Mapped[int | None] = mapped_column(sa.ForeignKey("fault_category.id"))
    position: Mapped[int] = mapped_column(sa.Integer, default=0)
    closed: Mapped[Flag]
    from_pack: Mapped[Flag]
