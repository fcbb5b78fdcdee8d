"""What people, programs and attackers type into forms; and the forms of a page, to type it into."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from bs4 import BeautifulSoup, Tag

#: a number in it tells the fields apart
MARKUP = "<script>alert({0})</script>\"'><img src=x onerror=alert({0})>"
TEMPLATE = "{{ 7777*1111 }} ${7777*1111} {0.__class__} %s %(x)s %n '; DROP TABLE unit; --"
#: what must not be read in any page: markup taken for markup, a template that was worked out
SIGNS = ("<script>alert(", "<img src=x", "8640247")
TYPED = {
    "empty": "",
    "too long": "ά" * 10_000,
    "NUL": "a\0b",
    "invalid UTF-8": "a\udcff\udced\udca0\udc80b",
    "markup": MARKUP,
    "template": TEMPLATE,
    "huge": "9" * 5000,
    "beyond 64 bits": str(2**63),
    "negative": "-1",
    "not a number": "NaN",
    "exponent": "1e999999",
    "digits that are none": "²",
    "several": ["1", "2", "none"],
}
#: name → content of files that nobody may send
FILES = {
    "program.pdf": b"MZ\x90\x00" + bytes(200),
    "drawing.svg": b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
    "empty.pdf": b"",
    "broken.png": b"\x89PNG\r\n\x1a\n" + bytes(50),
    "../../etc/passwd\n.pdf": b"%PDF",
    "page.html": b"<html><script>alert(1)</script></html>",
}
#: fields whose text is not shown again, on purpose or because nobody sees them
NOT_SHOWN = {"password", "hidden", "file", "radio", "checkbox", "submit"}


@dataclass(frozen=True)
class Sheet:
    """A form of a page: where it is sent, by whom, and the fields in it."""

    who: str
    path: str
    #: name → kind of input
    fields: dict[str, str]
    #: name → something that can be chosen
    choices: dict[str, str]

    @property
    def texts(self) -> list[str]:
        """Names of the fields into which people type."""
        return [name for name, kind in self.fields.items() if kind not in NOT_SHOWN and name not in self.choices]

    @property
    def uploads(self) -> list[str]:
        """Names of the fields for files."""
        return [name for name, kind in self.fields.items() if kind == "file"]

    def crossed(self) -> Iterator[tuple[str, dict[str, Any]]]:
        """Each field with each of the texts once, the others meanwhile with other ones; and a form without fields."""
        yield "nothing at all", {}
        kinds = list(TYPED)
        for turn in range(0, len(kinds), 4):
            sent = {
                name: _numbered(TYPED[kinds[(turn + at) % len(kinds)]], at)
                for at, name in enumerate(self.fields)
                if name not in self.uploads
            }
            yield f"turn {turn}: {dict(list(zip(sent, kinds[turn:] + kinds[:turn], strict=False))[:3])}", sent

    def plausible(self) -> Iterator[tuple[str, dict[str, Any]]]:
        """Everything chosen as it can be, and one hostile text wherever people write."""
        for kind in ("markup", "NUL"):
            yield (
                kind,
                {
                    name: self.choices.get(name) or _numbered(TYPED[kind], at)
                    for at, name in enumerate(self.fields)
                    if name not in self.uploads
                },
            )

    def with_files(self) -> Iterator[tuple[str, dict[str, Any]]]:
        """Each file that nobody may send, in every field for files."""
        plain = {name: self.choices.get(name, "κάτι") for name in self.fields if name not in self.uploads}
        for name, data in FILES.items():
            yield name, plain | {field: (io.BytesIO(data), name) for field in self.uploads}


def sheets(page: str, who: str, here: str) -> Iterator[Sheet]:
    """The forms of a page that are sent by POST."""
    for form in BeautifulSoup(page, "lxml").find_all("form"):
        if str(form.get("method", "get")).lower() == "post":
            fields = {str(field["name"]): _kind(field) for field in form.select("[name]")}
            fields.pop("csrf_token", None)
            chosen = {str(field["name"]): _choice(field) for field in form.select("[name]")}
            choices = {name: choice for name, choice in chosen.items() if choice and name in fields}
            yield Sheet(who, str(form.get("action") or here), fields, choices)


def _kind(field: Tag) -> str:
    return str(field.get("type", "text")) if field.name in {"input", "button"} else field.name


def _choice(field: Tag) -> str:
    """Something that fits a field that is not for words of one's own."""
    if field.name == "select":
        return str(field.select("option")[-1].get("value", ""))
    kind, name = _kind(field), str(field["name"])
    parts = {"day": "1", "month": "6", "year": "2030"}
    if kind == "email":
        return "somebody@example.org"
    if kind in {"radio", "checkbox", "hidden", "submit"}:
        return str(field.get("value", ""))
    return parts.get(name.rpartition("-")[2], "")


def _numbered(text: Any, number: int) -> Any:
    return text.replace("alert({0})", f"alert({number})") if isinstance(text, str) else text
