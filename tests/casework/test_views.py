"""Pages of the applicant: my cases, one case, answering, withdrawing, files, following without an account."""

from __future__ import annotations

import io
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from portal.casework import operations
from portal.casework.models import Case, EventKind
from portal.casework.operations import Closing, Filed
from portal.casework.queries import history
from portal.core import clock
from portal.core.files import Attachment
from tests.casework.conftest import House, last
from tests.factories import make_user
from tests.factories.casework import make_case, make_filed
from tests.support.client import Client

PDF = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
    b"2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF"
)


@pytest.fixture
def case(session: Session, house: House) -> Case:
    """A case of the resident, filed today."""
    return make_case(session, house.unit, applicant=house.resident, now=clock.now())


@pytest.fixture
def filed(session: Session, house: House) -> Filed:
    """A case of somebody without an account."""
    return make_filed(session, house.unit, now=clock.now())


def asked(session: Session, house: House, case: Case) -> None:
    """The unit has asked the applicant something."""
    operations.ask(session, case, "Ποιο κατάστημα;", actor=house.clerk, now=clock.now())


# -- signed in


def test_the_applicant_sees_where_the_case_stands(client: Client, session: Session, house: House, case: Case) -> None:
    operations.take(session, case, actor=house.clerk, now=clock.now())
    operations.note(session, case, "Μόνο για εμάς.", actor=house.clerk, now=clock.now())

    page = client.sign_in(house.resident).get("casework.case", slug=case.slug)

    assert page.h1 == "Γενικό αίτημα"
    assert case.reference in page.text
    assert "Άννα Χειρίστρια" in page.text
    assert "Μόνο για εμάς" not in page.text


def test_the_page_of_a_case_speaks_the_readers_language(app: Flask, session: Session, house: House, case: Case) -> None:
    page = Client(app, session, "en").sign_in(house.resident).get("casework.case", slug=case.slug)

    assert page.h1 == "General request"
    assert "50 calendar days" in page.text


def test_both_clocks_are_shown_while_the_applicant_owes_something(
    app: Flask, session: Session, house: House, case: Case
) -> None:
    asked(session, house, case)

    page = Client(app, session, "en").sign_in(house.resident).get("casework.case", slug=case.slug)

    assert "We are waiting for you." in page.text
    assert "Our clock is stopped: 0 of " in page.text
    assert "Your clock: 0 days since our question." in page.text


def test_my_cases_are_listed(client: Client, session: Session, house: House, case: Case) -> None:
    other = make_case(session, house.unit, applicant=make_user(session))

    page = client.sign_in(house.resident).get("casework.mine")

    assert case.reference in page.text
    assert other.reference not in page.text


def test_whoever_has_filed_nothing_is_told_where_to_begin(client: Client, house: House) -> None:
    page = client.sign_in(house.resident).get("casework.mine")

    assert page.select(".empty a")


def test_my_cases_need_an_account(client: Client) -> None:
    assert "/account/sign-in/" in client.get("casework.mine", status=303).location


def test_somebody_elses_case_does_not_exist(client: Client, session: Session, house: House, case: Case) -> None:
    client.get("casework.case", status=404, slug=case.slug)
    client.sign_in(make_user(session))

    for endpoint in ("casework.case", "casework.withdraw"):
        client.get(endpoint, status=404, slug=case.slug)
    for endpoint in ("casework.answer", "casework.withdraw_submit"):
        client.post(endpoint, {"text": "Mine?"}, status=404, slug=case.slug)
    client.get("casework.case", status=404, slug="2026-999999")
    assert last(session, case).kind is EventKind.FILED


# -- answering


def test_an_answer_with_a_file_sets_the_clock_going(client: Client, session: Session, house: House, case: Case) -> None:
    asked(session, house, case)
    page = client.sign_in(house.resident).get("casework.case", slug=case.slug)

    client.submit(page, {"text": "Αυτό.", "files": (io.BytesIO(PDF), "σχέδιο.pdf")})

    session.expire_all()
    assert (case.state, case.paused_on) == ("filed", None)
    event = last(session, case)
    assert (event.kind, event.text, event.actor_id) == (EventKind.ANSWERED, "Αυτό.", house.resident.id)
    assert [item.name for item in event.files] == ["σχέδιο.pdf"]
    shown = client.get("casework.case", slug=case.slug)
    link = next(a["href"] for a in shown.select(".files a"))
    assert client.get(str(link)).response.mimetype == "application/pdf"


def test_an_empty_answer_is_asked_for_again(client: Client, session: Session, house: House, case: Case) -> None:
    page = client.sign_in(house.resident).get("casework.case", slug=case.slug)

    refused = client.submit(page, {"text": "  "}, status=422)

    assert len(refused.errors) == 1
    assert last(session, case).kind is EventKind.FILED


def test_a_file_that_cannot_be_taken_says_why_and_keeps_what_was_typed(
    client: Client, session: Session, house: House, case: Case
) -> None:
    page = client.sign_in(house.resident).get("casework.case", slug=case.slug)

    refused = client.submit(page, {"text": "Δείτε.", "files": (io.BytesIO(b"MZ\x90\x00" * 50), "a.exe")}, status=422)

    assert refused.errors
    assert refused.one("textarea").get_text(strip=True) == "Δείτε."
    assert last(session, case).kind is EventKind.FILED
    assert session.scalars(sa.select(Attachment)).all() == []


def test_a_second_press_sends_nothing_twice_and_loses_nothing(
    client: Client, session: Session, house: House, case: Case
) -> None:
    page = client.sign_in(house.resident).get("casework.case", slug=case.slug)
    client.submit(page, {"text": "Μία φορά."})

    again = client.submit(page, {"text": "Μία φορά."}, status=409)

    assert again.select(".govuk-error-summary")
    assert again.one("textarea").get_text(strip=True) == "Μία φορά."
    assert [event.kind for event in history(session, case, internal=True)] == [EventKind.FILED, EventKind.DOCUMENTS]
    client.submit(again, {"text": "Και αυτό."})
    assert last(session, case).text == "Και αυτό."


def test_nothing_can_be_said_to_a_closed_case(client: Client, session: Session, house: House, case: Case) -> None:
    operations.close(session, case, Closing("approved"), actor=house.clerk, now=clock.now())
    client.sign_in(house.resident)

    page = client.get("casework.case", slug=case.slug)
    assert not page.select("main form")
    client.post("casework.answer", {"text": "Still?"}, status=409, slug=case.slug)
    client.post("casework.withdraw_submit", status=409, slug=case.slug)


# -- withdrawing


def test_a_case_is_withdrawn_on_a_page_of_its_own(client: Client, session: Session, house: House, case: Case) -> None:
    page = client.sign_in(house.resident).get("casework.withdraw", slug=case.slug)

    client.submit(page, {"text": "Λύθηκε."})

    session.expire_all()
    assert case.state == "withdrawn"
    assert last(session, case).text == "Λύθηκε."


def test_too_long_a_reason_is_kept_and_refused(client: Client, session: Session, house: House, case: Case) -> None:
    page = client.sign_in(house.resident).get("casework.withdraw", slug=case.slug)

    refused = client.submit(page, {"text": "α" * 1001}, status=422)

    assert refused.one("textarea").get_text(strip=True) == "α" * 1001
    session.expire_all()
    assert not case.is_closed


# -- without an account


def test_number_and_code_open_a_case_for_this_browser(client: Client, session: Session, filed: Filed) -> None:
    page = client.get("casework.track", reference=filed.case.reference)
    assert page.one("#reference")["value"] == filed.case.reference

    client.submit(page, {"secret": filed.secret.lower().replace("-", " ")}, follow=True)

    opened = client.get("casework.case", slug=filed.case.slug)
    client.submit(opened, {"text": "Και κάτι ακόμη."})
    assert last(session, filed.case).actor_id is None
    client.sign_out().get("casework.case", status=404, slug=filed.case.slug)


def test_a_wrong_code_and_a_wrong_number_look_the_same(client: Client, filed: Filed) -> None:
    messages = []
    for reference, secret in ((filed.case.reference, "K7PM-3XWD-9QRT"), ("2026/987654", filed.secret)):
        page = client.get("casework.track")
        refused = client.submit(page, {"reference": reference, "secret": secret}, status=422)
        assert refused.one("#reference")["value"] == reference
        messages.append(refused.errors)

    assert messages[0] == messages[1] != []


@pytest.mark.parametrize("missing", ["reference", "secret"])
def test_number_and_code_are_both_needed(client: Client, filed: Filed, missing: str) -> None:
    data: dict[str, Any] = {"reference": filed.case.reference, "secret": filed.secret} | {missing: ""}

    page = client.submit(client.get("casework.track"), data, status=422)

    assert len(page.errors) == 1


# -- files


def test_files_are_for_the_applicant_and_for_staff_who_may_see_the_case(
    app: Flask, client: Client, session: Session, house: House, case: Case
) -> None:
    page = client.sign_in(house.resident).get("casework.case", slug=case.slug)
    client.submit(page, {"text": "Συνημμένο.", "files": (io.BytesIO(PDF), "σχέδιο.pdf")})
    number = last(session, case).files[0].id
    where = {"slug": case.slug, "attachment_id": number}

    answer = client.get("casework.file", **where)
    assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    Client(app, session).sign_in(house.clerk).get("casework.file", **where)
    for stranger in (house.stranger, make_user(session)):
        Client(app, session).sign_in(stranger).get("casework.file", status=404, **where)
    Client(app, session).get("casework.file", status=404, **where)


def test_a_file_belongs_to_its_case_only(client: Client, session: Session, house: House, case: Case) -> None:
    mine = make_case(session, house.unit, applicant=house.resident, now=clock.now())
    page = client.sign_in(house.resident).get("casework.case", slug=mine.slug)
    client.submit(page, {"text": "Συνημμένο.", "files": (io.BytesIO(PDF), "a.pdf")})
    number = last(session, mine).files[0].id

    client.get("casework.file", status=404, slug=case.slug, attachment_id=number)
    client.get("casework.file", status=404, slug=case.slug, attachment_id=10**30)
