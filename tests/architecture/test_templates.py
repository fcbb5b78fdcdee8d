"""Every template parses, is used, imports what it uses, and keeps to the content security policy."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from jinja2 import nodes

from portal.settings import ROOT
from tests.architecture.sources import modules, parsed
from tests.support.databases import fresh

FOLDER = ROOT / "templates"
NAMES = sorted(path.relative_to(FOLDER).as_posix() for path in FOLDER.rglob("*.*") if path.suffix in {".html", ".txt"})
LEADING = (nodes.Extends, nodes.Include, nodes.Import, nodes.FromImport)


@pytest.fixture(scope="module")
def app() -> Flask:
    return fresh("sqlite").app()


def tree(app: Flask, name: str) -> nodes.Template:
    return app.jinja_env.parse((FOLDER / name).read_text(), name)


@pytest.mark.parametrize("name", NAMES)
def test_a_template_compiles(app: Flask, name: str) -> None:
    app.jinja_env.get_template(name)


@pytest.mark.parametrize("name", NAMES)
def test_every_imported_macro_is_used(app: Flask, name: str) -> None:
    imported = {
        (alias[1] if isinstance(alias, tuple) else alias)
        for node in tree(app, name).find_all(nodes.FromImport)
        for alias in node.names
    } | {node.target for node in tree(app, name).find_all(nodes.Import)}
    used = {node.name for node in tree(app, name).find_all(nodes.Name) if node.ctx == "load"}

    assert imported - used == set()


@pytest.mark.parametrize("name", NAMES)
def test_a_template_keeps_to_the_policy(name: str) -> None:
    text = re.sub(r"{#.*?#}", "", (FOLDER / name).read_text(), flags=re.DOTALL)

    assert not re.search(r"<[^>]*\sstyle=", text), "a style attribute"
    assert "<style" not in text
    assert not re.search(r"<script(?![^>]*\bsrc=)(?![^>]*ld\+json)", text), "a script within the page"
    assert not re.search(r"<[a-z][^>]*\son[a-z]+=", text), "a script within an attribute"
    assert not re.search(r'(src|href)="(https?:)?//', text), "something from elsewhere"


def test_every_template_is_used(app: Flask) -> None:
    named = set(_named_in_templates(app)) | set(_named_in_sources())

    assert [name for name in NAMES if name not in named] == []


def _named_in_templates(app: Flask) -> Iterator[str]:
    for name in NAMES:
        for node in tree(app, name).find_all(LEADING):
            template = getattr(node, "template", None)
            yield from (c.value for c in _constants(template) if isinstance(c.value, str))


def _constants(node: nodes.Node | None) -> Iterator[nodes.Const]:
    if isinstance(node, nodes.Const):
        yield node
    elif node is not None:
        yield from node.find_all(nodes.Const)


def _named_in_sources() -> Iterator[str]:
    """Names of pages, and of letters: `letters.write(…, "room/name", …)`, or the name alone within its room."""
    for path in modules():
        room = path.relative_to(ROOT / "portal").parts[0]
        for node in ast.walk(parsed(path)):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and len(node.value) < 80:
                yield from (node.value, f"mail/{node.value}.txt", f"mail/{room}/{node.value}.txt")


def test_letters_begin_with_their_subject() -> None:
    for path in sorted(Path(FOLDER / "mail").rglob("*.txt")):
        text = re.sub(r"{#.*?#}\n?|{%-? *(set|from|import).*?%}\n?", "", path.read_text(), flags=re.DOTALL)
        assert text.strip().split("\n", 1)[0].strip(), path
