"""The files of a municipality pack as read, each entry with its line, so that a mistake can be named."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

FILES = ("municipality", "places", "organisation", "time-limits")


class PackError(ValueError):
    """A file of the pack cannot be read, or says something impossible; names file and line."""


class Entry(dict[str, Any]):
    """A mapping of a file, with the line on which it begins."""

    line = 0


class _Loader(yaml.SafeLoader):
    """YAML without objects; mappings know their line."""


def _mapping(loader: _Loader, node: yaml.MappingNode) -> Entry:
    entry = Entry({str(name): value for name, value in loader.construct_mapping(node, deep=True).items()})
    entry.line = node.start_mark.line + 1
    return entry


_Loader.add_constructor("tag:yaml.org,2002:map", _mapping)


@dataclass(frozen=True)
class Pack:
    """The files of a pack that describe the organisation, as read."""

    folder: Path
    municipality: Mapping[str, Any]
    places: Mapping[str, Any]
    organisation: Mapping[str, Any]
    time_limits: list[Mapping[str, Any]]


def read_pack(folder: Path) -> Pack:
    """Read the files of a pack.

    :raises PackError: if one is missing, is no YAML, or holds something else than expected.
    """
    contents: dict[str, Any] = {
        name: read_file(folder, name, kind=list if name == "time-limits" else dict) for name in FILES
    }
    return Pack(folder, *(contents[name] for name in FILES))


def read_file(folder: Path, name: str, *, kind: type[list[Any]] | type[dict[str, Any]] = dict) -> Any:
    """One file of a pack; its mappings know their line.

    :raises PackError: if it is missing, is no YAML, or holds something else than expected.
    """
    path = folder / f"{name}.yaml"
    try:
        content = yaml.load(path.read_text(), _Loader)  # noqa: S506 – a SafeLoader
    except FileNotFoundError:
        raise PackError(f"{path} is missing") from None
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise PackError(f"{path}: {error}") from error
    if not isinstance(content, kind):
        raise PackError(f"{path} is empty, or not written as docs/municipality-pack.md says")
    return content


@contextmanager
def entry_of(folder: Path, name: str, item: Any) -> Iterator[None]:
    """Around the reading of one entry: what is wrong with it is told with file and line.

    :raises PackError: in place of any complaint about the entry's content.
    """
    try:
        yield
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        if isinstance(error, PackError):
            raise
        words = f"{error} is missing or unknown" if isinstance(error, KeyError) else str(error)
        raise PackError(f"{folder.name}/{name}.yaml:{getattr(item, 'line', 1)}: {words}") from error
