"""The Annual Action Programme and the Technical Programme: made from the plan, compared with it, approved."""

from portal.plan.operations.programmes.differences import Against, Difference, Subject, differences
from portal.plan.operations.programmes.drafting import NotAYearOfThePlan, NoVersion, planned_lines
from portal.plan.operations.programmes.writing import (
    Approval,
    DecidedLater,
    DraftExists,
    NoSuchLine,
    NothingDrafted,
    ProgrammeChanged,
    approve_programme,
    change_line,
    make_programme,
    revise_programme,
    take_line,
)

__all__ = [
    "Against",
    "Approval",
    "DecidedLater",
    "Difference",
    "DraftExists",
    "NoSuchLine",
    "NoVersion",
    "NotAYearOfThePlan",
    "NothingDrafted",
    "ProgrammeChanged",
    "Subject",
    "approve_programme",
    "change_line",
    "differences",
    "make_programme",
    "planned_lines",
    "revise_programme",
    "take_line",
]
