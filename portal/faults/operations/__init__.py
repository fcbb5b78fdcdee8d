"""Writes of faults: a report is filed, changed, disputed."""

from portal.faults.models import FaultState, Moment, Rhythm, Source
from portal.faults.operations.applications import NameTaken, NewApplication, create_application, set_closed
from portal.faults.operations.asking import answer, can_answer
from portal.faults.operations.bodies import BodyInput, write_body
from portal.faults.operations.filing import (
    CategoryClosed,
    NameNeeded,
    NewReport,
    OutsideMunicipality,
    Reported,
    community_at,
    is_ours,
    report,
    reported_fact,
)
from portal.faults.operations.following import (
    FollowWanted,
    ask_to_follow,
    confirm_follow,
)
from portal.faults.operations.merging import OtherClosed, OtherPublic, SameReport, merge
from portal.faults.operations.noting import note, noted, pictures
from portal.faults.operations.pack import load_faults
from portal.faults.operations.passing import NotUnderstood, pass_on
from portal.faults.operations.programs import TooManyToday, report_for
from portal.faults.operations.redaction import Redaction, StaysPrivate, recategorise, redact
from portal.faults.operations.rules import ReplyInput, RuleInput, SomebodyNeeded, write_reply, write_rule
from portal.faults.operations.splitting import Part, PartOfPart, PartsNeeded, split
from portal.faults.operations.states import (
    Change,
    DayNeeded,
    NotAllowed,
    OtherNeeded,
    ProofNeeded,
    ReasonNeeded,
    TooLateToDisagree,
    change_state,
    disagree,
    reopened_fact,
    resolved_fact,
    withdraw,
)
from portal.faults.operations.supporting import (
    NothingToSupport,
    confirm_support,
    end_support,
    support,
)
from portal.faults.operations.telling import ask_to_tell, send_weekly, tell
from portal.faults.operations.tiles import recount
from portal.faults.operations.works import Done, arrive, finish

__all__ = [
    "BodyInput",
    "CategoryClosed",
    "Change",
    "DayNeeded",
    "Done",
    "FaultState",
    "FollowWanted",
    "Moment",
    "NameNeeded",
    "NameTaken",
    "NewApplication",
    "NewReport",
    "NotAllowed",
    "NotUnderstood",
    "NothingToSupport",
    "OtherClosed",
    "OtherNeeded",
    "OtherPublic",
    "OutsideMunicipality",
    "Part",
    "PartOfPart",
    "PartsNeeded",
    "ProofNeeded",
    "ReasonNeeded",
    "Redaction",
    "ReplyInput",
    "Reported",
    "Rhythm",
    "RuleInput",
    "SameReport",
    "SomebodyNeeded",
    "Source",
    "StaysPrivate",
    "TooLateToDisagree",
    "TooManyToday",
    "answer",
    "arrive",
    "ask_to_follow",
    "ask_to_tell",
    "can_answer",
    "change_state",
    "community_at",
    "confirm_follow",
    "confirm_support",
    "create_application",
    "disagree",
    "end_support",
    "finish",
    "is_ours",
    "load_faults",
    "merge",
    "note",
    "noted",
    "pass_on",
    "pictures",
    "recategorise",
    "recount",
    "redact",
    "reopened_fact",
    "report",
    "report_for",
    "reported_fact",
    "resolved_fact",
    "send_weekly",
    "set_closed",
    "split",
    "support",
    "tell",
    "withdraw",
    "write_body",
    "write_reply",
    "write_rule",
]
