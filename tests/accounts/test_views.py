"""The pages of accounts through the client: what people meet from registering to leaving."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.accounts import queries
from portal.accounts.models import IdentityLevel, User
from portal.core import clock
from portal.core.letters import Letter
from tests.accounts.conftest import NEW, PASSWORD, has_session, is_signed_in, path_in, sign_in
from tests.factories import make_staff, make_unit
from tests.support.client import Client

Mailbox = Callable[[], list[Letter]]


REGISTRATION = {
    "full_name": "Νίκος Δοκιμαστής",
    "email": "nikos@example.org",
    "password": PASSWORD,
    "consent": "yes",
}


@pytest.mark.parametrize("language", ["el", "en"])
def test_from_registering_to_a_new_email(client: Client, session: Session, mailbox: Mailbox, language: str) -> None:
    client.language = language
    page = client.submit(client.get("accounts.register"), REGISTRATION)
    assert page.location == f"/{language}/account/check-mail/"
    client.get(page.location)
    assert sign_in(client, "nikos@example.org", status=422).errors  # not confirmed yet

    letter = mailbox()[-1]
    assert (letter.recipient, letter.language) == ("nikos@example.org", language)
    assert path_in(letter).startswith(f"/{language}/account/confirm/")
    page = client.submit(client.get(path_in(letter)), {"password": PASSWORD})
    assert page.location == f"/{language}/account/"
    assert is_signed_in(client)

    client.post("accounts.sign_out")
    assert not is_signed_in(client)
    assert sign_in(client, "Nikos@Example.org").location == f"/{language}/account/"

    client.sign_out()
    client.submit(client.get("accounts.recover"), {"email": "nikos@example.org"})
    page = client.submit(client.get(path_in(mailbox()[-1])), {"new_password": NEW})
    assert page.location == f"/{language}/account/sign-in/"
    sign_in(client, "nikos@example.org", PASSWORD, status=422)
    sign_in(client, "nikos@example.org", NEW)

    client.submit(client.get("accounts.change_email"), {"email": "new@example.org", "password": NEW})
    client.submit(client.get(path_in(mailbox()[-1])))
    assert is_signed_in(client)
    assert mailbox()[-1].recipient == "nikos@example.org"
    assert queries.by_email(session, "new@example.org")


def test_a_link_works_once_and_not_for_ever(
    client: Client, resident: User, mailbox: Mailbox, frozen: Callable[..., Any]
) -> None:
    client.post("accounts.recover_submit", {"email": resident.email})
    used = path_in(mailbox()[-1])
    client.submit(client.get(used), {"new_password": NEW})
    client.get(used, status=410)
    client.post(used, {"new_password": NEW + "!"}, status=410)

    client.post("accounts.recover_submit", {"email": resident.email})
    old = path_in([letter for letter in mailbox() if "/reset/" in letter.body][-1])
    frozen(clock.now() + timedelta(hours=4))

    client.get(old, status=410)


@pytest.mark.parametrize("token", ["x", "a.b.c", "%00", "ελληνικά", "9" * 3000, "..%2f..%2fetc", "WyJ4Il0.x.y"])
@pytest.mark.parametrize("endpoint", ["confirm", "reset", "confirm_email"])
def test_a_made_up_link_is_no_link(client: Client, endpoint: str, token: str) -> None:
    path = client.path(f"accounts.{endpoint}", token="TOKEN").replace("TOKEN", token)

    assert client.get(path, status=404 if "2f" in token else 400 if "%00" in token else 410)


def test_a_link_for_one_thing_does_not_do_another(client: Client, resident: User, mailbox: Mailbox) -> None:
    client.post("accounts.recover_submit", {"email": resident.email})
    token = path_in(mailbox()[-1]).rstrip("/").rsplit("/", 1)[-1]

    client.get("accounts.confirm", token=token, status=410)
    client.get("accounts.confirm_email", token=token, status=410)


def test_the_answer_does_not_tell_who_has_an_account(client: Client, resident: User, mailbox: Mailbox) -> None:
    known, unknown = resident.email, "nobody@example.org"

    for endpoint, fields in (
        ("accounts.recover_submit", {}),
        ("accounts.ask_confirmation_submit", {}),
        ("accounts.register_submit", REGISTRATION),
    ):
        answers = [client.post(endpoint, {**fields, "email": email}) for email in (known, unknown)]
        assert answers[0].location == answers[1].location
    messages = [sign_in(client, email, "wrong", status=422).errors for email in (known, unknown)]

    assert messages[0] == messages[1] != []
    assert {letter.recipient for letter in mailbox() if "/reset/" in letter.body} == {known}


def test_the_letter_to_a_stranger_does_not_carry_what_was_typed(client: Client, mailbox: Mailbox) -> None:
    client.post("accounts.register_submit", {**REGISTRATION, "full_name": "Κέρδισες! www.evil.example"})

    assert "evil" not in mailbox()[-1].body


def test_somebody_elses_registration_is_not_confirmed_with_ones_own_password(
    client: Client, session: Session, mailbox: Mailbox
) -> None:
    client.post("accounts.register_submit", {**REGISTRATION, "password": "ο κωδικός του άλλου 7"})

    page = client.submit(client.get(path_in(mailbox()[-1])), {"password": PASSWORD}, status=422)
    assert page.errors
    user = queries.by_email(session, "nikos@example.org")

    assert user
    assert user.confirmed_at is None


@pytest.mark.parametrize("field", ["full_name", "email", "password", "consent"])
def test_every_question_of_the_registration_must_be_answered(client: Client, session: Session, field: str) -> None:
    answers = {**REGISTRATION, field: ""}

    page = client.post("accounts.register_submit", answers, status=422)

    assert len(page.errors) == 1
    assert session.scalar(sa.select(sa.func.count()).select_from(User)) == 0


HOSTILE = ["' OR 1=1 --", "<script>alert(1)</script>", "\x00", "a" * 100_000, "\u202eabc", "{{ 7*7 }}", "\ud83d"]


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_input_is_only_wrong(client: Client, resident: User, text: str) -> None:
    text = text.encode("utf-8", "replace").decode()

    page = client.post("accounts.register_submit", dict.fromkeys(REGISTRATION, text), status=422)
    sign_in(client, text, text, status=422)
    client.post("accounts.recover_submit", {"email": text}, status=422)
    client.sign_in(resident)
    fields = {"full_name": text * 300, "phone": text, "afm": text, "language": text}
    client.post("accounts.settings_submit", fields, status=422)

    assert "<script>alert" not in page.response.get_data(as_text=True)


def test_a_form_without_its_token_is_refused(client: Client, resident: User) -> None:
    page = sign_in(client, csrf=False, status=422)

    assert not has_session(client)
    assert page.select(".govuk-error-summary")


def test_settings_are_kept(client: Client, session: Session, resident: User, mailbox: Mailbox) -> None:
    client.sign_in(resident)
    fields = {"full_name": "Μαρία Νέα", "phone": "2897 022222", "afm": "090000045", "language": "en"}
    client.submit(client.get("accounts.settings"), fields)
    session.refresh(resident)

    assert (resident.full_name, resident.phone, resident.afm) == ("Μαρία Νέα", "+302897022222", "090000045")
    client.post("accounts.recover_submit", {"email": resident.email})
    assert mailbox()[-1].language == "en"


def test_a_proved_name_is_shown_and_not_asked(client: Client, session: Session, resident: User) -> None:
    resident.level = IdentityLevel.B
    client.sign_in(resident)
    page = client.get("accounts.settings")
    assert not page.select("#full_name")

    client.submit(page, {"full_name": "Άλλη", "afm": "090000045", "language": "en"})
    session.refresh(resident)

    assert (resident.full_name, resident.afm, resident.language) == ("Μαρία Δοκιμαστή", None, "en")


def test_closing_an_account(client: Client, session: Session, resident: User, mailbox: Mailbox) -> None:
    client.sign_in(resident)
    page = client.get("accounts.close")
    assert len(client.submit(page, {"password": "wrong", "sure": "yes"}, status=422).errors) == 1

    client.submit(page, {"password": PASSWORD, "sure": "yes"})

    client.get("accounts.settings", status=303)
    sign_in(client, status=422)
    assert mailbox()[-1].recipient == "maria@example.org"


def test_staff_cannot_close(client: Client, session: Session) -> None:
    clerk = make_staff(session, make_unit(session))
    client.sign_in(clerk)

    assert not client.get("accounts.close").select("#password")
