"""A document as a tagged PDF, and as DOCX that any word processor opens."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from flask import Response, abort, render_template

from portal.core import pdf
from portal.plan.views.documents.paper import Cell, Document, Facts, Heading, Paragraph, Part, Table

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
#: where in the package each template goes
_FILES = {
    "[Content_Types].xml": "docx/types.xml",
    "_rels/.rels": "docx/package.xml",
    "docProps/core.xml": "docx/core.xml",
    "word/_rels/document.xml.rels": "docx/links.xml",
    "word/document.xml": "docx/document.xml",
    "word/footer.xml": "docx/footer.xml",
    "word/styles.xml": "docx/styles.xml",
}
_NOT_XML = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
#: the same text gives the same file, whenever it is made
_MOMENT = (1980, 1, 1, 0, 0, 0)


def answered(of: Document, name: str, form: str) -> Response:
    """A document as the answer to a request, in one of `FORMS`; any other form is no such page."""
    write, kind = FORMS.get(form) or abort(404)
    response = Response(write(of), mimetype=kind)
    where = "inline" if form == "pdf" else "attachment"
    response.headers["Content-Disposition"] = f'{where}; filename="{name}.{form}"'
    return response


def as_pdf(of: Document) -> bytes:
    """For paper and for the archive."""
    return pdf.render("plan/document", printed(of), of.language)


def as_docx(of: Document) -> bytes:
    """For whoever goes on writing: real headings, tables whose first row repeats, page numbers."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        for path, template in _FILES.items():
            text = _NOT_XML.sub("", render_template(template, document=of, kind=_kind))
            package.writestr(zipfile.ZipInfo(path, _MOMENT), text, zipfile.ZIP_DEFLATED)
    return out.getvalue()


#: ending of the name → how it is written, and its type
FORMS: Mapping[str, tuple[Callable[[Document], bytes], str]] = {
    "docx": (as_docx, DOCX),
    "pdf": (as_pdf, "application/pdf"),
}


def _kind(part: Part) -> str:
    return type(part).__name__.lower()


def printed(of: Document) -> dict[str, Any]:
    """What goes into the template of the PDF."""
    return {
        "title": of.title,
        "date": of.date,
        "municipality": {"name": of.name, "emblem": of.emblem},
        "parts": [{"kind": _kind(part), **_printed(part)} for part in of.parts],
    }


def _printed(part: Part) -> dict[str, Any]:
    match part:
        case Heading(text, level):
            return {"text": text, "level": level}
        case Paragraph(text, is_mark):
            return {"text": text, "mark": is_mark}
        case Facts(rows):
            return {"rows": [{"label": label, "value": cell.text} for label, cell in rows]}
        case Table():
            return {
                "columns": [[column.title, column.width, column.is_number] for column in part.columns],
                "rows": [_texts(row) for row in part.rows],
                "total": _texts(part.total),
            }


def _texts(row: Sequence[Cell]) -> list[str]:
    return [cell.text for cell in row]
