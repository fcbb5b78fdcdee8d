"""Who picks this up finds a page for every room and every setting."""

from __future__ import annotations

import re
from dataclasses import fields

import pytest

from portal.settings import ROOT, Settings
from tests.architecture.sources import ROOMS

DOCS = ROOT / "docs"


@pytest.mark.parametrize("room", ROOMS)
def test_every_room_has_its_page(room: str) -> None:
    assert (DOCS / f"{room}.md").exists()


def test_every_setting_is_in_the_handbook() -> None:
    handbook = (DOCS / "operations.md").read_text()
    settings = {f"PORTAL_{field.name.upper()}" for field in fields(Settings) if field.name != "flask"}

    assert set(re.findall(r"PORTAL_[A-Z_]+", handbook)) == settings


def test_every_page_is_in_the_index() -> None:
    index = (DOCS / "README.md").read_text()
    pages = [path.relative_to(DOCS).as_posix() for path in DOCS.rglob("*.md") if path.name != "README.md"]

    assert [page for page in pages if f"({page})" not in index] == []


def test_links_between_pages_lead_somewhere() -> None:
    broken = [
        f"{path.relative_to(ROOT)}: {link}"
        for path in [*DOCS.rglob("*.md"), ROOT / "README.md"]
        for link in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", path.read_text())
        if not (path.parent / link).exists()
    ]

    assert broken == []
