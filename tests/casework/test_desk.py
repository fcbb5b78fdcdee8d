"""Pages of the desk: the queue, one case, each action once as it should be and once not."""

from __future__ import annotations

import io
from typing import Any

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from portal.casework import operations
from portal.casework.models import AssignmentKind, Case, EventKind
from portal.casework.operations import Closing, Routing
from portal.casework.queries import history
from portal.core import clock
from portal.organisation.models import Role
from tests.casework.conftest import House, last
from tests.factories import make_duty, make_staff, make_time_limit, make_unit
from tests.factories.casework import make_case
from tests.support.client import Client


@pytest.fixture
def case(session: Session, house: House) -> Case:
    """A case of the resident, filed today."""
    return make_case(session, house.unit, applicant=house.resident, now=clock.now())


@pytest.fixture
def desk(client: Client, house: House) -> Client:
    """The clerk at the desk."""
    return client.sign_in(house.clerk)


def act(desk: Client, case: Case, action: str, fields: dict[str, Any], status: int | None = None) -> Any:
    """Open the form of an action, fill it in, send it."""
    page = desk.get("casework_desk.act", slug=case.slug, action=action)
    sent = desk.submit(page, fields, status=status)
    if desk.session:
        desk.session.expire_all()
    return sent


# -- the queue


def test_the_queue_shows_the_cases_of_my_units(desk: Client, session: Session, house: House, case: Case) -> None:
    other = make_case(session, house.other)

    page = desk.get("casework_desk.queue")

    assert case.reference in page.text
    assert other.reference not in page.text
    assert [chip["aria-current"] for chip in page.select(".chips a[aria-current]")] == ["true"]


def test_the_empty_queue_says_so(desk: Client) -> None:
    assert desk.get("casework_desk.queue").select(".empty")


def test_filters_stand_in_the_address_and_in_the_form(desk: Client, session: Session, house: House, case: Case) -> None:
    make_case(session, house.unit, kind="declaration", now=clock.now())
    page = desk.get("casework_desk.queue", filters="show")

    found = desk.submit(page, {"kind": "request", "q": ""}, form=".filter-form")

    assert len(found.select("table.queue tbody tr")) == 1
    assert found.one("#kind option[selected]")["value"] == "request"
    assert all("kind=request" in str(chip["href"]) for chip in found.select(".chips a"))


def test_a_date_that_is_none_is_kept_and_told(desk: Client, case: Case) -> None:
    page = desk.get("casework_desk.queue", filters="show")

    wrong = desk.submit(
        page, {"since-day": "31", "since-month": "2", "since-year": "2026"}, form=".filter-form", status=422
    )

    assert len(wrong.errors) == 1
    assert wrong.one("#since-day")["value"] == "31"
    assert case.reference in wrong.text


@pytest.mark.parametrize("view", ["open", "closed"])
def test_the_next_page_keeps_the_filters(desk: Client, session: Session, house: House, view: str) -> None:
    for _ in range(21):
        made = make_case(session, house.unit, now=clock.now())
        if view == "closed":
            operations.close(session, made, Closing("approved"), actor=house.clerk, now=clock.now())
    first = desk.get("casework_desk.queue", view=view, kind="request")

    second = desk.get(str(first.one("a[rel=next]")["href"]))

    assert "kind=request" in str(first.one("a[rel=next]")["href"])
    assert len(second.select("table.queue tbody tr")) == 1
    assert not second.select("a[rel=next]")


@pytest.mark.parametrize(
    "query",
    [
        "endpoint=x&_scheme=javascript&_external=1&lang=xx",
        "after=2026-01-01T00:00:00%2B00:00&after_id=1",
        "view=closed&after=2026-01-01&after_id=1",
        "view=closed&after=0001-01-01T00:00:00%2B14:00&after_id=1",
        "after=2026-01-01&after_id=99999999999999999999",
        "unit=99999999999999999999&community=x&kind=unknown",
        "since-day=1&since-month=1&since-year=1&until-day=31&until-month=12&until-year=9999",
    ],
)
def test_an_address_that_makes_no_sense_shows_the_queue(desk: Client, case: Case, query: str) -> None:
    page = desk.browser.get(f"/el/desk/cases/?{query}")

    assert page.status_code in {200, 422}
    assert 'href="javascript' not in page.get_data(as_text=True)


def test_a_text_that_no_database_takes_is_a_bad_request(desk: Client) -> None:
    for path in ("/el/desk/cases/?subject=%00", "/el/desk/cases/a%00b/"):
        desk.get(path, status=400)


# -- one case


def test_staff_see_what_happened_and_what_can_be_done(desk: Client, session: Session, house: House, case: Case) -> None:
    operations.note(session, case, "Μόνο για εμάς.", actor=house.head, now=clock.now())

    page = desk.get("casework_desk.case", slug=case.slug)

    assert "Μόνο για εμάς." in page.text
    assert {str(a["href"]).rsplit("/", 2)[1] for a in page.select(".acts a")} == {
        *("ask", "message", "route", "note", "wait", "extend", "forward"),
    }


def test_what_does_not_fit_the_state_is_not_offered(desk: Client, session: Session, house: House, case: Case) -> None:
    operations.ask(session, case, "Ποιο;", actor=house.clerk, now=clock.now())

    page = desk.get("casework_desk.case", slug=case.slug)

    assert {str(a["href"]).rsplit("/", 2)[1] for a in page.select(".acts a")} == {
        *("resume", "message", "route", "note", "extend"),
    }
    desk.get("casework_desk.act", slug=case.slug, action="ask", status=409)
    for action in ("ask", "wait", "forward"):
        data = {"text": "Και κάτι;", "unit": str(house.other.id), "seen": str(case.version)}
        refused = desk.post("casework_desk.act_submit", data, status=409, slug=case.slug, action=action)
        assert refused.one("textarea").get_text(strip=True) == "Και κάτι;"


def test_a_closed_case_can_be_read_only(desk: Client, session: Session, house: House, case: Case) -> None:
    operations.close(session, case, Closing("approved"), actor=house.clerk, now=clock.now())

    assert not desk.get("casework_desk.case", slug=case.slug).select(".case-actions form, .acts a")
    desk.get("casework_desk.act", status=409, slug=case.slug, action="note")
    desk.post("casework_desk.act_submit", {"text": "Late."}, status=409, slug=case.slug, action="note")


def test_no_such_case_and_no_such_action(desk: Client, case: Case) -> None:
    desk.get("casework_desk.case", status=404, slug="2026-999999")
    desk.get("casework_desk.act", status=404, slug=case.slug, action="burn")


# -- rights


@pytest.mark.parametrize("action", ["take", "ask", "message", "route", "note", "wait", "resume", "extend", "forward"])
def test_another_unit_does_nothing(client: Client, session: Session, house: House, case: Case, action: str) -> None:
    client.sign_in(house.stranger)

    client.get("casework_desk.case", status=403, slug=case.slug)
    client.get("casework_desk.act", status=403, slug=case.slug, action=action)
    client.post("casework_desk.act_submit", {"text": "Mine."}, status=403, slug=case.slug, action=action)
    assert last(session, case).kind is EventKind.FILED


def test_residents_have_no_desk(client: Client, house: House, case: Case) -> None:
    client.get("casework_desk.queue", status=303)
    client.sign_in(house.resident)
    for endpoint, values in (("queue", {}), ("case", {"slug": case.slug})):
        client.get(f"casework_desk.{endpoint}", status=403, **values)


def test_whoever_reads_for_information_cannot_act(client: Client, session: Session, house: House, case: Case) -> None:
    copy = Routing(house.other.id, kind=AssignmentKind.INFORMATION)
    operations.route(session, case, copy, actor=house.clerk, now=clock.now())
    client.sign_in(house.stranger)

    page = client.get("casework_desk.case", slug=case.slug)
    assert not page.select(".acts a")
    client.post("casework_desk.act_submit", {"text": "Hm."}, status=403, slug=case.slug, action="note")
    client.submit(page, form=".case-actions form")

    assert not client.get("casework_desk.queue", view="information").select("table.queue")


def test_a_planner_of_the_unit_reads_only(client: Client, session: Session, house: House, case: Case) -> None:
    client.sign_in(make_staff(session, house.unit, Role.PLANNER))

    assert not client.get("casework_desk.case", slug=case.slug).select(".acts a")
    client.get("casework_desk.act", status=403, slug=case.slug, action="note")


# -- actions


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
