"""PDFs by typst: tagged (PDF/UA-1), for the archive (PDF/A-2a), with Greek fonts and without system libraries.

What a document says goes in as JSON, never as markup: nothing that somebody typed can become a command. Templates lie
in `templates/pdf/`; the fixed words in them stand in the catalogues like all others, marked `t("…")`.
"""

import ast
import json
import re
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import IO, Any

import segno
from flask_babel import force_locale, gettext

from portal.core.web import portal
from portal.settings import ROOT

TEMPLATES = ROOT / "templates" / "pdf"
STANDARDS = ["a-2a", "ua-1"]
#: a fixed text of a template: t("Page {page} of {pages}")
_TEXT = re.compile(r'\bt\(\s*("(?:[^"\\]|\\.)*")')


def render(template: str, content: Mapping[str, Any], language: str) -> bytes:
    """The PDF of `templates/pdf/<template>.typ` with that content, in that language.

    `content["municipality"]` is `{name, lines}` and may name an `emblem` below static/.
    """
    made: bytes = _compiler(template, content, language).compile(format="pdf", pdf_standards=STANDARDS)
    return made


def picture(template: str, content: Mapping[str, Any], language: str) -> bytes:
    """The same as a PNG, a pixel for each point; of a template that has one page."""
    made: bytes = _compiler(template, content, language).compile(format="png", ppi=72)
    return made


def _compiler(template: str, content: Mapping[str, Any], language: str) -> Any:
    path = TEMPLATES / f"{template}.typ"
    inputs = {
        "content": json.dumps(content, ensure_ascii=False),
        "words": json.dumps(_words(path, language), ensure_ascii=False),
        "language": language,
        "demonstration": "yes" if portal.settings.demonstration else "",
        "emblem": _emblem(content.get("municipality", {})),
        "qr": qr(content["verification"]["url"]) if "verification" in content else "",
    }
    return _typst().Compiler(path, TEMPLATES, font_paths=_fonts(), ignore_system_fonts=True, sys_inputs=inputs)


def texts(source: str) -> Iterator[tuple[int, str]]:
    """The fixed texts of a template, each with its line."""
    for found in _TEXT.finditer(source):
        yield source.count("\n", 0, found.start()) + 1, ast.literal_eval(found[1])


def extract(
    file: IO[bytes],
    _keywords: Any,
    _comment_tags: Any,
    options: Any,  # noqa: ARG001 – the signature of pybabel
) -> Iterator[tuple[int, str, str, list[str]]]:
    """For pybabel: `[extractors] typst = portal.core.pdf:extract`."""
    for line, text in texts(file.read().decode()):
        yield line, "gettext", text, []


def _words(path: Path, language: str) -> dict[str, str]:
    """The fixed texts of a template and of the layout, translated."""
    with force_locale(language):
        return {text: gettext(text) for source in (path, TEMPLATES / "layout.typ") for text in _texts_of(source)}


@cache
def _texts_of(path: Path) -> tuple[str, ...]:
    return tuple(text for _line, text in texts(path.read_text()))


@cache
def _typst() -> Any:
    import typst  # noqa: PLC0415 – 60 MB that pages do without

    return typst


@cache
def _fonts() -> Any:
    """Noto Sans and nothing else: a document looks the same wherever it is made."""
    import fontpkg_noto_sans  # noqa: PLC0415 – goes with typst

    return _typst().Fonts(False, False, [str(fontpkg_noto_sans.ROOT)])


def _emblem(municipality: Mapping[str, Any]) -> str:
    path = ROOT / "static" / (municipality.get("emblem") or f"img/{portal.settings.municipality}/emblem.svg")
    return path.read_text() if path.is_file() else ""


def qr(address: str) -> str:
    """A QR code as SVG."""
    drawing: str = segno.make(address, error="m", micro=False).svg_inline(scale=4, border=0)
    return drawing if "xmlns" in drawing else drawing.replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1)
