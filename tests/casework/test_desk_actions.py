"""Actions of the desk: each once as it should be and once not."""

from __future__ import annotations

import io
from typing import Any

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from portal.casework import operations
from portal.casework.models import Case, EventKind
from portal.casework.queries import history
from portal.core import clock
from tests.casework.conftest import House, last
from tests.factories import make_duty, make_time_limit, make_unit
from tests.factories.casework import make_case
from tests.support.client import Client


def act(desk: Client, case: Case, action: str, fields: dict[str, Any], status: int | None = None) -> Any:
    """Open the form of an action, fill it in, send it."""
    page = desk.get("casework_desk.act", slug=case.slug, action=action)
    sent = desk.submit(page, fields, status=status)
    if desk.session:
        desk.session.expire_all()
    return sent


def test_take(desk: Client, session: Session, house: House, case: Case) -> None:
    page = desk.get("casework_desk.case", slug=case.slug)

    desk.submit(page, form=".case-actions form")

    session.expire_all()
    assert case.assignee_id == house.clerk.id
    stale = {"seen": "1"}
    desk.post("casework_desk.act_submit", stale, status=409, slug=case.slug, action="take")


@pytest.mark.parametrize(
    ("action", "state", "kind"),
    [
        ("ask", "waiting-applicant", EventKind.ASKED),
        ("message", "filed", EventKind.MESSAGE),
        ("note", "filed", EventKind.NOTE),
        ("wait", "waiting-other", EventKind.WAITING_OTHER),
    ],
)
def test_words_are_said_and_needed(
    desk: Client, session: Session, house: House, case: Case, action: str, state: str, kind: EventKind
) -> None:
    refused = act(desk, case, action, {"text": "  "}, 422)
    assert len(refused.errors) == 1

    act(desk, case, action, {"text": "Ορίστε."})

    assert case.state == state
    assert (last(session, case).kind, last(session, case).text, last(session, case).actor_id) == (
        kind,
        "Ορίστε.",
        house.clerk.id,
    )


def test_too_much_is_kept_and_refused(desk: Client, session: Session, case: Case) -> None:
    refused = act(desk, case, "message", {"text": "α" * 4001}, 422)

    assert refused.one("textarea").get_text(strip=True) == "α" * 4001
    assert last(session, case).kind is EventKind.FILED


def test_a_file_that_cannot_be_taken_keeps_the_words(desk: Client, session: Session, case: Case) -> None:
    refused = act(desk, case, "ask", {"text": "Δείτε.", "files": (io.BytesIO(b"MZ" * 99), "a.exe")}, 422)

    assert refused.one("textarea").get_text(strip=True) == "Δείτε."
    assert case.state == "filed"


def test_resume(desk: Client, session: Session, house: House, case: Case) -> None:
    operations.ask(session, case, "Ποιο;", actor=house.clerk, now=clock.now())

    act(desk, case, "resume", {"text": "Βρέθηκε."})

    assert (case.state, last(session, case).kind) == ("filed", EventKind.RESUMED)
    data = {"text": "Ξανά.", "seen": str(case.version)}
    desk.post("casework_desk.act_submit", data, status=409, slug=case.slug, action="resume")


@pytest.mark.parametrize("days", ["", "0", "61", "ten"])
def test_extend(desk: Client, session: Session, case: Case, days: str) -> None:
    due_on = case.due_on
    refused = act(desk, case, "extend", {"days": days, "text": "Ασθένεια."}, 422)
    assert refused.one("textarea").get_text(strip=True) == "Ασθένεια."
    assert case.due_on == due_on

    act(desk, case, "extend", {"days": "10", "text": "Ασθένεια."})

    assert case.due_on > due_on


def test_forward(desk: Client, session: Session, house: House, case: Case) -> None:
    page = desk.get("casework_desk.act", slug=case.slug, action="forward")
    offered = {str(option["value"]) for option in page.select("#unit option")}
    assert str(house.unit.id) not in offered
    refused = act(desk, case, "forward", {"unit": str(house.unit.id), "text": "Εδώ."}, 422)
    assert refused.one("textarea").get_text(strip=True) == "Εδώ."

    sent = act(desk, case, "forward", {"unit": str(house.other.id), "text": "Αρμόδιοι αυτοί."})

    assert case.unit_id == house.other.id
    assert sent.location.endswith("/el/desk/cases/")  # the case is no longer the clerk's to see


def test_route_to_a_person_and_for_information(desk: Client, session: Session, house: House, case: Case) -> None:
    act(desk, case, "route", {"kind": "action", "unit": str(house.unit.id), "person": str(house.head.id)})
    assert case.assignee_id == house.head.id

    act(desk, case, "route", {"kind": "information", "unit": str(house.other.id), "person": "", "text": "Δείτε το."})

    assert (case.unit_id, last(session, case).data["for"]) == (house.unit.id, "information")


def test_a_person_of_one_unit_and_another_unit_do_not_go_together(
    desk: Client, session: Session, house: House, case: Case
) -> None:
    fields = {"kind": "action", "unit": str(house.other.id), "person": str(house.head.id), "text": "Σε εσάς."}

    refused = act(desk, case, "route", fields, 409)

    assert refused.select(".govuk-error-summary")
    assert refused.one("textarea").get_text(strip=True) == "Σε εσάς."
    assert (case.unit_id, case.assignee_id) == (house.unit.id, None)


def test_route_needs_a_unit_that_exists(desk: Client, session: Session, house: House, case: Case) -> None:
    closed = make_unit(session, closed=True)

    for unit in ("", "9999", str(closed.id)):
        act(desk, case, "route", {"kind": "action", "unit": unit, "person": "", "text": "Σε εσάς."}, 422)

    assert case.unit_id == house.unit.id


def test_somebody_who_saw_an_older_case_is_told_and_loses_nothing(
    desk: Client, session: Session, house: House, case: Case
) -> None:
    page = desk.get("casework_desk.act", slug=case.slug, action="message")
    operations.take(session, case, actor=house.head, now=clock.now())

    told = desk.submit(page, {"text": "Καλημέρα σας."}, status=409)

    assert told.select(".govuk-error-summary")
    assert told.one("textarea").get_text(strip=True) == "Καλημέρα σας."
    desk.submit(told)
    assert last(session, case).text == "Καλημέρα σας."
    assert len(history(session, case, internal=True)) == 3


def test_the_desk_speaks_english_too(app: Flask, session: Session, house: House) -> None:
    make_time_limit(session, "next-day", 1)
    make_duty(session, house.head, house.unit)
    make_case(session, house.unit, limit_code="next-day", now=clock.now())

    page = Client(app, session, "en").sign_in(house.head).get("casework_desk.queue")

    assert page.h1 == "Cases"
    assert "General request" in page.text
