"""What the things of the plan can be."""

from portal.core.choices import Choice
from portal.core.texts import N_


class NodeLevel(Choice):
    """The levels above an action."""

    GOAL = "goal", N_("Strategic goal")
    AXIS = "axis", N_("Axis")
    MEASURE = "measure", N_("Measure")
    OBJECTIVE = "objective", N_("Objective")


class ActionKind(Choice):
    """What an action is."""

    WORK = "work", N_("Works")
    STUDY = "study", N_("Study")
    SUPPLY = "supply", N_("Supply")
    SERVICE = "service", N_("Service")
    OPERATION = "operation", N_("Operation")


class IndicatorKind(Choice):
    """What an indicator measures."""

    INPUT = "input", N_("Input")
    OUTPUT = "output", N_("Output")
    RESULT = "result", N_("Result")


class Direction(Choice):
    """Which way is better."""

    UP = "up", N_("Higher is better")
    DOWN = "down", N_("Lower is better")


class Aggregate(Choice):
    """How contributions become one figure."""

    COUNT = "count", N_("Number")
    SUM = "sum", N_("Sum")
    MEAN = "mean", N_("Mean")
    MEDIAN = "median", N_("Median")
    SHARE = "share", N_("Share")


class Standing(Choice):
    """Whether an action holds, as the plan says; how far it is says its monitoring."""

    VALID = "valid", N_("In force")
    SUSPENDED = "suspended", N_("Suspended")
    CANCELLED = "cancelled", N_("Cancelled")


class Frequency(Choice):
    """How often an indicator gets a value."""

    MONTH = "month", N_("Every month")
    QUARTER = "quarter", N_("Every quarter")
    YEAR = "year", N_("Every year")


class EvidenceKind(Choice):
    """What shows that something was done."""

    ENTRY = "entry", N_("Registered document")
    CASE = "case", N_("Completed case")
    EVENT = "event", N_("Event that was held")
    FAULT = "fault", N_("Repaired fault")
    DECISION = "decision", N_("Decision")
    PHOTO = "photo", N_("Photograph")
    LINK = "link", N_("Address on the web")


class MoneyStage(Choice):
    """How far an amount is on its way from the budget to the account of whoever is paid."""

    BUDGETED = "budgeted", N_("Budgeted")
    COMMITTED = "committed", N_("Committed")
    INVOICED = "invoiced", N_("Invoiced")
    PAID = "paid", N_("Paid")


class PeriodState(Choice):
    """How far the monitoring of a period is."""

    OPEN = "open", N_("Units report")
    CHECKED = "checked", N_("Checked by the planning unit")
    PRESENTED = "presented", N_("Presented to the Municipal Committee")
    FROZEN = "frozen", N_("Frozen")


class ReportState(Choice):
    """How far the report of a unit on one action is."""

    DUE = "due", N_("Waits for the unit")
    SUBMITTED = "submitted", N_("Submitted")
    RETURNED = "returned", N_("Returned to the unit")
    ACCEPTED = "accepted", N_("Accepted")


class RevisionState(Choice):
    """How far a revision is."""

    DRAFT = "draft", N_("Being prepared")
    PROPOSED = "proposed", N_("Before the council")
    DECIDED = "decided", N_("Decided, not yet in force")
    IN_FORCE = "in-force", N_("In force")
    REJECTED = "rejected", N_("Rejected")


class ProgrammeKind(Choice):
    """The two programmes of a year."""

    ANNUAL = "annual", N_("Annual Action Programme")
    TECHNICAL = "technical", N_("Technical Programme")


class ProgrammeState(Choice):
    """How far a programme is."""

    DRAFT = "draft", N_("Being prepared")
    APPROVED = "approved", N_("Approved")


class Light(Choice):
    """How an action or indicator stands, by rules that everybody can read; nobody sets it by hand."""

    GREEN = "green", N_("On its way")
    YELLOW = "yellow", N_("Needs attention")
    RED = "red", N_("Off its way")
    GREY = "grey", N_("Cannot be said yet")


class Confidence(Choice):
    """How much stands behind a figure."""

    COMPLETE = "complete", N_("Complete")
    PARTIAL = "partial", N_("Partial")
    MISSING = "missing", N_("Missing")


class StageKind(Choice):
    """The three stages in which a plan is made."""

    PREPARATION = "preparation", N_("Preparation and organisation")
    STRATEGY = "strategy", N_("Strategic plan and consultation")
    PROGRAMMING = "programming", N_("Operational and financial programming")


class Origin(Choice):
    """Where a proposal for the plan comes from."""

    UNIT = "unit", N_("Unit of the municipality")
    COMMUNITY = "community", N_("Community council")
    RESIDENT = "resident", N_("Public consultation")
    DATA = "data", N_("Data of the portal")


class ProposalState(Choice):
    """What became of a proposal."""

    NEW = "new", N_("Being examined")
    ACCEPTED = "accepted", N_("Accepted")
    MERGED = "merged", N_("Merged with another")
    REFUSED = "refused", N_("Not accepted")
