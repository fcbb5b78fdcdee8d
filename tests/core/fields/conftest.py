"""The smallest application in which a form can live."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask, g
from flask_babel import Babel
from jinja2 import ChoiceLoader, PackageLoader, PrefixLoader


@pytest.fixture
def app() -> Iterator[Flask]:
    app = Flask(__name__)
    app.config.update(SECRET_KEY="x", WTF_CSRF_ENABLED=False)
    app.jinja_loader = ChoiceLoader([PrefixLoader({"govuk_frontend_jinja": PackageLoader("govuk_frontend_jinja")})])  # type: ignore[assignment]
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    Babel(app, default_locale="el", locale_selector=lambda: g.get("lang", "el"))
    with app.test_request_context("/", method="POST", data={}):
        yield app
