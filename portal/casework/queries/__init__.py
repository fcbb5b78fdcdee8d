"""Reads of casework: the queue, one case with its history, somebody's cases."""

from portal.casework.queries.cases import (
    PAGE,
    assignments,
    attachment_of,
    case_by_slug,
    case_of_entry,
    cases_by_id,
    cases_of,
    history,
    kind_of,
    state_of,
    unread,
)
from portal.casework.queries.waiting import (
    MOST_COUNTED,
    SOON,
    VIEWS,
    QueueFilter,
    QueueRow,
    counters,
    next_after,
    queue,
)

__all__ = [
    "MOST_COUNTED",
    "PAGE",
    "SOON",
    "VIEWS",
    "QueueFilter",
    "QueueRow",
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
    "queue",
    "state_of",
    "unread",
]
