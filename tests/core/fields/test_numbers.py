"""Numbers and money in two notations."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from babel.numbers import format_decimal, get_decimal_symbol
from flask import Flask, g
from hypothesis import given
from hypothesis import strategies as st

from portal.core import fields as f
from portal.core.fields.numbers import NotANumber, TwoReadings, read_number
from portal.core.forms import Form

from .sample import one, page


@pytest.mark.parametrize(
    ("typed", "greek", "english"),
    [
        ("12", "12", "12"),
        ("1.234,5", "1234.5", "1234.5"),
        ("1,234.5", "1234.5", "1234.5"),
        ("1.234.567", "1234567", "1234567"),
        ("1.234.567,89", "1234567.89", "1234567.89"),
        ("12,5", "12.5", "12.5"),
        ("12.5", "12.5", "12.5"),
        ("1.234", "1234", TwoReadings),
        ("1,234", TwoReadings, "1234"),
        ("0,125", "0.125", "0.125"),
        ("1 234,50", "1234.50", "1234.50"),
        ("−3", "-3", "-3"),
        (",5", "0.5", "0.5"),
        ("1.23.456", NotANumber, NotANumber),
        ("1,2.3,4", NotANumber, NotANumber),
        ("12.34,5", NotANumber, NotANumber),
        ("1..2", NotANumber, NotANumber),
        ("12.", NotANumber, NotANumber),
        ("", NotANumber, NotANumber),
        ("1e9", NotANumber, NotANumber),
        ("٣", NotANumber, NotANumber),
        ("9" * 50, NotANumber, NotANumber),
    ],
)
def test_numbers_are_read_the_way_the_page_writes_them(typed: str, greek: Any, english: Any) -> None:
    for mark, expected in ((",", greek), (".", english)):
        if isinstance(expected, str):
            assert read_number(typed, mark=mark, decimals=2) == Decimal(expected)
        else:
            with pytest.raises(expected):
                read_number(typed, mark=mark, decimals=2)


def test_three_decimals_are_settled_by_the_language_or_not_at_all() -> None:
    assert read_number("1,234", mark=",", decimals=3) == Decimal("1.234")
    with pytest.raises(TwoReadings):
        read_number("1.234", mark=",", decimals=3)


@given(st.decimals(min_value=-(10**9), max_value=10**9, places=2), st.sampled_from(["el", "en"]))
def test_a_number_written_in_a_language_is_read_back_in_it(value: Decimal, language: str) -> None:
    written = format_decimal(value, format="#,##0.00", locale=language)
    assert read_number(written, mark=get_decimal_symbol(language), decimals=2) == value


@pytest.mark.parametrize(
    ("language", "typed", "data"),
    [("el", "1.250,5", "1250.5"), ("en", "1,250.5", "1250.5"), ("en", "1.250,5", "1250.5")],
)
def test_the_language_of_the_page_counts(app: Flask, language: str, typed: str, data: str) -> None:
    assert app
    g.lang = language

    assert one(f.NumberField("Area", decimals=2), x=typed).data == Decimal(data)


@pytest.mark.usefixtures("app")
@pytest.mark.parametrize(
    "typed", ["1e999999", "NaN", "Infinity", "-inf", "1e3", "0x10", "9" * 19, "1,234", "2,5", "-1", "501", "a", "١٢"]
)
def test_what_is_no_number_of_seats_is_refused_and_comes_back(typed: str) -> None:
    field = one(f.NumberField("Seats", min=0, max=500), x=typed)

    assert len(field.errors) == 1
    assert page(field()).input["value"] == typed


@pytest.mark.usefixtures("app")
def test_money_takes_the_euro_sign_and_two_decimals() -> None:
    assert one(f.MoneyField("Fee"), x="1.234,50 €").data == Decimal("1234.50")
    assert one(f.MoneyField("Fee"), x="€12").data == Decimal("12.00")
    assert one(f.MoneyField("Fee"), x="12 ευρώ").data == Decimal("12.00")
    assert one(f.MoneyField("Fee"), x="12,505").errors
    assert one(f.MoneyField("Fee"), x="-1").errors
    assert one(f.MoneyField("Fee"), x="€").errors
    assert "€" in page(one(f.MoneyField("Fee"), x="1")()).select_one(".govuk-input__suffix").text


@pytest.mark.usefixtures("app")
@pytest.mark.parametrize("stored", ["NaN", "x", [], {}, "1e400", None, object()])
def test_a_stored_number_that_is_none_counts_as_no_answer(stored: Any) -> None:
    form = type("One", (Form,), {"x": f.NumberField("Seats")})(formdata=None, data={"x": stored})

    assert form.x.data is None
    assert str(form.x())
