"""Public pages that are kept: the same until something they are made of changes, and never somebody's own."""

from __future__ import annotations

from collections.abc import Iterator

import brotli
import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy import event
from sqlalchemy.orm import Session

from portal.core.db import db
from portal.core.kept import Page, Shelf
from portal.eservices.models import Service
from tests.factories import make_user
from tests.support.client import Client


@pytest.fixture
def stock() -> str:
    return "municipality"


@pytest.fixture
def asked(app: Flask) -> Iterator[list[str]]:
    """The statements that pages send to the database."""
    seen: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        if not statement.startswith(("BEGIN", "SAVEPOINT", "RELEASE", "ROLLBACK", "COMMIT")):
            seen.append(statement)

    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", note)
    yield seen
    event.remove(engine, "before_cursor_execute", note)


def test_a_kept_page_asks_the_database_for_its_stamps_alone(client: Client, asked: list[str]) -> None:
    first = client.get("eservices.catalogue").text
    asked.clear()

    assert client.get("eservices.catalogue").text == first
    assert len(asked) == 1
    assert "stamp" in asked[0]


def test_it_is_made_anew_as_soon_as_something_changes(client: Client, session: Session) -> None:
    before = client.get("eservices.catalogue")
    service = session.scalars(sa.select(Service).where(Service.closed.is_(False)).limit(1)).one()
    assert service.title["el"] in before.text

    service.title = service.title | {"el": "Κάτι καινούργιο"}
    session.commit()

    assert "Κάτι καινούργιο" in client.get("eservices.catalogue").text


def test_whoever_has_the_page_is_told_so(client: Client, session: Session) -> None:
    etag = client.get("site.home").headers["ETag"]
    again = {"If-None-Match": etag}

    client.get("site.home", headers=again, status=304)

    session.execute(sa.update(Service).values(closed=True))
    session.commit()
    client.get("site.home", headers=again, status=200)


def test_each_language_and_address_has_its_own(app: Flask, session: Session, client: Client) -> None:
    greek, english = client.get("site.home"), Client(app, session, "en").get("site.home")

    assert greek.headers["ETag"] != english.headers["ETag"]
    assert greek.h1 != english.h1
    assert client.get("eservices.catalogue", category="none").text != client.get("eservices.catalogue").text


def test_the_page_of_somebody_is_never_kept(app: Flask, session: Session) -> None:
    visitor, person = Client(app, session), Client(app, session)
    person.sign_in(make_user(session, full_name="Ελένη Μαυράκη"))
    visitor.get("site.home")

    own = person.get("site.home")

    assert "ETag" not in own.headers
    assert own.headers["Cache-Control"] == "no-store"
    assert own.text != visitor.get("site.home").text


def test_it_travels_compressed_to_whoever_can_read_that(app: Flask, client: Client) -> None:
    plain = client.get("site.home").response.data

    for _time in ("made", "kept"):
        packed = app.test_client().get(client.path("site.home"), headers={"Accept-Encoding": "br"})
        assert packed.headers["Content-Encoding"] == "br"
        assert "Accept-Encoding" in packed.headers["Vary"]
        assert brotli.decompress(packed.data) == plain


def page(size: int, etag: str = "a") -> Page:
    return Page(etag, b"x" * size, ())


def test_the_shelf_drops_what_nobody_has_asked_for_longest() -> None:
    shelf = Shelf(most=100)
    shelf.put(("one",), page(40))
    shelf.put(("two",), page(40))
    assert shelf.get(("one",), "a")

    shelf.put(("three",), page(40))

    assert shelf.get(("two",), "a") is None
    assert shelf.get(("one",), "a")
    assert shelf.bytes == 80


def test_the_shelf_gives_no_page_that_is_no_longer_true() -> None:
    shelf = Shelf()
    shelf.put(("one",), page(10, "old"))
    assert shelf.get(("one",), "new") is None

    shelf.put(("one",), page(5, "new"))

    assert shelf.get(("one",), "new")
    assert shelf.bytes == 5
