"""Answers in both formats of the specification: JSON follows from XML by its "Spark convention".

What stands in a list has a name in XML and none in JSON; what is not known is an empty element, and null.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

from portal.core.feeds import xml

#: format → what it is called in the header
KINDS = {"json": "application/json", "xml": "text/xml"}
#: name of a list → of each thing in it
ITEMS = {
    "services": "service",
    "attributes": "attribute",
    "values": "value",
    "service_requests": "request",
    "service_request_updates": "request_update",
    "endpoints": "endpoint",
    "formats": "format",
    "errors": "error",
}
_JSON = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def written(kind: str, name: str, content: dict[str, Any] | Iterable[Any]) -> Iterator[bytes]:
    """A document: one thing, or a list that is written as it is read."""
    return _json(content) if kind == "json" else _xml(name, content)


def _json(content: dict[str, Any] | Iterable[Any]) -> Iterator[bytes]:
    if isinstance(content, dict):
        yield _JSON(content).encode()
        return
    yield b"["
    for number, item in enumerate(content):
        yield (",\n" if number else "\n").encode() + _JSON(item).encode()
    yield b"\n]\n"


def _xml(name: str, content: dict[str, Any] | Iterable[Any]) -> Iterator[bytes]:
    yield b'<?xml version="1.0" encoding="utf-8"?>\n'
    if isinstance(content, dict):
        yield element(name, content).encode()
        return
    yield f"<{name}>".encode()
    for item in content:
        yield f"\n{element(ITEMS[name], item)}".encode()
    yield f"\n</{name}>\n".encode()


def element(name: str, value: Any) -> str:
    """A value between its tags."""
    if value is None or value == "":
        return f"<{name}/>"
    if isinstance(value, dict):
        return f"<{name}>{''.join([element(key, each) for key, each in value.items()])}</{name}>"
    if isinstance(value, list):
        return f"<{name}>{''.join([element(ITEMS[name], each) for each in value])}</{name}>"
    if isinstance(value, bool):
        return f"<{name}>{'true' if value else 'false'}</{name}>"
    return f"<{name}>{xml(value) if isinstance(value, str) else value}</{name}>"
