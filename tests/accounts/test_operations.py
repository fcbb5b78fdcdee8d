"""Accounts come into being, prove themselves, change and end."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.accounts import operations, queries
from portal.accounts.models import IdentityLevel, SignInTries, User
from portal.accounts.operations import Registration
from portal.core import outbox
from portal.core.audit import AuditEntry
from portal.core.errors import NotAllowed
from portal.core.texts import Translated
from tests.factories import NOW, make_staff, make_unit, make_user

MINUTE = timedelta(minutes=1)


def link(user: User) -> str:
    return f"link-of-{user.fs_uniquifier}"


def right(user: User | None) -> bool:
    return user is not None


def wrong(user: User | None) -> bool:
    return False


def registration(email: str = "nikos@example.org", **given: str) -> Registration:
    return Registration(email, "Νίκος Δοκιμαστής", given.get("password", "hash"), "el")


def letters(session: Session) -> list[tuple[str, str]]:
    """Every letter under way: to whom, which."""
    session.flush()
    jobs = session.scalars(sa.select(outbox.Job).where(outbox.Job.kind == "mail").order_by(outbox.Job.id))
    return [(job.payload["to"], job.payload["template"]) for job in jobs]


def trail(session: Session) -> list[str]:
    session.commit()
    return list(session.scalars(sa.select(AuditEntry.action).order_by(AuditEntry.id)))


def test_registering_makes_an_account_that_waits_for_its_email(session: Session) -> None:
    operations.register(session, registration("Nikos@Example.ORG"), link, now=NOW)

    user = queries.by_email(session, "NIKOS@example.org")
    assert user
    assert user.email == "nikos@example.org"
    assert (user.confirmed_at, user.level, user.is_staff) == (None, IdentityLevel.A, False)
    assert letters(session) == [("nikos@example.org", "accounts/confirm")]
    assert trail(session) == ["accounts.user.registered"]


def test_registering_with_a_known_email_changes_nothing_and_tells_its_owner(session: Session) -> None:
    known = make_user(session, email="nikos@example.org", password="old")

    operations.register(session, registration(password="new"), link, now=NOW)

    assert known.password == "old"
    assert letters(session) == [("nikos@example.org", "accounts/already_registered")]


def test_an_unconfirmed_account_belongs_to_the_newest_registration(session: Session) -> None:
    operations.register(session, registration(password="somebody else's"), link, now=NOW)
    user = queries.by_email(session, "nikos@example.org")
    assert user
    before = user.fs_uniquifier

    operations.register(session, registration(password="the owner's"), link, now=NOW)

    assert user.password == "the owner's"
    assert user.fs_uniquifier != before
    assert len(letters(session)) == 2


def test_a_closed_account_gets_no_letters(session: Session) -> None:
    make_user(session, email="nikos@example.org", active=False)

    operations.register(session, registration(), link, now=NOW)
    operations.send_recovery(session, "nikos@example.org", link, now=NOW)
    operations.send_confirmation(session, "nikos@example.org", link, now=NOW)

    assert letters(session) == []


def test_nobodys_mailbox_is_filled(session: Session) -> None:
    make_user(session, email="nikos@example.org")

    for second in range(10):
        operations.send_recovery(session, "nikos@example.org", link, now=NOW + timedelta(seconds=second))
    operations.send_recovery(session, "nikos@example.org", link, now=NOW + 5 * MINUTE)

    assert len(letters(session)) == 2


def test_confirming_asks_for_the_password_too(session: Session) -> None:
    user = make_user(session, confirmed_at=None)

    with pytest.raises(operations.WrongPassword):
        operations.confirm(session, user, wrong, now=NOW)
    assert user.confirmed_at is None
    operations.confirm(session, user, right, now=NOW)

    assert user.confirmed_at == NOW
    assert trail(session) == ["accounts.user.confirmed", "accounts.user.signed_in"]


def test_an_unconfirmed_email_does_not_sign_in_and_only_its_owner_learns_why(session: Session) -> None:
    user = make_user(session, confirmed_at=None)

    with pytest.raises(operations.NotConfirmed):
        operations.sign_in(session, user.email, right, now=NOW)
    with pytest.raises(operations.WrongPassword):
        operations.sign_in(session, user.email, wrong, now=NOW)


def test_a_closed_account_does_not_sign_in(session: Session) -> None:
    user = make_user(session, active=False)

    with pytest.raises(operations.WrongPassword):
        operations.sign_in(session, user.email, right, now=NOW)


@pytest.mark.parametrize("email", ["known@example.org", "nobody@example.org"])
def test_tries_are_counted_whether_the_email_has_an_account_or_not(session: Session, email: str) -> None:
    make_user(session, email="known@example.org")

    for _ in range(5):
        with pytest.raises(operations.WrongPassword):
            operations.sign_in(session, email, wrong, now=NOW)
    with pytest.raises(operations.Locked) as refused:
        operations.sign_in(session, email.upper(), right, now=NOW)

    assert refused.value.values == {"minutes": 1}
    assert queries.locked_until(session, email, now=NOW) == NOW + MINUTE


def test_pauses_grow_and_success_forgets_them(session: Session) -> None:
    user, now = make_user(session), NOW
    for minutes in (0, 0, 0, 0, 1, 2, 4):
        with pytest.raises(operations.WrongPassword):
            operations.sign_in(session, user.email, wrong, now=now)
        now += minutes * MINUTE

    assert operations.sign_in(session, user.email, right, now=now) is user
    with pytest.raises(operations.WrongPassword):
        operations.sign_in(session, user.email, wrong, now=now)

    assert queries.locked_until(session, user.email, now=now) is None


def test_tries_of_yesterday_are_forgotten(session: Session) -> None:
    for _ in range(4):
        with pytest.raises(operations.WrongPassword):
            operations.sign_in(session, "nobody@example.org", wrong, now=NOW)

    with pytest.raises(operations.WrongPassword):
        operations.sign_in(session, "nobody@example.org", wrong, now=NOW + timedelta(days=1, minutes=1))
    assert queries.locked_until(session, "nobody@example.org", now=NOW + timedelta(days=1, minutes=1)) is None
    operations.forget_old_tries(session, now=NOW + timedelta(days=3))

    assert session.scalar(sa.select(sa.func.count()).select_from(SignInTries)) == 0


def test_a_new_password_confirms_unlocks_and_ends_sessions(session: Session) -> None:
    user = make_user(session, confirmed_at=None)
    before = user.fs_uniquifier
    for _ in range(5):
        with pytest.raises(operations.WrongPassword):
            operations.sign_in(session, user.email, wrong, now=NOW)

    operations.reset_password(session, user, "new hash", now=NOW)

    assert (user.password, user.confirmed_at) == ("new hash", NOW)
    assert user.fs_uniquifier != before
    assert operations.sign_in(session, user.email, right, now=NOW) is user
    assert letters(session) == [(user.email, "accounts/password_changed")]


def test_a_password_is_changed_only_with_the_present_one(session: Session) -> None:
    user = make_user(session, password="old")

    with pytest.raises(operations.WrongPassword):
        operations.change_password(session, user, "new", wrong, now=NOW)
    assert user.password == "old"
    operations.change_password(session, user, "new", right, now=NOW)

    assert user.password == "new"


def test_a_new_email_is_proved_and_the_old_one_is_told(session: Session) -> None:
    user = make_user(session, email="old@example.org")
    before = user.fs_uniquifier

    operations.ask_email_change(session, user, operations.NewEmail("new@example.org", right), link, now=NOW)
    assert user.email == "old@example.org"
    operations.change_email(session, user, "new@example.org", now=NOW)

    assert user.email == "new@example.org"
    assert user.fs_uniquifier != before
    assert letters(session) == [
        ("new@example.org", "accounts/confirm_email"),
        ("old@example.org", "accounts/email_changed"),
    ]


def test_an_email_with_an_account_is_not_taken_from_its_owner(session: Session) -> None:
    user, other = make_user(session), make_user(session)

    operations.ask_email_change(session, user, operations.NewEmail(other.email, right), link, now=NOW)
    assert letters(session) == [(other.email, "accounts/already_registered")]
    with pytest.raises(operations.EmailTaken):
        operations.change_email(session, user, other.email, now=NOW)
    session.refresh(user)

    assert user.email != other.email


def test_proved_names_and_numbers_stay(session: Session) -> None:
    user = make_user(session, full_name="Μαρία", level=IdentityLevel.B)
    kept = operations.Profile("Μαρία", "+302897022222", "en", None)

    operations.change_settings(session, user, kept, now=NOW)
    with pytest.raises(operations.IdentityFixed):
        operations.change_settings(session, user, operations.Profile("Άλλη", None, "el", None), now=NOW)

    assert (user.full_name, user.phone, user.language) == ("Μαρία", "+302897022222", "en")


def test_the_trail_names_what_changed_but_not_to_what(session: Session) -> None:
    user = make_user(session, full_name="Μαρία")

    operations.change_settings(session, user, operations.Profile("Άννα", None, "el", "090000045"), now=NOW)
    session.commit()
    entry = session.scalars(sa.select(AuditEntry)).one()

    assert entry.data == {"of": ["full_name", "afm"]}


def test_staff_prove_the_identity_of_others(session: Session) -> None:
    clerk, user = make_staff(session, make_unit(session)), make_user(session)

    operations.prove_identity(session, user, "δελτίο ταυτότητας ΑΒ 123456", clerk, NOW)

    assert user.level is IdentityLevel.B
    assert user.level_proof
    assert "ΑΒ 123456" in user.level_proof
    with pytest.raises(operations.IdentityNotProvable):
        operations.prove_identity(session, user, "πάλι", clerk, NOW)
    with pytest.raises(NotAllowed):
        operations.prove_identity(session, clerk, "εγώ", clerk, NOW)
    with pytest.raises(NotAllowed):
        operations.prove_identity(session, clerk, "εγώ", user, NOW)


def test_an_unconfirmed_account_cannot_be_proved(session: Session) -> None:
    clerk, user = make_staff(session, make_unit(session)), make_user(session, confirmed_at=None)

    with pytest.raises(operations.IdentityNotProvable):
        operations.prove_identity(session, user, "δελτίο", clerk, NOW)


def test_closing_leaves_nothing_of_the_person(session: Session) -> None:
    user = make_user(session, email="maria@example.org", phone="+302897022222", afm="090000045", password="hash")
    before = user.fs_uniquifier

    operations.close_account(session, user, right, now=NOW)

    assert not user.active
    assert user.fs_uniquifier != before
    assert {user.full_name, user.phone, user.afm, user.password, user.confirmed_at} == {"", None}
    assert queries.by_email(session, "maria@example.org") is None
    assert letters(session) == [("maria@example.org", "accounts/closed")]


def test_staff_do_not_close_their_accounts(session: Session) -> None:
    clerk = make_staff(session, make_unit(session))

    with pytest.raises(operations.NotClosable):
        operations.close_account(session, clerk, right, now=NOW)


def test_only_sample_people_open_without_a_password(session: Session) -> None:
    sample, other = make_user(session, demonstration_note=Translated(el="Κάτοικος")), make_user(session)

    assert operations.open_demonstration(session, sample.id, now=NOW) is sample
    with pytest.raises(NotAllowed):
        operations.open_demonstration(session, other.id, now=NOW)
    assert queries.demonstration_people(session) == [sample]
