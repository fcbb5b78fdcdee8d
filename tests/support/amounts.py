"""Numbers as people read them – on pages, in files and documents – as numbers again."""

from __future__ import annotations

import io
import re
import zipfile
from decimal import Decimal
from xml.etree import ElementTree as ET

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_NUMBER = re.compile(r"[-−]?\d[\d.,\s\u00a0\u202f]*")


def number_in(text: str, language: str = "en") -> Decimal | None:
    """The first number of a text: €1,340,061.15 or 1.340.061,15 €; None where there is none."""
    found = _NUMBER.search(text.replace("€", ""))
    if found is None:
        return None
    plain = re.sub(r"[\s\u00a0\u202f]", "", found[0]).replace("−", "-")
    groups, point = (",", ".") if language == "en" else (".", ",")
    sign = "-" if "-" in text[: found.start() + 1] else ""
    return Decimal(sign + plain.lstrip("-").replace(groups, "").replace(point, ".").rstrip("."))


def docx_tables(data: bytes) -> dict[str, list[list[str]]]:
    """Name of a table → its rows of texts, the heading left out."""
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        tree = ET.fromstring(package.read("word/document.xml"))  # noqa: S314 – made by ourselves
    found = {}
    for each in tree.iter(f"{_W}tbl"):
        caption = each.find(f"{_W}tblPr/{_W}tblCaption")
        rows = [[_text(cell) for cell in row.iter(f"{_W}tc")] for row in each.iter(f"{_W}tr")]
        if caption is not None and caption.get(f"{_W}val"):
            found[str(caption.get(f"{_W}val"))] = rows[1:]
    return found


def _text(node: ET.Element) -> str:
    return "".join(part.text or "" for part in node.iter(f"{_W}t"))
