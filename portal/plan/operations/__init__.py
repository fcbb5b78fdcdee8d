"""Writes of the plan: importing the workbook, counting facts, connecting feeds, recounting."""

from portal.plan.models.choices import (
    EvidenceKind,
    MoneyStage,
    Origin,
    ProgrammeKind,
    ProposalState,
    ReportState,
    StageKind,
)
from portal.plan.operations.binding import Connection, UnknownFeed, UnknownFilter, bind
from portal.plan.operations.counting import hear
from portal.plan.operations.exporting import export_plan
from portal.plan.operations.importing import Change, What, import_pack_plan, import_plan
from portal.plan.operations.reading import read
from portal.plan.operations.recounting import Recount, recount
from portal.plan.operations.workbook import Problem, Workbook, WorkbookRefused

__all__ = [
    "Change",
    "Connection",
    "EvidenceKind",
    "MoneyStage",
    "Origin",
    "Problem",
    "ProgrammeKind",
    "ProposalState",
    "Recount",
    "ReportState",
    "StageKind",
    "UnknownFeed",
    "UnknownFilter",
    "What",
    "Workbook",
    "WorkbookRefused",
    "bind",
    "export_plan",
    "hear",
    "import_pack_plan",
    "import_plan",
    "read",
    "recount",
]
