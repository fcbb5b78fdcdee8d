"""What the tests of accounts share: a mailbox, a password, settings of the moment."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from portal.accounts.access import hashed
from portal.accounts.models import User
from portal.core import clock, limits
from portal.core.letters import Letter
from portal.core.limits import limiter
from tests.factories import make_user
from tests.support.client import Client, Page

PASSWORD = "πέντε ψάρια στη βάρκα"
NEW = "το λεωφορείο άργησε πάλι"


@pytest.fixture
def resident(app: Flask, session: Session) -> User:
    """Somebody with a password."""
    with app.app_context():
        return make_user(session, email="maria@example.org", full_name="Μαρία Δοκιμαστή", password=hashed(PASSWORD))


@pytest.fixture
def mailbox(session: Session, drain: Callable[[datetime], int]) -> Callable[[], list[Letter]]:
    """Sends what is under way; every letter, oldest first."""

    def letters() -> list[Letter]:
        drain(clock.now())
        return list(session.scalars(sa.select(Letter).order_by(Letter.id)))

    return letters


@pytest.fixture
def with_settings(app: Flask) -> Iterator[Callable[..., None]]:
    """Changes settings of the portal for a test."""
    portal = app.extensions["portal"]
    before = portal.settings

    def change(**changes: Any) -> None:
        portal.settings = replace(portal.settings, **changes)

    yield change
    portal.settings = before


@pytest.fixture
def limited(app: Flask, with_settings: Callable[..., None]) -> Iterator[None]:
    """Rate limits are on."""
    with_settings(rate_limits=True)
    routines = dict(app.extensions["portal"].routines)
    limits.init_app(app, app.extensions["portal"].settings)
    with app.app_context():
        limiter.reset()
    yield
    with app.app_context():
        limiter.reset()
    app.extensions["portal"].routines = routines


def path_in(letter: Letter) -> str:
    """The path of the first link in a letter."""
    found = re.search(r"https?://[^/\s]+(/\S+)", letter.body)
    assert found, letter.body
    return found.group(1)


def sign_in(client: Client, email: str = "maria@example.org", password: str = PASSWORD, **options: Any) -> Page:
    return client.post("accounts.sign_in_submit", {"email": email, "password": password}, **options)


def is_signed_in(client: Client) -> bool:
    return client.get("accounts.settings", status=200 if has_session(client) else 303).status == 200


def has_session(client: Client) -> bool:
    with client.browser.session_transaction() as cookie:
        return "_user_id" in cookie
