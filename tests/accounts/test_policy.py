"""Passwords that are refused, pauses that grow."""

from __future__ import annotations

from datetime import timedelta

import pytest

from portal.accounts import policy
from portal.accounts.models import IdentityLevel, User

EASY = [
    "short",
    "aaaaaaaaaaaaaaaa",
    "123456789012",
    "abcdefghijklmnop",
    "Password12345",
    "qwertyuiop123",
    "Καλημέρα2026!",
    "ολυμπιακός1925",
    "passwordpassword",
    "ellada-ellada-1821",
    "ΚρήτηΚρήτη!!!",
]
GOOD = ["πέντε ψάρια στη βάρκα", "correct horse battery", "γ7#kP!zzm2Qw", "το λεωφορείο άργησε πάλι", "   τρία κενά   "]


@pytest.mark.parametrize("password", EASY)
def test_an_easy_password_is_refused(password: str) -> None:
    assert policy.password_problem(password)


@pytest.mark.parametrize("password", GOOD)
def test_a_long_password_of_ones_own_is_taken(password: str) -> None:
    assert not policy.password_problem(password)


@pytest.mark.parametrize("password", ["papadakimaria", "ΜαρίαΠαπαδάκη1990", "maria.papadaki!!"])
def test_a_password_made_of_ones_name_is_refused(password: str) -> None:
    assert policy.password_problem(password, ("maria.papadaki@example.org", "Μαρία Παπαδάκη"))


def test_pauses_begin_late_grow_and_end() -> None:
    pauses = [policy.lock_after(failures) for failures in range(40)]

    assert pauses[:5] == [timedelta()] * 5
    assert pauses[5:8] == [timedelta(minutes=1), timedelta(minutes=2), timedelta(minutes=4)]
    assert pauses == sorted(pauses)
    assert pauses[-1] == timedelta(hours=1)


def test_nobody_vouches_for_themselves() -> None:
    clerk = User(id=1, is_staff=True, active=True)
    resident = User(id=2, is_staff=False, active=True, level=IdentityLevel.A)

    assert policy.may_prove(clerk, resident)
    assert not policy.may_prove(clerk, clerk)
    assert not policy.may_prove(resident, clerk)
