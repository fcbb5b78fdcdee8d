"""Languages of the pages: chosen by the address, dates and money in each language's own form, times of Athens."""

from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any
from urllib.parse import quote

import flask_babel
from babel import Locale
from babel import dates as babel_dates
from babel import numbers as babel_numbers
from babel.support import Translations
from flask import Flask, current_app, g, has_app_context, has_request_context, request
from markupsafe import Markup, escape
from werkzeug.routing import BaseConverter, ValidationError

from portal.core.clock import ATHENS
from portal.core.texts import LEGAL_LANGUAGE, Translated
from portal.settings import ROOT

#: how a language is named in its own words, and in two letters
NAMES = {"el": "Ελληνικά", "en": "English", "de": "Deutsch", "fr": "Français", "it": "Italiano", "ru": "Русский"}
COOKIE = "lang"
#: dates and numbers as Europe writes them
_FORMS = {"en": Locale("en", "GB"), "el": Locale("el")}


class LanguageConverter(BaseConverter):
    """`/<lang:lang>/…`: one of the offered languages, anything else is no such page."""

    regex = "[a-z]{2}"

    def to_python(self, value: str) -> str:
        """:raises ValidationError: if the language is not offered."""
        if value not in current_app.config["LANGUAGES"]:
            raise ValidationError(value)
        return value


def init_app(app: Flask, languages: list[str]) -> None:
    """Choose the language of each request by its address; give the templates their filters."""
    app.config["LANGUAGES"] = languages
    app.url_map.converters["lang"] = LanguageConverter
    flask_babel.Babel(
        app,
        default_locale=LEGAL_LANGUAGE,
        default_timezone="Europe/Athens",
        locale_selector=language,
        default_translation_directories=app.config.get("TRANSLATIONS", "../translations"),
    )

    folder = ROOT / "translations"
    app.extensions["catalogues"] = {code: Translations.load(folder, [code]) for code in languages}
    app.jinja_env.globals["_"] = translate

    @app.url_value_preprocessor
    def take_language(_endpoint: str | None, values: dict[str, Any] | None) -> None:
        speak((values or {}).pop("lang", None) or preferred())

    @app.url_defaults
    def give_language(endpoint: str, values: dict[str, Any]) -> None:
        if "lang" not in values and app.url_map.is_endpoint_expecting(endpoint, "lang"):
            values["lang"] = language()

    app.jinja_env.filters.update(
        t=plain,
        tm=marked,
        date=format_date,
        day=format_day,
        datetime=format_moment,
        money=format_money,
        number=format_number,
        filesize=format_size,
        language_name=lambda code: NAMES.get(code, code),
        days_until=lambda start, end: (_as_date(end) - _as_date(start)).days,
    )


def speak(code: str) -> None:
    """From here on, the page or letter at hand is in this language."""
    g.lang, g.catalogue = code, current_app.extensions["catalogues"].get(code)


def translate(text: str, /, **values: Any) -> str:
    """`_` of the templates: gettext without the way through half a dozen proxies, for pages ask it a hundred times."""
    catalogue = g.get("catalogue")
    found = str(catalogue.gettext(text) if catalogue else flask_babel.gettext(text))
    return found % values if values else found


def ngettext(singular: str, plural: str, num: int, **values: Any) -> str:
    """The same for texts with a number, `%(num)s`."""
    catalogue = g.get("catalogue")
    if catalogue is None:
        return str(flask_babel.ngettext(singular, plural, num, **values))
    return str(catalogue.ngettext(singular, plural, num)) % {"num": num, **values}


def languages() -> list[str]:
    """Those that the portal offers, Greek first."""
    return list(current_app.config["LANGUAGES"])


def language() -> str:
    """The language of the page or letter at hand."""
    return str(g.get("lang", LEGAL_LANGUAGE)) if has_app_context() else LEGAL_LANGUAGE


def preferred() -> str:
    """What the browser would like best: the cookie, then Accept-Language, then Greek."""
    offered: list[str] = current_app.config["LANGUAGES"]
    if not has_request_context():
        return LEGAL_LANGUAGE
    if request.cookies.get(COOKIE) in offered:
        return request.cookies[COOKIE]
    return request.accept_languages.best_match(offered) or LEGAL_LANGUAGE


def alternates() -> list[dict[str, Any]]:
    """The page at hand in every offered language: `{code, name, short, url, current}`."""
    rest = ""
    if request.url_rule is not None and "lang" in request.url_rule.arguments:
        # what stands behind the language is the same in all of them; the query goes on as it was sent
        rest = quote(request.path.split("/", 2)[2])
        rest += f"?{request.query_string.decode('ascii', 'ignore')}" if request.query_string else ""
    return [
        {
            "code": code,
            "name": NAMES.get(code, code),
            "short": code.upper().replace("EL", "ΕΛ"),
            "url": f"/{code}/{rest}",
            "current": code == language(),
        }
        for code in current_app.config["LANGUAGES"]
    ]


def plain(text: Translated | dict[str, str] | str | None) -> str:
    """A text in the page's language, for attributes and plain letters."""
    if not text:
        return ""
    if isinstance(text, str):
        return text
    return (text if isinstance(text, Translated) else Translated(text)).text(language())


def marked(text: Translated | dict[str, str] | str | None) -> str:
    """The same for the page: where it falls back to another language it says so to readers and machines."""
    if not text:
        return ""
    if isinstance(text, str):
        return text
    text = Translated(text)
    real = text.language(language())
    if real == language():
        return text[real]
    return Markup('<span lang="{}">{}</span>').format(real, text.text(real))


def _locale() -> Locale:
    return _FORMS.get(language()) or flask_babel.get_locale() or Locale.parse(LEGAL_LANGUAGE)


def _as_date(value: date | datetime | str) -> date:
    if isinstance(value, str):
        value = datetime.fromisoformat(value) if "T" in value else date.fromisoformat(value)
    return value.astimezone(ATHENS).date() if isinstance(value, datetime) else value


def format_date(value: date | datetime | str | None, form: str = "long") -> str:
    """22 Νοεμβρίου 2026."""
    return _written(_as_date(value), form, _locale()) if value else ""


@lru_cache(maxsize=5000)
def _written(day: date, form: str, locale: Locale) -> str:
    return babel_dates.format_date(day, form, locale=locale)


def format_day(value: date | datetime | str | None) -> str:
    """Κυριακή 22 Νοεμβρίου 2026."""
    if not value:
        return ""
    return babel_dates.format_date(_as_date(value), "full", locale=_locale())


def format_moment(value: datetime | str | None) -> str:
    """22 Νοε 2026, 18:05 – in Athens."""
    if not value:
        return ""
    moment = datetime.fromisoformat(value) if isinstance(value, str) else value
    local = moment.astimezone(ATHENS)
    return f"{_written(local.date(), 'medium', _locale())}, {local:%H:%M}"


def format_money(value: Decimal | str | int | None) -> str:
    """1.234,50 € in Greek, €1,234.50 in English."""
    return (
        "" if value is None or value == "" else babel_numbers.format_currency(Decimal(value), "EUR", locale=_locale())
    )


def format_number(value: Decimal | float | str | None) -> str:
    """1.234,5 in Greek, 1,234.5 in English."""
    return "" if value is None or value == "" else babel_numbers.format_decimal(Decimal(str(value)), locale=_locale())


def format_size(size: int) -> str:
    """1,4 MB in Greek, 1.4 MB in English."""
    if size < 1_000_000:
        return f"{max(size // 1000, 1)} kB"
    return f"{format_number(round(size / 1_000_000, 1))} MB"


def lines(text: str) -> Markup:
    """Typed text with its line breaks, safely."""
    return Markup("<br>").join(escape(line) for line in text.splitlines())
