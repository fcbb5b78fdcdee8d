"""Documents the municipality issues: fixed at once, printed and sealed by the worker, replaced or taken back later."""

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.core import audit, files, outbox
from portal.core.errors import Refused
from portal.core.texts import N_, Translated
from portal.documents.models import Issued

#: digits and Latin capitals without those that are taken for another: 0 O, 1 I L
ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"

#: makes the sealed PDF of a document; the web side hands it in, since rules print nothing
Make = Callable[[Issued], bytes]


class AlreadySuperseded(Refused):
    """Another document has taken its place."""

    message = N_("A newer document has already taken the place of %(code)s.")


class AlreadyRevoked(Refused):
    """It was taken back before."""

    message = N_("The document %(code)s has already been taken back.")


@dataclass(frozen=True)
class NewDocument:
    """A document to be issued; `content` is plain JSON, everything in it ready to print."""

    #: below templates/pdf, e.g. "eservices/receipt"
    template: str
    language: str
    title: Translated
    content: Mapping[str, Any]
    entry_id: int | None = None
    #: the last day on which it is to be believed
    valid_until: date | None = None
    #: id of the document whose place it takes
    supersedes: int | None = None
    #: for the audit trail; None: the portal
    issued_by_id: int | None = None


def issue(session: Session, document: NewDocument, *, now: datetime) -> Issued:
    """Fix what a document says and give it its code; the worker makes and seals the PDF.

    :raises AlreadySuperseded: if it should replace a document that is replaced already.
    """
    issued = Issued(
        code=new_code(),
        template=document.template,
        language=document.language,
        title=document.title,
        content=dict(document.content),
        entry_id=document.entry_id,
        issued_at=now,
        valid_until=document.valid_until,
    )
    session.add(issued)
    outbox.enqueue(session, "documents.seal", {"code": issued.code}, now=now)
    session.flush()
    if document.supersedes is not None:
        _supersede(session, document.supersedes, issued)
    audit.record(
        session,
        "documents.document.issued",
        subject=("issued", issued.id),
        actor_id=document.issued_by_id,
        now=now,
        supersedes=document.supersedes,
    )
    return issued


def produce(session: Session, issued: Issued, *, make: Make, store: files.Store, now: datetime) -> Issued:
    """Make, seal and keep the PDF unless that is done; of two that do so at once, one PDF stays.

    It is made before any lock is taken: printing and sealing take some hundredths of a second.
    """
    if issued.attachment_id is not None:
        return issued
    data = make(issued)
    locked = sa.select(Issued).where(Issued.id == issued.id).with_for_update()
    issued = session.scalars(locked.execution_options(populate_existing=True)).one()
    if issued.attachment_id is None:
        clean = files.CleanFile(issued.file_name, files.PDF, data)
        issued.attachment = files.keep(session, store, clean, now=now)
        issued.sha256 = clean.sha256
        session.flush()
    return issued


def revoke(session: Session, issued: Issued, *, reason: str, by_id: int, now: datetime) -> None:
    """Take a document back; whoever verifies it reads so, with the reason.

    :raises AlreadyRevoked: if it was taken back before.
    """
    if issued.revoked_at is not None:
        raise AlreadyRevoked(code=issued.code)
    issued.revoked_at, issued.revoked_reason = now, reason
    session.flush()
    audit.record(
        session, "documents.document.revoked", subject=("issued", issued.id), actor_id=by_id, now=now, reason=reason
    )


def new_code() -> str:
    """Twelve random characters (59 bits) in groups that can be read over the telephone: `7KQ2-MWXA-39FT`."""
    text = "".join(secrets.choice(ALPHABET) for _ in range(12))
    return "-".join(text[i : i + 4] for i in (0, 4, 8))


def _supersede(session: Session, number: int, successor: Issued) -> None:
    locked = sa.select(Issued).where(Issued.id == number).with_for_update()
    old = session.scalars(locked.execution_options(populate_existing=True)).one()
    if old.superseded_by_id is not None:
        raise AlreadySuperseded(code=old.code)
    old.superseded_by_id = successor.id
    session.flush()
