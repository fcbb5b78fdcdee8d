"""Public pages: the catalogue, a service, the form page by page, filing, and what comes after."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.accounts.models import IdentityLevel, User
from portal.casework.models import Case
from portal.core.letters import Letter
from portal.core.outbox import Job
from portal.core.web import Portal
from portal.eservices.models import Draft, Submission
from tests.eservices.conftest import ANSWERS, SHOP, SPACE, World, fill_in, make_draft, picture, the_draft
from tests.factories import NOW, make_user
from tests.support.client import Client, Page


@pytest.fixture(autouse=True)
def _then(frozen: Callable[[datetime], Any], world: World) -> None:
    frozen(NOW)


def begin(client: Client, session: Session) -> dict[str, str]:
    """Begin a terrace; the values of its pages' addresses."""
    client.post("eservices.apply_submit", slug="terrace")
    return {"slug": "terrace", "token": the_draft(session).token}


class TestCatalogue:
    def test_everything_on_offer_is_there(self, client: Client) -> None:
        page = client.get("eservices.catalogue")

        assert page.texts("ul.found h3 a") == ["Τραπεζάκια έξω", "Μόνο στο γραφείο"]

    @pytest.mark.parametrize(
        ("values", "titles"),
        [
            ({"category": "businesses"}, ["Τραπεζάκια έξω"]),
            ({"event": "open-a-business"}, ["Τραπεζάκια έξω"]),
            ({"q": "πεζοδρομιο"}, ["Τραπεζάκια έξω"]),
            ({"q": "ανεμόμυλος"}, []),
            ({"category": "nothing"}, []),
        ],
    )
    def test_it_is_filtered_by_its_address(self, client: Client, values: dict[str, str], titles: list[str]) -> None:
        page = client.get("eservices.catalogue", **values)

        assert page.texts("ul.found h3 a") == titles
        assert bool(page.select(".empty")) is not bool(titles)

    def test_a_service_says_what_one_wants_to_know(self, client: Client) -> None:
        page = client.get("eservices.service", slug="terrace")

        for words in ("Ένα σχέδιο.", "Ανά τ.μ.", "50", "Έσοδα", "β.δ. 1958", "4,00"):
            assert words in page.text
        linked = json.loads(str(page.one("script[type='application/ld+json']").string))
        assert linked["dct:identifier"] == "terrace"
        assert {"@language": "en", "@value": "Tables outside"} in linked["name"]

    def test_there_is_no_such_service(self, client: Client) -> None:
        client.get("eservices.service", slug="nothing", status=404)

    def test_what_is_filed_at_the_counter_has_no_button(self, client: Client) -> None:
        assert not client.get("eservices.service", slug="counter-only").select("main form")


class TestBeginning:
    def test_without_an_account_where_none_is_needed(self, client: Client, session: Session) -> None:
        page = client.submit(client.get("eservices.service", slug="terrace"))

        assert page.location.endswith("/shop/")
        assert the_draft(session).owner_id is None

    def test_signing_in_comes_first_where_it_is_asked_for(self, client: Client, session: Session, world: World) -> None:
        world.terrace.identity = IdentityLevel.A

        for page in (
            client.get("eservices.apply", slug="terrace", status=303),
            client.post("eservices.apply_submit", slug="terrace"),
        ):
            assert "next=" in page.location
        assert session.scalars(sa.select(Draft)).all() == []

    def test_how_to_prove_who_one_is(self, client: Client, session: Session, world: World) -> None:
        world.terrace.identity = IdentityLevel.B
        user = make_user(session)
        client.sign_in(user)

        page = client.get("eservices.apply", slug="terrace")

        assert user.email in page.text
        assert not page.select("main form")
        client.post("eservices.apply_submit", slug="terrace")
        assert session.scalars(sa.select(Draft)).all() == []

    def test_what_was_begun_is_offered_again(self, client: Client, session: Session) -> None:
        client.sign_in(make_user(session))
        place = begin(client, session)

        page = client.get("eservices.apply", slug="terrace")

        assert any(place["token"] in str(link["href"]) for link in page.select("main a"))

    def test_a_draft_of_somebody_else_is_nobodys_business(self, client: Client, session: Session) -> None:
        client.sign_in(make_user(session))
        place = begin(client, session)
        client.sign_in(make_user(session))

        client.get("eservices.step", **place, step="shop", status=404)
        client.sign_out()
        assert "next=" in client.get("eservices.step", **place, step="shop", status=303).location


class TestSteps:
    def test_answers_are_kept_at_every_step(self, client: Client, session: Session) -> None:
        place = begin(client, session)

        page = client.post("eservices.step_submit", SHOP, **place, step="shop")

        assert page.location.endswith("/space/")
        draft = the_draft(session)
        assert draft.done == ["shop"]
        assert draft.answers == {k: ANSWERS[k] for k in ("shop", "address", "community", "neighbour")}
        assert client.get("eservices.resume", **place, status=302).location.endswith("/space/")

    def test_a_mistake_is_said_at_the_field_and_the_rest_is_kept(self, client: Client, session: Session) -> None:
        place = begin(client, session)

        page = client.post("eservices.step_submit", SHOP | {"address-postcode": "7"}, **place, step="shop", status=422)

        assert len(page.errors) == 1
        assert page.one("#shop")["value"] == "Ο Γλάρος"
        assert the_draft(session).done == []
        assert the_draft(session).answers["shop"] == "Ο Γλάρος"

    def test_the_language_changes_and_nothing_is_lost(self, client: Client, session: Session) -> None:
        place = begin(client, session)
        client.post("eservices.step_submit", SHOP, **place, step="shop")
        client.language = "en"

        page = client.get("eservices.step", **place, step="shop")

        assert page.h1 == "The shop"
        assert page.one("#shop")["value"] == "Ο Γλάρος"

    def test_an_answer_opens_a_question(self, client: Client, session: Session) -> None:
        place = begin(client, session)
        closed = client.get("eservices.step", **place, step="shop")
        assert closed.one("[data-when]").has_attr("hidden")

        opened = client.submit(closed, SHOP | {"neighbour": "yes"}, status=200)

        assert not opened.one("[data-when]").has_attr("hidden")
        assert opened.errors == []
        assert opened.select(".flash.notice")
        assert client.submit(opened, status=422).errors != []
        assert client.submit(opened, {"neighbour_name": "Νίκος"}).location.endswith("/space/")

    def test_amounts_are_worked_out_on_demand(self, client: Client, session: Session) -> None:
        place = begin(client, session)

        page = client.post("eservices.step_submit", SPACE | {"step-reckon": "1"}, **place, step="space", status=200)

        assert "50,00" in page.text
        assert the_draft(session).answers["area"] == "12.5"
        assert the_draft(session).done == []

    def test_a_calculated_amount_cannot_be_sent(self, client: Client, session: Session) -> None:
        place = begin(client, session)

        client.post("eservices.step_submit", SPACE | {"fee": "0.01"}, **place, step="space")

        assert "fee" not in the_draft(session).answers

    def test_rows_come_and_go_without_scripts(self, client: Client, session: Session) -> None:
        place = begin(client, session)
        page = client.get("eservices.step", **place, step="space")

        more = client.submit(page, {"area": "3", "tables-0-seats": "4", "tables-add": "1"}, status=200)
        filled = client.submit(more, {"tables-1-seats": "30"}, status=200)

        assert "Πολλές θέσεις." in filled.text
        assert client.submit(filled).location.endswith("/papers/")
        assert the_draft(session).answers["tables"] == [{"seats": "4"}, {"seats": "30"}]

    def test_files_stay_when_something_else_is_wrong(self, client: Client, session: Session) -> None:
        place = begin(client, session)

        page = client.post("eservices.step_submit", {"plan": picture()}, **place, step="papers", status=422)

        assert "plan.png" in page.text
        assert client.submit(page, {"truth": "yes"}).location.endswith("/review/")
        kept = the_draft(session).files
        assert the_draft(session).answers["plan"] == [kept[0].attachment_id]

    def test_a_file_can_be_taken_out(self, client: Client, session: Session) -> None:
        place = begin(client, session)
        client.post("eservices.step_submit", {"plan": picture(), "truth": "yes"}, **place, step="papers")
        number = str(the_draft(session).files[0].attachment_id)

        client.post("eservices.step_submit", {"truth": "yes", "plan-drop": number}, **place, step="papers", status=422)

        assert the_draft(session).files == []

    def test_a_file_that_is_none_is_refused(self, client: Client, session: Session) -> None:
        place = begin(client, session)

        page = client.post(
            "eservices.step_submit",
            {"plan": (io.BytesIO(b"MZ" + b"x" * 300), "plan.pdf"), "truth": "yes"},
            **place,
            step="papers",
            status=422,
        )

        assert len(page.errors) == 1
        assert the_draft(session).files == []

    def test_nothing_is_kept_without_a_token(self, client: Client, session: Session) -> None:
        place = begin(client, session)

        client.post("eservices.step_submit", SHOP, **place, step="shop", csrf=False, status=422, check=False)
        client.post(
            "eservices.step_submit",
            SPACE | {"tables-add": "1"},
            **place,
            step="space",
            csrf=False,
            status=422,
            check=False,
        )

        assert the_draft(session).answers == {}

    def test_a_link_to_go_on_elsewhere(
        self, client: Client, session: Session, drain: Callable[[datetime], int]
    ) -> None:
        place = begin(client, session)

        client.post("eservices.link_submit", {"email": "anna@example.org"}, **place)
        drain(NOW)

        assert place["token"] in session.scalars(sa.select(Letter)).one().body
        client.post("eservices.link_submit", {"email": "anna"}, **place, status=422)

    def test_a_draft_can_be_deleted(self, client: Client, session: Session) -> None:
        place = begin(client, session)

        client.post("eservices.discard", **place)

        client.get("eservices.step", **place, step="shop", status=404)


HOSTILE = [
    "",
    "\0",
    "x" * 5000,
    "<script>alert(1)</script>",
    "{{ 7 * 7 }}",
    "-1",
    "1e999",
    "' OR 1=1 --",
    "\u202eevil",
    "🦀",
]


@pytest.mark.parametrize("step", ["shop", "space", "papers"])
def test_whatever_is_sent_is_answered_with_a_page(client: Client, session: Session, step: str) -> None:
    place = begin(client, session)
    names = {*SHOP, *SPACE, "truth", "plan", "plan-drop", "tables-add", "tables-remove", "neighbour_name", "step-shown"}

    for value in HOSTILE:
        page = _sent(client, place, step, dict.fromkeys(names, value))
        assert page.status in {200, 302, 422}
    client.get("eservices.resume", **place, status=302)


def _sent(client: Client, place: dict[str, str], step: str, data: dict[str, str]) -> Page:
    return client._open(
        "POST",
        "eservices.step_submit",
        {200, 302, 422},
        False,
        True,
        {**place, "step": step},
        data=data | {"csrf_token": client.csrf_token()},
    )


@pytest.mark.parametrize("part", ["x" * 300, "..", "Ω"])
def test_an_address_that_is_none_is_not_found(client: Client, part: str) -> None:
    client.get("eservices.service", slug=part, status=404)
    client.get("eservices.step", slug="terrace", token=part, step="shop", status=404)
    client.get("eservices.filed", slug="terrace", token=part, status=404)


class TestFiling:
    def test_all_the_way_without_an_account(self, client: Client, session: Session) -> None:
        review = fill_in(client, begin(client, session))
        for words in ("Ο Γλάρος", "12,5 τ.μ.", "50,00", "plan.png"):
            assert words in review.text

        who = {"name": "Άννα Κρητικού", "email": "anna@example.org", "phone": ""}
        filed = client.submit(review, who)
        page = client.get(filed.location)

        case = session.scalars(sa.select(Case)).one()
        assert case.reference in page.text
        assert (case.applicant_name, case.language, case.applicant_id) == ("Άννα Κρητικού", "el", None)
        job = session.scalars(sa.select(Job).where(Job.kind == "mail")).one()
        assert job.payload["values"]["secret"] in page.text
        assert client.get("casework.case", slug=case.slug).status == 200

    def test_a_second_press_files_nothing_more(self, client: Client, session: Session) -> None:
        review = fill_in(client, begin(client, session))
        who = {"name": "Άννα Κρητικού", "email": "anna@example.org"}

        first, second = client.submit(review, who), client.submit(review, who)

        assert first.location == second.location
        assert len(session.scalars(sa.select(Submission)).all()) == 1

    def test_who_applies_must_be_said(self, client: Client, session: Session) -> None:
        review = fill_in(client, begin(client, session))

        page = client.submit(review, {"email": "anna"}, status=422)

        assert len(page.errors) == 2
        assert session.scalars(sa.select(Case)).all() == []

    def test_an_account_says_who_applies(self, client: Client, session: Session) -> None:
        user = make_user(session, full_name="Νίκος Δοκιμαστής")
        client.sign_in(user)

        client.submit(fill_in(client, begin(client, session)))

        case = session.scalars(sa.select(Case)).one()
        assert (case.applicant_id, case.applicant_name) == (user.id, "Νίκος Δοκιμαστής")
        assert "Ο Γλάρος" in client.get("casework.case", slug=case.slug).text

    def test_an_unfinished_form_is_not_filed(self, client: Client, session: Session) -> None:
        place = begin(client, session)
        client.post("eservices.step_submit", SHOP, **place, step="shop")

        assert "/space/" in client.get("eservices.review", **place, status=302).location
        assert "/space/" in client.post("eservices.review_submit", **place).location
        assert session.scalars(sa.select(Case)).all() == []

    def test_an_answer_that_opens_a_question_elsewhere_leads_back(
        self, client: Client, session: Session, world: World, machine: Portal
    ) -> None:
        draft = make_draft(session, world, machine, neighbour="yes")

        page = client.get("eservices.review", slug="terrace", token=draft.token, status=302)

        assert "/shop/?then=review" in page.location

    def test_the_letter_reads_well(self, client: Client, session: Session, drain: Callable[[datetime], int]) -> None:
        review = fill_in(client, begin(client, session))
        client.submit(review, {"name": "Άννα", "email": "anna@example.org"})

        drain(NOW)

        letter = session.scalars(sa.select(Letter)).one()
        case = session.scalars(sa.select(Case)).one()
        assert case.reference in letter.subject
        assert "receipt-" in letter.attached


def test_the_applicants_page_shows_what_was_filed(
    client: Client, session: Session, filed_case: Case, world: World
) -> None:
    user: User = make_user(session)
    filed_case.applicant_id = user.id
    client.sign_in(user)

    page = client.get("casework.case", slug=filed_case.slug)

    assert "Αγίας Παρασκευής 5" in page.text
    assert page.select("a[href*='/files/']")
