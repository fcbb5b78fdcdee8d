"""Every route is guarded, its address is decent, and no address that was once given out vanishes."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from flask import Flask
from werkzeug.routing import Rule

from tests.support.databases import fresh

#: answers for machines, which say nothing about anybody
UNGUARDED = re.compile(r"(health|machines)\.\w+|static")
#: addresses whose form others have laid down
GIVEN = ("/.well-known/security.txt", "/robots.txt", "/sitemap.xml")
KNOWN = Path(__file__).with_name("routes.txt")


@pytest.fixture(scope="module")
def rules() -> list[Rule]:
    app: Flask = fresh("sqlite").app()
    return list(app.url_map.iter_rules())


@pytest.fixture(scope="module")
def app() -> Flask:
    return fresh("sqlite").app()


def test_every_route_has_one_guard(app: Flask, rules: list[Rule]) -> None:
    open_doors = [
        rule.endpoint
        for rule in rules
        if not UNGUARDED.fullmatch(rule.endpoint) and not getattr(app.view_functions[rule.endpoint], "guard", None)
    ]

    assert open_doors == []


def test_staff_pages_are_not_public(app: Flask, rules: list[Rule]) -> None:
    desk = [rule.endpoint for rule in rules if "/desk/" in rule.rule]

    weak = [e for e in desk if getattr(app.view_functions[e], "guard", "") in {"public", "signed-in"}]

    assert desk
    assert weak == []


def test_addresses_are_words_with_hyphens_and_typed_values(rules: list[Rule]) -> None:
    indecent = []
    for rule in rules:
        words = re.sub(r"<[^>]*>", "", rule.rule)
        typed = all(":" in value for value in re.findall(r"<([^>]*)>", rule.rule))
        if rule.rule not in GIVEN and not (typed and re.fullmatch(r"/|(/?[a-z0-9.-]*)*", words)):
            indecent.append(rule.rule)

    assert indecent == []


def test_pages_end_with_a_slash_and_files_do_not(rules: list[Rule]) -> None:
    decent = re.compile(r".*(/|_id>|\.(\w+|<\w+:\w+>))")
    wrong = [r.rule for r in rules if r.rule.startswith("/<lang:lang>") and not decent.fullmatch(r.rule)]

    assert wrong == []


def test_reading_and_writing_are_separate(rules: list[Rule]) -> None:
    both = [rule.endpoint for rule in rules if {"GET", "POST"} <= (rule.methods or set())]

    assert both == []


def test_no_address_vanishes(rules: list[Rule]) -> None:
    """Somebody has bookmarked, printed or linked it: redirect an address that moves, then take it off the list."""
    known = set(KNOWN.read_text().split())
    present = {rule.rule for rule in rules}

    assert known - present == set(), "these addresses are gone"
    assert present - known == set(), f"add these to {KNOWN.name}"
