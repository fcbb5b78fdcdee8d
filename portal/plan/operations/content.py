"""The text of a plan as plain JSON: what versions and revisions keep, and what is compared.

The shape follows the workbook: `{"plan": {key: value}, "sheets": {sheet: [{key: value}]}}`, with the keys of the
columns, codes for everything that points elsewhere, and numbers as text, so that no cent is lost.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from portal.plan.operations.sheets import TABLES
from portal.plan.operations.workbook import PLAN_KEYS, Column, Row, Workbook, columns

Content = dict[str, Any]


def dump(workbook: Workbook) -> Content:
    """A workbook without problems as JSON."""
    kinds = {key: (kind, translated) for _name, key, kind, translated in PLAN_KEYS}
    head = {}
    for key, (kind, translated) in kinds.items():
        value = workbook.plan.get(key)
        head[key] = dict(value or {}) if translated else None if value is None else kind.dump(value)
    years = range(workbook.plan["first_year"], workbook.plan["last_year"] + 1)
    return {
        "plan": head,
        "sheets": {
            table.sheet: [_dumped(columns(table.sheet, years), row.values) for row in workbook.rows[table.sheet]]
            for table in TABLES
        },
    }


def load(content: Content) -> Workbook:
    """The workbook that a content was made of; its problems are not looked for again."""
    head: dict[str, Any] = {}
    for _name, key, kind, translated in PLAN_KEYS:
        value = content["plan"].get(key)
        head[key] = dict(value or {}) if translated else None if value is None else kind.load(value)
    years = range(head["first_year"], head["last_year"] + 1)
    rows = {
        table.sheet: tuple(
            Row(number, _loaded(columns(table.sheet, years), values))
            for number, values in enumerate(content["sheets"].get(table.sheet, ()), start=2)
        )
        for table in TABLES
    }
    return Workbook(head, rows)


def digest(content: Content) -> str:
    """SHA-256 of its canonical JSON."""
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _dumped(wanted: Sequence[Column], values: Mapping[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for column in wanted:
        value = values.get(column.key)
        if column.language:
            found[column.key] = {code: text for code, text in (value or {}).items() if text}
        elif column.year:
            amount = (value or {}).get(column.year)
            found.setdefault(column.key, {})[str(column.year)] = None if amount is None else column.kind.dump(amount)
        else:
            found[column.key] = None if value is None else column.kind.dump(value)
    return found


def _loaded(wanted: Sequence[Column], values: Mapping[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for column in wanted:
        value = values.get(column.key)
        if column.language:
            found[column.key] = dict(value or {})
        elif column.year:
            amount = (value or {}).get(str(column.year))
            found.setdefault(column.key, {})[column.year] = None if amount is None else column.kind.load(amount)
        else:
            found[column.key] = column.kind.blank if value is None else column.kind.load(value)
    return found


@dataclass(frozen=True)
class Difference:
    """What differs in one row."""

    #: as `Table.name`; "plan" for the plan itself
    kind: str
    code: str
    #: language → title, after the change; before it, for what is gone
    title: Mapping[str, str]
    #: None: it is new, or gone
    before: Mapping[str, Any] | None
    after: Mapping[str, Any] | None
    #: key of a column → what stood there and what stands there; year by year where a column has years
    fields: Mapping[str, tuple[Any, Any]]

    @property
    def key(self) -> str:
        """By which reasons are kept: "action:1.2.3.04"."""
        return f"{self.kind}:{self.code}"


def differences(before: Content, after: Content) -> Iterator[Difference]:
    """What differs between two contents, in the order of the sheets."""
    head = _fields(before["plan"], after["plan"])
    if head:
        yield Difference("plan", "", after["plan"]["title"], before["plan"], after["plan"], head)
    for table in TABLES:
        was = {code_of(row): row for row in before["sheets"].get(table.sheet, ())}
        now = {code_of(row): row for row in after["sheets"].get(table.sheet, ())}
        for code in [*now, *(code for code in was if code not in now)]:
            old, new = was.get(code), now.get(code)
            if old == new:
                continue
            title = (new or old or {}).get("title") or {}
            yield Difference(table.name, code, title, old, new, _fields(old, new) if old and new else {})


def code_of(row: Mapping[str, Any]) -> str:
    """By what a row of a content is known."""
    return row["code"] if "code" in row else "/".join(row.get(key) or "" for key in ("action", "source", "budget_code"))


def _fields(old: Mapping[str, Any], new: Mapping[str, Any]) -> dict[str, tuple[Any, Any]]:
    return {key: (old.get(key), new.get(key)) for key in {**old, **new} if old.get(key) != new.get(key)}
