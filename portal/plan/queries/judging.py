"""How the lights come about: stated rules, by which everybody arrives at the same colour.

An action is judged by how far behind its timetable it is, in points of percent, and by its money; an indicator by how
much of the way to the target of the year it has come. docs/plan.md and the public page of the rules say the same.
"""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from portal.core.choices import Choice
from portal.core.texts import N_
from portal.plan.models.choices import Light, Standing

#: points of percent behind the timetable from which on an action is yellow, and red
BEHIND, FAR_BEHIND = 10, 25
#: per cent of the target of the year below which an indicator is yellow, and red
SHORT, FAR_SHORT = 90, 70
#: months without evidence after which an action that runs is yellow
SILENT_MONTHS = 6


class Ground(Choice):
    """Why a light has its colour."""

    DONE = "done", N_("All milestones are reached.")
    ON_TIME = "on-time", N_("It is as far as its timetable says, or farther.")
    BEHIND = "behind", N_("It is behind its timetable.")
    FAR_BEHIND = "far-behind", N_("It is far behind its timetable.")
    OVERDUE = "overdue", N_("Its end has passed and it is not finished.")
    SILENT = "silent", N_("It runs, and there has been no evidence for months.")
    OVERSPENT = "overspent", N_("More was committed or paid than its budget.")
    SUSPENDED = "suspended", N_("It is suspended.")
    CANCELLED = "cancelled", N_("It was cancelled.")
    NOT_BEGUN = "not-begun", N_("It has not begun, and need not have.")
    NOTHING_TO_SAY = "nothing-to-say", N_("It has no milestones, so its progress cannot be worked out.")
    REACHED = "reached", N_("The target of the year is reached.")
    NEAR = "near", N_("The target of the year is near.")
    SHORT = "short", N_("It is short of the target of the year.")
    FAR_SHORT = "far-short", N_("It is far from the target of the year.")
    NO_VALUE = "no-value", N_("There is no value or no target for the year.")


@dataclass(frozen=True)
class State:
    """What an action is judged by, on one day."""

    standing: Standing
    #: what evidence says, in percent; None: it has no milestones
    percent: int | None
    #: what the timetable says
    planned: int
    #: its end has passed
    ended: bool
    #: its beginning has come
    begun: bool
    #: whole months since its newest evidence, or since it began
    silent_months: int
    #: the largest of committed, invoiced and paid against the whole budget; None: no budget
    spent: Decimal | None = None


@dataclass(frozen=True)
class Judgement:
    """A colour, and why."""

    light: Light
    ground: Ground


@dataclass(frozen=True)
class Rule:
    """When a light has a colour."""

    light: Light
    ground: Ground
    holds: Callable[[State], bool]


def _behind(state: State) -> int:
    return state.planned - (state.percent or 0)


#: of an action; the first that holds decides
RULES = (
    Rule(Light.GREY, Ground.CANCELLED, lambda state: state.standing is Standing.CANCELLED),
    Rule(Light.YELLOW, Ground.SUSPENDED, lambda state: state.standing is Standing.SUSPENDED),
    Rule(Light.RED, Ground.OVERSPENT, lambda state: state.spent is not None and state.spent > 1),
    Rule(Light.GREY, Ground.NOTHING_TO_SAY, lambda state: state.percent is None),
    Rule(Light.GREEN, Ground.DONE, lambda state: (state.percent or 0) >= 100),
    Rule(Light.RED, Ground.OVERDUE, lambda state: state.ended),
    Rule(Light.RED, Ground.FAR_BEHIND, lambda state: _behind(state) >= FAR_BEHIND),
    Rule(Light.YELLOW, Ground.BEHIND, lambda state: _behind(state) >= BEHIND),
    Rule(Light.GREY, Ground.NOT_BEGUN, lambda state: not state.begun and not state.percent),
    Rule(Light.YELLOW, Ground.SILENT, lambda state: state.begun and state.silent_months >= SILENT_MONTHS),
    Rule(Light.GREEN, Ground.ON_TIME, lambda _state: True),
)


def judge(state: State) -> Judgement:
    """The light of an action."""
    rule = next(rule for rule in RULES if rule.holds(state))
    return Judgement(rule.light, rule.ground)


def judge_indicator(share: Decimal | None) -> Judgement:
    """The light of an indicator, by the share of the way to its target of the year, in percent; None: unknown."""
    if share is None:
        return Judgement(Light.GREY, Ground.NO_VALUE)
    if share >= 100:
        return Judgement(Light.GREEN, Ground.REACHED)
    if share >= SHORT:
        return Judgement(Light.GREEN, Ground.NEAR)
    return Judgement(Light.YELLOW, Ground.SHORT) if share >= FAR_SHORT else Judgement(Light.RED, Ground.FAR_SHORT)
