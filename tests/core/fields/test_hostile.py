"""Whatever is sent or stored, a form answers with a page."""

from __future__ import annotations

import io
from typing import Any

from flask import Flask, g, render_template_string
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from werkzeug.datastructures import FileStorage, MultiDict

from portal.core.fields import text as text_module

from .sample import RIGHT, Everything, sent

NAMES = sorted(
    {
        *RIGHT,
        "papers",
        "place-lat",
        "place-lon",
        "place-community",
        "owners-add",
        "owners-remove",
        "owners-1-share",
        "papers-drop",
        "note",
        "find",
        "notes",
        "once",
    }
)
HOSTILE = st.one_of(
    st.text(max_size=40),
    st.text(st.characters(), max_size=20),  # lone surrogates included
    st.sampled_from(
        [
            "1e999999",
            "NaN",
            "-Infinity",
            "0" * 5000,
            "9" * 5000,
            "\x00",
            "\ud800",
            "²",
            "１２",
            "31/2",
            "%s%(x)s{0}{{7*7}}",
            "<script>",
            "' or 1=1",
        ]
    ),
    st.builds(
        lambda data, name: FileStorage(io.BytesIO(data), filename=name), st.binary(max_size=3), st.text(max_size=10)
    ),
)


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    values=st.dictionaries(st.sampled_from(NAMES), st.lists(HOSTILE, max_size=3), max_size=len(NAMES)),
    language=st.sampled_from(["el", "en"]),
)
def test_nothing_that_is_sent_breaks_a_form(app: Flask, values: dict[str, list[Any]], language: str) -> None:
    assert app
    g.lang = language
    form = Everything(formdata=MultiDict([(name, value) for name, several in values.items() for value in several]))
    form.validate()
    html = str(form.error_summary()) + "".join(str(question) for question in form.questions)

    html.encode()
    assert "<script" not in html
    assert form.answers
    again = Everything(formdata=None, data=form.answers)
    assert again.answers.keys() == form.answers.keys()


STORED = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=10)),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.sampled_from(["street", "lat", "name", "x"]), inner, max_size=3)
    ),
    max_leaves=4,
)


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(values=st.dictionaries(st.sampled_from(sorted({name.split("-")[0] for name in NAMES})), STORED, max_size=10))
def test_nothing_that_was_stored_breaks_a_form(app: Flask, values: dict[str, Any]) -> None:
    assert app
    form = Everything(formdata=None, data=values)

    assert "".join(str(question) for question in form.questions)
    assert form.answers


@settings(max_examples=200, deadline=None)
@given(text=st.text(st.characters(), max_size=60), lines=st.booleans())
def test_clean_text_can_be_stored_and_stays_clean(text: str, *, lines: bool) -> None:
    clean = text_module.clean(text, lines=lines)

    clean.encode()
    assert "\x00" not in clean
    assert text_module.clean(clean, lines=lines) == clean


def test_a_page_can_be_written_with_plain_expressions(app: Flask) -> None:
    assert app
    html = render_template_string(
        "{{ form.error_summary() }}{{ form.hidden_tag() }}{{ form.name }}", form=sent(Everything)
    )

    assert '<input class="govuk-input"' in html
