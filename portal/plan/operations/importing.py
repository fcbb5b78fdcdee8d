"""A workbook becomes the plan: idempotent, reporting what changed, closing what vanished; all of it or nothing."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, selectinload

from portal.core import audit
from portal.core.choices import Choice
from portal.core.orm import Base
from portal.core.texts import N_, Translated
from portal.organisation import queries as organisation
from portal.organisation.operations import PackError
from portal.plan.models import Action, Indicator, Node, Plan
from portal.plan.operations.counting import hold_still, rebuild
from portal.plan.operations.indexing import index
from portal.plan.operations.reading import read
from portal.plan.operations.references import reference_problems
from portal.plan.operations.sheets import TABLES, Table, Years
from portal.plan.operations.versions import keep_version
from portal.plan.operations.workbook import Row, Workbook, WorkbookRefused

TRANSLATED = frozenset(
    {"title", "description", "vision", "note", "decision", "definition", "unit_of_measure", "preconditions", "source"}
)

#: columns in which nothing is an empty text
EMPTY = frozenset({"budget_code", "calculation"})


class What(Choice):
    """What an import does to a row."""

    NEW = "new", N_("New row")
    CHANGED = "changed", N_("Changed")
    CLOSED = "closed", N_("No longer in the plan")


@dataclass(frozen=True)
class Change:
    """What an import does to one row."""

    what: What
    #: "plan", or `Table.name`
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

    What it was before stays as a version; what it is now is the next one.

    :raises WorkbookRefused: if the workbook has problems; nothing of it is taken then.
    """
    plan, changes = apply(session, workbook)
    if changes:
        keep_version(session, plan, now=now)
        about = ("plan", plan.id)
        audit.record(session, "plan.plan.imported", subject=about, actor_id=actor_id, now=now, changes=len(changes))
    return changes


def apply(session: Session, workbook: Workbook) -> tuple[Plan, list[Change]]:
    """Make the rows of the plan what the workbook says.

    :raises WorkbookRefused: if the workbook has problems; nothing of it is taken then.
    """
    problems = workbook.problems or tuple(reference_problems(session, workbook))
    if problems:
        raise WorkbookRefused(problems)
    plan, changes = _plan(session, workbook.plan)
    importer = _Importer(session, plan, changes)
    for table in TABLES:
        importer.bring_table(table, workbook.rows[table.sheet])
    importer.finish()
    return plan, changes


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
    """Brings the rows of one plan up to date, table by table; what a row points to stands in a table before it."""

    def __init__(self, session: Session, plan: Plan, changes: list[Change]) -> None:
        self.session = session
        self.plan = plan
        self.changes = changes
        #: what rows point to: name of the table → code → key
        self.ids: dict[str, dict[str, int]] = {"unit": {unit.code: unit.id for unit in organisation.units(session)}}
        #: rows whose search entry must be made anew, and indicators whose tally must be
        self.touched: list[Action | Indicator] = []
        self.rebound: list[Indicator] = []

    def bring_table(self, table: Table, rows: Sequence[Row]) -> None:
        """The rows of a sheet."""
        query = sa.select(table.model).where(table.model.plan_id == self.plan.id, *table.only())
        if table.years:
            query = query.options(selectinload(getattr(table.model, table.years.key)))
        held = self.session.scalars(query).all()
        known = {self._key_of(table, row): row for row in held}
        for position, row in enumerate(ordered(rows)):
            values = self._values(table, row) | {"position": position, "closed": False}
            self.bring(table, row, known.pop(self._key(table, values), None), values)
        for gone in known.values():
            self.close(table, gone)
        self.session.flush()
        if table.coded:
            query = sa.select(table.model.code, table.model.id).where(table.model.plan_id == self.plan.id)
            self.ids[table.name] = dict(self.session.execute(query.where(*table.only())).all())

    def _values(self, table: Table, row: Row) -> dict[str, Any]:
        """Columns of the table: texts made whole, codes turned into keys, single years left out."""
        years = table.years.key if table.years else ""
        values = _ready(row.values, *table.points, years) | dict(table.fixed)
        for key, (column, to) in table.points.items():
            code = row.values.get(key)
            values[column] = self.ids[to][code] if code else None
        if table.model is Node:
            values.setdefault("description", Translated())
        return {key: "" if value is None and key in EMPTY else value for key, value in values.items()}

    def _key(self, table: Table, values: Mapping[str, Any]) -> tuple[Any, ...]:
        return tuple(values[name] or "" for name in table.key)

    def _key_of(self, table: Table, row: Any) -> tuple[Any, ...]:
        return tuple(getattr(row, name) or "" for name in table.key)

    def bring(self, table: Table, wanted: Row, row: Any, values: dict[str, Any]) -> None:
        """Make a row or set what differs."""
        if isinstance(row, Indicator) and row.bound_here:  # what staff connected on screen stays as it is
            values = {key: value for key, value in values.items() if key not in {"feed", "feed_filter"}}
        is_new = row is None
        if is_new:
            row = table.model(plan_id=self.plan.id, **values)
            self.session.add(row)
        changed = () if is_new else _assign(row, values)
        if table.years and _set_years(row, table.years, wanted.values[table.years.key]):
            changed += (table.years.key,)
        # a row that only moved because another came before it has not changed
        changed = tuple(key for key in changed if key != "position")
        if not is_new and not changed:
            return
        self.touch(row, changed)
        what = What.NEW if is_new else What.CHANGED
        self.changes.append(Change(what, table.name, wanted.code, _title(row), () if is_new else changed))

    def touch(self, row: Any, changed: Iterable[str]) -> None:
        """Remember what follows from a change."""
        if isinstance(row, (Action, Indicator)):
            self.touched.append(row)
        if isinstance(row, Indicator) and (row.id is None or {"feed", "feed_filter", "closed"} & set(changed)):
            self.rebound.append(row)

    def close(self, table: Table, row: Any) -> None:
        """What the workbook no longer has."""
        if row.closed:
            return
        row.closed = True
        self.touch(row, ("closed",))
        self.changes.append(Change(What.CLOSED, table.name, self._code_of(table, row), _title(row)))

    def _code_of(self, table: Table, row: Any) -> str:
        """As `Row.code` says it."""
        if table.coded:
            return str(row.code)
        named = dict(table.points.values())
        parts = (getattr(row, name) for name in table.key)
        codes = {to: {number: code for code, number in self.ids[to].items()} for to in named.values()}
        return "/".join(
            codes[named[name]][part] if name in named else part for name, part in zip(table.key, parts, strict=True)
        )

    def finish(self) -> None:
        """Search entries and tallies."""
        index(self.session, self.plan, self.touched)
        if self.rebound:
            hold_still(self.session)
        for indicator in self.rebound:
            rebuild(self.session, indicator)


def _title(row: Any) -> Translated:
    return getattr(row, "title", None) or Translated()


def ordered(rows: Sequence[Row]) -> list[Row]:
    """By code, as people count: the order of rows in a sheet is free."""

    def key(row: Row) -> tuple[list[int], str]:
        return [int(part) for part in row.code.replace("-", ".").split(".") if part.isdecimal()], row.code

    return sorted(rows, key=key)


def _ready(values: Mapping[str, Any], *without: str) -> dict[str, Any]:
    """Texts made whole; a cell that may be empty is an empty text where the column is one."""
    return {
        key: Translated(value) if key in TRANSLATED and isinstance(value, Mapping) else value
        for key, value in values.items()
        if key not in without
    }


def _assign(row: Base, values: Mapping[str, Any]) -> tuple[str, ...]:
    """Set what differs; the names of those columns."""
    changed = tuple(key for key, value in values.items() if getattr(row, key) != value)
    for key in changed:
        setattr(row, key, values[key])
    return changed


def _set_years(row: Any, years: Years, values: Mapping[int, Any]) -> bool:
    """Make the rows of single years as they should be; whether anything differed."""
    key, column = years.key, years.column
    wanted = {
        year: value for year, value in values.items() if value or (value is not None and not years.zero_is_nothing)
    }
    held = {part.year: part for part in getattr(row, key)}
    if {year: getattr(part, column) for year, part in held.items()} == wanted:
        return False
    for year, part in held.items():
        if year not in wanted:
            getattr(row, key).remove(part)
    for year, value in wanted.items():
        if year in held:
            setattr(held[year], column, value)
        else:
            getattr(row, key).append(years.model(year=year, **{column: value}))
    return True
