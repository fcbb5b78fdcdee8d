"""The rows of an accounting export become amounts: understood or refused, shown, taken once, all or nothing."""

import hashlib
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.core import audit
from portal.core.clock import athens_date
from portal.core.errors import Refused
from portal.core.texts import N_
from portal.plan.models import Action, FundingSource, MoneyEntry, MoneyImport, MoneyStage, Plan
from portal.plan.operations import greek
from portal.plan.operations.cells import BadCell
from portal.plan.operations.ledgers import Ledger
from portal.plan.operations.mapping import LEFT_OUT, Columns, word_in
from portal.plan.operations.matching import Matcher, code_in, text_in
from portal.plan.operations.money import hold
from portal.plan.operations.workbook import Problem

#: how the keys of rows begin that were brought by a file
BROUGHT = "import:"
_EMPTY = N_("This cell is empty. Fill it in.")
_NOT_EXPLAINED = N_("The stage “%(word)s” has not been explained. Choose what it means among the columns.")
#: so many keys are asked for at once
_AT_ONCE = 1000
#: how the last lines of an export begin
_TOTALS = ("συνολ", "γενικοσυνολ", "αθροισμα", "total", "grandtotal")


class ExportRefused(Refused):
    """The file has problems; nothing of it was taken."""

    message = N_("The file has problems (in all: %(number)s); nothing was taken.")

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__(number=len(self.problems))


@dataclass(frozen=True)
class Line:
    """A row that was understood."""

    number: int
    action: Action | None
    source: FundingSource | None
    budget_code: str
    stage: MoneyStage
    year: int
    on: date
    amount: Decimal
    reference: str
    title: str
    key: str


@dataclass(frozen=True)
class Preview:
    """What taking a file would do."""

    new: tuple[Line, ...]
    #: lines that were brought before
    known: tuple[Line, ...]
    #: rows without an amount, with totals, or of a stage that is left out
    left_out: int
    #: new lines of the same day, stage and amount as something that is there and not in this file
    alike: int
    problems: tuple[Problem, ...] = ()

    @property
    def orphans(self) -> tuple[Line, ...]:
        """New lines that no action explains."""
        return tuple(line for line in self.new if line.action is None)

    def by_action(self) -> list[tuple[Action | None, dict[MoneyStage, Decimal], int]]:
        """Action, its new amounts by stage, how many; by code, what has no action last."""
        found: dict[str, tuple[Action | None, dict[MoneyStage, Decimal], int]] = {}
        for line in self.new:
            code = line.action.code if line.action else ""
            action, sums, number = found.get(code, (line.action, {}, 0))
            sums[line.stage] = sums.get(line.stage, Decimal("0.00")) + line.amount
            found[code] = action, sums, number + 1
        ordered = sorted(found.items(), key=lambda item: (not item[0], item[0]))
        return [row for _code, row in ordered]

    def totals(self) -> dict[MoneyStage, Decimal]:
        """Stage → new amounts."""
        sums: dict[MoneyStage, Decimal] = {}
        for line in self.new:
            sums[line.stage] = sums.get(line.stage, Decimal("0.00")) + line.amount
        return sums


@dataclass
class _Read:
    """What was read so far."""

    lines: list[Line] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    left_out: int = 0


def preview(session: Session, plan: Plan, ledger: Ledger, columns: Columns, *, now: datetime) -> Preview:
    """What a file would bring; where it has problems they are all there, and nothing else counts."""
    read = _read(Matcher(session, plan), ledger, columns, today=athens_date(now))
    there = _there(session, plan, [line.key for line in read.lines])
    new = tuple(line for line in read.lines if line.key not in there)
    known = tuple(line for line in read.lines if line.key in there)
    return Preview(new, known, read.left_out, _alike(session, plan, read.lines, new), tuple(read.problems))


def take_export(
    session: Session, plan: Plan, ledger: Ledger, columns: Columns, *, attachment_id: int, actor_id: int, now: datetime
) -> MoneyImport:
    """Take every row of a file that is not there yet.

    :raises ExportRefused: if any row has a problem; nothing of the file is taken then.
    """
    hold(session, plan.id)
    seen = preview(session, plan, ledger, columns, now=now)
    if seen.problems:
        raise ExportRefused(seen.problems)
    rows = len(seen.new) + len(seen.known)
    brought = MoneyImport(
        plan_id=plan.id, attachment_id=attachment_id, rows=rows, known=len(seen.known), by_id=actor_id, at=now
    )
    session.add(brought)
    session.flush()
    session.add_all(_entry(plan, line, brought, actor_id=actor_id, now=now) for line in seen.new)
    session.flush()
    about, numbers = ("plan_money_import", brought.id), {"rows": rows, "known": len(seen.known)}
    audit.record(session, "plan.money.imported", subject=about, actor_id=actor_id, now=now, **numbers)
    return brought


def _entry(plan: Plan, line: Line, brought: MoneyImport, *, actor_id: int, now: datetime) -> MoneyEntry:
    return MoneyEntry(
        plan_id=plan.id,
        action_id=line.action.id if line.action else None,
        source_id=line.source.id if line.source else None,
        budget_code=line.budget_code,
        stage=line.stage,
        year=line.year,
        on=line.on,
        amount=line.amount,
        reference=line.reference,
        title=line.title,
        import_id=brought.id,
        key=line.key,
        by_id=actor_id,
        at=now,
    )


def _read(matcher: Matcher, ledger: Ledger, columns: Columns, *, today: date) -> _Read:
    read, seen = _Read(), Counter[str]()
    wide = N_("There is something behind the last column. Put the text with the separator in quotes, or remove it.")
    read.problems += [Problem("", number, None, wide) for number in ledger.too_wide]
    for number, cells in ledger.rows:
        if _is_total(cells, columns):
            read.left_out += 1
            continue
        row = _Row(number, cells, columns, read.problems)
        line = row.line(matcher, seen, today=today)
        if line is None:
            read.left_out += not row.wrong
        else:
            read.lines.append(line)
    read.problems.sort(key=lambda problem: problem.row or 0)
    return read


def _is_total(cells: Mapping[str, Any], columns: Columns) -> bool:
    first = next((str(cell) for cell in cells.values() if str(cell if cell is not None else "").strip()), "")
    on = cells.get(columns.headings["on"])
    dated = str(on if on is not None else "").strip() not in {"", first.strip()}
    return not dated and greek.folded(first).startswith(_TOTALS)


class _Row:
    """One row on its way to a line, or to its problems."""

    def __init__(self, number: int, cells: Mapping[str, Any], columns: Columns, problems: list[Problem]) -> None:
        self.number, self.cells, self.columns, self.problems = number, cells, columns, problems
        self.wrong = False

    def cell(self, name: str) -> Any:
        """The cell of a field; "" where it is empty or there is no such column."""
        found = self.cells.get(self.columns.headings.get(name, ""), "")
        return "" if found is None or not str(found).strip() else found

    def take(self, name: str, read: Any, *given: Any) -> Any:
        """Read a cell, or note why that cannot be done."""
        try:
            return read(self.cell(name), *given)
        except BadCell as bad:
            self.note(name, bad.message, **bad.values)
            return None

    def note(self, name: str, message: str, /, **values: Any) -> None:
        """Keep a problem."""
        self.wrong = True
        self.problems.append(Problem("", self.number, self.columns.headings.get(name) or None, message, values))

    def line(self, matcher: Matcher, seen: Counter[str], *, today: date) -> Line | None:
        """The line; None: it is left out, or wrong."""
        word = word_in(self.cell("stage"))
        stage = self.columns.stage(word) if word or not self.columns.headings.get("stage") else ""
        if stage == LEFT_OUT:
            return None
        if not stage:
            self.note("stage", _NOT_EXPLAINED if word else _EMPTY, word=word)
        on = self.take("on", _needed(greek.day))
        amount = self.take("amount", _needed(greek.amount))
        budget_year = self.take("year", greek.year) if self.cell("year") != "" else on.year if on else None
        self._check_days(matcher.plan, on, budget_year, today)
        code, budget_code = self.take("action", code_in), self.take("budget_code", code_in)
        action = self.take("action", matcher.action) if code else None
        source = self.take("source", matcher.source)
        reference, title = self.take("reference", text_in, 120), self.take("title", text_in, 0)
        if self.wrong or not amount or not budget_year:
            return None
        said = [code, budget_code, source.code if source else "", stage, on.isoformat(), budget_year, str(amount)]
        key = _key([*said, reference, title], seen)
        of, paid_by = matcher.match(action, budget_code, source)
        return Line(
            number=self.number,
            action=of,
            source=paid_by,
            budget_code=budget_code,
            stage=MoneyStage(stage),
            year=budget_year,
            on=on,
            amount=amount,
            reference=reference,
            title=title[:300],
            key=key,
        )

    def _check_days(self, plan: Plan, on: date | None, year: int | None, today: date) -> None:
        if on and on > today:
            self.note("on", N_("That day has not come yet. Correct it, or leave the row for a later import."))
        elif year and year not in plan.years:
            message = N_("The plan covers the years %(first)s to %(last)s, not %(year)s. Take the row out of the file.")
            name = "year" if self.cell("year") != "" else "on"
            self.note(name, message, first=plan.first_year, last=plan.last_year, year=year)


def _needed(read: Any) -> Any:
    def filled(cell: Any) -> Any:
        if cell == "":
            raise BadCell(_EMPTY)
        return read(cell)

    return filled


def _key(said: Sequence[Any], seen: Counter[str]) -> str:
    """By what a row is known again: what it says, and how often a row above it says the same."""
    text = json.dumps(said, ensure_ascii=False, separators=(",", ":"))
    digest = hashlib.sha256(text.encode()).hexdigest()[:40]
    seen[digest] += 1
    return f"{BROUGHT}{digest}:{seen[digest]}"


def _there(session: Session, plan: Plan, keys: Sequence[str]) -> set[str]:
    """Which of these keys were brought before."""
    found: set[str] = set()
    for start in range(0, len(keys), _AT_ONCE):
        part = keys[start : start + _AT_ONCE]
        query = sa.select(MoneyEntry.key).where(MoneyEntry.plan_id == plan.id, MoneyEntry.key.in_(part))
        found.update(session.scalars(query))
    return found


def _alike(session: Session, plan: Plan, lines: Sequence[Line], new: Sequence[Line]) -> int:
    """New lines that look like amounts of earlier files which this one does not have."""
    if not new:
        return 0
    here, days = {line.key for line in lines}, [line.on for line in new]
    query = sa.select(MoneyEntry.on, MoneyEntry.stage, MoneyEntry.amount, MoneyEntry.key).where(
        MoneyEntry.plan_id == plan.id, MoneyEntry.import_id.is_not(None), MoneyEntry.on.between(min(days), max(days))
    )
    others = {(on, stage, amount) for on, stage, amount, key in session.execute(query) if key not in here}
    return sum((line.on, line.stage, line.amount) in others for line in new)
