"""Dates and each way they can be wrong."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from portal.core import fields as f
from portal.core.fields.dates import month_number

from .sample import one, page


@pytest.mark.parametrize("text", ["3", "03", "Μάρτιος", "μαρτίου", "ΜΑΡ", "March", "mar", "Μαρ."])
def test_months_are_numbers_or_names(text: str) -> None:
    assert month_number(text) == 3


@pytest.mark.parametrize(
    ("text", "month"),
    [("Μαΐου", 5), ("Ιουν", 6), ("Ιουλίου", 7), ("Jun", 6), ("Ιου", None), ("", None), ("x", None), ("²", None)],
)
def test_a_month_is_not_guessed(text: str, month: int | None) -> None:
    assert month_number(text) == month


def posted_date(day: str, month: str, year: str, **options: Any) -> Any:
    return one(f.DateField("Opening date", **options), x__day=day, x__month=month, x__year=year)


@pytest.mark.usefixtures("app")
@pytest.mark.parametrize(
    ("day", "month", "year", "words", "control"),
    [
        ("", "3", "2020", "Add the day", "x-day"),
        ("1", "", "2020", "Add the month", "x-month"),
        ("1", "3", "", "Add the year", "x-year"),
        ("", "", "2020", "Add the day and the month", "x-day"),
        ("", "3", "", "Add the day and the year", "x-day"),
        ("1", "", "", "Add the month and the year", "x-month"),
        ("31", "2", "2024", "not a day of the calendar", "x-day"),
        ("29", "2", "2023", "not a day of the calendar", "x-day"),
        ("32", "1", "2024", "the day must be", "x-day"),
        ("0", "1", "2024", "the day must be", "x-day"),
        ("²", "1", "2024", "the day must be", "x-day"),
        ("1", "13", "2024", "the month must be", "x-month"),
        ("1", "foo", "2024", "the month must be", "x-month"),
        ("1", "1", "0", "four digits", "x-year"),
        ("1", "1", "24", "four digits", "x-year"),
        ("1", "1", "99999", "four digits", "x-year"),
        ("1", "1", "0000", "four digits", "x-year"),
        ("1", "1", "1999", "or later", "x-day"),
        ("1", "1", "2031", "or earlier", "x-day"),
    ],
)
def test_each_way_a_date_can_be_wrong_has_its_message(
    day: str, month: str, year: str, words: str, control: str
) -> None:
    field = posted_date(day, month, year, not_before="2000-01-01", not_after=date(2030, 12, 31))

    assert len(field.errors) == 1
    assert words in field.errors[0]
    assert field.problems()[0][0] == control
    html = page(field())
    assert [html.find(id=f"x-{part}")["value"] for part in ("day", "month", "year")] == [day, month, year]
    assert "govuk-input--error" in html.find(id=control)["class"]


@pytest.mark.usefixtures("app")
def test_no_date_at_all_is_one_message() -> None:
    assert one(f.DateField("Opening date")).errors == ["Enter the date: “Opening date”"]
    assert one(f.DateField("Opening date", required=False)).errors == []
    assert one(f.DateField("Opening date", required=False)).data is None


@pytest.mark.usefixtures("app")
def test_today_is_a_limit() -> None:
    assert "or earlier" in posted_date("1", "1", "2199", not_after="today").errors[0]
    assert not posted_date("1", "1", "2199", not_before="today").errors
    assert not posted_date("1", "1", "2001", not_after=lambda: date(2001, 1, 1)).errors


@pytest.mark.usefixtures("app")
def test_the_browser_may_fill_in_a_date_of_birth() -> None:
    assert page(one(f.DateField("Born", autocomplete="bday"))()).find(id="x-month")["autocomplete"] == "bday-month"
