"""Reports on their way: what somebody has told so far, screen by screen."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.orm import Base, Data, Items, Key

#: rows of which no public page is made
_PRIVATE: dict[str, Any] = {"info": {"private": True}}


class FaultDraft(Base):
    """A report that is being written. The browser that writes it holds the token; forgotten after three days."""

    __tablename__ = "fault_draft"
    __table_args__ = (_PRIVATE,)

    id: Mapped[Key]
    #: of the token; also what keeps the report from being filed twice
    token_hash: Mapped[str] = mapped_column(sa.String(64), unique=True)
    #: what was told: `lat lon address`, `category answers text`, `taken_at seen` from a photograph, `said_in` the
    #: language of the text, `name email phone anonymous`
    values: Mapped[Data]
    #: numbers of the attachments, in the order in which they came
    photo_ids: Mapped[Items]
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime] = mapped_column(index=True)
    #: of the code in the letter that confirms the e-mail; None: no letter was sent, or the tries are used up
    code_hash: Mapped[str | None] = mapped_column(sa.String(64))
    code_sent_at: Mapped[datetime | None]
    #: wrong codes since the last letter
    code_tries: Mapped[int] = mapped_column(sa.SmallInteger, default=0)
    #: letters with a code, so that nobody's mailbox is filled by others
    codes_sent: Mapped[int] = mapped_column(sa.SmallInteger, default=0)
    #: the report it has become
    fault_id: Mapped[int | None] = mapped_column(sa.ForeignKey("fault.id"), index=True)

    def told(self, name: str, otherwise: Any = "") -> Any:
        """One of the values."""
        value = self.values.get(name)
        return otherwise if value is None else value

    @property
    def point(self) -> tuple[float, float] | None:
        """Where it is, once that was told."""
        lat, lon = self.values.get("lat"), self.values.get("lon")
        return None if lat is None or lon is None else (lat, lon)

    @property
    def seen_at(self) -> datetime | None:
        """When its photograph was taken, if the reporter says that they saw it then."""
        taken = self.values.get("taken_at")
        return datetime.fromisoformat(taken) if taken and self.values.get("seen") else None
