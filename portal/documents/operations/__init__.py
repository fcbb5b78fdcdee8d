"""Writes of the room: the protocol register, and the documents the municipality issues."""

from portal.documents.models import Direction, LinkKind, Marking
from portal.documents.operations.issuing import (
    ALPHABET,
    AlreadyRevoked,
    AlreadySuperseded,
    Make,
    NewDocument,
    issue,
    produce,
    revoke,
)
from portal.documents.operations.register import (
    MAIN_BOOK,
    MAIN_BOOK_NAME,
    Correcting,
    NewEntry,
    NothingToCorrect,
    correct,
    ensure_book,
    link,
    register,
)

__all__ = [
    "ALPHABET",
    "MAIN_BOOK",
    "MAIN_BOOK_NAME",
    "AlreadyRevoked",
    "AlreadySuperseded",
    "Correcting",
    "Direction",
    "LinkKind",
    "Make",
    "Marking",
    "NewDocument",
    "NewEntry",
    "NothingToCorrect",
    "correct",
    "ensure_book",
    "issue",
    "link",
    "produce",
    "register",
    "revoke",
]
