"""The catalogues of translations: made from the sources, and checked, since a language is complete or not offered.

English stands in the sources. `translations/messages.pot` holds every text once; each other language has its folder.
"""

from __future__ import annotations

import io
import re
from collections import Counter
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

KEYWORDS: dict[str, Any] = {
    **dict.fromkeys(("_", "gettext", "lazy_gettext", "_l", "N_")),
    **dict.fromkeys(("ngettext", "lazy_ngettext", "_n"), (1, 2)),
}
#: where texts are, and how they are read
SOURCES: tuple[tuple[str, list[tuple[str, str]], dict[str, dict[str, Any]]], ...] = (
    ("portal", [("**.py", "python")], {}),
    (
        "templates",
        [("**.html", "jinja2"), ("**.txt", "jinja2"), ("**.typ", "portal.core.pdf:extract")],
        {"**": {"silent": "false", "trim_blocks": "true", "lstrip_blocks": "true"}},
    ),
)
_PLACEHOLDER = re.compile(r"%\(\w+\)[sdif]|\{\w*\}|%%")
_TAG = re.compile(r"</?[a-z]\w*[^>]*>")


def extract(root: Path) -> None:
    """Write messages.pot, and bring every language's catalogue up to date: new texts come in empty, old ones go."""
    template = extracted(root)
    _write(root / "translations" / "messages.pot", template)
    for path in languages(root):
        catalogue = _read(path)
        catalogue.update(template, no_fuzzy_matching=True)
        catalogue.obsolete.clear()
        catalogue.fuzzy = False
        _write(path, catalogue)


def compile_all(root: Path) -> None:
    """Write the binary form of every language, as the pages read it."""
    for path in sorted((root / "translations").glob("*/LC_MESSAGES/*.po")):
        with path.with_suffix(".mo").open("wb") as file:
            write_mo(file, _read(path))


def flaws(root: Path, offered: Collection[str]) -> Iterator[str]:
    """Everything that is not as it should be, in words; nothing: every offered language is complete."""
    template = extracted(root)
    pot = root / "translations" / "messages.pot"
    if not pot.exists() or _ids(_read(pot)) != _ids(template):
        yield "messages.pot is not fresh: flask --app wsgi translations extract"
    catalogues = {path.parent.parent.name: path for path in languages(root)}
    yield from (f"{name}: there is no catalogue" for name in offered if name not in {"en", *catalogues})
    for name, path in catalogues.items():
        catalogue = _read(path)
        for message in template:
            if message.id:
                yield from (f"{name}: {flaw}: {_shown(message)}" for flaw in _flaws_of(message, catalogue))


def languages(root: Path) -> list[Path]:
    """The catalogue of each language but English, which stands in the sources."""
    return sorted((root / "translations").glob("*/LC_MESSAGES/messages.po"))


def extracted(root: Path) -> Catalog:
    """Every text that the sources mark, with the files it stands in."""
    catalogue = Catalog(project="portal", charset="utf-8", fuzzy=False)
    catalogue.header_comment = "# Texts of the portal, made by: flask translations extract"
    for folder, methods, options in SOURCES:
        found = extract_from_dir(
            root / folder, method_map=methods, options_map=options, keywords=KEYWORDS, strip_comment_tags=True
        )
        for name, _line, text, comments, context in sorted(found, key=lambda row: (row[0], row[1])):
            catalogue.add(text, None, [(f"{folder}/{name}", 0)], auto_comments=comments, context=context)
    return catalogue


def _flaws_of(message: Message, catalogue: Catalog) -> Iterator[str]:
    there = catalogue.get(message.id, message.context)
    string = (there.string if there else None) or ()
    texts = [string] if isinstance(string, str) else list(string)
    if not texts or not all(texts):
        yield "not translated"
        return
    if there and there.fuzzy:
        yield "fuzzy"
    sources = [message.id] if isinstance(message.id, str) else list(message.id)
    for text in texts:
        if not any(_marks(_PLACEHOLDER, text) == _marks(_PLACEHOLDER, source) for source in sources):
            yield f"other placeholders than {sources[-1]!r} has in {text!r}"
        if not any(_marks(_TAG, text) == _marks(_TAG, source) for source in sources):
            yield f"other tags in {text!r}"


def _marks(pattern: re.Pattern[str], text: str) -> Counter[str]:
    return Counter(pattern.findall(text))


def _ids(catalogue: Catalog) -> dict[Any, Any]:
    return {
        (message.id, message.context): sorted({name for name, _ in message.locations})
        for message in catalogue
        if message.id
    }


def _shown(message: Message) -> str:
    text = message.id if isinstance(message.id, str) else message.id[0]
    return f"{text!r} ({', '.join(sorted({name for name, _ in message.locations}))})"


def _read(path: Path) -> Catalog:
    with path.open("rb") as file:
        return read_po(file, locale=None if path.suffix == ".pot" else path.parent.parent.name)


def _write(path: Path, catalogue: Catalog) -> None:
    out = io.BytesIO()
    write_po(out, catalogue, width=120, include_lineno=False, sort_by_file=True, omit_header=False)
    # the moment of writing would change the file although nothing else has
    text = re.sub(r'^"(POT-Creation|PO-Revision)-Date: .*\n', "", out.getvalue().decode(), flags=re.MULTILINE)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
