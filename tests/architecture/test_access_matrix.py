"""Everybody asks for everything: each route answers each person as access_matrix.txt says, and nobody else's way.

Every visit is undone, so that all of them find the same municipality.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask

from tests.architecture.access_matrix import MARKS, Row, people, rows
from tests.support.inhabitants import Inhabitants
from tests.support.visits import Answer, Visits

ROWS = list(rows())
#: what a form without any answer may say to somebody who may send it
FORM_ANSWERS = {200, 302, 303, 400, 404, 409, 410, 422}
#: forms whose button needs no token: signing out a page that was open for too long harms nobody
WITHOUT_TOKEN = {"accounts.sign_out"}


@pytest.fixture
def stock() -> str:
    return "municipality"


def test_every_route_has_its_line(app: Flask) -> None:
    written, present = {row.endpoint for row in ROWS}, {rule.endpoint for rule in app.url_map.iter_rules()}

    assert present - written == set(), "say in access_matrix.txt who may ask for these, one mark for each person"
    assert written - present == set(), "these routes are gone: take them out of access_matrix.txt"
    assert len({(row.endpoint, row.thing) for row in ROWS}) == len(ROWS), "a line stands there twice"


def test_everybody_is_answered_as_the_matrix_says(visits: Visits, town: Inhabitants) -> None:
    assert list(town.people) == people()

    wrong = [flaw for row in ROWS for flaw in flaws(visits, town, row)]

    assert wrong == [], "\n".join(["", *wrong])


def test_a_form_without_its_token_changes_nothing(visits: Visits, town: Inhabitants) -> None:
    changed = []
    for row in ROWS:
        if method_of(visits.app, row) == "GET" or row.endpoint in WITHOUT_TOKEN:
            continue
        for who in allowed(row)[:1] + allowed(row)[-1:]:
            answer = visits.ask(who, "POST", address(visits, town, row), csrf=False)
            if answer.wrote or answer.status >= 500:
                changed.append(f"{row.endpoint} {row.thing} by {who}: {answer.status}, {sorted(answer.wrote)}")

    assert changed == []


def flaws(visits: Visits, town: Inhabitants, row: Row) -> Iterator[str]:
    """Whoever is not answered as their mark says, in words."""
    method, path = method_of(visits.app, row), address(visits, town, row)
    for who, mark in row.marks.items():
        answer = visits.ask(who, method, path)
        if mark_of(answer, mark, method) != mark:
            yield f"{row.endpoint} {row.thing}: {who} should be {MARKS[mark]!r} but got {answer.status}"
        elif mark != "+" and answer.wrote:
            yield f"{row.endpoint} {row.thing}: {who} may not, and yet wrote to {sorted(answer.wrote)}"


def mark_of(answer: Answer, expected: str, method: str) -> str:
    """The mark that fits an answer; "?" where none does."""
    if answer.asks_to_sign_in:
        return "s"
    if answer.status == 403:
        return "f"
    if answer.status == 404 and not (method == "POST" and expected == "+"):
        return "-"
    return "+" if answer.status in (FORM_ANSWERS if method == "POST" else {200, 302, 303}) else "?"


def method_of(app: Flask, row: Row) -> str:
    """How a route is asked: by its form, or for its page."""
    [rule] = app.url_map.iter_rules(row.endpoint)
    return "POST" if "POST" in (rule.methods or ()) else "GET"


def address(visits: Visits, town: Inhabitants, row: Row) -> str:
    """The path of a line of the table."""
    return visits.address(row.endpoint, town.things[row.thing] if row.thing else {})


def allowed(row: Row) -> list[str]:
    """Whoever may."""
    return [who for who, mark in row.marks.items() if mark == "+"]
