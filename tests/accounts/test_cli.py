"""`flask accounts …`."""

from __future__ import annotations

from flask import Flask
from sqlalchemy.orm import Session

from portal.accounts import queries
from tests.accounts.conftest import PASSWORD
from tests.factories import make_user


def run(app: Flask, session: Session, *words: str) -> tuple[int, str]:
    session.commit()
    result = app.test_cli_runner().invoke(args=["accounts", *words])
    return result.exit_code, result.output


def test_the_first_administrator_is_made_by_a_command(app: Flask, session: Session) -> None:
    code, _said = run(app, session, "create", "Admin@example.org", "Άννα", "--staff", "--password", PASSWORD)
    user = queries.by_email(session, "admin@example.org")

    assert code == 0
    assert user
    assert user.is_staff
    assert user.confirmed_at
    assert run(app, session, "create", "admin@example.org", "Άννα", "--password", PASSWORD)[0] == 1
    assert run(app, session, "create", "other@example.org", "Άννα", "--password", "password1234")[0] == 1


def test_sessions_end_by_a_command(app: Flask, session: Session) -> None:
    user = make_user(session, email="maria@example.org")
    before = user.fs_uniquifier

    assert run(app, session, "sign-out", "maria@example.org")[0] == 0
    assert run(app, session, "unlock", "maria@example.org")[0] == 0
    assert run(app, session, "sign-out", "nobody@example.org")[0] == 1
    session.refresh(user)

    assert user.fs_uniquifier != before
