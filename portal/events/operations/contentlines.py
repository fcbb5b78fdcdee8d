"""The lines of a calendar file: unfolded, told apart, put into their components, each with its number."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import unescape
from typing import Any

import nh3
from icalendar.parser import Contentline

from portal.core.texts import N_

_BREAK = re.compile(rb"\r\n|\n|\r")
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)
_TAG = re.compile(r"</?(?:p|br|div|span|a|b|i|u|ul|ol|li|strong|em|html-blob)\b[^>]*>", re.IGNORECASE)
_ENDS_LINE = re.compile(r"<br[^>]*>|</(?:p|div|li)>", re.IGNORECASE)
_ENTITY = re.compile(r"&(?:amp|quot|apos|lt|gt|nbsp|#\d{1,6});")
#: blanks that stand where people see none
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ufeff]")


@dataclass(frozen=True)
class ImportProblem:
    """Why a part of a calendar cannot be taken, and where it stands; the reason is a msgid, `values` fill it."""

    line: int
    reason: str
    values: dict[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        return f"{self.line}: {self.reason % self.values if self.values else self.reason}"


class Unreadable(Exception):
    """A part of a calendar that cannot be read."""

    def __init__(self, line: int, why: str, **values: Any) -> None:
        self.problem = ImportProblem(line, why, {name: str(value)[:100] for name, value in values.items()})
        super().__init__(str(self.problem))

    @classmethod
    def of(cls, problem: ImportProblem) -> Unreadable:
        """One whose reason is known."""
        return cls(problem.line, problem.reason, **problem.values)


@dataclass(frozen=True)
class Property:
    """A line: `DTSTART;TZID=Europe/Athens:20260815T210000`."""

    line: int
    #: in capitals
    name: str
    parameters: dict[str, str]
    #: as it stands there
    value: str

    @property
    def text(self) -> str:
        """The value as a text."""
        return _CONTROL.sub("", _ESCAPE.sub(_unescaped, self.value)).strip()

    @property
    def texts(self) -> list[str]:
        """The value as several texts."""
        parts = re.split(r"(?<!\\),", self.value)
        return [text for part in parts if (text := _CONTROL.sub("", _ESCAPE.sub(_unescaped, part)).strip())]


def _unescaped(found: re.Match[str]) -> str:
    return "\n" if found[1] in "nN" else found[1]


@dataclass
class Component:
    """What stands between BEGIN and END."""

    name: str
    line: int
    properties: list[Property] = field(default_factory=list)
    parts: list[Component] = field(default_factory=list)
    #: what is wrong with one of its lines
    problem: ImportProblem | None = None

    def get(self, name: str) -> Property | None:
        """The first property of that name."""
        return next((each for each in self.properties if each.name == name), None)

    def all(self, name: str) -> list[Property]:
        """Every property of that name."""
        return [each for each in self.properties if each.name == name]

    def walk(self, name: str) -> Iterator[Component]:
        """Every part of that name, one within another included: that is where an open end puts the next one."""
        for part in self.parts:
            if part.name == name:
                yield part
            yield from part.walk(name)

    def text(self, name: str) -> str:
        """The text of a property, or nothing."""
        found = self.get(name)
        return found.text if found else ""


def components(raw: bytes) -> tuple[list[Component], list[ImportProblem]]:
    """The calendars of a file, and what is wrong with the file itself."""
    top = Component("", 0)
    stack, problems = [top], list[ImportProblem]()
    for number, line in _logical(raw):
        try:
            found = _property(number, line)
        except Unreadable as error:
            inner = stack[-1]
            inner.problem = inner.problem or error.problem
            if len(stack) < 3:  # outside of any event: it makes none of them unreadable, but it is told
                problems.append(error.problem)
            continue
        if found.name == "BEGIN":
            part = Component(found.value.strip().upper(), number)
            stack[-1].parts.append(part)
            stack.append(part)
        elif found.name == "END":
            problems += _close(stack, found)
        else:
            stack[-1].properties.append(found)
    for part in stack[1:]:
        part.problem = ImportProblem(part.line, N_("%(name)s begins here and does not end."), {"name": part.name})
        problems += [part.problem] if part is stack[1] else []  # an event tells of itself
    calendars = [part for part in top.parts if part.name == "VCALENDAR"]
    if not calendars:
        problems = [ImportProblem(1, N_("This is not a calendar: no line BEGIN:VCALENDAR."))]
    return calendars, problems


def _close(stack: list[Component], end: Property) -> list[ImportProblem]:
    """End a component; what was left open inside it is unreadable."""
    name = end.value.strip().upper()
    if name not in [part.name for part in stack[1:]]:
        return [ImportProblem(end.line, N_("%(name)s ends here and has not begun."), {"name": name[:40]})]
    while (part := stack.pop()).name != name:
        part.problem = ImportProblem(part.line, N_("%(name)s begins here and does not end."), {"name": part.name})
    return []


def _logical(raw: bytes) -> Iterator[tuple[int, bytes]]:
    """Lines with the number at which they begin, folded ones put together; as bytes, for some fold within a letter."""
    begun, parts = 0, list[bytes]()
    for number, line in enumerate(_BREAK.split(raw.removeprefix(b"\xef\xbb\xbf")), 1):
        if line[:1] in (b" ", b"\t") and parts:
            parts.append(line[1:])
            continue
        if parts:
            yield begun, b"".join(parts)
        begun, parts = number, [line] if line.strip() else []
    if parts:
        yield begun, b"".join(parts)


def _property(number: int, line: bytes) -> Property:
    try:
        text = line.decode()
    except UnicodeDecodeError:
        raise Unreadable(number, N_("This line is not written in UTF-8.")) from None
    try:
        name, parameters, value = Contentline(text).raw_parts()  # type: ignore[no-untyped-call]
    except ValueError:
        raise Unreadable(number, N_("This line cannot be read: “%(text)s”."), text=text[:60]) from None
    if ":" not in text:
        raise Unreadable(number, N_("This line cannot be read: “%(text)s”."), text=text[:60])
    flat = {key.upper(): ",".join(each) if isinstance(each, list) else str(each) for key, each in parameters.items()}
    return Property(number, name.upper(), flat, value)


def one_line(text: str) -> str:
    """A title or a place: on one line, without the marks of HTML in which some calendars write their letters."""
    text = _ENTITY.sub(lambda found: unescape(found[0]), text)
    return " ".join(text.split())


def plain(text: str) -> str:
    """A description without the mark-up that some calendars put into it."""
    if not _TAG.search(text):
        return text
    cleaned = nh3.clean(_ENDS_LINE.sub("\n", text), tags=set(), clean_content_tags={"script", "style"})
    return re.sub(r"\n{3,}", "\n\n", unescape(cleaned)).strip()
