"""Public pages that span rooms, with the municipality's pack loaded."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from portal.core import clock
from portal.organisation import queries as organisation
from tests.factories import make_user
from tests.factories.casework import make_case
from tests.support.client import Client

PAGES = ("contact", "accessibility", "privacy", "cookies", "open_data", "search", "styleguide")
STATIC = tuple(f"site.{each}" for each in PAGES)


@pytest.fixture
def stock() -> str:
    return "municipality"


# -- home


def test_home_asks_one_question_and_shows_four_ways(client: Client) -> None:
    page = client.get("site.home")

    assert page.h1
    assert page.select('form[role="search"] input[name="q"]')
    for endpoint in ("eservices.catalogue", "casework.track", "documents.verify", "faults.report"):
        assert page.select(f'main a[href="{client.path(endpoint)}"]'), endpoint
    assert page.select('main a[href*="/services/"]')


def test_home_speaks_english(app: Flask, session: Session) -> None:
    page = Client(app, session, "en").get("site.home")

    assert page.h1 == "What do you need from your municipality?"
    assert "Municipality of Hersonissos" in page.text


def test_home_can_be_used_before_any_pack_was_loaded(app: Flask, session: Session) -> None:
    kept = app.extensions.pop("municipality", None)
    session.delete(organisation.municipality(session))
    session.commit()

    assert Client(app, session).get("site.home").h1

    app.extensions.pop("municipality", None)
    if kept:
        app.extensions["municipality"] = kept


# -- search


def test_a_service_is_found_by_its_words(client: Client) -> None:
    page = client.submit(client.get("site.search"), {"q": "ΜΌΝΙΜΗΣ κατοικιας"})

    links = [str(link["href"]) for link in page.select(".found a")]
    assert client.path("eservices.service", slug="permanent-residence") in links
    assert page.one('main input[name="q"]')["value"] == "ΜΌΝΙΜΗΣ κατοικιας"


def test_what_was_found_can_be_narrowed_by_kind(client: Client) -> None:
    everything = client.get("site.search", q="κατοικίας")
    services = client.get("site.search", q="κατοικίας", kind="service")

    assert 0 < len(services.select(".found a")) <= len(everything.select(".found a"))
    assert all("/services/" in str(link["href"]) for link in services.select(".found a"))


@pytest.mark.parametrize("query", ["q=qwertyuiop", "q=!!!", "q=", "q=a&before=99999999999999999999", "kind=case&q=a"])
def test_a_search_without_results_is_a_page(client: Client, query: str) -> None:
    assert client.get(f"/el/search/?{query}").h1


def test_nobody_finds_a_case_in_the_public_search(client: Client, session: Session) -> None:
    case = make_case(session, organisation.unit(session, "revenue"), search_words="zyxwvu")
    session.flush()

    for kind in ("", "case", "entry"):
        assert not client.get("site.search", q="zyxwvu", kind=kind).select(".found a")
        assert not client.get("site.search", q=case.reference, kind=kind).select(".found a")


# -- my account


def test_my_account_shows_my_newest_cases(client: Client, session: Session) -> None:
    user, unit = make_user(session, full_name="Μαρία Κάτοικος"), organisation.unit(session, "revenue")
    cases = [make_case(session, unit, applicant=user, now=clock.now()) for _ in range(6)]

    page = client.sign_in(user).get("site.account")

    assert "Μαρία Κάτοικος" in page.h1
    assert len(page.select("table tbody tr")) == 5
    assert cases[-1].reference in page.text


def test_my_account_is_a_page_before_anything_was_filed(client: Client, session: Session) -> None:
    page = client.sign_in(make_user(session)).get("site.account")

    assert page.select(f'.empty a[href="{client.path("eservices.catalogue")}"]')
    assert not page.select('a[href$="/desk/"]')


def test_my_account_needs_signing_in(client: Client) -> None:
    assert client.get("site.account", status=303).location.endswith("/el/account/sign-in/?next=/el/account/")


# -- pages that every public body must have


@pytest.mark.parametrize("language", ["el", "en"])
@pytest.mark.parametrize("endpoint", STATIC)
def test_static_pages_exist_in_both_languages(app: Flask, session: Session, endpoint: str, language: str) -> None:
    page = Client(app, session, language).get(endpoint)

    other = "en" if language == "el" else "el"
    alternates = {str(link["hreflang"]): str(link["href"]) for link in page.select("link[rel=alternate]")}
    assert alternates[language] == page.response.request.path
    assert alternates[other] == alternates[language].replace(f"/{language}/", f"/{other}/", 1)
    assert page.select(f'.langs a[lang="{language}"][aria-current]')


def test_contact_says_how_to_reach_the_municipality(client: Client) -> None:
    page = client.get("site.contact")

    assert "info@hersonissos.example" in page.text
    assert page.select('a[href="tel:112"]')


def test_the_language_switch_keeps_the_whole_address(client: Client) -> None:
    page = client.get("/el/search/?q=%CE%B1&kind=service")

    assert page.one('link[rel="alternate"][hreflang="en"]')["href"] == "/en/search/?q=%CE%B1&kind=service"


@pytest.mark.parametrize("query", ["endpoint=x", "_external=1&_scheme=javascript", "_method=x", "lang=xx", "_anchor=x"])
def test_names_in_an_address_are_only_names(client: Client, query: str) -> None:
    assert client.get(f"/el/contact/?{query}").h1


def test_the_cookies_are_those_that_are_named(app: Flask, session: Session) -> None:
    client = Client(app, session, "en")
    page = client.get("site.cookies")
    client.get("casework.track")

    named = {row.select("td")[0].get_text(strip=True) for row in page.select("table tbody tr")}
    assert named == {"session", "lang"}
    assert {cookie.key for cookie in client.browser._cookies.values()} == named
