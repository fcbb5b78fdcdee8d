"""What a revision changes, brought into a text that has changed meanwhile: cell by cell, and saying what collides."""

from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from portal.plan.operations.content import Content, Difference, code_of, differences
from portal.plan.operations.sheets import TABLES

_SHEETS = {table.name: table.sheet for table in TABLES}
_GONE = object()


@dataclass(frozen=True)
class Collision:
    """What both have changed, and not alike."""

    kind: str
    code: str
    #: language → title
    title: Mapping[str, str]
    #: keys of the columns; empty: the row as a whole
    columns: tuple[str, ...] = ()


def merged(base: Content, ours: Content, theirs: Content) -> tuple[Content, list[Collision]]:
    """Theirs with what differs between base and ours; where both have changed the same cell, theirs stays."""
    result, collisions = deepcopy(theirs), []
    for difference in differences(base, ours):
        if difference.kind == "plan":
            collided = _cells(difference.before or {}, difference.after or {}, result["plan"])
        else:
            collided = _row(difference, result)
        if collided is not None:
            collisions.append(Collision(difference.kind, difference.code, difference.title, collided))
    return result, collisions


def _row(difference: Difference, result: Content) -> tuple[str, ...] | None:
    """Bring one row in; the columns in which it collides, () for the whole row, None: it does not."""
    rows = result["sheets"].setdefault(_SHEETS[difference.kind], [])
    held = next((row for row in rows if code_of(row) == difference.code), None)
    before, after = difference.before, difference.after
    if held == after:
        return None
    if after is None:
        if held != before:
            return ()
        rows.remove(held)
    elif before is None:
        if held is not None:
            return ()
        rows.append(deepcopy(dict(after)))
    elif held is None:
        return ()
    else:
        return _cells(before, after, held)
    return None


def _cells(before: Mapping[str, Any], after: Mapping[str, Any], held: dict[str, Any]) -> tuple[str, ...] | None:
    """Set in a row what differs; the columns in which it collides, None: in none."""
    collided: dict[str, None] = {}
    for key in {**before, **after}:
        old, new = _parts(before.get(key)), _parts(after.get(key))
        there = _parts(held.get(key))
        for part in {**old, **new}:
            was, wanted, now = (each.get(part, _GONE) for each in (old, new, there))
            if wanted in (was, now):
                continue
            if now != was:
                collided[key] = None
            elif wanted is _GONE:
                del there[part]
            else:
                there[part] = wanted
        held[key] = there.get("") if set(there) == {""} else there
    return tuple(collided) or None


def _parts(value: Any) -> dict[str, Any]:
    """A text by language and amounts by year are looked at one by one; anything else is one part."""
    return dict(value) if isinstance(value, dict) else {"": value}
