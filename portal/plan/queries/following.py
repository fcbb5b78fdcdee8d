"""Who is told of what in the plan, and what is new there since they were told."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.core.texts import Translated
from portal.organisation import queries as organisation
from portal.plan.models import Action, Evidence, Light, Node, NodeLevel, Period, PeriodState, Plan, PlanFollow
from portal.plan.queries.board import BoardLine, board
from portal.plan.queries.spans import parse
from portal.plan.queries.tree import current_plan

#: what can be followed
KINDS = ("action", "axis", "community")
#: actions that a letter names, and lines of evidence under each
MOST_ACTIONS, MOST_EVIDENCE = 30, 5


def about(session: Session, kind: str, code: str) -> dict[str, Any] | None:
    """What is followed, for pages and letters: kind, code, title as a dictionary; None: there is no such thing."""
    plan = current_plan(session)
    title: Translated | None = None
    if plan and kind == "action":
        title = session.scalar(sa.select(Action.title).filter_by(plan_id=plan.id, code=code, closed=False))
    elif plan and kind == "axis":
        wanted = {"plan_id": plan.id, "code": code, "level": NodeLevel.AXIS, "closed": False}
        title = session.scalar(sa.select(Node.title).filter_by(**wanted))
    elif kind == "community":
        title = next((row.name for row in organisation.communities(session) if row.code == code), None)
    return {"kind": kind, "code": code, "title": dict(title)} if title else None


@dataclass(frozen=True)
class Today:
    """How everything stands today, read once for many letters."""

    plan: Plan
    lines: Sequence[BoardLine]
    #: action → its newest evidence, newest first: (number, title)
    evidence: Mapping[int, Sequence[tuple[int, Translated]]]
    #: the newest evidence of all
    newest: int
    #: code of the newest frozen period; "": none
    period: str

    def of(self, row: PlanFollow) -> list[BoardLine]:
        """The actions that somebody follows."""
        return [line for line in self.lines if _concerns(row, line)]

    def stands(self, row: PlanFollow) -> dict[str, Any]:
        """What is kept of it, so that only news is told."""
        mine = self.of(row)
        return {
            "lights": {line.action.code: line.how.light.value for line in mine},
            "ends": {line.action.code: ends(line) for line in mine},
            "budgets": {line.action.code: budget(line) for line in mine},
            "reached": [code for line in mine for code in reached(line)],
            "evidence": self.newest,
            "period": self.period,
        }


@dataclass
class News:
    """What is new with an action."""

    code: str
    title: Translated
    light: Light
    #: None: its light is what it was
    light_before: Light | None = None
    #: its last day, and its budget of all years, before and now; None: they are what they were
    ends: tuple[str, str] | None = None
    budget: tuple[str, str] | None = None
    #: titles of milestones that were reached
    reached: list[Translated] = field(default_factory=list)
    evidence: list[Translated] = field(default_factory=list)


def stands_today(session: Session, *, on: date, after: int = 0) -> Today | None:
    """How everything stands; of evidence what was added after a number. None: there is no plan."""
    plan = current_plan(session)
    if plan is None:
        return None
    rows = session.execute(
        sa.select(Evidence.action_id, Evidence.id, Evidence.title)
        .join(Action, Action.id == Evidence.action_id)
        .where(Action.plan_id == plan.id, Evidence.id > after, Evidence.revoked_at.is_(None))
        .order_by(Evidence.id.desc())
    )
    evidence: dict[int, list[tuple[int, Translated]]] = {}
    for action_id, number, title in rows:
        evidence.setdefault(action_id, []).append((number, title))
    newest = session.scalar(sa.select(sa.func.max(Evidence.id))) or 0
    frozen = sa.select(Period.code).where(Period.plan_id == plan.id, Period.state == PeriodState.FROZEN)
    period = session.scalar(frozen.order_by(Period.after.desc()).limit(1)) or ""
    return Today(plan, board(session, plan, on=on).lines, evidence, newest, period)


def news(today: Today, row: PlanFollow) -> tuple[list[News], dict[str, str]]:
    """What is new of what somebody follows, and the period that was frozen meanwhile: code and first day."""
    told: Mapping[str, Any] = row.told or {}
    found = [each for line in today.of(row) if (each := _news(today, line, told))]
    span = parse(today.period) if today.period != told.get("period", "") else None
    return found[:MOST_ACTIONS], {"code": span.code, "first": span.first.isoformat()} if span else {}


def reached(line: BoardLine) -> Iterable[str]:
    """Codes of the milestones that an action has reached."""
    steps = line.how.progress.milestones if line.how.progress else ()
    return [step.milestone.code for step in steps if step.reached_on]


def ends(line: BoardLine) -> str:
    """The last day of an action, as ISO text; "": the plan names none."""
    return line.action.ends_on.isoformat() if line.action.ends_on else ""


def budget(line: BoardLine) -> str:
    """What an action may cost in all years, to the cent."""
    return f"{line.how.amounts.budgeted:.2f}"


def _news(today: Today, line: BoardLine, told: Mapping[str, Any]) -> News | None:
    code, light = line.action.code, line.how.light
    before = told.get("lights", {}).get(code)
    known, newest = set(told.get("reached", ())), int(told.get("evidence", 0))
    steps = line.how.progress.milestones if line.how.progress else ()
    found = News(code, line.action.title, light)
    found.light_before = Light(before) if before and before != light.value else None
    found.ends = _change(told, "ends", code, ends(line))
    found.budget = _change(told, "budgets", code, budget(line))
    found.reached = [step.milestone.title for step in steps if step.reached_on and step.milestone.code not in known]
    fresh = [title for number, title in today.evidence.get(line.action.id, ()) if number > newest]
    found.evidence = fresh[:MOST_EVIDENCE]
    said = (found.light_before, found.ends, found.budget, found.reached, found.evidence)
    return found if any(said) else None


def _change(told: Mapping[str, Any], what: str, code: str, now: str) -> tuple[str, str] | None:
    """Before and now; None: it is the same, or was not kept when somebody was last told."""
    before = told.get(what, {}).get(code)
    return None if before is None or before == now else (before, now)


def _concerns(row: PlanFollow, line: BoardLine) -> bool:
    if row.kind == "action":
        return line.action.code == row.code
    return line.axis == row.code if row.kind == "axis" else row.code in line.action.communities
