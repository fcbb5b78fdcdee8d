"""Issued documents: by code, by file, and what is to be thought of what somebody holds."""

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from portal.documents.models import Issued, Standing

_CODE = re.compile(r"[2-9A-HJKMNP-Z]{12}")
#: codes as they stand in the plain bytes of a sealed PDF: in its keywords and in the reason of its seal
_IN_FILE = re.compile(rb"[2-9A-HJKMNP-Z]{4}-[2-9A-HJKMNP-Z]{4}-[2-9A-HJKMNP-Z]{4}")
#: Greek capitals that look like the Latin ones of the codes
_LOOK_ALIKE = str.maketrans("ΑΒΕΖΗΚΜΝΡΤΥΧ", "ABEZHKMNPTYX")
#: a file that names more codes than this is a list of codes, not a document
MOST_CODES = 20


@dataclass(frozen=True)
class Verdict:
    """What is to be thought of a code or a file that somebody holds."""

    standing: Standing
    #: the document it is, or claims to be
    issued: Issued | None = None
    #: a file was looked at, not just a code
    from_file: bool = False


def normal_code(text: str) -> str | None:
    """A code as it is kept, from what somebody typed: small letters, Greek ones, without hyphens; None: it is none."""
    plain = re.sub(r"[\s\-–—.]", "", text).upper().translate(_LOOK_ALIKE)
    return "-".join((plain[:4], plain[4:8], plain[8:])) if _CODE.fullmatch(plain) else None


def issued(session: Session, code: str) -> Issued | None:
    """The document with that code, with its protocol entry and the document that took its place."""
    return session.scalar(_whole().where(Issued.code == code))


def issued_by_id(session: Session, number: int) -> Issued:
    """:raises LookupError: if there is no such document."""
    found = session.scalar(_whole().where(Issued.id == number))
    if found is None:
        raise LookupError(f"no document {number}")
    return found


def issued_of(session: Session, entry_id: int) -> Sequence[Issued]:
    """The documents issued under a protocol entry, oldest first."""
    return session.scalars(sa.select(Issued).where(Issued.entry_id == entry_id).order_by(Issued.id)).all()


def waiting(session: Session) -> Sequence[int]:
    """Ids of the documents whose PDF is not made yet."""
    return session.scalars(sa.select(Issued.id).where(Issued.attachment_id.is_(None)).order_by(Issued.id)).all()


def by_code(session: Session, code: str, *, on: date) -> Verdict:
    """What is to be thought of a document with that code, on a day."""
    found = issued(session, code)
    return Verdict(found.standing(on), found) if found else Verdict(Standing.UNKNOWN)


def by_file(session: Session, data: bytes, *, sealed_by_us: bool, on: date) -> Verdict:
    """What is to be thought of a file, on a day: ours to the byte, ours but altered, or none of ours.

    An altered copy is known by the code that it still carries, or by our seal, whose hash no longer fits.
    """
    found = session.scalar(_whole().where(Issued.sha256 == hashlib.sha256(data).hexdigest()))
    if found:
        return Verdict(found.standing(on), found, from_file=True)
    claimed = _claimed(session, data)
    standing = Standing.ALTERED if claimed or sealed_by_us else Standing.UNKNOWN
    return Verdict(standing, claimed, from_file=True)


def _claimed(session: Session, data: bytes) -> Issued | None:
    """The document whose code stands in a file."""
    codes: dict[str, None] = {}
    for found in _IN_FILE.finditer(data):
        codes[found[0].decode("ascii")] = None
        if len(codes) >= MOST_CODES:
            break
    return session.scalar(_whole().where(Issued.code.in_([*codes])).order_by(Issued.id).limit(1)) if codes else None


def _whole() -> sa.Select[Issued]:
    return sa.select(Issued).options(
        joinedload(Issued.entry), joinedload(Issued.attachment), joinedload(Issued.superseded_by)
    )
