"""What an event holds, for the fields of the form in which it is written."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from portal.events.forms.times import hours_of, pattern_of
from portal.events.forms.words import TEXTS
from portal.events.operations import EventInput
from portal.events.queries.recurrence import moment


def data_of(given: EventInput) -> Mapping[str, Any]:
    """An event for the fields of the form."""
    pattern = pattern_of(given.rule, given.starts_on, given.starts_at, dates=bool(given.extra))
    texts = {f"{name}_{code}": text for name in TEXTS for code, text in getattr(given, name).items()}
    extra = [moment(text) for text in given.extra]
    plain = (
        "age_from",
        "age_to",
        "spoken",
        "price",
        "price_from",
        "price_to",
        "image_credit",
        "contact",
        "booking_url",
        "links",
    )
    return {
        **texts,
        **hours_of(given.starts_on, given.starts_at, given.minutes),
        **{name: getattr(given, name) for name in plain},
        "audience": given.audience,
        "category": given.category_id,
        "venue": given.venue_id,
        "repeats": pattern.repeat,
        "weekdays": pattern.weekdays,
        "monthly": pattern.monthly,
        "until": pattern.until,
        "dates": [{"on": each.date(), "at": None if each.time() == given.starts_at else each.time()} for each in extra],
        "left_out": [{"on": moment(text).date()} for text in given.left_out],
    }
