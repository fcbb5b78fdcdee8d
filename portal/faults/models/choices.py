"""What a fault report can be."""

from portal.core.choices import Choice
from portal.core.texts import N_


class FaultState(Choice):
    """How far a report is, in words that mean what they say."""

    RECEIVED = "received", N_("Received")
    CONFIRMED = "confirmed", N_("Confirmed")
    PLANNED = "planned", N_("Planned")
    REPAIRING = "repairing", N_("Being repaired")
    REPAIRED = "repaired", N_("Repaired")
    IMPOSSIBLE = "not-possible", N_("Not possible")
    DUPLICATE = "duplicate", N_("Reported before")
    PASSED_ON = "passed-on", N_("Passed to another body")
    WITHDRAWN = "withdrawn", N_("Withdrawn")

    @property
    def is_open(self) -> bool:
        """Whether something is still to be done; what another body does is followed until it is done."""
        return self in _OPEN

    @property
    def is_ours(self) -> bool:
        """Whether the municipality repairs it, so that its own limit counts."""
        return self.is_open and self is not FaultState.PASSED_ON

    @property
    def tone(self) -> str:
        """How its tag looks: "ok", "late", "info", "wait" or "neutral"."""
        return _TONES.get(self, "info")


_OPEN = {
    FaultState.RECEIVED,
    FaultState.CONFIRMED,
    FaultState.PLANNED,
    FaultState.REPAIRING,
    FaultState.PASSED_ON,
}
_TONES = {
    FaultState.REPAIRED: "ok",
    FaultState.IMPOSSIBLE: "late",
    FaultState.PLANNED: "wait",
    FaultState.PASSED_ON: "wait",
    FaultState.DUPLICATE: "neutral",
    FaultState.WITHDRAWN: "neutral",
}


class Source(Choice):
    """By which way a report came."""

    WEB = "web", N_("Portal")
    COUNTER = "counter", N_("Noted by staff")
    OPEN311 = "open311", N_("Another program")
    PART = "part", N_("Part of another report")


class Moment(Choice):
    """When a photograph was taken."""

    BEFORE = "before", N_("Before the repair")
    AFTER = "after", N_("After the repair")


class Rhythm(Choice):
    """How often somebody who follows is told."""

    AT_ONCE = "at-once", N_("At once")
    WEEKLY = "weekly", N_("Once a week")


class Hours(Choice):
    """When a rule of routing holds."""

    ALWAYS = "always", N_("At any time")
    WORKING = "working", N_("In working hours")
    OTHER = "other", N_("At night, at weekends and on holidays")


class QuestionKind(Choice):
    """What is answered to a question of a category; the data types of Open311 are beside each in `open311`."""

    TEXT = "text", N_("A few words")
    NUMBER = "number", N_("A number")
    YES_NO = "yes-no", N_("Yes or no")
    ONE = "one", N_("One of several")
    SEVERAL = "several", N_("Several of several")


class Measure(Choice):
    """What is counted of the reports of a month."""

    OPEN = "open", N_("Still open")
    CLOSED = "closed", N_("Closed")
    IN_TIME = "in-time", N_("Repaired in time")
    LATE = "late", N_("Repaired late")
