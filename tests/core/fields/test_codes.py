"""AFM, AMKA, IBAN."""

from __future__ import annotations

import pytest

from portal.core import fields as f

from .sample import one


@pytest.mark.usefixtures("app")
@pytest.mark.parametrize(
    "typed", ["090000045", "EL090000045", "ΕΛ 090 000 045", "el-090000045", "GR090000045", " 094014201 "]
)
def test_tax_numbers_are_taken_with_prefix_and_spaces(typed: str) -> None:
    field = one(f.AfmField("AFM"), x=typed)

    assert not field.errors
    assert len(field.data) == 9


@pytest.mark.usefixtures("app")
@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("000000000", "not right"),
        ("123456789", "not right"),
        ("09000004", "you typed 8"),
        ("abc", "digits only"),
        ("٠٩٠٠٠٠٠٤٥", "digits only"),
    ],
)
def test_a_wrong_tax_number_is_told_why(typed: str, words: str) -> None:
    assert words in one(f.AfmField("AFM"), x=typed).errors[0]


@pytest.mark.usefixtures("app")
@pytest.mark.parametrize("typed", ["01018001239", "99999999999", "0101800123", "x" * 11, "1" * 500])
def test_a_wrong_amka_is_refused(typed: str) -> None:
    assert one(f.AmkaField("AMKA"), x=typed).errors


@pytest.mark.usefixtures("app")
@pytest.mark.parametrize(
    "typed", ["GR1601101250000000012300696", "GR16", "XX16", "GR16011012500000000123006950", "ZZ" + "0" * 25, "−" * 30]
)
def test_a_wrong_iban_is_refused(typed: str) -> None:
    assert one(f.IbanField("IBAN"), x=typed).errors


@pytest.mark.usefixtures("app")
@pytest.mark.parametrize(
    "typed",
    [
        "GR16 0110 1250 0000 0001 2300 695",
        "IBAN: GR1601101250000000012300695",
        "DE89 3704 0044 0532 0130 00",
        "ΓΡ1601101250000000012300695",
    ],
)
def test_an_iban_of_any_country_is_taken(typed: str) -> None:
    assert not one(f.IbanField("IBAN"), x=typed).errors
