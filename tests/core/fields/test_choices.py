"""Radios, lists, boxes, declarations."""

from __future__ import annotations

from typing import Any

import pytest
from werkzeug.datastructures import MultiDict

from portal.core import fields as f
from portal.core.forms import Form

from .sample import Everything, Kind, one, page, sent


@pytest.mark.usefixtures("app")
@pytest.mark.parametrize("value", ["nonsense", ["shop", "x"][1:], "SHOP", "0"])
def test_only_what_is_offered_can_be_chosen(value: Any) -> None:
    assert one(f.RadiosField("Kind", choices=f.choices_of(Kind)), x=value).errors
    assert one(f.SelectField("Kind", choices=f.choices_of(Kind)), x=value).errors
    assert one(f.CheckboxesField("Kind", choices=f.choices_of(Kind)), x=value).errors
    assert one(f.YesNoField("Sure?"), x=value).errors


@pytest.mark.usefixtures("app")
def test_what_was_chosen_is_marked() -> None:
    form = sent(Everything)

    assert page(form.kind()).select_one("input[checked]")["value"] == "shop"
    assert page(form.zone()).select_one("option[selected]")["value"] == "2"
    assert page(form.days()).select_one("input[checked]")["value"] == "tu"
    assert page(form.outside()).select_one("input[checked]")["value"] == "yes"


@pytest.mark.usefixtures("app")
def test_no_is_an_answer() -> None:
    field = one(f.YesNoField("Sure?"), x="no")

    assert (field.data, field.answer, field.errors) == (False, "no", [])
    again = type("One", (Form,), {"x": f.YesNoField("Sure?")})(formdata=None, data={"x": False})
    assert page(again.x()).select_one("input[checked]")["value"] == "no"


@pytest.mark.usefixtures("app")
def test_choices_may_come_later() -> None:
    kind = type("One", (Form,), {"x": f.SelectField("Unit"), "y": f.CheckboxesField("Units", required=False)})
    form = kind(formdata=MultiDict([("x", "7"), ("y", "8"), ("y", "7")]))
    form.x.choices = form.y.choices = [f.choice(7, "Seven"), f.choice(8, "Eight")]

    assert form.validate(), form.errors
    assert (form.x.data, form.y.data) == (7, [7, 8])


@pytest.mark.usefixtures("app")
def test_there_is_one_way_to_choose_nothing() -> None:
    named = one(f.SelectField("Unit", choices=[f.choice("", "Any"), f.choice("7", "Seven")], required=False))
    plain = one(f.SelectField("Unit", choices=[f.choice("7", "Seven")], required=False))

    assert [option.text for option in page(named()).select("option")] == ["Any", "Seven"]
    assert [option.text for option in page(plain()).select("option")] == ["Choose from the list", "Seven"]


@pytest.mark.usefixtures("app")
def test_choices_may_be_asked_for_and_have_hints() -> None:
    field = one(f.RadiosField("Kind", choices=lambda: [f.choice("a", "A", hint="The first")]), x="a")

    assert field.data == "a"
    assert "The first" in page(field()).text


@pytest.mark.usefixtures("app")
def test_boxes_are_counted() -> None:
    options = [f.choice(letter, letter) for letter in "abc"]

    assert one(f.CheckboxesField("Days", choices=options, max=2), x=["a", "b", "c"]).errors == [
        "Choose at most 2 answers for “Days”"
    ]
    assert one(f.CheckboxesField("Days", choices=options, min=2), x="a").errors == [
        "Choose at least 2 answers for “Days”"
    ]
    assert one(f.CheckboxesField("Days", choices=options, max=2), x=["a", "a", "b"]).data == ["a", "b"]


@pytest.mark.usefixtures("app")
def test_a_declaration_shows_its_words_and_needs_its_tick() -> None:
    field = one(f.StatementField("This is true", text="I own <it>.\nAlone."))
    html = page(field())

    assert field.errors
    assert [line.text for line in html.select(".govuk-inset-text p")][1:] == ["I own <it>.", "Alone."]
    assert "x-text" in html.find("input")["aria-describedby"]
    assert one(f.CheckboxField("Keep me informed")).answer is None


@pytest.mark.usefixtures("app")
def test_a_stored_choice_becomes_the_value_again() -> None:
    kind = type(
        "One",
        (Form,),
        {
            "x": f.SelectField("Zone", choices=[f.choice(1, "One")]),
            "y": f.RadiosField("Kind", choices=f.choices_of(Kind)),
        },
    )

    form = kind(formdata=None, data={"x": "1", "y": "cafe"})

    assert (form.x.data, form.y.data) == (1, Kind.CAFE)
