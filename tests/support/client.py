"""The client of the tests: takes endpoints, checks statuses, and looks at every page as `pages` demands."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Mapping
from typing import Any

from bs4 import BeautifulSoup, Tag
from flask import Flask, url_for
from itsdangerous import URLSafeTimedSerializer
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from portal.accounts.models import User
from portal.core.db import writes
from tests.support import pages

#: what a page may answer to a form that was taken
REDIRECTS = frozenset({302, 303})


class Page:
    """An answer: `soup` where it is a page, else `response` with its bytes."""

    def __init__(self, response: TestResponse) -> None:
        self.response = response
        self.status = response.status_code
        self.headers = response.headers
        #: where a redirect leads; empty: it is none
        self.location = response.headers.get("Location", "")
        self.is_html = response.mimetype == "text/html"
        self.soup = BeautifulSoup(response.get_data(as_text=True) if self.is_html else "", "html5lib")

    @property
    def h1(self) -> str:
        """The heading of the page."""
        return _text(self.soup.find("h1"))

    @property
    def text(self) -> str:
        """Everything people read on it, in one line; of another answer its text."""
        return _text(self.soup.body) if self.is_html else self.response.get_data(as_text=True)

    @property
    def errors(self) -> list[str]:
        """The messages at the fields."""
        return [_text(tag).removeprefix("Error: ").removeprefix("Σφάλμα: ") for tag in self.select(_ERROR)]

    def select(self, css: str) -> list[Tag]:
        """Every element that a CSS selector finds."""
        return list(self.soup.select(css))

    def one(self, css: str) -> Tag:
        """The one element that a CSS selector finds."""
        found = self.select(css)
        assert len(found) == 1, f"{len(found)} elements are {css!r} on {self.response.request.path}"
        return found[0]

    def texts(self, css: str) -> list[str]:
        """What the found elements say."""
        return [_text(tag) for tag in self.select(css)]


_ERROR = ".govuk-error-message"


class Client:
    """A browser without scripts, in the transaction of the test's session.

    Before each request the test's session commits (into the transaction that is undone in the end), so that the page
    sees what was arranged and the test sees afterwards what the page has done.
    """

    def __init__(self, app: Flask, session: Session | None = None, language: str = "el") -> None:
        self.app = app
        self.session = session
        self.language = language
        self.browser = app.test_client()

    def get(
        self,
        endpoint: str,
        *,
        status: int = 200,
        follow: bool = False,
        check: bool = True,
        headers: Mapping[str, str] | None = None,
        **values: Any,
    ) -> Page:
        """Open a page by its endpoint, or by its path if it begins with a slash; other values fill the address."""
        return self._open("GET", endpoint, {status}, follow, check, values, headers=headers)

    def post(
        self,
        endpoint: str,
        data: Mapping[str, Any] | None = None,
        *,
        status: int | None = None,
        follow: bool = False,
        check: bool = True,
        csrf: bool = True,
        headers: Mapping[str, str] | None = None,
        **values: Any,
    ) -> Page:
        """Send a form with its token; without a status it must be taken, that is redirect (files: `(stream, name)`)."""
        expected = REDIRECTS if status is None and not follow else {status or 200}
        fields = dict(data or {}) | ({"csrf_token": self.csrf_token()} if csrf else {})
        return self._open("POST", endpoint, expected, follow, check, values, data=fields, headers=headers)

    def submit(
        self,
        page: Page,
        fields: Mapping[str, Any] | None = None,
        *,
        form: str = "main form",
        button: str | None = None,
        status: int | None = None,
        follow: bool = False,
    ) -> Page:
        """Fill a form of a page as somebody would, and press its first button, or the one with that value."""
        chosen = page.select(form)[0]
        data: dict[str, Any] = filled(chosen, button) | dict(fields or {})
        path = str(chosen.get("action") or page.response.request.full_path)
        if str(chosen.get("method", "get")).lower() == "get":
            path = path.partition("?")[0]  # a form sent by GET replaces what stood there
            return self._open("GET", path, {status or 200}, follow, True, {}, query_string=data)
        expected = REDIRECTS if status is None and not follow else {status or 200}
        return self._open("POST", path, expected, follow, True, {}, data=data)

    def sign_in(self, user: User) -> Client:
        """Be that person from now on."""
        if self.session:
            self.session.flush()
        with self.browser.session_transaction() as cookie:
            cookie.update(_user_id=user.fs_uniquifier, _fresh=True, fs_cc="set", fs_paa=time.time())
        return self

    def sign_out(self) -> Client:
        """Be nobody, in a browser that remembers nothing."""
        self.browser = self.app.test_client()
        return self

    def csrf_token(self) -> str:
        """A token as the forms of this browser carry it."""
        with self.browser.session_transaction() as cookie:
            raw = cookie.setdefault("csrf_token", hashlib.sha1(b"for tests").hexdigest())  # noqa: S324
        return str(URLSafeTimedSerializer(self.app.secret_key or "", salt="wtf-csrf-token").dumps(raw))

    def path(self, endpoint: str, **values: Any) -> str:
        """The address of an endpoint, in the client's language unless another is given."""
        if endpoint.startswith("/"):
            return endpoint
        if self.app.url_map.is_endpoint_expecting(endpoint, "lang"):
            values.setdefault("lang", self.language)
        with self.app.test_request_context():
            return url_for(endpoint, **values)

    def _open(
        self,
        method: str,
        endpoint: str,
        expected: set[int] | frozenset[int],
        follow: bool,  # noqa: FBT001 – private
        check: bool,  # noqa: FBT001
        values: dict[str, Any],
        **options: Any,
    ) -> Page:
        if self.session:
            self.session.commit()
        path = self.path(endpoint, **values)
        response = self.browser.open(path, method=method, follow_redirects=follow, **options)
        writes.set(True)
        page = Page(response)
        said = f"{page.location} {page.text[:600] if page.is_html else ''}"
        assert page.status in expected, f"{method} {path} answered {page.status}, not {sorted(expected)}: {said}"
        if check and page.is_html and page.status not in REDIRECTS:
            first = response.request.path.split("/")[1]
            found = pages.flaws(page.soup, first if first in self.app.config["LANGUAGES"] else None)
            assert not found, f"{method} {path}: " + "; ".join(found)
        return page


def filled(form: Tag, button: str | None = None) -> dict[str, Any]:
    """What a browser would send if somebody pressed the button without touching a field."""
    data: dict[str, Any] = {}
    for field in form.select("input[name], select[name], textarea[name]"):
        if (values := _values(field)) and not field.has_attr("disabled"):
            data.setdefault(str(field["name"]), []).extend(values)
    buttons = form.select("button[name]")
    pressed = [b for b in buttons if button is None or button in {b.get("value"), b.get("name")}]
    assert button is None or pressed, f"no button {button!r}"
    for first in pressed[:1]:
        if button is not None or form.select_one("button") is first:
            data[str(first["name"])] = str(first.get("value", ""))
    return data


def _values(field: Tag) -> list[str]:
    if field.name == "textarea":
        return [field.get_text().removeprefix("\n")]
    if field.name == "select":
        options = field.select("option[selected]") or ([] if field.has_attr("multiple") else field.select("option")[:1])
        return [str(option.get("value", option.get_text(strip=True))) for option in options]
    kind = field.get("type", "text")
    if kind in {"checkbox", "radio"}:
        return [str(field.get("value", "on"))] if field.has_attr("checked") else []
    return [] if kind in {"file", "submit", "button", "image", "reset"} else [str(field.get("value", ""))]


def _text(tag: Tag | None) -> str:
    return " ".join(tag.get_text(" ", strip=True).split()) if tag else ""
