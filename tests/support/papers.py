"""What a document says, for whoever compares it with a page."""

from __future__ import annotations

import io
import re

import pypdf

#: codes of actions and indicators of a plan
CODE = re.compile(r"(?<!\S)((?:\d\.){3}\d\d|Δ\.\d\.\d\.\d\d) ")


def pdf_text(data: bytes) -> str:
    """The words of a tagged PDF, with one space between any two."""
    assert data.startswith(b"%PDF")
    paper = pypdf.PdfReader(io.BytesIO(data))
    assert paper.root_object["/MarkInfo"]["/Marked"]
    assert "/StructTreeRoot" in paper.root_object
    return " ".join(" ".join(page.extract_text().split()) for page in paper.pages)


def by_code(text: str) -> dict[str, str]:
    """What stands behind each code of the plan, up to the next."""
    _, *parts = CODE.split(text)
    return dict(zip(parts[::2], parts[1::2], strict=True))
