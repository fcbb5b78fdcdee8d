"""What a page says in a language, by the English text of the catalogues."""

from __future__ import annotations

from collections.abc import Callable

from flask import Flask
from flask_babel import force_locale, gettext


def words_in(app: Flask, language: str) -> Callable[[str], str]:
    """`say("We are waiting for you.")` in that language."""

    def say(text: str) -> str:
        with app.test_request_context(), force_locale(language):
            return str(gettext(text))

    return say
