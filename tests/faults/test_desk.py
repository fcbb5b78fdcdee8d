"""The desk of faults: a report at its case, what becomes of it, what heads and administrators look at."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from PIL import Image
from sqlalchemy.orm import Session

from portal.accounts.models import User
from portal.casework.operations import Applicant
from portal.core import clock
from portal.core.outbox import Job
from portal.core.texts import Translated
from portal.faults import operations
from portal.faults.models import Application, CannedReply, Fault, FaultState, RoutingRule, Work
from portal.faults.operations import Done
from portal.organisation.models import Role, Unit
from tests.casework.test_statements import MOST, needed
from tests.factories import make_body, make_fault, make_fault_category, make_fault_unit, make_staff, make_unit
from tests.factories.faults import LAT
from tests.support.client import Client

FORM = "main .narrow form"
TODAY = clock.athens_date(clock.now())


@dataclass(frozen=True)
class Stage:
    """The unit that repairs, its people, somebody elsewhere, and an open report in English."""

    unit: Unit
    clerk: User
    head: User
    stranger: User
    administrator: User
    fault: Fault


@pytest.fixture
def stage(session: Session) -> Stage:
    unit, other = make_unit(session), make_unit(session)
    make_fault_unit(session, unit=unit, position=-1)
    reporter = Applicant("Ann Visitor", "ann@example.org", "en")
    fault = make_fault(session, reporter=reporter, language="en", text="A lamp is dark. Call Nick.", now=clock.now())
    return Stage(
        unit,
        make_staff(session, unit, full_name="Άννα Τεχνικού"),
        make_staff(session, unit, Role.HEAD),
        make_staff(session, other),
        make_staff(session, other, Role.ADMINISTRATOR),
        fault,
    )


@pytest.fixture
def desk(client: Client, stage: Stage) -> Client:
    return client.sign_in(stage.clerk)


@pytest.fixture
def letters(session: Session) -> Callable[[], list[dict[str, Any]]]:
    def written() -> list[dict[str, Any]]:
        session.expire_all()
        return [job.payload for job in session.scalars(sa.select(Job).where(Job.kind == "mail").order_by(Job.id))]

    return written


def photograph(colour: str = "grey") -> io.BytesIO:
    out = io.BytesIO()
    Image.new("RGB", (40, 30), colour).save(out, "JPEG")
    out.seek(0)
    return out


def add_photo(session: Session, desk: Client, fault: Fault) -> int:
    """A photograph of a repair, by way of the page."""
    page = desk.get("faults_desk.job", slug=fault.slug)
    desk.submit(page, {"photos": (photograph(), "after.jpg")}, form="[data-kept-form] form")
    session.refresh(fault)
    session.expire(fault, ["photos"])
    return fault.photos[-1].id


# -- who may


@pytest.mark.parametrize("page", ["change", "before", "split", "category", "redact"])
def test_only_its_unit_acts_on_a_report(client: Client, stage: Stage, page: str) -> None:
    client.sign_in(stage.stranger).get(f"faults_desk.{page}", slug=stage.fault.slug, status=403)
    client.sign_in(stage.clerk).get(f"faults_desk.{page}", slug=stage.fault.slug)
    client.get(f"faults_desk.{page}", slug="2019-1", status=404)


@pytest.mark.parametrize("page", ["crew", "route", "disputed"])
def test_nobody_sees_the_jobs_of_others(client: Client, session: Session, stage: Stage, page: str) -> None:
    stage.fault.disputed = True
    stage.fault.due_on = TODAY

    assert stage.fault.reference in client.sign_in(stage.clerk).get(f"faults_desk.{page}").text
    assert stage.fault.reference not in client.sign_in(stage.stranger).get(f"faults_desk.{page}").text
    planner = make_staff(session, stage.unit, Role.PLANNER)
    client.sign_in(planner).get(f"faults_desk.{page}", status=403)


def test_the_menu_leads_there_who_may(client: Client, session: Session, stage: Stage) -> None:
    link = "a[href$='/desk/faults/crew/']"

    assert client.sign_in(stage.clerk).get("site_desk.home").select(link)
    planner = make_staff(session, stage.unit, Role.PLANNER)
    assert not client.sign_in(planner).get("site_desk.home").select(link)


# -- the case


def test_the_case_shows_the_report_and_what_can_be_done(desk: Client, session: Session, stage: Stage) -> None:
    near = make_fault(session, category=stage.fault.category, lat=LAT + 0.0001, now=clock.now())

    page = desk.get("casework_desk.case", slug=stage.fault.slug)

    assert page.one("blockquote.fault-words")["lang"] == "en"
    assert page.one("[data-map]")
    assert near.reference in page.text
    actions = {str(link["href"]).rstrip("/").rpartition("/")[2] for link in page.select(".fault-acts a")}
    assert {"change", "before", "split", "category", "redact"} <= actions


def test_the_reporter_sees_their_report_at_their_case(client: Client, stage: Stage) -> None:
    with client.browser.session_transaction() as cookie:
        cookie["cases"] = [stage.fault.case_id]

    page = client.get("casework.case", slug=stage.fault.slug)

    assert "A lamp is dark" in page.text


def test_a_case_needs_as_many_statements_with_twenty_neighbours_as_with_one(
    desk: Client, session: Session, stage: Stage
) -> None:
    def note(number: int) -> None:
        near = make_fault(session, category=stage.fault.category, lat=LAT + 0.00001 * number, now=clock.now())
        near.part_of_id = stage.fault.id
        work = {"minutes": number, "at": clock.now(), "user_id": make_staff(session, stage.unit).id}
        session.add(Work(fault_id=stage.fault.id, **work))

    note(1)
    one = needed(desk, session, "casework_desk.case", slug=stage.fault.slug)
    for number in range(2, 20):
        note(number)

    twenty = needed(desk, session, "casework_desk.case", slug=stage.fault.slug)

    assert len(twenty) == len(one), "\n".join(twenty)
    assert len(twenty) <= MOST, "\n".join(twenty)


@pytest.mark.parametrize("page", ["crew", "route", "disputed", "spots"])
def test_a_list_needs_as_many_statements_for_twenty_as_for_one(
    desk: Client, session: Session, stage: Stage, page: str
) -> None:
    def add() -> None:
        for _ in range(3):
            fault = make_fault(session, category=stage.fault.category, now=clock.now())
            fault.disputed, fault.due_on = True, TODAY

    add()
    one = needed(desk, session, f"faults_desk.{page}")
    for _ in range(5):
        add()

    twenty = needed(desk, session, f"faults_desk.{page}")

    assert len(twenty) == len(one), "\n".join(twenty)
    assert len(twenty) <= MOST, "\n".join(twenty)


# -- what becomes of it


def test_a_state_is_said_with_a_note_in_the_reporters_language(
    desk: Client, session: Session, stage: Stage, letters: Callable[[], list[dict[str, Any]]]
) -> None:
    page = desk.get("faults_desk.change", slug=stage.fault.slug)
    day = TODAY + timedelta(days=3)
    when = {f"planned_on-{part}": str(getattr(day, part)) for part in ("day", "month", "year")}

    desk.submit(page, {"state": "planned", "note_el": "Την Πέμπτη.", "note_en": "On Thursday.", **when}, form=FORM)
    session.refresh(stage.fault)

    assert (stage.fault.state, stage.fault.planned_on) == (FaultState.PLANNED, day)
    letter = letters()[-1]
    assert (letter["to"], letter["language"], letter["template"]) == ("ann@example.org", "en", "faults/changed")
    assert letter["values"]["note"] == {"el": "Την Πέμπτη.", "en": "On Thursday."}


@pytest.mark.parametrize("state", ["planned", "repaired", "not-possible", "passed-on"])
def test_what_is_missing_is_said_at_its_field(desk: Client, session: Session, stage: Stage, state: str) -> None:
    page = desk.get("faults_desk.change", slug=stage.fault.slug)

    again = desk.submit(page, {"state": state, "note_en": ""}, form=FORM, status=422)
    session.refresh(stage.fault)

    assert again.errors
    assert stage.fault.state is FaultState.RECEIVED


def test_it_is_passed_on_to_whom_it_concerns(desk: Client, session: Session, stage: Stage) -> None:
    body = make_body(session)
    page = desk.get("faults_desk.change", slug=stage.fault.slug)
    given = {"state": "passed-on", "body": str(body.id), "body_reference": "Α-7", "note_el": "Είναι δίκτυό τους."}

    desk.submit(page, given, form=FORM)
    session.refresh(stage.fault)

    assert (stage.fault.body_id, stage.fault.body_reference) == (body.id, "Α-7")
    assert stage.fault.is_open, "it is followed until it is done"


def test_the_other_body_gets_a_letter_unless_it_has_a_number_for_it(
    desk: Client, session: Session, stage: Stage, letters: Callable[[], list[dict[str, Any]]]
) -> None:
    body = make_body(session, email="faults@water.example")
    given = {"state": "passed-on", "body": str(body.id), "note_el": "Είναι δίκτυό τους."}

    page = desk.get("faults_desk.change", slug=stage.fault.slug, state="passed-on")
    desk.submit(page, given, form=FORM)

    assert [each["to"] for each in letters() if each["template"] == "faults/pass_on"] == ["faults@water.example"]


def test_a_canned_reply_fills_in_every_language(desk: Client, session: Session, stage: Stage) -> None:
    text = Translated(el="Δεν γίνεται.", en="It cannot be done.")
    session.add(CannedReply(code="no", title=Translated(el="Όχι"), text=text, state=FaultState.IMPOSSIBLE))

    page = desk.get("faults_desk.change", slug=stage.fault.slug, reply="no")

    assert page.one("[name=note_el]").get_text().strip() == "Δεν γίνεται."
    assert page.one("[name=note_en]").get_text().strip() == "It cannot be done."
    assert page.one("[name=state][checked]")["value"] == "not-possible"
    desk.submit(page, form=FORM)
    session.refresh(stage.fault)
    assert stage.fault.state is FaultState.IMPOSSIBLE


def test_of_two_at_once_the_second_is_told(desk: Client, session: Session, stage: Stage) -> None:
    page = desk.get("faults_desk.change", slug=stage.fault.slug)
    desk.submit(page, {"state": "confirmed"}, form=FORM)

    again = desk.submit(page, {"state": "repairing", "note_el": "Τώρα"}, form=FORM, status=409)
    session.refresh(stage.fault)

    assert stage.fault.state is FaultState.CONFIRMED
    assert again.one("[name=note_el]").get_text().strip() == "Τώρα", "nothing typed is lost"
    desk.submit(again, form=FORM)


def test_what_is_closed_is_not_changed(desk: Client, session: Session, stage: Stage) -> None:
    done = Done(note=Translated(el="Έγινε."))
    operations.finish(session, stage.fault, done, actor=stage.clerk, now=clock.now())

    desk.get("faults_desk.change", slug=stage.fault.slug, status=409)
    desk.get("faults_desk.redact", slug=stage.fault.slug)
    assert "fault-acts" in str(desk.get("casework_desk.case", slug=stage.fault.slug).soup)


def test_a_report_is_merged_by_its_number(desk: Client, session: Session, stage: Stage) -> None:
    first = make_fault(session, now=clock.now())
    page = desk.get("faults_desk.before", slug=stage.fault.slug)

    wrong = desk.submit(page, {"number": "2019/1"}, form=FORM, status=422)
    nothing = desk.submit(page, {"number": ""}, form=FORM, status=422)
    desk.submit(page, {"number": first.reference}, form=FORM)
    session.refresh(stage.fault)

    assert wrong.errors
    assert nothing.errors
    assert stage.fault.duplicate_of_id == first.id


def test_a_report_is_split_row_by_row(desk: Client, session: Session, stage: Stage) -> None:
    part = {"parts-0-category": str(stage.fault.category_id), "parts-0-unit": str(stage.unit.id)}
    page = desk.get("faults_desk.split", slug=stage.fault.slug)

    longer = desk.submit(page, part | {"parts-add": ""}, form=FORM, status=200)
    missing = desk.submit(page, part, form=FORM, status=422)
    desk.submit(page, part | {"parts-0-text": "Το καλώδιο"}, form=FORM)

    assert longer.select("[name=parts-1-text]")
    assert missing.errors
    made = session.scalars(sa.select(Fault).where(Fault.part_of_id == stage.fault.id)).one()
    assert made.text == "Το καλώδιο"


def test_another_category_takes_it_to_another_unit(desk: Client, session: Session, stage: Stage) -> None:
    category = make_fault_category(session)
    make_fault_unit(session, category=category, position=-2)
    page = desk.get("faults_desk.category", slug=stage.fault.slug)

    after = desk.submit(page, {"category": str(category.id)}, form=FORM)

    assert after.location.endswith("/desk/cases/"), "it is not ours any more"


# -- what the public reads


def test_names_are_taken_out_for_the_public(desk: Client, session: Session, stage: Stage) -> None:
    page = desk.get("faults_desk.redact", slug=stage.fault.slug)

    desk.submit(page, {"public_text": "A lamp is dark."}, form=FORM)
    session.refresh(stage.fault)

    assert stage.fault.said == "A lamp is dark."
    assert "Call Nick" in desk.get("casework_desk.case", slug=stage.fault.slug).text, "staff keep the original"


def test_a_report_is_hidden(desk: Client, session: Session, stage: Stage) -> None:
    page = desk.get("faults_desk.redact", slug=stage.fault.slug)
    fields = {"public_text": stage.fault.text, "seen": page.one("[name=seen]")["value"]}

    desk.post("faults_desk.redact_submit", fields, slug=stage.fault.slug)
    session.refresh(stage.fault)

    assert not stage.fault.shown
    assert stage.fault.public_text is None


def test_a_private_category_is_not_shown(desk: Client, session: Session, stage: Stage) -> None:
    private = make_fault(session, category=make_fault_category(session, private=True), now=clock.now())
    page = desk.get("faults_desk.redact", slug=private.slug)

    again = desk.submit(page, {"shown": "yes"}, form=FORM, status=422)

    assert again.errors


def test_a_photograph_is_kept_for_staff_by_one_press(desk: Client, session: Session, stage: Stage) -> None:
    number = add_photo(session, desk, stage.fault)
    page = desk.get("casework_desk.case", slug=stage.fault.slug)

    desk.submit(page, form=f"form[action*='/photos/{number}/public/']")
    session.expire_all()

    assert not stage.fault.photos[-1].public
    assert desk.get("faults_desk.photo", slug=stage.fault.slug, number=number).headers["Content-Type"] == "image/jpeg"
    desk.sign_in(stage.stranger).get("faults_desk.photo", slug=stage.fault.slug, number=number, status=403)


# -- heads, administrators


def test_who_says_it_is_not_repaired_is_in_the_heads_list(client: Client, session: Session, stage: Stage) -> None:
    now = clock.now()
    operations.finish(session, stage.fault, Done(note=Translated(el="Έγινε.")), actor=stage.clerk, now=now)
    operations.disagree(session, stage.fault, "Still dark", actor=None, now=now)

    page = client.sign_in(stage.head).get("faults_desk.disputed")
    counted = client.get("faults_desk.crew").one("a[href$='/disputed/'] b")

    assert stage.fault.reference in page.text
    assert counted.get_text() == "1"
    assert "disputed" not in str(client.sign_in(stage.administrator).get("site_desk.home").soup)


def test_spots_that_come_back_are_listed(desk: Client, session: Session, stage: Stage) -> None:
    for _ in range(2):
        make_fault(session, category=stage.fault.category, now=clock.now())

    page = desk.get("faults_desk.spots")

    assert stage.fault.reference in page.text
    assert page.one("[data-map]")


def test_a_key_is_shown_once(client: Client, session: Session, stage: Stage) -> None:
    client.sign_in(stage.head).get("faults_desk.applications", status=403)
    page = client.sign_in(stage.administrator).get("faults_desk.new_application")

    made = client.submit(page, {"name": "Ακτή", "most_a_day": "20"}, form=FORM, status=200)
    again = client.submit(page, {"name": "ΑΚΤΉ", "most_a_day": "20"}, form=FORM, status=422)
    row = session.scalars(sa.select(Application)).one()

    key = made.one(".govuk-inset-text .num").get_text()
    assert len(key) > 30
    assert again.errors
    listed = client.get("faults_desk.applications")
    assert key not in listed.text
    client.submit(listed, form="form[action*='/close/']")
    session.refresh(row)
    assert row.closed


def test_a_head_changes_who_gets_what(client: Client, session: Session, stage: Stage) -> None:
    client.sign_in(stage.clerk).get("faults_desk.rules", status=403)
    other = make_unit(session)
    category = make_fault_category(session)
    page = client.sign_in(stage.head).get("faults_desk.new_rule")

    client.submit(page, {"category": str(category.id), "unit": str(other.id), "position": "-50"}, form=FORM)

    assert make_fault(session, category=category, now=clock.now()).case.unit_id == other.id
    assert client.get("faults_desk.rules").text


def test_one_rule_holds_for_everything(client: Client, session: Session, stage: Stage) -> None:
    every = session.scalars(sa.select(RoutingRule)).all()
    client.sign_in(stage.head)

    answers = []
    for rule in every:
        page = client.get("faults_desk.rule", number=rule.id)
        last = rule is every[-1]
        answers.append(client.submit(page, {"hours": "working"}, form=FORM, status=409 if last else None).status)

    assert answers[-1] == 409


def test_a_head_writes_a_text_that_is_ready(client: Client, session: Session, stage: Stage) -> None:
    page = client.sign_in(stage.head).get("faults_desk.new_reply")
    texts = {"title_el": "Ευχαριστούμε", "title_en": "Thanks", "text_el": "Το είδαμε.", "text_en": "We have seen it."}

    missing = client.submit(page, {**texts, "text_en": ""}, form=FORM, status=422)
    client.submit(page, {**texts, "state": "confirmed"}, form=FORM)
    row = session.scalars(sa.select(CannedReply)).one()
    client.submit(client.get("faults_desk.reply", code=row.code), {"title_el": "Ευχαριστούμε πολύ"}, form=FORM)

    assert missing.errors
    assert row.state is FaultState.CONFIRMED
    assert "Ευχαριστούμε πολύ" in client.get("faults_desk.change", slug=stage.fault.slug, state="confirmed").text


def test_what_repeats_a_report_and_its_parts_are_shown_wherever_they_lie(
    desk: Client, session: Session, stage: Stage
) -> None:
    far = {"category": stage.fault.category, "lat": LAT + 0.03, "now": clock.now()}
    again, part = make_fault(session, **far), make_fault(session, **far)
    again.duplicate_of_id = part.part_of_id = stage.fault.id

    page = desk.get("casework_desk.case", slug=stage.fault.slug)

    assert again.reference in page.one("section[aria-labelledby=repeated]").get_text()
    assert part.reference in page.one("section[aria-labelledby=parts]").get_text()
    assert not page.select("section[aria-labelledby=near]")
