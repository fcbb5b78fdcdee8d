"""Words, passwords, addresses, phones."""

from __future__ import annotations

import pytest

from portal.core import fields as f

from .sample import one, page


@pytest.mark.usefixtures("app")
@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  two   words ", "two words"),
        ("nul\x00l", "null"),
        ("half \ud800 letter", "half letter"),
        ("e\u0301", "é"),
        ("a\nb", "a b"),
        ("\u202eevil", "evil"),
        ("\u00a0", ""),
    ],
)
def test_text_is_tidied(typed: str, kept: str) -> None:
    assert one(f.TextField("Name", required=False), x=typed).data == kept


@pytest.mark.usefixtures("app")
def test_long_text_keeps_its_lines() -> None:
    assert one(f.TextAreaField("Notes"), x="a \r\nb\n\n\tc\x07 ").data == "a\nb\n\n\tc"


@pytest.mark.usefixtures("app")
def test_text_that_is_too_long_is_told_by_how_much() -> None:
    field = one(f.TextField("Name", max=5), x="123456")

    assert field.errors == ["“Name” is 1 character too long – 5 characters are allowed"]
    assert page(field()).input["value"] == "123456"
    assert one(f.TextField("Name"), x="x" * 100_000).errors
    assert one(f.TextField("Name", min=3), x="ab").errors


@pytest.mark.usefixtures("app")
def test_text_must_match_its_pattern_whole() -> None:
    assert one(f.TextField("Plate", pattern=r"[A-Z]{3}-[0-9]{4}", pattern_message="Like XAB-1234"), x="x").errors == [
        "Like XAB-1234"
    ]
    assert not one(f.TextField("Plate", pattern=r"[A-Z]{3}-[0-9]{4}"), x="HPB-1234").errors


@pytest.mark.usefixtures("app")
def test_a_password_is_never_shown_again() -> None:
    field = one(f.PasswordField("Password"), x=" s\x00ecret ")

    assert field.data == " secret "
    assert "secret" not in str(field())


@pytest.mark.usefixtures("app")
@pytest.mark.parametrize(
    "typed", ["x", "a@b", "a@b.c@d.e", "@example.com", "a b@example.com", "x" * 300 + "@example.com", "a@localhost"]
)
def test_what_is_no_address_is_refused(typed: str) -> None:
    assert one(f.EmailField("Email"), x=typed).errors


@pytest.mark.usefixtures("app")
@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("28970 22222", "+302897022222"),
        ("697 123 4567", "+306971234567"),
        ("+44 20 7946 0958", "+442079460958"),
        ("0030 2810 123456", "+302810123456"),
        ("112", None),
        ("12", None),
        ("call me", None),
        ("9" * 400, None),
    ],
)
def test_phone_numbers_are_kept_in_one_form(typed: str, kept: str | None) -> None:
    field = one(f.PhoneField("Phone"), x=typed)

    assert field.data == (kept or "")
    assert bool(field.errors) == (kept is None)
