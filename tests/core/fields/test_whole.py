"""The form as a whole: answers, messages, what the page holds."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from flask import Flask, render_template_string
from flask_babel import LazyString
from werkzeug.datastructures import MultiDict
from wtforms.validators import ValidationError

from portal.core import fields as f
from portal.core.forms import Form

from .sample import RIGHT, Everything, Kind, one, page, sent


@pytest.mark.usefixtures("app")
def test_a_form_that_is_filled_in_right_gives_its_answers() -> None:
    form = sent(Everything)

    assert form.validate(), form.errors
    assert form.answers == {
        "name": "Μαρία Παπαδάκη",
        "notes": None,
        "email": "Maria@example.com",
        "phone": "+302897022222",
        "password": " long secret ",
        "seats": "20",
        "area": "12.50",
        "fee": "12.50",
        "opened": "2020-03-27",
        "outside": "yes",
        "kind": "shop",
        "zone": "2",
        "days": ["tu"],
        "agree": "yes",
        "papers": [],
        "afm": "090000045",
        "amka": "01018001238",
        "iban": "GR1601101250000000012300695",
        "address": {"street": "Κεντρική", "number": None, "postcode": "70014", "town": "Χερσόνησος"},
        "place": {"community": None, "words": "Στο λιμάνι", "lat": None, "lon": None},
        "owners": [{"name": "Άννα", "share": None}],
        "true": "yes",
        "find": None,
    }
    assert (form.outside.data, form.kind.data, form.zone.data, form.opened.data) == (
        True,
        Kind.SHOP,
        2,
        date(2020, 3, 27),
    )


@pytest.mark.usefixtures("app")
def test_answers_that_were_kept_fill_the_form_again() -> None:
    form = sent(Everything)
    form.validate()
    again = Everything(formdata=None, data=form.answers)

    kept = {name: answer for name, answer in again.answers.items() if name != "password"}
    assert kept == {name: answer for name, answer in form.answers.items() if name != "password"}
    assert again.iban.typed == "GR16 0110 1250 0000 0001 2300 695"
    assert again.phone.typed == "+30 2897 022222"
    assert again.area.typed == "12,50"


@pytest.mark.usefixtures("app")
def test_an_empty_form_asks_for_everything_it_needs_and_links_to_it() -> None:
    form = Everything(formdata=MultiDict({}))

    assert not form.validate()
    assert form.status == 422
    whole = page(str(form.error_summary()) + "".join(str(question) for question in form.questions))
    links = whole.select(".govuk-error-summary__list a")
    assert len(links) >= 21
    for link in links:
        target = whole.find(id=link["href"][1:])
        assert target is not None, link
        assert target.name in {"input", "select", "textarea", "button"}
    assert [field.name for field in form.questions if field.errors and not field.required] == []


@pytest.mark.usefixtures("app")
@pytest.mark.parametrize("state", ["empty", "right", "wrong"])
def test_every_control_is_labelled_and_described(state: str) -> None:
    form = {
        "empty": lambda: Everything(formdata=None),
        "right": lambda: sent(Everything),
        "wrong": lambda: Everything(formdata=MultiDict({"opened-day": "x", "seats": "x", "owners-0-share": "x"})),
    }[state]()
    if state != "empty":
        form.validate()
    whole = page("".join(str(question) for question in form.questions))

    ids = [tag["id"] for tag in whole.select("[id]")]
    assert len(ids) == len(set(ids))
    for control in whole.select("input:not([type=hidden]), select, textarea"):
        assert whole.select(f'label[for="{control["id"]}"]'), control
    for tag in whole.select("[aria-describedby]"):
        assert all(whole.find(id=name) for name in tag["aria-describedby"].split()), tag
    assert not whole.select("[style]")
    assert "None" not in whole.get_text()
    for field in form.questions:
        if field.errors and field.name not in {"address", "owners"}:
            assert page(field()).select(".govuk-error-message")


@pytest.mark.usefixtures("app")
def test_hint_and_message_are_tied_to_the_control() -> None:
    form = sent(Everything, "name")
    form.validate()

    control = page(form.name()).select_one("input")
    assert control["aria-describedby"] == "name-hint name-error"
    assert control["autocomplete"] == "name"


@pytest.mark.usefixtures("app")
def test_what_was_typed_comes_back_escaped() -> None:
    evil = '"><script>alert(1)</script>'
    form = Everything(formdata=MultiDict(dict.fromkeys([*RIGHT, "seats", "place-lat", "owners-0-share"], evil)))
    form.validate()
    html = str(form.error_summary()) + "".join(str(question) for question in form.questions)

    assert "<script" not in html
    assert "&lt;script&gt;" in html


@pytest.mark.usefixtures("app")
def test_labels_from_data_are_escaped_in_messages() -> None:
    field = one(f.TextField("<b>Bold</b>"))

    assert "<b>" not in str(field._form.error_summary()) + str(field())


@pytest.mark.usefixtures("app")
def test_optional_fields_say_so() -> None:
    form = Everything(formdata=None)

    assert "(optional)" in page(form.notes()).label.text
    assert "(optional)" not in page(form.name()).label.text


@pytest.mark.usefixtures("app")
def test_the_macros_are_loaded_once(app: Flask) -> None:
    form = Everything(formdata=None)
    str(form.name())
    first = dict(app.extensions["govuk_components"])
    str(form.name())

    assert app.extensions["govuk_components"] == first


@pytest.mark.usefixtures("app")
def test_a_field_takes_focus_heading_and_attributes() -> None:
    form = Everything(formdata=None)
    html = page(form.name(autofocus=True, heading=True, data_x="1"))

    assert html.h1.label["for"] == "name"
    assert html.input.has_attr("autofocus")
    assert html.input["data-x"] == "1"
    assert page(form.kind(heading=True)).h1


@pytest.mark.usefixtures("app")
@pytest.mark.parametrize("name", [question for question in vars(Everything) if not question.startswith("_")])
def test_the_condition_stands_on_the_group(name: str) -> None:
    unbound = getattr(Everything, name)
    kind = type("Conditional", (Form,), {"x": unbound.field_class(*unbound.args, **unbound.kwargs, when="a == 'b'")})
    html = page(kind(formdata=None).x())

    assert len(html.select(".govuk-form-group[data-when=\"a == 'b'\"]")) == 1


@pytest.mark.usefixtures("app")
def test_a_question_that_is_not_asked_is_neither_validated_nor_kept() -> None:
    form = sent(Everything, "name", fee="wrong")
    form.skip({"name", "fee"})

    assert form.validate(), form.errors
    assert "name" not in form.answers
    assert "fee" not in form.answers


@pytest.mark.usefixtures("app")
def test_a_question_in_a_row_can_be_left_out() -> None:
    form = sent(Everything, owners__0__share="wrong")
    form.skip({"owners-0-share"})

    assert form.validate(), form.errors
    assert form.answers["owners"] == [{"name": "Άννα"}]


@pytest.mark.usefixtures("app")
def test_a_message_of_ones_own_wins() -> None:
    assert one(f.TextField("Name", missing="Enter the name")).errors == ["Enter the name"]
    assert one(f.TextField("Name", [f.Required("Enter it")], required=False)).errors == ["Enter it"]


@pytest.mark.usefixtures("app")
def test_a_rule_can_refuse_an_answer_after_the_fact() -> None:
    form = sent(Everything)
    form.validate()
    form.name.refuse("This name is taken")

    assert "This name is taken" in str(form.error_summary())
    assert "This name is taken" in str(form.name())


def test_an_unknown_keyword_is_a_mistake_of_the_programmer(app: Flask) -> None:
    assert app
    with pytest.raises(TypeError):
        one(f.TextField("Name", helpp="?"))


@pytest.mark.usefixtures("app")
def test_a_translated_message_of_a_validator_is_escaped_too() -> None:
    def refuse(_form: Any, _field: Any) -> None:
        raise ValidationError(LazyString(lambda: "<b>No</b>"))

    field = one(f.TextField("Name", [refuse]), x="a")

    assert "<b>" not in str(field()) + str(field._form.error_summary()) + render_template_string(
        "{{ x.errors[0] }}", x=field
    )
