"""The catalogue of public services, drafts of forms, and what was filed with them."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.accounts.models import IdentityLevel, User
from portal.casework.models import Case, Kind, Phase, State, standard_states
from portal.core.choices import Choice
from portal.core.files import Attachment
from portal.core.orm import Base, Choices, Code, Data, Flag, Items, Key
from portal.core.texts import N_, Translated
from portal.documents.models import Channel, Issued
from portal.organisation.models import Unit


class ServiceKind(Choice):
    """What is filed."""

    REQUEST = "request", N_("Request")
    DECLARATION = "declaration", N_("Declaration")


class Outcome(Choice):
    """How a request ends."""

    APPROVED = "approved", N_("Approved")
    APPROVED_IN_PART = "approved-in-part", N_("Approved in part")
    REJECTED = "rejected", N_("Rejected")


class ServiceCategory(Base):
    """A shelf of the catalogue."""

    __tablename__ = "service_category"

    id: Mapped[Key]
    code: Mapped[Code] = mapped_column(unique=True)
    name: Mapped[Translated]
    summary: Mapped[Translated]
    position: Mapped[int] = mapped_column(sa.Integer, default=0)
    closed: Mapped[Flag]


class LifeEvent(Base):
    """An occasion in life at which people look for services."""

    __tablename__ = "life_event"

    id: Mapped[Key]
    code: Mapped[Code] = mapped_column(unique=True)
    name: Mapped[Translated]
    position: Mapped[int] = mapped_column(sa.Integer, default=0)
    closed: Mapped[Flag]


class Service(Base):
    """A public service as it is offered now; its definition is the newest `ServiceVersion`."""

    __tablename__ = "service"

    id: Mapped[Key]
    slug: Mapped[Code] = mapped_column(unique=True)
    kind: Mapped[ServiceKind] = mapped_column(Choices(ServiceKind))
    title: Mapped[Translated]
    summary: Mapped[Translated]
    category_id: Mapped[int] = mapped_column(sa.ForeignKey("service_category.id"), index=True)
    #: codes of life events
    life_events: Mapped[Items]
    identity: Mapped[IdentityLevel] = mapped_column(Choices(IdentityLevel))
    unit_id: Mapped[int] = mapped_column(sa.ForeignKey("unit.id"))
    version_id: Mapped[int | None] = mapped_column(sa.ForeignKey("service_version.id", use_alter=True))
    #: can be filed in the portal
    online: Mapped[Flag]
    closed: Mapped[Flag]

    category: Mapped[ServiceCategory] = relationship()
    unit: Mapped[Unit] = relationship()
    version: Mapped["ServiceVersion | None"] = relationship(foreign_keys=[version_id])


class ServiceVersion(Base):
    """A definition as it was loaded; cases keep the one they were filed with."""

    __tablename__ = "service_version"
    __table_args__ = (sa.UniqueConstraint("service_id", "number"),)

    id: Mapped[Key]
    service_id: Mapped[int] = mapped_column(sa.ForeignKey("service.id"))
    number: Mapped[int] = mapped_column(sa.Integer)
    #: the whole of `services/<slug>.yaml`
    definition: Mapped[Data]
    loaded_at: Mapped[datetime]

    service: Mapped[Service] = relationship(foreign_keys=[service_id])


class Draft(Base):
    """A form that somebody is filling in; kept at every step."""

    __tablename__ = "service_draft"
    __table_args__ = {"info": {"private": True}}

    id: Mapped[Key]
    #: part of its address; whoever has no account resumes by it
    token: Mapped[str] = mapped_column(sa.String(43), unique=True)
    version_id: Mapped[int] = mapped_column(sa.ForeignKey("service_version.id"))
    owner_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"), index=True)
    #: the staff member who fills it in for somebody, and how that came in
    filed_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"), index=True)
    channel: Mapped[Channel | None] = mapped_column(Choices(Channel))
    #: field id → answer, as in docs/municipality-pack.md
    answers: Mapped[Data]
    #: steps that were completed
    done: Mapped[Items]
    language: Mapped[str] = mapped_column(sa.String(8))
    created_at: Mapped[datetime]
    touched_at: Mapped[datetime] = mapped_column(index=True)
    #: set when it was filed: pressing the button again shows the same case
    case_id: Mapped[int | None] = mapped_column(sa.ForeignKey("casework_case.id"), unique=True)

    version: Mapped[ServiceVersion] = relationship()
    owner: Mapped[User | None] = relationship(foreign_keys=[owner_id])
    filed_by: Mapped[User | None] = relationship(foreign_keys=[filed_by_id])
    files: Mapped[list["DraftFile"]] = relationship(order_by="DraftFile.id", cascade="all, delete-orphan")


class DraftFile(Base):
    """A file uploaded into a draft."""

    __tablename__ = "service_draft_file"
    __table_args__ = {"info": {"private": True}}

    id: Mapped[Key]
    draft_id: Mapped[int] = mapped_column(sa.ForeignKey("service_draft.id"), index=True)
    field: Mapped[Code]
    attachment_id: Mapped[int] = mapped_column(sa.ForeignKey("attachment.id"))

    attachment: Mapped[Attachment] = relationship()


class Submission(Base):
    """What was filed: the answers of one case, as they were."""

    __tablename__ = "service_submission"
    __table_args__ = {"info": {"private": True}}

    case_id: Mapped[int] = mapped_column(sa.ForeignKey("casework_case.id"), primary_key=True, autoincrement=False)
    service_id: Mapped[int] = mapped_column(sa.ForeignKey("service.id"), index=True)
    version_id: Mapped[int] = mapped_column(sa.ForeignKey("service_version.id"))
    answers: Mapped[Data]
    receipt_id: Mapped[int] = mapped_column(sa.ForeignKey("issued_document.id"))

    case: Mapped[Case] = relationship()
    service: Mapped[Service] = relationship()
    version: Mapped[ServiceVersion] = relationship()
    receipt: Mapped[Issued] = relationship()
    #: the outcome of the same case; None while it is open
    decision: Mapped["Decision | None"] = relationship(
        primaryjoin="foreign(Submission.case_id) == Decision.case_id", viewonly=True, uselist=False
    )


class Decision(Base):
    """How a request was decided."""

    __tablename__ = "service_decision"

    case_id: Mapped[int] = mapped_column(sa.ForeignKey("casework_case.id"), primary_key=True, autoincrement=False)
    outcome: Mapped[Outcome] = mapped_column(Choices(Outcome))
    #: required where not everything was granted
    reasons: Mapped[str] = mapped_column(default="")
    decided_by_id: Mapped[int] = mapped_column(sa.ForeignKey("user_account.id"))
    decided_at: Mapped[datetime]
    document_id: Mapped[int] = mapped_column(sa.ForeignKey("issued_document.id"))

    case: Mapped[Case] = relationship()
    decided_by: Mapped[User] = relationship()
    document: Mapped[Issued] = relationship()


#: final state of a case → how it was decided, for each kind
FINAL_STATES = {
    ServiceKind.REQUEST: {
        Outcome.APPROVED: "approved",
        Outcome.APPROVED_IN_PART: "approved-in-part",
        Outcome.REJECTED: "rejected",
    },
    ServiceKind.DECLARATION: {
        Outcome.APPROVED: "accepted",
        Outcome.APPROVED_IN_PART: "corrected",
        Outcome.REJECTED: "rejected",
    },
}

#: what this room files with casework; `portal.app` registers them
case_kinds = (
    Kind(
        ServiceKind.REQUEST.value,
        ServiceKind.REQUEST.label,
        standard_states(
            State("approved", N_("Approved"), Phase.CLOSED, "ok"),
            State("approved-in-part", N_("Approved in part"), Phase.CLOSED, "ok"),
            State("rejected", N_("Rejected"), Phase.CLOSED, "late"),
        ),
    ),
    Kind(
        ServiceKind.DECLARATION.value,
        ServiceKind.DECLARATION.label,
        standard_states(
            State("accepted", N_("Accepted"), Phase.CLOSED, "ok"),
            State("corrected", N_("Accepted with corrections"), Phase.CLOSED, "ok"),
            State("rejected", N_("Not accepted"), Phase.CLOSED, "late"),
        ),
    ),
)
