"""What every answer has: headers, a request id, errors in the reader's language."""

from __future__ import annotations

import pytest
from flask import Flask, abort

from portal.core.errors import NotAllowed, Refused
from portal.core.texts import N_
from portal.core.web import HEADERS
from tests.support.client import Client
from tests.support.databases import drop, fresh


class NumberTaken(Refused):
    message = N_("Number %(number)s is taken.")


@pytest.fixture
def failing(committed_app: Flask) -> Client:
    """A portal with pages that fail in every way."""
    committed_app.config["PROPAGATE_FAILURES"] = False

    def fail(lang_or_kind: str) -> str:
        if lang_or_kind == "refused":
            raise NumberTaken(number=7)
        if lang_or_kind == "not-allowed":
            raise NotAllowed
        if lang_or_kind.isdigit():
            abort(int(lang_or_kind))
        raise ZeroDivisionError

    committed_app.add_url_rule("/<lang:lang>/fail/<lang_or_kind>", view_func=fail)
    return Client(committed_app)


def test_every_answer_has_the_security_headers(client: Client) -> None:
    for path, status in (("/healthz", 200), ("/el/no-such-page", 404)):
        answer = client.get(path, status=status)
        for name, value in HEADERS.items():
            assert answer.headers[name] == value
        assert "unsafe" not in answer.headers["Content-Security-Policy"]
        assert "Strict-Transport-Security" not in answer.headers


def test_over_https_browsers_are_told_to_stay_there() -> None:
    database = fresh("sqlite")
    app = database.app(https=True)

    answer = Client(app).get("/healthz")

    assert "max-age=31536000" in answer.headers["Strict-Transport-Security"]
    assert app.config["SESSION_COOKIE_SECURE"]
    drop(app, database)


@pytest.mark.parametrize(("sent", "kept"), [("abc123", True), ("a b\nc", False), ("x" * 65, False), ("", False)])
def test_a_request_keeps_its_id_if_it_is_a_decent_one(client: Client, sent: str, kept: object) -> None:
    got = client.get("/healthz", headers={"X-Request-Id": sent.replace("\n", "")}).headers["X-Request-Id"]

    assert (got == sent) is kept
    assert got.isalnum()


@pytest.mark.parametrize(
    ("kind", "status", "heading"),
    [
        ("400", 400, "We could not read this"),
        ("404", 404, "There is no such page"),
        ("413", 413, "This is too large"),
        ("429", 429, "Too many tries"),
        ("418", 418, "Something went wrong on our side"),
        ("refused", 409, "This cannot be done"),
        ("not-allowed", 403, "You may not do this"),
        ("crash", 500, "Something went wrong on our side"),
    ],
)
def test_errors_speak_the_readers_language(failing: Client, kind: str, status: int, heading: str) -> None:
    page = failing.get(f"/en/fail/{kind}", status=status)
    other = failing.get(f"/el/fail/{kind}", status=status)

    assert page.h1 == heading
    assert other.soup.html is not None
    assert other.soup.html["lang"] == "el"


def test_a_refusal_says_why(failing: Client) -> None:
    assert "Number 7 is taken." in failing.get("/en/fail/refused", status=409).text


def test_machines_get_errors_as_json(failing: Client) -> None:
    answer = failing.get("/en/fail/refused", status=409, headers={"Accept": "application/json"})

    assert answer.response.json is not None
    assert answer.response.json["detail"] == "Number 7 is taken."
    assert answer.response.json["status"] == 409
    assert answer.response.json["request_id"] == answer.headers["X-Request-Id"]


def test_a_failure_shows_nothing_of_the_inside(failing: Client) -> None:
    page = failing.get("/en/fail/crash", status=500)

    assert "ZeroDivisionError" not in page.text
    assert page.headers["X-Request-Id"] in page.text


def test_a_language_that_is_not_offered_is_no_page(client: Client) -> None:
    assert client.get("/xx/", status=404, check=False).status == 404


@pytest.mark.parametrize(
    ("wishes", "cookie", "language"),
    [
        ("de-DE,de;q=0.9", "", "el"),
        ("en-GB,en;q=0.9,el;q=0.5", "", "en"),
        ("el-GR,el;q=0.9,en;q=0.8", "", "el"),
        ("en", "el", "el"),
        ("en", "nonsense", "en"),
        ("", "", "el"),
    ],
)
def test_an_address_without_language_follows_the_cookie_then_the_browser(
    client: Client, wishes: str, cookie: str, language: str
) -> None:
    if cookie:
        client.browser.set_cookie("lang", cookie)

    page = client.get("/no-such-page", status=404, headers={"Accept-Language": wishes}, check=False)

    assert page.soup.html is not None
    assert page.soup.html["lang"] == language
