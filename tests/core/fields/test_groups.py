"""Rows."""

from __future__ import annotations

from typing import Any

import pytest

from portal.core import fields as f

from .sample import Everything, one, page, sent


def rows(**options: Any) -> Any:
    return f.RepeatingGroup(
        "Owners", fields={"name": f.TextField("Name"), "share": f.NumberField("Share", required=False)}, **options
    )


@pytest.mark.usefixtures("app")
def test_a_row_is_added_and_everything_stays() -> None:
    form = sent(Everything, owners=["0", "4"], **{"owners__4__name": "Νίκος", "owners-add": "1"})

    assert not form.validate()
    assert form.errors == {}
    assert list(form.owners.rows) == [0, 4, 5]
    html = page(form.owners())
    assert html.find(id="owners-4-name")["value"] == "Νίκος"
    assert html.find(id="owners-5-name").has_attr("autofocus")
    assert not html.find(id="owners-add")


@pytest.mark.usefixtures("app")
def test_a_row_is_taken_out() -> None:
    form = sent(Everything, owners=["0", "1"], **{"owners__1__name": "Νίκος", "owners-remove": "0"})

    assert not form.validate()
    assert form.answers["owners"] == [{"name": "Νίκος", "share": None}]


@pytest.mark.usefixtures("app")
def test_rows_that_stay_empty_do_not_count() -> None:
    field = one(rows(), x=["0", "1"], x__0__name="Άννα")

    assert field.data == [{"name": "Άννα", "share": None}]
    assert one(rows()).errors
    assert one(rows(required=False)).errors == []
    assert one(rows(min=2), x__0__name="Άννα").errors


@pytest.mark.usefixtures("app")
def test_rows_have_limits_and_messages_of_their_own() -> None:
    many = {f"x__{number}__name": "A" for number in range(5)}

    assert one(rows(max=3), **many).errors == ["“Owners” can have up to 3 rows"]
    assert one(rows(), x__0__name="A", x__1__share="x").problems()[0][0] == "x-1-name"
    assert len(one(rows(), **{f"x__{number}__name": "A" for number in range(999)}).rows) == 200


@pytest.mark.usefixtures("app")
@pytest.mark.parametrize("numbers", [["99999999999999"], ["-1"], ["x"], ["²"], ["0", "0"], ["0"] * 3000])
def test_forged_row_numbers_do_no_harm(numbers: list[str]) -> None:
    assert len(one(rows(), x=numbers).rows) == 1


@pytest.mark.usefixtures("app")
def test_enter_does_not_press_remove() -> None:
    first = page(one(rows(required=False), x="0")()).select_one("button")

    assert not first.has_attr("name")
    assert first["tabindex"] == "-1"
