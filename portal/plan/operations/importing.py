"""A workbook becomes the plan: idempotent, reporting what changed, closing what vanished; all of it or nothing."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.orm import Session, selectinload

from portal.core import audit
from portal.core.choices import Choice
from portal.core.orm import Base
from portal.core.texts import N_, Translated
from portal.organisation import queries as organisation
from portal.organisation.operations import PackError
from portal.plan.models import Action, ActionBudget, Indicator, IndicatorTarget, Node, NodeLevel, Plan
from portal.plan.operations.counting import hold_still, rebuild
from portal.plan.operations.indexing import index
from portal.plan.operations.reading import read
from portal.plan.operations.references import reference_problems
from portal.plan.operations.workbook import (
    ACTIONS,
    AXES,
    INDICATORS,
    MEASURES,
    OBJECTIVES,
    Row,
    Workbook,
    WorkbookRefused,
)

LEVELS = {AXES: NodeLevel.AXIS, MEASURES: NodeLevel.MEASURE, OBJECTIVES: NodeLevel.OBJECTIVE}
TRANSLATED = frozenset({"title", "description", "vision", "note", "decision", "definition", "unit_of_measure"})

Found = TypeVar("Found", Node, Action, Indicator)


class What(Choice):
    """What an import does to a row."""

    NEW = "new", N_("New row")
    CHANGED = "changed", N_("Changed")
    CLOSED = "closed", N_("No longer in the plan")


@dataclass(frozen=True)
class Change:
    """What an import does to one row."""

    what: What
    #: "plan", "axis", "measure", "objective", "action", "indicator"
    kind: str
    code: str
    title: Translated
    #: names of the columns that differ
    columns: tuple[str, ...] = ()

    def __str__(self) -> str:
        said = f"{self.what.value}: {self.kind} {self.code}"
        return f"{said}: {', '.join(self.columns)}" if self.columns else said


def import_plan(session: Session, workbook: Workbook, *, now: datetime, actor_id: int | None = None) -> list[Change]:
    """Bring the plan of those years up to date with a workbook; what changed, in the order of the sheets.

    :raises WorkbookRefused: if the workbook has problems; nothing of it is taken then.
    """
    problems = workbook.problems or tuple(reference_problems(session, workbook))
    if problems:
        raise WorkbookRefused(problems)
    plan, changes = _plan(session, workbook.plan)
    importer = _Importer(session, plan, changes)
    for sheet in LEVELS:
        importer.nodes(sheet, workbook.rows[sheet])
    importer.actions(workbook.rows[ACTIONS])
    importer.indicators(workbook.rows[INDICATORS])
    session.flush()
    importer.finish()
    if changes:
        audit.record(
            session,
            "plan.plan.imported",
            subject=("plan", plan.id),
            actor_id=actor_id,
            now=now,
            changes=len(changes),
        )
    return changes


def import_pack_plan(session: Session, pack_dir: Path, *, now: datetime) -> list[str]:
    """Load `plan.xlsx` of a municipality pack, if it has one; what changed, a line each.

    :raises PackError: if the workbook has problems; each on a line.
    """
    path = pack_dir / "plan.xlsx"
    if not path.exists():
        return []
    try:
        return [str(change) for change in import_plan(session, read(path.read_bytes()), now=now)]
    except WorkbookRefused as refused:
        raise PackError("\n".join(f"{path.name}: {problem}" for problem in refused.problems)) from refused


def _plan(session: Session, values: Mapping[str, Any]) -> tuple[Plan, list[Change]]:
    code = f"{values['first_year']}-{values['last_year']}"
    plan = session.scalar(sa.select(Plan).where(Plan.code == code))
    ready = _ready(values)
    if plan is None:
        plan = Plan(code=code, **ready)
        session.add(plan)
        session.flush()
        return plan, [Change(What.NEW, "plan", code, plan.title)]
    changed = _assign(plan, ready)
    session.flush()
    return plan, [Change(What.CHANGED, "plan", code, plan.title, changed)] if changed else []


class _Importer:
    """Brings the rows of one plan up to date, sheet by sheet."""

    def __init__(self, session: Session, plan: Plan, changes: list[Change]) -> None:
        self.session = session
        self.plan = plan
        self.changes = changes
        self.node_ids: dict[str, int] = {}
        self.unit_ids = {unit.code: unit.id for unit in organisation.units(session)}
        #: rows whose search entry must be made anew, and indicators whose tally must be
        self.touched: list[Action | Indicator] = []
        self.rebound: list[Indicator] = []

    def nodes(self, sheet: str, rows: Sequence[Row]) -> None:
        """Axes, measures or objectives; their parents must be there already."""
        level = LEVELS[sheet]
        found = self.session.scalars(sa.select(Node).where(Node.plan_id == self.plan.id, Node.level == level))
        known = {node.code: node for node in found}
        for position, row in enumerate(_ordered(rows)):
            values = _ready(row.values, "parent") | {"position": position, "closed": False}
            values.setdefault("description", Translated())
            values["parent_id"] = self.node_ids.get(row.values.get("parent", ""))
            self.bring(Node, known.pop(row.code, None), values | {"level": level}, level.value)
        self.close(known.values(), level.value)
        self.session.flush()
        query = sa.select(Node.code, Node.id).where(Node.plan_id == self.plan.id, Node.level == level)
        self.node_ids |= dict(self.session.execute(query).all())

    def actions(self, rows: Sequence[Row]) -> None:
        """Actions with their budgets."""
        query = sa.select(Action).where(Action.plan_id == self.plan.id).options(selectinload(Action.budget))
        known = {action.code: action for action in self.session.scalars(query)}
        for position, row in enumerate(_ordered(rows)):
            values = _ready(row.values, "parent", "unit", "budget") | {"position": position, "closed": False}
            values |= {"node_id": self.node_ids[row.values["parent"]], "unit_id": self.unit_ids[row.values["unit"]]}
            values["funding"] = values["funding"] or ""
            amounts = {"budget": {year: amount for year, amount in row.values["budget"].items() if amount}}
            self.bring(Action, known.pop(row.code, None), values, "action", amounts)
        self.close(known.values(), "action")

    def indicators(self, rows: Sequence[Row]) -> None:
        """Indicators with their targets; what staff connected on screen stays as it is."""
        query = sa.select(Indicator).where(Indicator.plan_id == self.plan.id).options(selectinload(Indicator.targets))
        known = {indicator.code: indicator for indicator in self.session.scalars(query)}
        for position, row in enumerate(_ordered(rows)):
            there = known.pop(row.code, None)
            fed = ("feed", "feed_filter") if there and there.bound_here else ()
            values = _ready(row.values, "targets", *fed) | {"position": position, "closed": False}
            amounts = {"targets": {year: value for year, value in row.values["targets"].items() if value is not None}}
            self.bring(Indicator, there, values, "indicator", amounts)
        self.close(known.values(), "indicator")

    def bring(
        self,
        kind: type[Found],
        row: Found | None,
        values: Mapping[str, Any],
        name: str,
        amounts: Mapping[str, Mapping[int, Any]] | None = None,
    ) -> None:
        """Make a row or set what differs."""
        what = What.CHANGED
        if row is None:
            what, row = What.NEW, kind(plan_id=self.plan.id, **values)
            self.session.add(row)
            changed: tuple[str, ...] = ()
        else:
            changed = _assign(row, values)
        for key, wanted in (amounts or {}).items():
            changed += (key,) if _set_years(row, key, wanted) else ()
        # a row that only moved because another came before it has not changed
        changed = tuple(key for key in changed if key != "position")
        if what is What.CHANGED and not changed:
            return
        self.touch(row, changed)
        self.changes.append(Change(what, name, row.code, row.title, changed if what is What.CHANGED else ()))

    def touch(self, row: Node | Action | Indicator, changed: Iterable[str]) -> None:
        """Remember what follows from a change."""
        if isinstance(row, Node):
            return
        self.touched.append(row)
        if isinstance(row, Indicator) and (row.id is None or {"feed", "feed_filter", "closed"} & set(changed)):
            self.rebound.append(row)

    def close(self, rows: Iterable[Node | Action | Indicator], name: str) -> None:
        """What the workbook no longer has."""
        for row in rows:
            if not row.closed:
                row.closed = True
                self.touch(row, ("closed",))
                self.changes.append(Change(What.CLOSED, name, row.code, row.title))

    def finish(self) -> None:
        """Search entries and tallies."""
        index(self.session, self.plan, self.touched)
        if self.rebound:
            hold_still(self.session)
        for indicator in self.rebound:
            rebuild(self.session, indicator)


def _ordered(rows: Sequence[Row]) -> list[Row]:
    """By code, as people count: the order of rows in a sheet is free."""
    return sorted(rows, key=lambda row: [int(part) for part in row.code.split(".") if part.isdecimal()])


def _ready(values: Mapping[str, Any], *without: str) -> dict[str, Any]:
    return {
        key: Translated(value) if key in TRANSLATED else value for key, value in values.items() if key not in without
    }


def _assign(row: Base, values: Mapping[str, Any]) -> tuple[str, ...]:
    """Set what differs; the names of those columns."""
    changed = tuple(key for key, value in values.items() if getattr(row, key) != value)
    for key in changed:
        setattr(row, key, values[key])
    return changed


def _set_years(row: Any, key: str, wanted: Mapping[int, Any]) -> bool:
    """Make the rows of single years as they should be; whether anything differed."""
    kind, column = (ActionBudget, "amount") if key == "budget" else (IndicatorTarget, "value")
    held = {part.year: part for part in getattr(row, key)}
    if {year: getattr(part, column) for year, part in held.items()} == dict(wanted):
        return False
    for year, part in held.items():
        if year not in wanted:
            getattr(row, key).remove(part)
    for year, value in wanted.items():
        if year in held:
            setattr(held[year], column, value)
        else:
            getattr(row, key).append(kind(year=year, **{column: value}))
    return True
