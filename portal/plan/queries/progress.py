"""The physical object: how far actions are, from the evidence on their milestones, and how far they should be.

A milestone without a quantity is reached, whole, on the day of its first evidence; one with a quantity as far as the
evidence on it says, and whole once there is evidence that names no quantity. An action is as far as its milestones by
their weights, rounded down. What was taken back never counts.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_DOWN, Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from portal.core.remembering import remembered
from portal.plan.models import Evidence, Milestone, Plan
from portal.plan.queries.finance import ROOM

#: milestone → day and quantity of each piece of evidence that holds, in the order of the days
Held = Mapping[int, Sequence[tuple[date, Decimal | None]]]

WHOLE = Decimal(1)
_NONE = Decimal(0)


@dataclass(frozen=True)
class MilestoneProgress:
    """How far a milestone is."""

    milestone: Milestone
    #: of its quantity; None: it has none
    done: Decimal | None
    #: 0 to 1
    share: Decimal
    #: the day on which it became whole
    reached_on: date | None


@dataclass(frozen=True)
class Progress:
    """How far an action is."""

    #: 0 to 100
    percent: int
    milestones: tuple[MilestoneProgress, ...]
    #: the day of the newest evidence on a milestone, and how many there are
    last_on: date | None
    number: int


def physical(session: Session, plan: Plan, *, on: date, action_ids: Collection[int] = ()) -> dict[int, Progress]:
    """Action → its progress at the end of a day, in two statements; actions without milestones are left out."""
    ids = tuple(sorted(action_ids))
    if ids:
        held = _evidence(session, plan, on, ids)
    else:
        held = remembered(session, ROOM, "evidence", lambda here: _evidence(here, plan, on), of=(plan.id, on))
    return {
        action_id: _progress([_of(milestone, held.get(milestone.id, ())) for milestone in rows], held)
        for action_id, rows in milestones(session, plan, action_ids=action_ids).items()
    }


def _evidence(session: Session, plan: Plan, on: date, action_ids: Sequence[int] = ()) -> Held:
    query = sa.select(Evidence.milestone_id, Evidence.on, Evidence.quantity)
    query = query.join(Milestone, Milestone.id == Evidence.milestone_id)
    query = query.where(Milestone.plan_id == plan.id, Evidence.revoked_at.is_(None), Evidence.on <= on)
    if action_ids:
        query = query.where(Milestone.action_id.in_(action_ids))
    held: dict[int, list[tuple[date, Decimal | None]]] = {}
    for number, day, quantity in session.execute(query.order_by(Evidence.on, Evidence.id)):
        held.setdefault(number or 0, []).append((day, quantity))
    return held


def progress_of(rows: Iterable[Milestone], evidence: Iterable[Evidence], on: date) -> Progress:
    """The progress of one action at the end of a day, of its milestones and of its evidence that holds."""
    held: dict[int, list[tuple[date, Decimal | None]]] = {}
    for one in sorted(evidence, key=lambda each: (each.on, each.id)):
        if one.milestone_id is not None and one.on <= on:
            held.setdefault(one.milestone_id, []).append((one.on, one.quantity))
    return _progress([_of(row, held.get(row.id, ())) for row in rows], held)


def milestones(session: Session, plan: Plan, *, action_ids: Collection[int] = ()) -> dict[int, list[Milestone]]:
    """Action → its milestones with their yearly quantities."""
    query = sa.select(Milestone).where(Milestone.plan_id == plan.id, ~Milestone.closed)
    if action_ids:
        query = query.where(Milestone.action_id.in_(action_ids))
    found: dict[int, list[Milestone]] = {}
    for row in session.scalars(query.order_by(Milestone.position).options(joinedload(Milestone.targets))).unique():
        found.setdefault(row.action_id, []).append(row)
    return found


def _of(milestone: Milestone, evidence: Sequence[tuple[date, Decimal | None]]) -> MilestoneProgress:
    done = _NONE
    for day, quantity in evidence:
        if milestone.quantity is None or quantity is None:
            return MilestoneProgress(milestone, milestone.quantity, WHOLE, day)
        done += quantity
        if done >= milestone.quantity:
            whole = sum((one or _NONE for _day, one in evidence), _NONE)
            return MilestoneProgress(milestone, whole, WHOLE, day)
    if milestone.quantity is None:
        return MilestoneProgress(milestone, None, _NONE, None)
    return MilestoneProgress(milestone, done, max(done, _NONE) / milestone.quantity, None)


def _progress(rows: Sequence[MilestoneProgress], held: Mapping[int, Sequence[tuple[date, Any]]]) -> Progress:
    evidence = [day for row in rows for day, _quantity in held.get(row.milestone.id, ())]
    percent = sum((row.share * row.milestone.weight for row in rows), _NONE)
    return Progress(_whole(percent), tuple(rows), max(evidence, default=None), len(evidence))


def planned(rows: Sequence[Milestone], on: date) -> int:
    """How far an action should be at the end of a day, in percent.

    A milestone without yearly quantities should be whole from its due date on; one with them grows, within each year,
    day by day to what the years so far come to.
    """
    return _whole(sum((_due(row, on) * row.weight for row in rows), _NONE))


def _due(milestone: Milestone, on: date) -> Decimal:
    if on >= milestone.due_on:
        return WHOLE
    if milestone.quantity is None or not milestone.targets:
        return _NONE
    due = _NONE
    for target in milestone.targets:
        first, last = date(target.year, 1, 1), min(date(target.year, 12, 31), milestone.due_on)
        if on >= last:
            due += target.quantity
        elif on >= first:
            due += target.quantity * ((on - first).days + 1) / ((last - first).days + 1)
    return min(WHOLE, due / milestone.quantity)


def _whole(percent: Decimal) -> int:
    return min(100, int(percent.to_integral_value(ROUND_DOWN)))
