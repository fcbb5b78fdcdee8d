"""Events are written and changed; their occurrences follow at once."""

import re
import secrets
from dataclasses import dataclass, field, fields
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.core import audit, facts, search
from portal.core.clock import athens_date
from portal.core.errors import Refused
from portal.core.texts import Translated
from portal.events.facts import EventChanged
from portal.events.models import Event, Occurrence, Price, Publication, Status
from portal.events.operations import notices
from portal.events.operations.rolling import roll, timing_of
from portal.events.queries.recurrence import BadRule, on_the_wall, parsed

#: what changes the time or the place for those who wrote it down
_MOVES = ("starts_on", "starts_at", "minutes", "rule", "extra", "left_out", "venue_id", "place")


class UnreadableRule(Refused):
    """The rule of a recurrence; the message is that of what is wrong with it."""

    def __init__(self, why: BadRule) -> None:
        self.message = why.message
        super().__init__(**why.values)


@dataclass(frozen=True, kw_only=True)
class EventInput:
    """Everything about an event that people write; see `models.Event`."""

    title: Translated
    summary: Translated = field(default_factory=Translated)
    text: Translated = field(default_factory=Translated)
    category_id: int
    starts_on: date
    starts_at: time | None = None
    minutes: int = 120
    rule: str | None = None
    extra: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()
    image_id: int | None = None
    picture: str = ""
    image_alt: Translated = field(default_factory=Translated)
    image_credit: str = ""
    audience: tuple[str, ...] = ()
    age_from: int | None = None
    age_to: int | None = None
    spoken: tuple[str, ...] = ()
    price: Price = Price.UNKNOWN
    price_from: Decimal | None = None
    price_to: Decimal | None = None
    price_text: Translated = field(default_factory=Translated)
    organiser_id: int | None = None
    venue_id: int | None = None
    place: Translated = field(default_factory=Translated)
    links: tuple[dict[str, str], ...] = ()
    booking_url: str | None = None
    contact: str = ""
    umbrella_id: int | None = None

    def columns(self) -> dict[str, Any]:
        """Column → value, lists as lists."""
        values = {each.name: getattr(self, each.name) for each in fields(self)}
        return {name: list(value) if isinstance(value, tuple) else value for name, value in values.items()}


def create(session: Session, given: EventInput, *, host: str, actor_id: int | None, now: datetime) -> Event:
    """A new draft; `host` is the portal's, it ends the UID.

    :raises UnreadableRule: for a rule that cannot be read.
    """
    _check(given)
    event = Event(
        **given.columns(),
        uid=f"{secrets.token_hex(10)}@{host}",
        slug=free_slug(session, given),
        status_note=Translated(),
        as_read={},
        created_at=now,
        changed_at=now,
        created_by_id=actor_id,
    )
    session.add(event)
    session.flush()
    roll(session, event, today=athens_date(now))
    _note(session, event, "created", actor_id, now=now)
    return event


def change(session: Session, event: Event, given: EventInput, *, actor_id: int | None, now: datetime) -> list[str]:
    """Change an event; the names of the columns that differ now, those that follow from others included.

    Whoever follows a published one is told when its time or place changes.

    :raises UnreadableRule: for a rule that cannot be read.
    """
    _check(given)
    differ = [name for name, value in given.columns().items() if getattr(event, name) != value]
    if not differ:
        return []
    before = timing_of(event)
    for name in differ:
        setattr(event, name, given.columns()[name])
    event.changed_at = now
    session.flush()
    session.refresh(event, ["category", "venue", "organiser", "umbrella", "image"])
    roll(session, event, today=athens_date(now))
    if event.publication is Publication.PUBLISHED and any(name in _MOVES for name in differ):
        _announce(session, event, Status.MOVED, now=now)
    find_by_words(session, event)
    differ += ["notices"] if notices.follow(session, event, before, actor_id=actor_id, now=now) else []
    _note(session, event, "changed", actor_id, now=now, columns=differ)
    return differ


def set_status(
    session: Session, event: Event, status: Status, note: Translated, *, actor_id: int | None, now: datetime
) -> None:
    """The whole event is cancelled, postponed, moved – or takes place as announced after all."""
    event.status_note = note
    event.changed_at = now
    _announce(session, event, status, now=now)
    _note(session, event, "status", actor_id, now=now, status=status.value)


@dataclass(frozen=True)
class Single:
    """What is different about one occurrence; None: as it was."""

    status: Status
    note: Translated = field(default_factory=Translated)
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    venue_id: int | None = None


def change_one(session: Session, row: Occurrence, single: Single, *, actor_id: int | None, now: datetime) -> None:
    """Change this one alone; the rule no longer touches it."""
    event, before = row.event, row.starts_at
    row.single, row.status, row.status_note = True, single.status, single.note
    if single.starts_at and single.ends_at:
        row.starts_at, row.ends_at = single.starts_at, single.ends_at
    if single.venue_id:
        row.venue_id = single.venue_id
    event.changed_at, event.sequence = now, event.sequence + 1
    session.flush()
    session.refresh(row, ["venue"])
    roll(session, event, today=athens_date(now))
    if event.publication is Publication.PUBLISHED:
        told = EventChanged(event_id=event.id, occurrence_id=row.id, status=single.status.value, at=now)
        facts.record(session, told)
    if not event.recurs:
        by = on_the_wall(row.starts_at) - on_the_wall(before)
        notices.shift(session, event, by, actor_id=actor_id, now=now)
    _note(session, event, "occurrence", actor_id, now=now, occurrence=row.id, status=single.status.value)


def _announce(session: Session, event: Event, status: Status, *, now: datetime) -> None:
    event.status, event.sequence = status, event.sequence + 1
    session.flush()
    if event.publication is Publication.PUBLISHED:
        facts.record(session, EventChanged(event_id=event.id, occurrence_id=None, status=status.value, at=now))


def _check(given: EventInput) -> None:
    if given.rule:
        try:
            parsed(given.rule, datetime.combine(given.starts_on, given.starts_at or time()))
        except BadRule as error:
            raise UnreadableRule(error) from None


def _note(session: Session, event: Event, verb: str, actor_id: int | None, *, now: datetime, **data: Any) -> None:
    audit.record(session, f"events.event.{verb}", subject=("event", event.id), actor_id=actor_id, now=now, **data)


# -- addresses and words


#: Greek letters as the rules for passports write them (ELOT 743), for addresses
_LATIN = str.maketrans(
    dict(zip("αβγδεζηικλμνξοπρσςτυφω", "avgdeziiklmnxoprsstyfo", strict=True)) | {"θ": "th", "χ": "ch", "ψ": "ps"}
)


#: pages of the agenda and of its desk that stand where an event would
_PAGES = frozenset(
    (
        *("map", "embed", "submit", "subscribe", "unsubscribe", "month", "manage", "confirm", "mine"),
        *("new", "venues", "organisers", "attendance", "calendars", "import", "categories"),
    )
)


def address_word(text: str, otherwise: str) -> str:
    """Words as a part of an address: letters and digits of Latin, with hyphens."""
    words = search.fold(text).translate(_LATIN)
    return re.sub(r"[^a-z0-9]+", "-", words).strip("-")[:60].rstrip("-") or otherwise


def free_slug(session: Session, given: EventInput) -> str:
    """A readable address that no event has: concert-of-the-band, concert-of-the-band-2."""
    wanted = address_word(given.title.text("en"), "event")
    taken = _PAGES | set(session.scalars(sa.select(Event.slug).where(Event.slug.startswith(wanted, autoescape=True))))
    number = 2
    slug = wanted
    while slug in taken:
        slug, number = f"{wanted}-{number}", number + 1
    return slug


def find_by_words(session: Session, event: Event) -> None:
    """Everybody finds a published event by its words, and nobody another one."""
    if event.publication is not Publication.PUBLISHED:
        search.remove(session, "event", event.id)
        return
    where = event.venue.name.joined() if event.venue else ""
    who = event.organiser.name if event.organiser else ""
    search.put(
        session,
        search.Findable(
            kind="event",
            ref_id=event.id,
            title=event.title,
            summary=event.summary,
            link={"endpoint": "events.event", "slug": event.slug},
            words=f"{event.text.joined()}\n{where}\n{event.place.joined()}\n{who}\n{event.category.name.joined()}",
            scopes=["public"],
        ),
    )
