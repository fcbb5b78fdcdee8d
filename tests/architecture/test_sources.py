"""Files and functions stay small, and rules stay rules."""

from __future__ import annotations

import ast

from portal.settings import ROOT
from tests.architecture.sources import modules, name_of, parsed, place

RULES = ("operations", "queries", "policy", "listeners", "feeds", "models", "facts")
#: what rules never do: the view commits, and `now` is passed in
FORBIDDEN_ENDS = (".commit", ".rollback", "datetime.now", "datetime.utcnow", "date.today", "clock.now", "time.time")
LONGEST_FILE, LONGEST_FUNCTION = 300, 40


def test_rules_neither_commit_nor_ask_the_clock() -> None:
    found = [
        f"{place(path, node)} {name_of(node.func)}"
        for path in modules(*RULES)
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.Call) and f".{name_of(node.func)}".endswith(FORBIDDEN_ENDS)
    ]

    assert found == []


def test_no_file_is_longer_than_can_be_read() -> None:
    found = [(place(p), n) for p in modules() if (n := len(p.read_text().splitlines())) > LONGEST_FILE]
    found += [(place(p), n) for p in (ROOT / "tests").rglob("*.py") if (n := len(p.read_text().splitlines())) > 600]

    assert found == []


def test_no_function_is_longer_than_a_screen() -> None:
    found = [
        f"{place(path, node)} {node.name}: {node.end_lineno - node.lineno + 1} lines"
        for path in modules()
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and node.end_lineno
        and node.end_lineno - node.lineno >= LONGEST_FUNCTION
    ]

    assert found == []


def test_the_clock_is_asked_in_one_place() -> None:
    asking = {
        place(path).partition(":")[0]
        for path in modules()
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.Call) and name_of(node.func) in {"datetime.now", "date.today", "datetime.today"}
    }

    assert asking == {"portal/core/clock.py"}
