"""The protocol register and the documents the municipality issues."""

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.orm import Mapped, Mapper, mapped_column, relationship

from portal.accounts.models import User
from portal.core.choices import Choice
from portal.core.files import Attachment
from portal.core.orm import Base, Choices, Code, Data, Key
from portal.core.texts import N_, Translated
from portal.organisation.models import Unit


class Direction(Choice):
    """Where a document comes from."""

    INCOMING = "incoming", N_("Incoming")
    OUTGOING = "outgoing", N_("Outgoing")
    INTERNAL = "internal", N_("Internal")

    @property
    def mark(self) -> str:
        """What is written beside the number."""
        return {"incoming": "ΕΙΣ", "outgoing": "ΕΞ", "internal": "ΕΣ"}[self.value]


class Channel(Choice):
    """How something reached the municipality that its applicant did not file in the portal."""

    COUNTER = "counter", N_("At the counter")
    POST = "post", N_("By post")
    EMAIL = "email", N_("By e-mail")
    PHONE = "phone", N_("By phone")


class Marking(Choice):
    """Who may see that a document exists."""

    NONE = "none", N_("No marking")
    RESTRICTED = "restricted", N_("Restricted use")
    CONFIDENTIAL = "confidential", N_("Confidential")
    PERSONAL_DATA = "personal-data", N_("Personal data")

    @property
    def mark(self) -> str:
        """What is written beside the number."""
        return {"none": "", "restricted": "ΠΧ", "confidential": "ΕΜΠ", "personal-data": "ΠΔ"}[self.value]


class LinkKind(Choice):
    """What a later document does to an earlier one."""

    ANSWERS = "answers", N_("answers")
    COMPLETES = "completes", N_("completes")
    REPLACES = "replaces", N_("replaces")


class Standing(Choice):
    """What is to be thought of a document that somebody holds."""

    VALID = "valid", N_("Valid")
    ALTERED = "altered", N_("Altered")
    UNKNOWN = "unknown", N_("Unknown")
    SUPERSEDED = "superseded", N_("Replaced by a newer document")
    REVOKED = "revoked", N_("Taken back")
    EXPIRED = "expired", N_("No longer in force")


class Book(Base):
    """A protocol book; numbers run in each book from 1 every year."""

    __tablename__ = "protocol_book"

    id: Mapped[Key]
    code: Mapped[Code] = mapped_column(unique=True)
    name: Mapped[Translated]


class Counter(Base):
    """The last number given in a book and year; its row is locked while a number is given, so there are no gaps."""

    __tablename__ = "protocol_counter"

    book_id: Mapped[int] = mapped_column(sa.ForeignKey("protocol_book.id"), primary_key=True)
    year: Mapped[int] = mapped_column(sa.Integer, primary_key=True)
    last: Mapped[int] = mapped_column(sa.Integer)


def _same_as(column: str, otherwise: Any) -> Any:
    """A column's first value: that of another column of the same row."""

    def value(context: Any) -> Any:
        return context.get_current_parameters().get(column, otherwise)

    return value


class Entry(Base):
    """One line of the register. Never edited, never deleted: what was wrong is set right by a visible correction."""

    __tablename__ = "protocol_entry"
    __table_args__ = (
        # the number first: people look for one without knowing the year
        sa.UniqueConstraint("number", "year", "book_id"),
        sa.Index("ix_protocol_entry_registered", "registered_at", "id"),
        # the register of a unit, newest first
        sa.Index("ix_protocol_entry_unit", "current_unit_id", "registered_at", "id"),
    )

    id: Mapped[Key]
    book_id: Mapped[int] = mapped_column(sa.ForeignKey("protocol_book.id"))
    year: Mapped[int] = mapped_column(sa.Integer)
    number: Mapped[int] = mapped_column(sa.Integer)
    direction: Mapped[Direction] = mapped_column(Choices(Direction))
    marking: Mapped[Marking] = mapped_column(Choices(Marking), default=Marking.NONE)
    subject: Mapped[str]
    #: who sent it or to whom it goes
    party: Mapped[str]
    #: number and date that the sender gave it
    party_reference: Mapped[str | None]
    unit_id: Mapped[int | None] = mapped_column(sa.ForeignKey("unit.id"))
    #: who registered it; None: the portal, when somebody filed online
    registered_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
    registered_at: Mapped[datetime]
    #: token of the form it was registered with at the desk: a second press registers nothing twice
    once: Mapped[str | None] = mapped_column(sa.String(64), unique=True)
    #: marking and unit after all corrections: who may see the entry follows from them
    current_marking: Mapped[Marking] = mapped_column(Choices(Marking), default=_same_as("marking", Marking.NONE))
    current_unit_id: Mapped[int | None] = mapped_column(sa.ForeignKey("unit.id"), default=_same_as("unit_id", None))

    book: Mapped[Book] = relationship()
    unit: Mapped[Unit | None] = relationship(foreign_keys=[unit_id])
    current_unit: Mapped[Unit | None] = relationship(foreign_keys=[current_unit_id])
    registered_by: Mapped[User | None] = relationship()
    files: Mapped[list["EntryFile"]] = relationship(order_by="EntryFile.id")
    corrections: Mapped[list["Correction"]] = relationship(order_by="Correction.id")

    @property
    def reference(self) -> str:
        """The protocol number people write: 2026/18412."""
        return f"{self.year}/{self.number}"

    @property
    def full_reference(self) -> str:
        """With direction and marking: 18412/2026 ΕΙΣ ΠΔ."""
        marking = self.current_marking or self.marking or Marking.NONE
        return " ".join(part for part in (f"{self.number}/{self.year}", self.direction.mark, marking.mark) if part)

    def current(self, column: str) -> Any:
        """The value of a column after all corrections."""
        for correction in reversed(self.corrections):
            if column in correction.changes:
                return correction.changes[column]["is"]
        return getattr(self, column)

    def is_corrected(self, column: str) -> bool:
        """Whether a correction changed that column."""
        return any(column in correction.changes for correction in self.corrections)


#: what a line of the register said first stays as it is; these follow its corrections
_FOLLOWING = {"current_marking", "current_unit_id"}


@event.listens_for(Entry, "before_update")
def _never_edited(_mapper: Mapper[Entry], _connection: sa.Connection, entry: Entry) -> None:
    state = sa.inspect(entry)
    edited = {c.key for c in state.mapper.column_attrs if state.attrs[c.key].history.has_changes()} - _FOLLOWING
    if edited:
        raise ValueError(f"entries of the register are corrected, not edited: {sorted(edited)}")


@event.listens_for(Entry, "before_delete")
def _never_deleted(_mapper: Mapper[Entry], _connection: sa.Connection, entry: Entry) -> None:
    raise ValueError(f"entries of the register are never deleted: {entry.reference}")


class EntryFile(Base):
    """A file of a registered document."""

    __tablename__ = "protocol_entry_file"

    id: Mapped[Key]
    entry_id: Mapped[int] = mapped_column(sa.ForeignKey("protocol_entry.id"), index=True)
    attachment_id: Mapped[int] = mapped_column(sa.ForeignKey("attachment.id"))

    attachment: Mapped[Attachment] = relationship()


class EntryLink(Base):
    """A later document that answers, completes or replaces an earlier one."""

    __tablename__ = "protocol_entry_link"
    __table_args__ = (sa.UniqueConstraint("from_id", "to_id", "kind"),)

    id: Mapped[Key]
    from_id: Mapped[int] = mapped_column(sa.ForeignKey("protocol_entry.id"), index=True)
    to_id: Mapped[int] = mapped_column(sa.ForeignKey("protocol_entry.id"), index=True)
    kind: Mapped[LinkKind] = mapped_column(Choices(LinkKind))

    later: Mapped[Entry] = relationship(foreign_keys=[from_id])
    earlier: Mapped[Entry] = relationship(foreign_keys=[to_id])


class Correction(Base):
    """What was wrong in an entry, what is right, who says so and why."""

    __tablename__ = "protocol_correction"

    id: Mapped[Key]
    entry_id: Mapped[int] = mapped_column(sa.ForeignKey("protocol_entry.id"), index=True)
    #: column → {"was": …, "is": …}
    changes: Mapped[Data]
    reason: Mapped[str]
    corrected_by_id: Mapped[int] = mapped_column(sa.ForeignKey("user_account.id"))
    corrected_at: Mapped[datetime]

    corrected_by: Mapped[User] = relationship()


class Issued(Base):
    """A document the municipality issues: what it says is fixed here; the worker makes and seals the PDF from it."""

    __tablename__ = "issued_document"

    id: Mapped[Key]
    #: printed below the QR code; whoever has it can verify the document
    code: Mapped[str] = mapped_column(sa.String(20), unique=True)
    #: typst template, e.g. "eservices/receipt"
    template: Mapped[Code]
    language: Mapped[str] = mapped_column(sa.String(8))
    title: Mapped[Translated]
    #: everything the template prints
    content: Mapped[Data]
    entry_id: Mapped[int | None] = mapped_column(sa.ForeignKey("protocol_entry.id"), index=True)
    issued_at: Mapped[datetime]
    #: the last day on which it is to be believed, where it has one
    valid_until: Mapped[date | None]
    #: the sealed PDF; None until the worker has made it
    attachment_id: Mapped[int | None] = mapped_column(sa.ForeignKey("attachment.id"))
    #: hash of the sealed PDF, by which an uploaded copy is known
    sha256: Mapped[str | None] = mapped_column(sa.String(64), index=True)
    #: the document that took its place
    superseded_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("issued_document.id"))
    #: taken back on
    revoked_at: Mapped[datetime | None]
    #: why it was taken back, for whoever verifies it
    revoked_reason: Mapped[str | None]

    entry: Mapped[Entry | None] = relationship()
    attachment: Mapped[Attachment | None] = relationship()
    superseded_by: Mapped["Issued | None"] = relationship(remote_side="Issued.id")

    def standing(self, on: date) -> Standing:
        """What the document is worth on a day."""
        if self.revoked_at:
            return Standing.REVOKED
        if self.superseded_by_id:
            return Standing.SUPERSEDED
        if self.valid_until and self.valid_until < on:
            return Standing.EXPIRED
        return Standing.VALID

    @property
    def file_name(self) -> str:
        """What the PDF is called when it is saved."""
        return f"{self.template.rpartition('/')[2]}-{self.code}.pdf"
