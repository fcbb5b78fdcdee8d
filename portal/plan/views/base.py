"""What the public pages of the plan share: their blueprint, how money is written, the day in Greece."""

from datetime import date
from decimal import Decimal
from functools import lru_cache

from babel import Locale
from babel.numbers import format_compact_currency, format_currency
from flask import Blueprint
from flask_babel import get_locale

from portal.core import clock
from portal.plan.models import Light
from portal.plan.operations.decisions import DIAVGEIA

#: how a colour looks in tags, bars and on maps
TONES = {Light.GREEN: "ok", Light.YELLOW: "wait", Light.RED: "late", Light.GREY: "neutral"}

blueprint = Blueprint("plan", __name__, url_prefix="/<lang:lang>")


@blueprint.app_template_filter("euro")
def euro(amount: Decimal) -> str:
    """An amount without cents where there are none: 27.560.000 €."""
    return _euro(amount, get_locale())


@lru_cache(maxsize=5000)
def _euro(amount: Decimal, locale: Locale) -> str:
    pattern = locale.currency_formats["standard"].pattern
    whole = amount == int(amount)
    return format_currency(
        amount, "EUR", pattern.replace(".00", "") if whole else None, locale, currency_digits=not whole
    )


@blueprint.app_template_filter("tone_of_light")
def tone_of_light(light: Light) -> str:
    """How a colour looks."""
    return TONES[light]


@blueprint.app_template_filter("roughly")
def roughly(amount: Decimal) -> str:
    """An amount as people say it: 27,6 εκ. €."""
    return format_compact_currency(amount, "EUR", locale=get_locale(), fraction_digits=1)


@blueprint.app_template_filter("published_at")
def published_at(ada: str) -> str:
    """Where a decision is published."""
    return f"{DIAVGEIA}{ada}"


def today() -> date:
    """The day in Greece."""
    return clock.athens_date(clock.now())
