"""Letters to people, written in the same transaction as what they tell; the worker sends them (see `mail`).

A letter is a template and its values, in the recipient's own language. Values are plain JSON; dates and moments as ISO
text, texts in several languages as dictionaries, which the template shows in the letter's language.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from portal.core import outbox
from portal.core.orm import Base, Key


@dataclass(frozen=True)
class Recipient:
    """Where a letter goes and in which language."""

    #: "": to the telephone instead, as a text message of a line and a link
    email: str
    language: str
    name: str = ""
    #: of letters that come again and again: the page that ends them, `{"endpoint": …, "token": …}` (RFC 8058)
    ends: Mapping[str, str] = field(default_factory=dict)
    #: in E.164; of whom there is no e-mail
    phone: str = ""

    @property
    def reachable(self) -> bool:
        """Whether there is an address or a telephone."""
        return bool(self.email or self.phone)


class Letter(Base):
    """A letter in the portal's own mailbox: where letters end when no SMTP server is set."""

    __tablename__ = "letter"

    id: Mapped[Key]
    recipient: Mapped[str] = mapped_column(sa.String(320), index=True)
    language: Mapped[str] = mapped_column(sa.String(8))
    subject: Mapped[str]
    body: Mapped[str]
    #: names of the attached files
    attached: Mapped[str] = mapped_column(sa.Text, default="")
    #: the outbox job that made it; a job done twice leaves one letter
    job_id: Mapped[int] = mapped_column(unique=True)
    sent_at: Mapped[datetime]


def write(
    session: Session,
    to: Recipient,
    template: str,
    values: Mapping[str, Any],
    *,
    now: datetime,
    documents: Sequence[str] = (),
    dedupe: str | None = None,
) -> None:
    """Write a letter into the running transaction.

    `template` names `templates/mail/<template>.txt`, whose first line is the subject; `documents` are codes of issued
    documents that go along as files. Nothing is written to somebody who has neither address nor telephone.
    """
    if not to.reachable:
        return
    payload = {
        "to": to.email,
        "name": to.name,
        "language": to.language,
        "template": template,
        "values": dict(values),
        "documents": list(documents),
        "ends": dict(to.ends),
        "phone": "" if to.email else to.phone,
    }
    outbox.enqueue(session, "mail", payload, now=now, dedupe=dedupe)


def mailbox(session: Session, *, recipient: str = "", before: int | None = None, most: int = 50) -> Sequence[Letter]:
    """Letters kept in the portal, newest first."""
    query = sa.select(Letter).order_by(Letter.id.desc()).limit(most)
    if recipient:
        query = query.where(Letter.recipient == recipient)
    return session.scalars(query.where(Letter.id < before) if before else query).all()
