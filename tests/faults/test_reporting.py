"""A fault is reported: in three screens, without an account, without a map; nothing is lost or filed twice."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask
from sqlalchemy.orm import Session

from portal.core.files import Attachment
from portal.core.letters import Letter
from portal.core.texts import Translated
from portal.faults import operations
from portal.faults.models import Fault, FaultCategory, FaultDraft, FaultState, Jurisdiction
from portal.faults.operations import Change, drafts
from portal.faults.views import reporting
from tests.factories import (
    NOW,
    make_body,
    make_community,
    make_fault,
    make_fault_category,
    make_fault_limits,
    make_fault_unit,
    make_place,
    make_user,
)
from tests.factories.faults import LAT, LON
from tests.support.client import Client, Page
from tests.support.gateway import gateway
from tests.support.photographs import photograph

FORM = "main form.fault-form"
QUESTIONS = [
    {"code": "size", "kind": "number", "label": {"el": "Διάμετρος", "en": "How wide is it?"}},
    {"code": "traffic", "kind": "yes-no", "label": {"el": "Κίνηση", "en": "Is it in the lane?"}, "required": True},
    {
        "code": "side",
        "kind": "one",
        "label": {"el": "Πλευρά", "en": "Which side?"},
        "choices": [
            {"code": "sea", "label": {"el": "Θάλασσα", "en": "The sea’s"}},
            {"code": "hill", "label": {"el": "Λόφος"}},
        ],
    },
]


@pytest.fixture(autouse=True)
def now(frozen: Callable[[datetime], time_machine.Coordinates]) -> time_machine.Coordinates:
    return frozen(NOW)


@pytest.fixture
def client(client: Client) -> Client:
    client.language = "en"
    return client


@pytest.fixture
def category(session: Session) -> FaultCategory:
    make_fault_limits(session)
    make_fault_unit(session)
    harbour = make_community(session, name=Translated(el="Λιμάνι", en="Harbour"))
    make_place(session, community=harbour, name=Translated(el="Παλιό Λιμάνι", en="Old Port"), aliases="Πόρτο, Porto")
    return make_fault_category(
        session, name=Translated(el="Λακκούβα", en="Pothole"), keywords=Translated(en="hole, road"), anonymous=True
    )


def picture(**given: Any) -> tuple[io.BytesIO, str]:
    return io.BytesIO(photograph(**given)), "street.jpg"


def where(client: Client, **fields: Any) -> Page:
    given = {"lat": f"{LAT}", "lon": f"{LON}", "address": "By the bakery"}
    return client.submit(client.get("faults.report"), given | fields, form=FORM)


def what(client: Client, category: FaultCategory, **fields: Any) -> Page:
    client.submit(client.get("faults.report_what"), form="main form[method=post]", button=category.code)
    return client.submit(client.get("faults.report_what"), {"text": "A deep hole."} | fields, form=FORM)


def upto_check(client: Client, category: FaultCategory, **fields: Any) -> Page:
    where(client)
    what(client, category, **fields)
    return client.get("faults.report_check")


def code_in_letter(session: Session, drain: Callable[[datetime], int]) -> str:
    drain(NOW + timedelta(minutes=5))
    [*_others, letter] = session.scalars(sa.select(Letter).where(Letter.subject.contains("code")).order_by(Letter.id))
    return re.findall(r"\b\d{6}\b", letter.body)[0]


def faults(session: Session) -> list[Fault]:
    session.expire_all()
    return list(session.scalars(sa.select(Fault).order_by(Fault.id)))


def only_draft(session: Session) -> FaultDraft:
    session.expire_all()
    return session.scalars(sa.select(FaultDraft)).one()


# -- the whole way


def test_a_report_is_sent_without_an_account_once_its_e_mail_is_confirmed(
    client: Client, session: Session, category: FaultCategory, drain: Callable[[datetime], int]
) -> None:
    page = upto_check(client, category)
    assert "A deep hole." in page.text

    client.submit(page, {"email": "Visitor@Post.example", "said_in": "de"}, form=FORM)
    assert faults(session) == []
    code = code_in_letter(session, drain)
    sent = client.submit(client.get("faults.report_code"), {"code": f"{code[:3]} {code[3:]}"}, follow=True)

    [fault] = faults(session)
    assert (fault.text, fault.language, fault.address) == ("A deep hole.", "de", "By the bakery")
    assert (fault.lat, fault.lon, fault.category.code) == (LAT, LON, category.code)
    assert fault.case.applicant_email == "visitor@post.example"
    assert fault.case.language == "en"
    assert fault.case.reference in sent.text
    assert "Secret code" in sent.text


def test_a_telephone_is_confirmed_like_an_e_mail_and_told_how_it_goes_on(
    client: Client,
    session: Session,
    category: FaultCategory,
    app: Flask,
    drain: Callable[[datetime], int],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    portal = app.extensions["portal"]
    with gateway() as (url, kept):
        monkeypatch.setattr(portal, "settings", replace(portal.settings, sms_url=url))
        page = upto_check(client, category)
        client.submit(page, {"who": "phone", "email": "", "phone": ""}, form=FORM, status=422)
        client.submit(page, {"who": "phone", "email": "", "phone": "6900000000"}, form=FORM)
        drain(NOW + timedelta(minutes=5))
        code = kept[0]["text"][:6]
        client.submit(client.get("faults.report_code"), {"code": code}, follow=True)
        [fault] = faults(session)
        done = Change(state=FaultState.REPAIRED, note=Translated(el="Έγινε"))
        operations.change_state(session, fault, done, actor=None, now=NOW + timedelta(minutes=6))
        session.commit()
        drain(NOW + timedelta(minutes=7))

    assert [message["to"] for message in kept] == ["+306900000000"] * 3
    assert (fault.case.applicant_email, fault.case.applicant_phone) == ("", "+306900000000")
    assert fault.slug in kept[1]["text"]
    assert "/faults/answer/" in kept[2]["text"]


def test_a_signed_in_resident_needs_no_code(client: Client, session: Session, category: FaultCategory) -> None:
    user = make_user(session)
    client.sign_in(user)

    client.submit(upto_check(client, category), form=FORM, follow=True)

    [fault] = faults(session)
    assert fault.case.applicant_id == user.id


def test_where_the_category_allows_it_nobody_says_who_they_are(
    client: Client, session: Session, category: FaultCategory
) -> None:
    sent = client.submit(upto_check(client, category), {"who": "nobody"}, form=FORM, follow=True)

    [fault] = faults(session)
    assert fault.case.applicant_email == ""
    assert "Write both down" in sent.text


def test_elsewhere_an_e_mail_is_asked_for(client: Client, session: Session, category: FaultCategory) -> None:
    category.anonymous = False
    page = upto_check(client, category)
    assert page.select("[name=who]") == []

    refused = client.submit(page, {"who": "nobody"}, form=FORM, status=422)

    assert refused.errors == ["Enter your e-mail, so that we can tell you when it is repaired"]
    assert faults(session) == []


def test_a_second_press_files_nothing_twice(client: Client, session: Session, category: FaultCategory) -> None:
    page = upto_check(client, category)
    with client.browser.session_transaction() as cookie:
        token = cookie["fault_draft"]
    first = client.submit(page, {"who": "nobody"}, form=FORM)
    with client.browser.session_transaction() as cookie:  # as a press that was sent before the answer came
        cookie["fault_draft"] = token

    second = client.submit(page, {"who": "nobody"}, form=FORM)

    assert second.location == first.location
    assert len(faults(session)) == 1
    client.get(second.location)


def test_the_page_of_what_was_sent_is_for_who_sent_it(
    client: Client, session: Session, category: FaultCategory
) -> None:
    client.submit(upto_check(client, category), {"who": "nobody"}, form=FORM)
    [fault] = faults(session)

    client.get("faults.sent", slug=fault.slug)
    client.sign_out()

    client.get("faults.sent", slug=fault.slug, status=404)


# -- where


def test_a_place_is_found_by_its_name_and_chosen_without_a_map(
    client: Client, session: Session, category: FaultCategory
) -> None:
    found = client.submit(client.get("faults.report"), {"sought": "πορτο"}, form=FORM, button="find", status=200)
    assert found.texts("[data-places] label") == ["Old Port"]
    [radio] = found.select("[name=place]")

    client.submit(found, {"place": radio["value"]}, form=FORM)

    assert only_draft(session).point == (LAT, LON)


def test_a_place_wins_over_an_older_point(client: Client, session: Session, category: FaultCategory) -> None:
    where(client, lat="35.30", lon="25.38")
    found = client.submit(client.get("faults.report"), {"sought": "harbour"}, form=FORM, status=200)
    [radio] = found.select("[name=place]")

    client.submit(found, {"place": radio["value"]}, form=FORM)

    assert only_draft(session).point == (LAT, LON)


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"sought": "Atlantis"}, "We know no place of this name. Try the village, or press on the map"),
        ({}, "Say where it is: write the name of the place, press on the map, or use your position"),
        ({"lat": "40.6", "lon": "22.9"}, "This point is not in our municipality. Choose a point on the map."),
        ({"lat": "35.3"}, "Give both the latitude and the longitude, or neither"),
        ({"lat": "here", "lon": "25.3"}, "Enter “Latitude” in degrees, like 35.3159"),
    ],
)
def test_without_a_point_of_ours_it_is_said_at_the_field(
    client: Client, session: Session, category: FaultCategory, fields: dict[str, str], message: str
) -> None:
    page = client.submit(client.get("faults.report"), {"address": "By the bakery", **fields}, form=FORM, status=422)

    assert message in page.errors
    assert page.one("[name=address]")["value"] == "By the bakery"


def test_a_photograph_gives_the_point_and_the_moment(client: Client, session: Session, category: FaultCategory) -> None:
    taken = NOW - timedelta(hours=3)

    client.submit(client.get("faults.report"), {"photos": picture(lat=LAT, lon=LON, at=taken)}, form=FORM)

    draft = only_draft(session)
    assert draft.point == pytest.approx((LAT, LON), abs=1e-6)
    what(client, category, text="")
    assert "Seen on" in client.get("faults.report_check").text
    assert only_draft(session).seen_at is not None
    client.submit(client.get("faults.report_check"), {"who": "nobody"}, form=FORM)
    [fault] = faults(session)
    assert len(fault.photos) == 1
    assert fault.seen_at is not None


def test_a_photograph_from_elsewhere_does_not_say_where_it_is(
    client: Client, session: Session, category: FaultCategory
) -> None:
    page = client.submit(client.get("faults.report"), {"photos": picture(lat=48.2, lon=16.4)}, form=FORM, status=422)

    assert page.errors == ["Say where it is: write the name of the place, press on the map, or use your position"]
    assert "street.jpg" in page.text  # and is kept
    assert only_draft(session).point is None


def test_a_point_that_was_pressed_wins_over_the_photograph(
    client: Client, session: Session, category: FaultCategory
) -> None:
    where(client, photos=picture(lat=35.30, lon=25.38))

    assert only_draft(session).point == (LAT, LON)


# -- what


def test_kinds_of_faults_are_found_by_words(client: Client, session: Session, category: FaultCategory) -> None:
    make_fault_category(session, name=Translated(el="Λάμπα", en="Street lamp"))
    where(client)

    assert client.get("faults.report_what").texts(".fault-group strong") == ["Pothole", "Street lamp"]
    assert client.get("faults.report_what", q="ROAD hol").texts(".fault-group strong") == ["Pothole"]
    assert client.get("faults.report_what", q="λαμπ").texts(".fault-group strong") == ["Street lamp"]
    assert "We found nothing" in client.get("faults.report_what", q="zebra").text


def test_the_categorys_own_questions_are_asked_and_kept(
    client: Client, session: Session, category: FaultCategory
) -> None:
    category.questions = QUESTIONS
    where(client)
    client.submit(client.get("faults.report_what"), form="main form[method=post]", button=category.code)
    page = client.get("faults.report_what")

    refused = client.submit(page, {"text": "Deep.", "q_size": "40"}, form=FORM, status=422)
    assert refused.errors == ["Choose yes or no for “Is it in the lane?”"]
    assert refused.one("[name=text]").get_text().strip() == "Deep."
    client.submit(refused, {"q_traffic": "yes", "q_side": "sea"}, form=FORM)

    assert only_draft(session).told("answers") == {"size": "40", "traffic": True, "side": "sea"}
    check = client.get("faults.report_check")
    assert "The sea’s" in check.text
    assert client.get("faults.report_what").one("[name=q_traffic][checked]")["value"] == "yes"


def test_another_category_forgets_the_answers_of_the_first(
    client: Client, session: Session, category: FaultCategory
) -> None:
    category.questions = QUESTIONS
    other = make_fault_category(session)
    where(client)
    what(client, category, q_traffic="no")

    client.submit(client.get("faults.report_what", choose=1), form="main form[method=post]", button=other.code)

    assert only_draft(session).told("answers") == {}
    client.get("faults.report_check", status=303)


def test_words_or_a_photograph_are_needed(client: Client, session: Session, category: FaultCategory) -> None:
    where(client)
    client.submit(client.get("faults.report_what"), form="main form[method=post]", button=category.code)

    page = client.submit(client.get("faults.report_what"), form=FORM, status=422)

    assert page.errors == ["Say in a few words what is broken, or add a photograph"]


@pytest.mark.parametrize("code", ["", "nonsense", "a\0b"])
def test_what_is_not_offered_cannot_be_chosen(
    client: Client, session: Session, category: FaultCategory, code: str
) -> None:
    where(client)

    client.post("faults.report_what_submit", {"category": code}, status=422)


def test_in_danger_the_number_to_call_stands_first(client: Client, session: Session, category: FaultCategory) -> None:
    category.danger = True
    where(client)
    client.submit(client.get("faults.report_what"), form="main form[method=post]", button=category.code)

    page = client.get("faults.report_what")

    assert page.select("main a")[0]["href"] == "tel:112"


def test_whose_it_is_stands_there_and_it_is_filed_all_the_same(
    client: Client, session: Session, category: FaultCategory
) -> None:
    body = make_body(session, name=Translated(el="ΔΕΥΑ", en="Water company"), phone="28970 12345")
    session.add(Jurisdiction(category=category, body=body, citation=Translated(en="Law 1069/1980")))
    category.danger = True
    where(client)
    client.submit(client.get("faults.report_what"), form="main form[method=post]", button=category.code)

    page = client.get("faults.report_what")
    assert [link["href"] for link in page.select(".fault-danger a")] == ["tel:112", "tel:2897012345"]
    assert "Water company" in page.text

    client.submit(page, {"text": "It floods."}, form=FORM)
    client.submit(client.get("faults.report_check"), {"who": "nobody"}, form=FORM)
    assert len(faults(session)) == 1


# -- check


def test_what_is_known_of_the_place_is_shown_before_it_is_sent(
    client: Client, session: Session, category: FaultCategory, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = make_fault_category(session, name=Translated(el="Λάμπα", en="Street lamp"))
    for kind, lat in ((other, LAT + 0.0001), (category, LAT + 0.0005), (category, LAT + 0.01)):
        make_fault(session, category=kind, lat=lat, lon=LON)
    monkeypatch.setattr(reporting, "known_here", [])
    reporting.known_here.append(lambda _session, lat, lon, _now: [(f"A feast at {lat} {lon}", "/en/events/")])

    page = upto_check(client, category)

    assert f"A feast at {LAT} {LON}" in page.text
    # the same group first, then what is nearer; nothing from a kilometre away
    assert page.texts(".fault-around h3") == ["Pothole", "Street lamp"]


# -- the code


def test_a_wrong_code_is_counted_and_after_five_a_new_one_is_needed(
    client: Client,
    session: Session,
    category: FaultCategory,
    drain: Callable[[datetime], int],
    now: time_machine.Coordinates,
) -> None:
    client.submit(upto_check(client, category), {"email": "a@b.example"}, form=FORM)
    right = code_in_letter(session, drain)
    wrong = f"{(int(right) + 1) % 1_000_000:06}"
    for _turn in range(5):
        page = client.submit(client.get("faults.report_code"), {"code": wrong}, status=422)
    assert page.errors == ["This is not the code of our last letter. Look at it once more; it has six digits."]

    page = client.submit(client.get("faults.report_code"), {"code": right}, status=422)
    assert page.errors == ["This code is no longer valid. Ask for a new one."]

    now.shift(timedelta(minutes=2))
    client.post("faults.report_code_submit", {"again": "1"})
    client.submit(client.get("faults.report_code"), {"code": code_in_letter(session, drain)})
    assert len(faults(session)) == 1


def test_a_code_lasts_half_an_hour(
    client: Client,
    session: Session,
    category: FaultCategory,
    drain: Callable[[datetime], int],
    now: time_machine.Coordinates,
) -> None:
    client.submit(upto_check(client, category), {"email": "a@b.example"}, form=FORM)
    code = code_in_letter(session, drain)
    now.shift(timedelta(minutes=31))

    page = client.submit(client.get("faults.report_code"), {"code": code}, status=422)

    assert page.errors == ["This code is no longer valid. Ask for a new one."]


def test_codes_come_a_minute_apart_and_five_at_most(
    client: Client, session: Session, category: FaultCategory, now: time_machine.Coordinates
) -> None:
    client.submit(upto_check(client, category), {"email": "a@b.example"}, form=FORM)
    client.post("faults.report_code_submit", {"again": "1"})
    assert only_draft(session).codes_sent == 1

    for _turn in range(9):
        now.shift(timedelta(minutes=2))
        client.post("faults.report_code_submit", {"again": "1"})

    assert only_draft(session).codes_sent == 5


def test_a_code_is_for_the_address_it_went_to(
    client: Client, session: Session, category: FaultCategory, drain: Callable[[datetime], int]
) -> None:
    client.submit(upto_check(client, category), {"email": "a@b.example"}, form=FORM)
    first = code_in_letter(session, drain)
    client.submit(client.get("faults.report_check"), {"email": "somebody@else.example"}, form=FORM)

    client.submit(client.get("faults.report_code"), {"code": first}, status=422)

    assert faults(session) == []


# -- drafts


@pytest.mark.parametrize("page", ["faults.report_what", "faults.report_check", "faults.report_code"])
def test_without_a_draft_every_screen_leads_to_the_first(client: Client, category: FaultCategory, page: str) -> None:
    assert client.get(page, status=303).location.endswith("/report/")


def test_a_draft_is_forgotten_after_three_days_with_its_photographs(
    client: Client, session: Session, category: FaultCategory
) -> None:
    where(client, photos=picture())
    assert session.scalars(sa.select(Attachment)).all()

    assert drafts.forget_drafts(session, now=NOW + timedelta(days=2)) == 0
    assert drafts.forget_drafts(session, now=NOW + timedelta(days=4)) == 1

    assert session.scalars(sa.select(Attachment)).all() == []


def test_what_was_filed_keeps_its_photographs(client: Client, session: Session, category: FaultCategory) -> None:
    where(client, photos=picture())
    what(client, category)
    client.submit(client.get("faults.report_check"), {"who": "nobody"}, form=FORM)

    assert drafts.forget_drafts(session, now=NOW + timedelta(days=4)) == 1

    [fault] = faults(session)
    assert fault.photos[0].attachment.media_type == "image/jpeg"


def test_a_draft_can_be_thrown_away(client: Client, session: Session, category: FaultCategory) -> None:
    where(client, photos=picture())

    page = client.submit(client.get("faults.report"), form=".fault-away form", follow=True)

    assert "Nothing was sent" in page.text
    assert session.scalars(sa.select(FaultDraft)).all() == []
