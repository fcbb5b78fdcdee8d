"""YAML files with the line of everything in them, so that whoever writes them is told where a mistake is."""

from collections.abc import Hashable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import yaml

#: where something stands: ("form", 0, "fields", 2, "label")
Place = tuple[str | int, ...]


@dataclass(frozen=True, order=True)
class Problem:
    """Something wrong in a file of the pack."""

    file: str
    line: int
    message: str

    def __str__(self) -> str:
        """As editors and terminals like it: they make it a link."""
        return f"{self.file}:{self.line}: {self.message}"


@dataclass
class Sheet:
    """A file that was read: its data as plain JSON, the line of every part, and what is wrong so far."""

    file: str
    data: Any = None
    lines: dict[Place, int] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def line(self, place: Place) -> int:
        """The line of a part, or of the nearest part around it that stands in the file."""
        while place and place not in self.lines:
            place = place[:-1]
        return self.lines.get(place, 1)

    def blame(self, place: Place, message: str) -> None:
        """Note a problem."""
        self.problems.append(Problem(self.file, self.line(place), message))

    def at(self, place: Place) -> Any:
        """The part at a place; None if there is none."""
        part = self.data
        for step in place:
            if isinstance(part, dict):
                part = part.get(step)
            elif isinstance(part, list) and isinstance(step, int) and step < len(part):
                part = part[step]
            else:
                return None
        return part


def read(path: Path, name: str = "") -> Sheet:
    """Read a YAML file; what cannot be read at all is a problem with its line."""
    sheet = Sheet(name or str(path))
    loader = yaml.SafeLoader(path.read_text(encoding="utf-8"))
    try:
        node = loader.get_single_node()
        sheet.data = _plain(loader, node, (), sheet) if node else {}
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        sheet.problems.append(Problem(sheet.file, line, f"this is not YAML: {error.problem}"))
    except (yaml.YAMLError, RecursionError, ValueError):
        sheet.problems.append(Problem(sheet.file, 1, "this is not YAML"))
    finally:
        loader.dispose()
    return sheet


def _plain(loader: yaml.SafeLoader, node: yaml.Node, place: Place, sheet: Sheet) -> Any:
    """The data of a node; lines are noted on the way. Dates become their ISO form."""
    sheet.lines.setdefault(place, node.start_mark.line + 1)
    if isinstance(node, yaml.MappingNode):
        return _mapping(loader, node, place, sheet)
    if isinstance(node, yaml.SequenceNode):
        return [_plain(loader, part, (*place, number), sheet) for number, part in enumerate(node.value)]
    value = loader.construct_object(node)
    return value.isoformat() if isinstance(value, date) else value


def _mapping(loader: yaml.SafeLoader, node: yaml.MappingNode, place: Place, sheet: Sheet) -> dict[Hashable, Any]:
    data: dict[Hashable, Any] = {}
    for key_node, part in node.value:
        key = loader.construct_object(key_node)
        where = (*place, str(key))
        sheet.lines[where] = key_node.start_mark.line + 1
        if not isinstance(key, str):
            sheet.blame(where, f"the key {key!r} must be a text: write it in quotes")
        elif key in data:
            sheet.blame(where, f"“{key}” stands here twice")
        data[str(key)] = _plain(loader, part, where, sheet)
    return data
