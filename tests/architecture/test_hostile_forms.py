"""Every form of the portal and every list, with everything that can be typed: told at the field, never a failure.

Each visit is undone. What is refused must have written nothing; what is accepted is shown as plain text.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy.orm import Session

from tests.architecture.access_matrix import rows
from tests.support import tour
from tests.support.hostile import SIGNS, TYPED, Sheet
from tests.support.inhabitants import Inhabitants
from tests.support.visits import Answer, Visits

EXPECTED = {200, 302, 303, 400, 403, 404, 409, 410, 413, 422}
#: what is kept although something has to be corrected: good answers of a draft, the count of failed sign-ins
KEPT_ANYWAY = {"service_draft", "fault_draft", "sign_in_tries"}
#: names that lists and searches look for in their address
PARAMETERS = """q before after after_id page view kind subject unit community filters category event to email year
    number direction marking reference code next period since-day since-month since-year until-day until-month
    until-year"""
#: screens that only a draft in the browser opens
REPORTING = {f"/el/faults/report/{screen}/" for screen in ("what", "check", "code")}
MOMENTS = ("2026-13-45", "0001-01-01", "9999-12-31T23:59:59+14:00", "0001-01-01T00:00:00+14:00", "9999-12-31")


@pytest.fixture
def stock() -> str:
    return "municipality"


def test_no_form_fails_whatever_is_typed(visits: Visits, town: Inhabitants) -> None:
    found = list(tour.forms_of(visits, tour.pages(visits, town)))

    assert len(found) > 30
    assert {sheet.path for sheet in found} >= REPORTING
    assert [flaw for sheet in found for flaw in typed_into(visits, sheet)] == []


def test_no_form_of_a_service_fails_whatever_is_typed(visits: Visits, session: Session) -> None:
    found = list(tour.forms_of(visits, tour.steps(visits, session)))

    assert len(found) > 10
    assert [flaw for sheet in found for flaw in typed_into(visits, sheet)] == []


def test_no_list_fails_whatever_its_address_says(visits: Visits) -> None:
    wrong = []
    for row in rows():
        if row.thing or row.endpoint.endswith("_submit") or "+" not in row.marks.values():
            continue
        who = [name for name, mark in row.marks.items() if mark == "+"][-1]
        [rule] = visits.app.url_map.iter_rules(row.endpoint)
        values = [*TYPED.values(), *MOMENTS]
        for turn in range(0, len(values), 6) if "GET" in (rule.methods or ()) else ():
            asked = {name: values[(turn + at) % len(values)] for at, name in enumerate(PARAMETERS.split())}
            clean = {name: value for name, value in asked.items() if "\0" not in value}  # which ends every request
            sheet = Sheet(who, visits.address(row.endpoint, {}), {}, {})
            wrong += judged(visits, sheet, f"turn {turn}", clean, "GET")

    assert wrong == []


def typed_into(visits: Visits, sheet: Sheet) -> Iterator[str]:
    """What goes wrong in a form."""
    for sent in (sheet.crossed(), sheet.plausible(), sheet.with_files() if sheet.uploads else ()):
        for name, data in sent:
            yield from judged(visits, sheet, name, data)


def judged(visits: Visits, sheet: Sheet, name: str, data: dict[str, Any], method: str = "POST") -> Iterator[str]:
    """What is wrong with the answer to what was sent."""
    where = f"{sheet.who} at {sheet.path}, {name}"
    try:
        answer = visits.ask(sheet.who, method, sheet.path, data, follow=name == "markup")
    except Exception as failure:  # noqa: BLE001 – whatever a page raises is a finding
        yield f"{where}: {failure!r:.300}"
        return
    if answer.status not in EXPECTED:
        yield f"{where}: {answer.status}"
    if answer.status >= 400 and answer.wrote - KEPT_ANYWAY:
        yield f"{where}: {answer.status}, and yet wrote to {sorted(answer.wrote - KEPT_ANYWAY)}"
    if answer.response.mimetype == "text/html":
        yield from (f"{where}: {flaw}" for flaw in misread(answer, sheet, lost=name == "markup"))


def misread(answer: Answer, sheet: Sheet, *, lost: bool) -> Iterator[str]:
    """Text that was taken for more than text, or that is not there any more where it has to be corrected."""
    page = answer.response.get_data(as_text=True)
    yield from (f"{sign!r} stands in the page" for sign in SIGNS if sign in page)
    if lost and answer.status == 422:
        numbers = {name: at for at, name in enumerate(sheet.fields)}
        yield from (f"{name!r} is lost" for name in sheet.texts if f"alert({numbers[name]})" not in page.lower())
