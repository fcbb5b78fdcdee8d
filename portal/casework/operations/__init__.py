"""Writes of casework: filing, routing, conversation, the clock, closing."""

from portal.casework.models import AssignmentKind
from portal.casework.operations.closing import Closing, NotClosed, close, reopen, withdraw
from portal.casework.operations.conversation import add_documents, answer, ask, note, write_message
from portal.casework.operations.filing import Applicant, Filed, NewCase, file_case
from portal.casework.operations.routing import (
    NotInUnit,
    Routing,
    SameUnit,
    UnitHasCases,
    forward,
    hand_over,
    mark_seen,
    route,
    take,
)
from portal.casework.operations.state import (
    CaseChanged,
    CaseClosedAlready,
    CaseError,
    CaseWaits,
    TextMissing,
    claim,
)
from portal.casework.operations.timing import Subject, extend, reclassify, resume, wait_for_other, warn

__all__ = [
    "Applicant",
    "AssignmentKind",
    "CaseChanged",
    "CaseClosedAlready",
    "CaseError",
    "CaseWaits",
    "Closing",
    "Filed",
    "NewCase",
    "NotClosed",
    "NotInUnit",
    "Routing",
    "SameUnit",
    "Subject",
    "TextMissing",
    "UnitHasCases",
    "add_documents",
    "answer",
    "ask",
    "claim",
    "close",
    "extend",
    "file_case",
    "forward",
    "hand_over",
    "mark_seen",
    "note",
    "reclassify",
    "reopen",
    "resume",
    "route",
    "take",
    "wait_for_other",
    "warn",
    "withdraw",
    "write_message",
]
