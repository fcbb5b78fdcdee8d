"""What documents does for the worker: PDFs are made and sealed; letters take them along."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from portal.core import clock, seals
from portal.core.files import PDF
from portal.core.mail import Enclosure
from portal.core.web import Handler, portal
from portal.documents import operations, queries
from portal.documents.models import Issued


def made(session: Session, code: str) -> Issued:
    """The document with its sealed PDF, made now if it is not there yet.

    :raises LookupError: if there is no such document. :raises NoSeal: if there is no key to seal with.
    """
    issued = queries.issued(session, code)
    if issued is None:
        raise LookupError(f"no document {code}")
    if issued.attachment_id is None:
        session.expunge(issued)
        session.commit()  # nothing is written yet: SQLite's write lock is let go while the PDF is made
    return operations.produce(session, issued, make=seals.sealed_pdf, store=portal.store, now=clock.now())


def seal(session: Session, payload: Mapping[str, Any], _job_id: int) -> None:
    """The outbox handler of kind "documents.seal"."""
    made(session, payload["code"])


def enclose(session: Session, code: str) -> Enclosure:
    """The sealed PDF as a letter takes it along."""
    issued = made(session, code)
    return Enclosure(issued.file_name, PDF, portal.store.get(str(issued.sha256)))


handlers: dict[str, Handler] = {"documents.seal": seal}
