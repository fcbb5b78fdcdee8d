"""Staff note a report for somebody: one page, nothing lost, nothing twice, what is known there first."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.accounts.models import User
from portal.casework.models import Case, EventKind, TimelineEvent
from portal.core.files import Attachment
from portal.core.outbox import Job
from portal.core.texts import Translated
from portal.documents.models import Channel
from portal.faults.models import Fault, FaultCategory, FaultPhoto, Source
from portal.faults.operations import drafts
from portal.organisation.models import Role, Unit
from tests.factories import (
    NOW,
    make_community,
    make_fault,
    make_fault_category,
    make_fault_limits,
    make_fault_unit,
    make_place,
    make_staff,
    make_unit,
)
from tests.factories.faults import LAT, LON
from tests.support.client import Client, Page
from tests.support.photographs import photograph

FORM = "main .fault-form form"
QUESTIONS = [{"code": "lamps", "kind": "number", "label": {"el": "Πόσοι λαμπτήρες;"}, "required": True}]


@pytest.fixture(autouse=True)
def _then(frozen: Callable[[datetime], Any]) -> None:
    frozen(NOW)


@pytest.fixture
def unit(session: Session) -> Unit:
    """The one that repairs."""
    make_fault_limits(session)
    unit = make_unit(session)
    make_fault_unit(session, unit=unit)
    harbour = make_community(session, name=Translated(el="Λιμάνι", en="Harbour"))
    make_place(session, community=harbour, name=Translated(el="Παλιό Λιμάνι", en="Old Port"))
    return unit


@pytest.fixture
def category(session: Session) -> FaultCategory:
    return make_fault_category(session, name=Translated(el="Σβηστός λαμπτήρας", en="Lamp out"))


@pytest.fixture
def clerk(session: Session, unit: Unit) -> User:
    return make_staff(session, unit)


@pytest.fixture
def desk(client: Client, clerk: User) -> Client:
    return client.sign_in(clerk)


def said(category: FaultCategory, **given: Any) -> dict[str, Any]:
    told = {"channel": "phone", "category": str(category.id), "text": "Δεν ανάβει.", "address": "Στον φούρνο"}
    return {**told, "lat": f"{LAT}", "lon": f"{LON}", "name": "Μαρία Κ.", **given}


def press(desk: Client, page: Page | None, fields: dict[str, Any], **given: Any) -> Page:
    return desk.submit(page or desk.get("faults_desk.note"), fields, form=FORM, **given)


def faults(session: Session) -> list[Fault]:
    session.expire_all()
    return list(session.scalars(sa.select(Fault).order_by(Fault.id)))


# -- filing


def test_it_is_noted_in_one_step_where_nothing_is_to_be_looked_at(
    desk: Client, session: Session, category: FaultCategory, clerk: User
) -> None:
    after = press(desk, None, said(category, email="maria@example.org", said_in="en"))

    [fault] = faults(session)
    filed = session.scalars(sa.select(TimelineEvent).where(TimelineEvent.kind == EventKind.FILED)).one()
    assert (fault.source, fault.text, fault.language, fault.address) == (
        Source.COUNTER,
        "Δεν ανάβει.",
        "en",
        "Στον φούρνο",
    )
    assert (filed.actor_id, filed.data["channel"], fault.case.online) == (clerk.id, Channel.PHONE.value, False)
    assert (fault.case.applicant_name, fault.case.applicant_email) == ("Μαρία Κ.", "maria@example.org")
    assert (fault.steps[0].actor_id, fault.case.entry.registered_by_id) == (clerk.id, clerk.id)
    assert after.location.endswith(f"/desk/cases/{fault.slug}/")
    assert fault.reference in desk.get(after.location).text
    [letter] = session.scalars(sa.select(Job).where(Job.kind == "mail"))
    assert (letter.payload["to"], letter.payload["language"]) == ("maria@example.org", "en")


def test_whoever_has_no_email_gets_the_code_on_paper(desk: Client, session: Session, category: FaultCategory) -> None:
    after = press(desk, None, said(category, channel="counter", phone="2897022222"))

    [fault] = faults(session)
    page = desk.get(after.location)
    rows = dict(zip(page.texts("dt"), page.texts("dd"), strict=False))
    assert fault.reference in page.text
    assert any(len(words.split()[0]) == 14 and words.count("-") == 2 for words in rows.values()), rows
    assert fault.case.applicant_phone == "+302897022222"
    assert session.scalars(sa.select(Job).where(Job.kind == "mail")).all() == []
    desk.sign_out().sign_in(make_staff(session, make_unit(session))).get(after.location, status=404)


def test_another_units_report_leads_to_the_page_with_its_number(
    client: Client, session: Session, unit: Unit, category: FaultCategory
) -> None:
    client.sign_in(make_staff(session, make_unit(session)))

    after = press(client, None, said(category, email="maria@example.org"))

    page = client.get(after.location)
    assert faults(session)[0].case.unit == unit
    assert after.location.endswith(f"/desk/faults/new/{faults(session)[0].slug}/")
    assert not page.select("main a[href*='/desk/cases/']")


def test_a_second_press_files_nothing(desk: Client, session: Session, category: FaultCategory) -> None:
    page = desk.get("faults_desk.note")

    first = press(desk, page, said(category))
    second = press(desk, page, said(category, text="Άλλο"))

    assert [fault.text for fault in faults(session)] == ["Δεν ανάβει."]
    assert first.location == second.location
    assert session.scalar(sa.select(sa.func.count()).select_from(Case)) == 1


# -- what is wrong or missing


def test_nothing_typed_is_lost_by_an_error(desk: Client, session: Session, category: FaultCategory) -> None:
    again = press(desk, None, {"channel": "post", "text": "Λείπει καπάκι", "email": "maria@"}, status=422)

    assert len(again.errors) == 2, "which kind, and the address"
    assert again.one("textarea[name=text]").text.strip() == "Λείπει καπάκι"
    assert again.one("input[name=email]")["value"] == "maria@"
    assert "checked" in again.one("input[name=channel][value=post]").attrs
    again = press(desk, again, said(category) | {"lat": "", "lon": "", "email": ""}, status=422)
    assert again.one("#sought-error")
    press(desk, again, said(category, lat="40.6", lon="22.9", email=""), status=422)
    assert faults(session) == []


def test_nobody_in_particular_only_where_the_category_says_so(
    desk: Client, session: Session, category: FaultCategory
) -> None:
    named = make_fault_category(session, anonymous=False)

    again = press(desk, None, said(named, name=""), status=422)
    assert again.one("#name-error")
    assert faults(session) == []

    press(desk, again, said(category, name=""))
    assert faults(session)[0].case.applicant_email == ""
    press(desk, None, said(named, name="", phone="2897022222", lat=f"{LAT + 0.01}"))
    assert faults(session)[1].case.applicant_name == "+302897022222"


def test_a_known_place_is_enough(desk: Client, session: Session, category: FaultCategory) -> None:
    fields = said(category, lat="", lon="", sought="λιμ")
    empty = press(desk, None, {"sought": "πουθενά"}, button="find", status=422)
    assert len(empty.errors) == 1, "of what is missing nothing is said yet"

    page = press(desk, empty, fields, button="find", status=200)
    place = page.one("input[name=place]")
    press(desk, page, {"place": place["value"]})

    assert (faults(session)[0].lat, faults(session)[0].lon) == (LAT, LON)
    assert faults(session)[0].text == "Δεν ανάβει."


# -- what is to be looked at before


def test_the_questions_of_the_category_are_asked(desk: Client, session: Session) -> None:
    asking = make_fault_category(session, questions=QUESTIONS)

    page = press(desk, None, said(asking), status=200)
    assert page.one("[role=status]")
    assert page.errors == []
    assert faults(session) == []

    again = press(desk, page, {}, status=422)
    assert again.one("#q_lamps-error")
    press(desk, again, {"q_lamps": "3"})
    assert faults(session)[0].answers == {"lamps": "3"}


def test_another_category_asks_its_own(desk: Client, session: Session, category: FaultCategory) -> None:
    asking = make_fault_category(session, questions=QUESTIONS)
    page = press(desk, None, said(asking), status=200)

    press(desk, page, {"category": str(category.id)})

    assert (faults(session)[0].category, faults(session)[0].answers) == (category, {})


def test_what_is_reported_there_already_stands_first(
    desk: Client, session: Session, unit: Unit, category: FaultCategory
) -> None:
    ours = make_fault(session, category=category)
    make_fault(session, category=category, lat=LAT + 0.01)
    elsewhere = make_fault_category(session)
    make_fault_unit(session, category=elsewhere, position=-1)
    others = make_fault(session, category=elsewhere, lat=LAT + 0.001)
    private = make_fault_category(session, private=True, parent=elsewhere.parent)
    secret = make_fault(session, category=private, lat=LAT + 0.0005)
    make_fault_unit(session, category=secret.group, position=-2)
    make_fault(session, category=private)

    page = press(desk, None, said(category), status=200)

    links = [str(link["href"]) for link in page.select("[aria-labelledby=around] a")]
    ours_first = [f"/el/desk/cases/{ours.slug}/", f"/el/desk/cases/{secret.slug}/", f"/el/faults/{others.slug}/"]
    assert links == ours_first, "the nearest first; what is private and another unit's is not there"
    assert len(faults(session)) == 5
    press(desk, page, {})
    assert len(faults(session)) == 6


def test_another_point_is_looked_at_again(desk: Client, session: Session, category: FaultCategory) -> None:
    make_fault(session, category=category)
    page = press(desk, None, said(category), status=200)
    there = make_fault(session, category=category, lat=LAT + 0.02)

    again = press(desk, page, {"lat": f"{LAT + 0.02}"}, status=200)

    assert there.slug in str(again.one("[aria-labelledby=around] a")["href"])


# -- photographs


def test_photographs_stay_through_errors_and_are_filed(desk: Client, session: Session, category: FaultCategory) -> None:
    picture = (io.BytesIO(photograph()), "lamp.jpg")
    again = press(desk, None, {"photos": picture}, status=422)
    assert "lamp.jpg" in again.text

    press(desk, again, said(category))

    [fault] = faults(session)
    assert len(fault.photos) == 1
    assert not fault.photos[0].public
    drafts.forget_drafts(session, now=NOW + drafts.KEPT_FOR * 2)
    assert session.scalar(sa.select(sa.func.count()).select_from(Attachment)) == 1


def test_a_photograph_is_taken_out_again(desk: Client, session: Session, category: FaultCategory) -> None:
    again = press(desk, None, {"photos": (io.BytesIO(photograph()), "lamp.jpg")}, status=422)

    press(desk, again, said(category, **{"photos-drop": str(again.one("[name=photos-drop]")["value"])}))

    assert session.scalars(sa.select(FaultPhoto)).all() == []


def test_what_is_no_photograph_is_refused_in_true_words(
    desk: Client, session: Session, category: FaultCategory
) -> None:
    desk.language = "en"
    paper = (io.BytesIO(b"%PDF-1.7\n%%EOF"), "letter.pdf")

    again = press(desk, None, said(category, photos=paper), status=422)

    [message] = again.errors
    assert "letter.pdf" in message
    assert "PDF" not in message.replace("letter.pdf", "")
    assert faults(session) == []


# -- who, and where it is found


def test_only_clerks_note_for_somebody(client: Client, session: Session, unit: Unit) -> None:
    client.sign_in(make_staff(session, unit, Role.HEAD)).get("faults_desk.note", status=403)
    client.post("faults_desk.note_submit", {}, status=403)

    assert not client.get("faults_desk.crew").select("main a[href$='/faults/new/']")


def test_clerks_find_it_where_they_file_for_others(desk: Client) -> None:
    for page in ("faults_desk.crew", "eservices_desk.counter"):
        assert desk.get(page).select("main a[href='/el/desk/faults/new/']"), page
