"""An event in words, for staff: everything that was written, in every language, by what people call it."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy.orm import Session

from portal.core.i18n import NAMES, format_date, format_money, plain
from portal.core.i18n import translate as _
from portal.core.texts import N_, Translated
from portal.events.forms.times import WEEKDAYS, Monthly, Pattern, Repeat, pattern_of
from portal.events.models import Audience, Drawing, Event, EventCategory, Organiser, Price, Venue
from portal.events.operations import EventInput
from portal.events.operations.proposals import LABELS
from portal.events.queries.imported import own_edits
from portal.events.queries.recurrence import moment

#: what people call the fields that are read from calendars
_EDITED = LABELS | {"timing": N_("Dates")}


def edited_words(event: Event) -> list[str]:
    """What of an event of a calendar was edited here, as people call it."""
    return [_(_EDITED[name]) for name in own_edits(event)]


def facts_of(session: Session, given: EventInput) -> dict[str, str]:
    """Label (msgid) → words; what was not said is left out."""
    said: dict[str, list[str]] = {}
    for column, words in _columns(session, given):
        if words:
            said.setdefault(LABELS[column], []).append(words)
    return {label: " · ".join(words) for label, words in said.items()}


def _columns(session: Session, given: EventInput) -> list[tuple[str, str]]:
    return [
        *((name, _texts(getattr(given, name))) for name in ("title", "summary", "text")),
        ("starts_on", when_words(given.starts_on, given.starts_at, given.minutes)),
        ("rule", repeat_words(given)),
        ("venue_id", _name(session.get(Venue, given.venue_id)) if given.venue_id else ""),
        ("place", _texts(given.place)),
        ("category_id", _name(session.get(EventCategory, given.category_id))),
        ("audience", ", ".join(_(Audience(value).label) for value in given.audience if value in set(Audience))),
        ("age_from", _ages(given)),
        ("spoken", ", ".join(NAMES.get(code, code) for code in given.spoken)),
        ("price", _price(given)),
        ("price_text", _texts(given.price_text)),
        ("organiser_id", _organiser(session, given)),
        ("contact", given.contact),
        ("booking_url", given.booking_url or ""),
        (
            "links",
            "\n".join(f"{link['title']}: {link['url']}" if link.get("title") else link["url"] for link in given.links),
        ),
        ("image_id", _("yes") if given.image_id else ""),
        ("picture", _drawing(given.picture)),
        ("image_alt", _texts(given.image_alt)),
        ("image_credit", given.image_credit),
        ("umbrella_id", _title(session, given.umbrella_id)),
    ]


def _texts(text: Translated) -> str:
    """A text in every language, each marked unless there is only one."""
    said = {code: value for code, value in text.items() if value}
    if len(said) == 1:
        return next(iter(said.values()))
    return "\n".join(f"{code.upper().replace('EL', 'ΕΛ')}: {value}" for code, value in said.items())


def _drawing(name: str) -> str:
    return _("drawing: %(name)s", name=_(Drawing(name).label)) if name in set(Drawing) else name


def _name(row: Any) -> str:
    return plain(row.name) if row else ""


def _organiser(session: Session, given: EventInput) -> str:
    row = session.get(Organiser, given.organiser_id) if given.organiser_id else None
    return row.name if row else ""


def _title(session: Session, event_id: int | None) -> str:
    row = session.get(Event, event_id) if event_id else None
    return plain(row.title) if row else ""


def _ages(given: EventInput) -> str:
    if given.age_from is None and given.age_to is None:
        return ""
    return f"{given.age_from or 0}–{'' if given.age_to is None else given.age_to}"


def _price(given: EventInput) -> str:
    amounts = [format_money(amount) for amount in (given.price_from, given.price_to) if amount is not None]
    if given.price is Price.PAID and amounts:
        return " – ".join(amounts)
    return _(given.price.label)


def when_words(starts_on: date, starts_at: time | None, minutes: int) -> str:
    """Saturday 15 August 2026, 21:00–23:00."""
    day = format_date(starts_on, "EEEE d MMMM y")
    start = datetime.combine(starts_on, starts_at or time())
    end = start + timedelta(minutes=minutes)
    if starts_at is None:
        last = (end - timedelta(days=1)).date()
        return day if last <= starts_on else f"{day} – {format_date(last, 'EEEE d MMMM y')}"
    return f"{day}, {start:%H:%M}–{end:%H:%M}"


def repeat_words(given: EventInput) -> str:
    """Every week on Monday and Friday, until 30 May 2026."""
    pattern = pattern_of(given.rule, given.starts_on, given.starts_at, dates=bool(given.extra))
    parts = [_pattern_words(pattern, given)] if pattern.repeat is not Repeat.NO else []
    if given.extra:
        parts.append(_("also on %(days)s", days=_days(given.extra)))
    if given.left_out:
        parts.append(_("not on %(days)s", days=_days(given.left_out)))
    return ", ".join(part for part in parts if part)


def _pattern_words(pattern: Pattern, given: EventInput) -> str:
    if pattern.repeat is Repeat.DATES:
        return ""
    words = given.rule or "" if pattern.repeat is Repeat.KEPT else _(pattern.repeat.label)
    if pattern.weekdays:
        words += ": " + ", ".join(_(WEEKDAYS[code]) for code in pattern.weekdays)
    if pattern.repeat is Repeat.MONTHLY:
        words += ": " + _(Monthly(pattern.monthly).label)
    if pattern.until:
        words += ", " + _("until %(day)s", day=format_date(pattern.until))
    return words


def _days(texts: tuple[str, ...]) -> str:
    return ", ".join(format_date(moment(text).date(), "d MMM y") for text in texts)
