"""Requests that leave nothing behind: who asks, what is answered, which rows it would have written."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import sqlalchemy as sa
from flask import Flask, url_for
from sqlalchemy import event
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from portal.core.db import writes
from tests.support.client import Client

_WRITING = re.compile(r"\s*(INSERT INTO|UPDATE|DELETE FROM) (\w+)")


@dataclass(frozen=True)
class Answer:
    """What a page said, and the tables it wrote to on the way."""

    response: TestResponse
    wrote: frozenset[str]

    @property
    def status(self) -> int:
        """The status of the answer."""
        return self.response.status_code

    @property
    def asks_to_sign_in(self) -> bool:
        """Whether somebody is sent to the sign-in page."""
        target = self.response.location or ""
        return self.status in {302, 303} and target.partition("?")[0].endswith("/account/sign-in/") and not self.wrote


class Visits:
    """Asks for pages as different people; each visit is undone unless it is kept."""

    def __init__(self, app: Flask, session: Session, people: Mapping[str, Mapping[str, Any]]) -> None:
        self.app = app
        self.people = people
        #: in which they read
        self.language = "el"
        bind = session.get_bind()
        assert isinstance(bind, sa.Connection)
        self.connection = bind
        self._written: set[str] = set()
        event.listen(bind, "before_cursor_execute", self._note)

    def _note(self, _connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if found := _WRITING.match(statement):
            self._written.add(found[2])

    def address(self, endpoint: str, values: Mapping[str, Any]) -> str:
        """The path of an endpoint; values that it does not take are left out."""
        taken = {name for rule in self.app.url_map.iter_rules(endpoint) for name in rule.arguments}
        with self.app.test_request_context():
            known = {"lang": self.language, **values}
            return url_for(endpoint, **{name: known[name] for name in taken & known.keys()})

    def ask(
        self,
        who: str,
        method: str,
        path: str,
        data: Mapping[str, Any] | None = None,
        *,
        csrf: bool = True,
        follow: bool = False,
    ) -> Answer:
        """One request in a fresh browser of somebody."""
        browser = Client(self.app)
        with browser.browser.session_transaction() as cookie:
            cookie.update(self.people[who])
        fields: dict[str, Any] | None = None
        if method == "POST":
            fields = dict(data or {}) | ({"csrf_token": browser.csrf_token()} if csrf else {})
        self._written.clear()
        with self.undone():
            response = browser.browser.open(
                path, method=method, follow_redirects=follow, buffered=True, **_sent(method, fields, data)
            )
            response.get_data()
            response.close()  # what is streamed lets go of the database only now
        return Answer(response, frozenset(self._written))

    @contextlib.contextmanager
    def undone(self) -> Iterator[None]:
        """Whatever is written meanwhile is taken back."""
        point = self.connection.begin_nested()
        try:
            yield
        finally:
            point.rollback()
            writes.set(True)


def _sent(method: str, fields: dict[str, Any] | None, query: Mapping[str, Any] | None) -> dict[str, Any]:
    """Fields as a browser would send them, bytes included that are no text (as surrogates, like in file names)."""
    if method != "POST":
        return {"query_string": urlencode(query, doseq=True, errors="surrogateescape")} if query else {}
    if any(isinstance(value, tuple) for value in (fields or {}).values()):
        return {"data": fields}
    body = urlencode(fields or {}, doseq=True, errors="surrogateescape")
    return {"data": body.encode(), "content_type": "application/x-www-form-urlencoded"}
