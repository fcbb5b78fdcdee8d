"""The tables of faults."""

from portal.casework.models import Kind, Phase, State, standard_states
from portal.core.texts import N_
from portal.faults.models.catalogue import Body, CannedReply, FaultCategory, Jurisdiction, RoutingRule
from portal.faults.models.choices import FaultState, Hours, Measure, Moment, QuestionKind, Rhythm, Source
from portal.faults.models.drafts import FaultDraft
from portal.faults.models.following import Application, Asked, Follow, MonthCount, Supporter, Tile, YearCount
from portal.faults.models.reports import Fault, FaultPhoto, FaultStep, Work

#: the kind of case that a report is; its finer states are `Fault.state`
case_kind = Kind(
    "fault",
    N_("Fault report"),
    standard_states(
        State("repaired", N_("Repaired"), Phase.CLOSED, "ok"),
        State("not-possible", N_("Not possible"), Phase.CLOSED, "late"),
        State("duplicate", N_("Reported before"), Phase.CLOSED, "neutral"),
        State("passed-on", N_("Passed to another body"), Phase.CLOSED, "neutral"),
    ),
)

__all__ = [
    "Application",
    "Asked",
    "Body",
    "CannedReply",
    "Fault",
    "FaultCategory",
    "FaultDraft",
    "FaultPhoto",
    "FaultState",
    "FaultStep",
    "Follow",
    "Hours",
    "Jurisdiction",
    "Measure",
    "Moment",
    "MonthCount",
    "QuestionKind",
    "Rhythm",
    "RoutingRule",
    "Source",
    "Supporter",
    "Tile",
    "Work",
    "YearCount",
    "case_kind",
]
