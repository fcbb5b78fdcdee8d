"""Pages of the desk: the queue, one case, who may see and do what."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from portal.casework import operations
from portal.casework.models import AssignmentKind, Case, EventKind
from portal.casework.operations import Closing, Routing
from portal.core import clock
from portal.organisation.models import Role
from tests.casework.conftest import House, last
from tests.factories import make_staff
from tests.factories.casework import make_case
from tests.support.client import Client

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
