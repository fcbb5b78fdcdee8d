"""Sessions: who gets in, how often they may try, how long they stay, where they land."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event
from sqlalchemy.orm import Session

from portal.accounts.access import can_show
from portal.accounts.models import User
from portal.core import clock
from portal.core.db import db
from portal.core.texts import Translated
from tests.accounts.conftest import NEW, PASSWORD, has_session, is_signed_in, sign_in
from tests.factories import make_staff, make_unit, make_user
from tests.support.client import Client


def test_too_many_tries_wait_whoever_asks(client: Client, resident: User) -> None:
    for email in (resident.email, "nobody@example.org"):
        for _ in range(5):
            sign_in(client, email, "wrong", status=422)
        page = sign_in(client, email, status=422)

        assert "1" in page.errors[0]
    assert not has_session(client)


def test_too_many_requests_get_a_page_that_says_so(client: Client, limited: None) -> None:
    for number in range(10):
        sign_in(client, f"nobody{number}@example.org", "wrong", status=422)

    page = sign_in(client, "nobody@example.org", "wrong", status=429)

    assert page.h1
    client.get("accounts.sign_in")


def test_limits_are_each_for_one_page_and_address(client: Client, limited: None) -> None:
    for _ in range(10):
        sign_in(client, "nobody@example.org", "wrong", status=422)
    client.post("accounts.recover_submit", {"email": "nobody@example.org"})

    other = {"REMOTE_ADDR": "192.0.2.7"}
    fields = {"email": "x@example.org", "password": "x", "csrf_token": client.csrf_token()}
    answer = client.browser.post(client.path("accounts.sign_in_submit"), data=fields, environ_overrides=other)

    assert answer.status_code == 422


@pytest.mark.parametrize(
    "target",
    ["https://evil.example/", "//evil.example/", "/\\evil.example", "/%09/evil.example", "javascript:alert(1)",
     "/el/account/sign-out/", "/no/such/page/", "\thttps://evil.example", "/el//evil.example/", "el/account/settings/"],
)  # fmt: skip
def test_signing_in_leads_nowhere_else(client: Client, resident: User, target: str) -> None:
    page = sign_in(client, next=target)

    assert page.location == "/el/account/"


def test_signing_in_leads_back(client: Client, resident: User) -> None:
    page = client.get("accounts.settings", status=303)
    assert page.location == "/el/account/sign-in/?next=/el/account/settings/"

    shown = client.get(page.location)
    other = [link["href"] for link in shown.select("head link[hreflang=en]")]
    assert other == ["/en/account/sign-in/?next=/el/account/settings/"]
    page = client.submit(shown, {"email": resident.email, "password": PASSWORD})

    assert page.location == "/el/account/settings/"


def test_a_page_that_is_sent_after_the_session_leads_back_to_its_form(client: Client) -> None:
    page = client.post("accounts.settings_submit", {})

    assert page.location == "/el/account/sign-in/?next=/el/account/settings/"


def test_paths_of_ours_only(app: Flask) -> None:
    with app.test_request_context():
        assert can_show("/el/account/settings/?a=1")
        assert not can_show("")


def test_a_session_ends_after_a_working_day(client: Client, resident: User, frozen: Callable[..., Any]) -> None:
    start = clock.now()
    sign_in(client)
    assert "Expires" not in client.get("accounts.settings").headers.get("Set-Cookie", "")

    frozen(start + timedelta(hours=7, minutes=59))
    client.get("accounts.settings")
    frozen(start + timedelta(hours=8, minutes=1))

    client.get("accounts.settings", status=303)


def test_a_device_of_ones_own_remembers_a_month_but_not_staff(
    client: Client, session: Session, resident: User, frozen: Callable[..., Any]
) -> None:
    start = clock.now()
    clerk = make_staff(session, make_unit(session), email="clerk@example.org", password=resident.password)
    page = client.post("accounts.sign_in_submit", {"email": resident.email, "password": PASSWORD, "remember": "yes"})
    assert "Expires" in page.headers["Set-Cookie"]
    desk = Client(client.app, session)
    page = desk.post("accounts.sign_in_submit", {"email": clerk.email, "password": PASSWORD, "remember": "yes"})
    assert "Expires" not in page.headers["Set-Cookie"]
    assert page.location == "/el/desk/"

    frozen(start + timedelta(days=29))

    client.get("accounts.settings")
    desk.get("accounts.settings", status=303)


def test_a_new_password_signs_other_devices_out(client: Client, session: Session, resident: User) -> None:
    other = Client(client.app, session)
    sign_in(client)
    sign_in(other)

    page = client.get("accounts.change_password")
    assert client.submit(page, {"password": "wrong", "new_password": NEW}, status=422).errors
    client.submit(page, {"password": PASSWORD, "new_password": NEW})

    client.get("accounts.settings")
    other.get("accounts.settings", status=303)


def test_a_demonstration_offers_its_people(client: Client, session: Session, resident: User) -> None:
    sample = make_user(session, demonstration_note=Translated(el="Κάτοικος Γουρνών", en="Resident of Gournes"))
    page = client.get("accounts.sign_in")
    assert "Κάτοικος Γουρνών" in page.text

    client.submit(page, form="#people form")
    assert is_signed_in(client)
    client.post("accounts.demonstrate", {"user_id": str(resident.id)}, status=403)
    for odd in ("", "x", "-1", "９", "1" * 30):
        client.post("accounts.demonstrate", {"user_id": odd}, status=404 if odd == "９" else 400)
    assert client.sign_out().post("accounts.demonstrate", {"user_id": str(sample.id)}, csrf=False, status=400)


def test_no_demonstration_no_people(client: Client, session: Session, with_settings: Callable[..., None]) -> None:
    sample = make_user(session, demonstration_note=Translated(el="Κάτοικος Γουρνών"))
    with_settings(demonstration=False)

    assert "Κάτοικος Γουρνών" not in client.get("accounts.sign_in").text
    client.post("accounts.demonstrate", {"user_id": str(sample.id)}, status=404)


def test_a_closed_account_is_signed_out_at_once(client: Client, resident: User) -> None:
    client.sign_in(resident)
    client.get("accounts.settings")
    resident.active = False

    client.get("accounts.settings", status=303)


def test_whoever_is_signed_in_costs_one_query_and_no_cookie(app: Flask, client: Client, resident: User) -> None:
    client.sign_in(resident)
    client.get("accounts.check_mail")
    asked: list[str] = []
    with app.app_context():
        engine = db.engine

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        asked.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    page = client.get("accounts.check_mail")
    event.remove(engine, "before_cursor_execute", note)

    assert len([statement for statement in asked if "user_account" in statement]) == 1
    assert not [statement for statement in asked if statement.split()[0] in {"INSERT", "UPDATE"}]
    assert "Set-Cookie" not in page.headers


def test_machines_are_told_401(client: Client) -> None:
    client.get("accounts.settings", headers={"Accept": "application/json"}, status=401)


def test_a_password_is_kept_as_argon2_that_fits_a_small_server(resident: User) -> None:
    assert resident.password
    assert resident.password.startswith("$argon2id$v=19$m=7168,t=5,p=1$")
