"""The sources as trees, for the tests of this folder."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from portal.settings import ROOT

ROOMS = sorted(p.parent.name for p in (ROOT / "portal").glob("*/__init__.py") if p.parent.name != "core")


@cache
def parsed(path: Path) -> ast.Module:
    """A file as a tree, parsed once."""
    return ast.parse(path.read_text(), str(path))


def modules(*kinds: str) -> Iterator[Path]:
    """Every file of the portal, or those of a kind in each room: `operations.py` and `operations/*.py`."""
    for path in sorted((ROOT / "portal").rglob("*.py")):
        inside = path.relative_to(ROOT / "portal").with_suffix("").parts
        if inside[0] not in {"migrations", "municipalities"} and (
            not kinds or (len(inside) > 1 and inside[1] in kinds)
        ):
            yield path


def name_of(node: ast.expr) -> str:
    """The dotted name of a call's target: `db.session.commit`."""
    if isinstance(node, ast.Attribute):
        return f"{name_of(node.value)}.{node.attr}"
    return node.id if isinstance(node, ast.Name) else "?"


def place(path: Path, node: ast.AST | None = None) -> str:
    """Where something stands, as editors open it."""
    return f"{path.relative_to(ROOT)}:{getattr(node, 'lineno', 1)}"
