"""For machines, and the way in."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from xml.etree import ElementTree as ET

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from portal.core import clock
from tests.support.client import Client

XML = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9", "x": "http://www.w3.org/1999/xhtml"}


@pytest.fixture
def stock() -> str:
    return "municipality"


# -- the front door


@pytest.mark.parametrize(
    ("cookie", "wanted", "home"),
    [
        ("", "", "/el/"),
        ("", "en-GB,en;q=0.9", "/en/"),
        ("", "de-DE,en;q=0.5,el;q=0.2", "/en/"),
        ("", "ja,zh;q=0.9", "/el/"),
        ("el", "en", "/el/"),
        ("en", "el", "/en/"),
        ("xx", "en", "/en/"),
    ],
)
def test_the_front_door_leads_to_the_visitors_language(client: Client, cookie: str, wanted: str, home: str) -> None:
    if cookie:
        client.browser.set_cookie("lang", cookie)

    answer = client.get("machines.front_door", status=302, headers={"Accept-Language": wanted})

    assert answer.location == home
    assert {"Accept-Language", "Cookie"} <= set(answer.headers["Vary"].split(", "))


def test_whoever_chose_a_language_comes_back_to_it(app: Flask, session: Session) -> None:
    client, greek = Client(app, session), {"Accept-Language": "el"}
    client.get("/en/contact/", headers=greek)

    assert client.get("machines.front_door", status=302, headers=greek).location == "/en/"
    client.get("/el/contact/", headers=greek)
    assert client.get("machines.front_door", status=302, headers=greek).location == "/el/"


def test_whoever_reads_in_the_language_of_their_browser_gets_no_cookie(client: Client) -> None:
    page = client.get("/en/contact/", headers={"Accept-Language": "en"})

    assert "Set-Cookie" not in page.headers


# -- addresses for machines


def test_the_sitemap_names_every_page_in_every_language_at_the_public_address(client: Client) -> None:
    answer = client.get("machines.sitemap", headers={"Host": "evil.example"})

    assert answer.response.mimetype == "application/xml"
    pages = ET.fromstring(answer.text).findall("s:url", XML)  # noqa: S314 – our own
    found = {str(page.findtext("s:loc", namespaces=XML)) for page in pages}
    assert {f"http://localhost/{code}/services/permanent-residence/" for code in ("el", "en")} <= found
    assert all(url.startswith("http://localhost/") for url in found)
    for page in pages:
        assert {str(link.get("hreflang")) for link in page.findall("x:link", XML)} == {"el", "en"}
    for url in sorted(found):
        client.get(url.removeprefix("http://localhost"))


def test_robots_keep_out_of_accounts_cases_and_the_desk(client: Client) -> None:
    answer = client.get("machines.robots")

    assert answer.response.mimetype == "text/plain"
    for path in ("account", "cases", "desk"):
        assert f"Disallow: /el/{path}/\n" in answer.text
    assert "Sitemap: http://localhost/sitemap.xml\n" in answer.text


def test_security_says_whom_to_tell_and_until_when(client: Client) -> None:
    answer = client.get("machines.security")
    fields = dict(line.split(": ", 1) for line in answer.text.splitlines())

    assert answer.response.mimetype == "text/plain"
    assert fields["Contact"] == "mailto:info@hersonissos.example"
    expires = datetime.fromisoformat(fields["Expires"]) - clock.now()
    assert timedelta(days=30) < expires < timedelta(days=365)


def test_security_without_an_address_names_the_contact_page(app: Flask, client: Client) -> None:
    client.get("site.contact")
    kept = app.extensions["municipality"]
    app.extensions["municipality"] = replace(kept, data={**kept.data, "contact": {}}, words={})

    assert client.get("machines.security").text.startswith("Contact: http://localhost/el/contact/\n")

    app.extensions["municipality"] = kept


def test_the_theme_wears_the_colours_of_the_pack_and_is_kept(client: Client) -> None:
    answer = client.get("machines.theme")

    assert answer.response.mimetype == "text/css"
    assert "#0b4f79" in answer.text
    assert "max-age" in answer.headers["Cache-Control"]
    assert "Set-Cookie" not in answer.headers
    again = client.get("machines.theme", status=304, headers={"If-None-Match": answer.headers["ETag"]})
    assert not again.text


@pytest.mark.parametrize("path", ["/xx/", "/el/nothing/", "/desk/", "/el/contact/%E0%A4"])
def test_what_does_not_exist_is_said_in_a_page(client: Client, path: str) -> None:
    assert client.get(path, status=404).h1
