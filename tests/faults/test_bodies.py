"""How other bodies are reached: administrators write it, the key is never shown."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.core.audit import AuditEntry
from portal.faults.models import Body
from portal.organisation.models import Role
from tests.factories import make_body, make_staff, make_unit
from tests.support.client import Client

FORM = "main .narrow form"
SERVER, KEY = "https://open311.example.org/v2", "a-long-secret"


@pytest.fixture
def desk(client: Client, session: Session) -> Client:
    client.language = "en"
    return client.sign_in(make_staff(session, make_unit(session), Role.ADMINISTRATOR))


@pytest.fixture
def body(session: Session) -> Body:
    return make_body(session, phone="11500", open311_url=SERVER, open311_key=KEY)


def save(desk: Client, body: Body, status: int | None = None, **fields: str) -> str:
    page = desk.submit(desk.get("faults_desk.body", code=body.code), fields, form=FORM, status=status)
    assert desk.session
    desk.session.refresh(body)
    return page.text


def test_how_a_body_is_reached_is_changed(desk: Client, session: Session) -> None:
    body = make_body(session)
    assert "without a key" not in desk.get("faults_desk.bodies").text

    save(desk, body, phone="2810 123456", email="desk@example.org", open311_url=f"{SERVER}/", open311_jurisdiction="x")

    assert (body.phone, body.email, body.open311_jurisdiction) == ("2810 123456", "desk@example.org", "x")
    assert body.open311_url == SERVER, "paths are put behind it"
    assert "without a key" in desk.get("faults_desk.bodies").text
    save(desk, body, open311_key=KEY)
    assert body.open311_key == KEY


def test_what_cannot_be_an_address_is_refused(desk: Client, body: Body) -> None:
    save(desk, body, status=422, open311_url="ftp://example.org", phone="call me", url="example.org")

    assert (body.open311_url, body.phone, body.url) == (SERVER, "11500", "")


def test_the_key_is_kept_and_never_shown(desk: Client, session: Session, body: Body) -> None:
    shown = desk.get("faults_desk.body", code=body.code)
    assert "A key is kept" in shown.text
    save(desk, body, phone="11501")
    again = desk.submit(shown, {"open311_key": "another-secret", "phone": "?"}, form=FORM, status=422)
    save(desk, body, open311_key="a-third-secret")

    trail = session.scalars(sa.select(AuditEntry).where(AuditEntry.action == "faults.body.written")).all()
    assert body.open311_key == "a-third-secret"
    assert "secret" not in str(shown.soup) + str(again.soup) + "".join(str(entry.data) for entry in trail)
    assert [entry.data["changed"] for entry in trail] == [["phone"], ["open311_key"]]


def test_no_other_server_is_sent_the_key(desk: Client, body: Body) -> None:
    save(desk, body, open311_url="https://elsewhere.example.org/v2")

    assert body.open311_key == ""


def test_the_key_can_be_forgotten(desk: Client, body: Body) -> None:
    save(desk, body, forget_key="yes")

    assert body.open311_key == ""
    assert not desk.get("faults_desk.body", code=body.code).select("[name=forget_key]")


def test_only_administrators_see_them(client: Client, session: Session, body: Body) -> None:
    client.sign_in(make_staff(session, make_unit(session), Role.HEAD))

    client.get("faults_desk.bodies", status=403)
    client.get("faults_desk.body", code=body.code, status=403)
    client.sign_in(make_staff(session, make_unit(session), Role.ADMINISTRATOR)).get(
        "faults_desk.body", code="nobody", status=404
    )
