"""Reads of casework: the queue, one case with its history, somebody's cases."""

from portal.casework.queries.cases import (
    PublicCase,
    assignments,
    attachment_of,
    case_by_slug,
    case_of_entry,
    cases_by_id,
    cases_of,
    history,
    kind_of,
    public_cases,
    state_of,
    unread,
)
from portal.casework.queries.rows import PAGE, CaseRow, EventRow
from portal.casework.queries.waiting import (
    MOST_COUNTED,
    SOON,
    VIEWS,
    QueueFilter,
    counters,
    next_after,
    queue,
)

__all__ = [
    "MOST_COUNTED",
    "PAGE",
    "SOON",
    "VIEWS",
    "CaseRow",
    "EventRow",
    "PublicCase",
    "QueueFilter",
    "assignments",
    "attachment_of",
    "case_by_slug",
    "case_of_entry",
    "cases_by_id",
    "cases_of",
    "counters",
    "history",
    "kind_of",
    "next_after",
    "public_cases",
    "queue",
    "state_of",
    "unread",
]
