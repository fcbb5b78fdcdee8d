"""Forms: stale pages, tokens, searches."""

from __future__ import annotations

import pytest
from flask import Flask
from werkzeug.datastructures import MultiDict

from portal.core import fields as f
from portal.core.forms import IdempotentForm, SearchForm, is_reserved

from .sample import Everything, page, sent


def test_a_stale_page_keeps_what_was_typed(app: Flask) -> None:
    app.config["WTF_CSRF_ENABLED"] = True
    form = sent(Everything)

    assert not form.validate()
    assert "open for too long" in str(form.error_summary())
    assert page(form.name()).input["value"] == "Μαρία Παπαδάκη"
    assert page(form.hidden_tag()).input["value"]


@pytest.mark.usefixtures("app")
def test_the_token_of_a_page_stays_and_a_forged_one_does_not() -> None:
    fresh = IdempotentForm(formdata=None).once.data

    assert IdempotentForm(formdata=MultiDict({"once": fresh})).once.data == fresh
    assert IdempotentForm(formdata=None).once.data != fresh
    for forged in ("", "x", "<" * 30, "x" * 999):
        assert len(IdempotentForm(formdata=MultiDict({"once": forged})).once.data) == 32
    assert page(IdempotentForm(formdata=None).hidden_tag()).find(attrs={"name": "once"})


def test_a_search_is_read_from_the_address(app: Flask) -> None:
    class Find(SearchForm):
        q = f.SearchField("Words")

    with app.test_request_context("/?q=%20two%20%20words%00"):
        form = Find()
        assert form.validate_on_submit()
        assert form.q.data == "two words"
        assert page(form.q()).input["type"] == "search"
    with app.test_request_context("/"):
        assert not Find().validate_on_submit()


def test_a_body_that_is_no_form_is_an_empty_form(app: Flask) -> None:
    for body in ("[1]", "{", '{"name": {"a": 1}}'):
        with app.test_request_context("/", method="POST", data=body, content_type="application/json"):
            form = Everything()
            assert not form.validate_on_submit()
            assert form.name.errors


def test_the_status_of_a_page_tells_whether_something_is_wrong(app: Flask) -> None:
    assert app
    form = sent(Everything)
    assert form.validate()
    assert form.status == 200
    assert form.has_files


def test_names_that_forms_use_themselves_are_known() -> None:
    assert all(map(is_reserved, ["data", "errors", "status", "answers", "validate", "once", "_x"]))
    assert not is_reserved("shop_name")
