"""Growth of the agenda: a hundred thousand occurrences over four years, like those that writing events would make.

Nothing is noted of who came: the plan stays as it is.
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.core.clock import athens_date
from portal.core.orm import Base
from portal.core.texts import Translated
from portal.events import queries
from portal.events.queries.recurrence import HORIZON, Time, Timing, time_of
from portal.site.cli.growth.index import Index, Words, words_of
from portal.site.cli.growth.sinks import NothingToGrow, Sink, next_id, quick, stamped
from portal.site.operations.demonstration import agenda

#: how far back they lie; ahead they go as far as rules are rolled out
PAST = timedelta(days=910)
#: a small agenda is short rather than thin: with so many a day its pages are as full as those of a large one
A_DAY = 12
CHUNK = 10_000
TABLES = {
    "event": "id uid slug publication status status_note title summary text picture image_alt category_id audience"
    " spoken price price_from price_text organiser_id venue_id place starts_on starts_at minutes rule rolled_to"
    " created_at changed_at published_at",
    "event_occurrence": "event_id recurrence_id starts_at ends_at status status_note at_venue_id long shown category_id"
    " community_id free step_free lat lon",
}
#: frequency, how many times and days in between, in their proportions
SERIES = (
    *((("", 1, 0),) * 60),
    *((("WEEKLY", 8, 7),) * 12),
    *((("WEEKLY", 30, 7),) * 10),
    *((("DAILY", 3, 1),) * 12),
    *((("DAILY", 60, 1),) * 2),
)
#: what takes longer is found by its end
LONG = timedelta(days=7)
#: of whole days, in weeks
EXHIBITION = (1, 2, 4, 8)
PUBLICATIONS = (*(("published",) * 94), "refused", "refused", "refused", "withdrawn", "withdrawn", "draft")
STATUSES = (*(("scheduled",) * 94), *(("cancelled",) * 3), "moved", "moved", "postponed")


@dataclass(frozen=True)
class Model:
    """An event of the demonstration's agenda, as rows of its like need it."""

    title: Translated
    #: JSON
    texts: Mapping[str, str]
    #: what the index knows of it but for the number that tells it from its neighbours
    words: Words
    category_id: int
    picture: str
    audience: str
    spoken: str
    price: str
    price_from: str | None
    #: None: whole days
    at: time | None
    minutes: int


@dataclass(frozen=True)
class Ground:
    """What events grow from."""

    models: Sequence[Model]
    venues: Sequence[Any]
    organiser_ids: Sequence[int | None]
    today: date


def grow_occurrences(
    session: Session,
    folder: Path,
    *,
    occurrences: int,
    now: datetime,
    progress: Callable[[int], None] = lambda _done: None,
) -> int:
    """Grow to so many occurrences; how many were added. Commits as it goes: it is for benchmarks only.

    :raises NothingToGrow: if no municipality is loaded, or its pack has no agenda.
    """
    table = Base.metadata.tables["event_occurrence"]
    there = session.scalar(sa.select(sa.func.count()).select_from(table)) or 0
    missing = occurrences - there
    ground = _ground(session, folder, now)
    if missing <= 0:
        return 0
    first, entry = next_id(session, "event"), next_id(session, "search_entry")
    session.commit()
    engine = session.get_bind()
    assert isinstance(engine, sa.Engine)  # its own transactions, its own settings
    with engine.connect() as connection:
        anew = missing > max(there, 20_000)
        with quick(connection, ["search_entry"], rebuild=False), quick(connection, list(TABLES), rebuild=anew):
            writer = Writer(connection, ground, Index(connection, entry), first, _days(ground.today, missing))
            _grow(writer, missing, progress)
        connection.execute(sa.text("ANALYZE"))
        connection.commit()
    stamped(session, "events")
    return missing


def _grow(writer: "Writer", number: int, progress: Callable[[int], None]) -> None:
    done, told = 0, CHUNK
    while done < number:
        done += writer.write(number - done)
        if done >= told:
            writer.flush()
            progress(done)
            told += CHUNK
    writer.flush()
    writer.index.finish()
    writer.connection.commit()


class Writer:
    """Writes events with their occurrences, one after the other, over all the years."""

    def __init__(
        self, connection: sa.Connection, ground: Ground, index: Index, first: int, days: tuple[date, int]
    ) -> None:
        self.connection, self.ground, self.index, self.next_id = connection, ground, index, first
        self.first_day, self.days = days
        self.rng = Random("growth: events")  # noqa: S311 – the same every time
        self.sinks = {name: Sink(connection, name, columns) for name, columns in TABLES.items()}

    def write(self, most: int) -> int:
        """An event with at most so many occurrences; how many it has."""
        rng, ground = self.rng, self.ground
        key, self.next_id = self.next_id, self.next_id + 1
        model, venue = rng.choice(ground.models), rng.choice(ground.venues)
        starts_on = self.first_day + timedelta(days=rng.randrange(self.days))
        frequency, times, step = rng.choice(SERIES) if model.at else ("", 1, 0)
        times = min(times, most)
        minutes = model.minutes if model.at else 7 * 1440 * rng.choice(EXHIBITION)
        at = model.at and model.at.replace(minute=rng.choice((0, 15, 30, 45)))
        rule = f"FREQ={frequency};COUNT={times}" if times > 1 else None
        timing = Timing(starts_on, at, minutes, rule)
        publication = rng.choice(PUBLICATIONS)
        self._event(key, model, venue, timing, publication)
        for number in range(times):
            each = time_of(timing, timing.start + timedelta(days=number * step))
            self._occurrence(key, model, venue, each, shown=publication == "published")
        return times

    def _event(self, key: int, model: Model, venue: Any, timing: Timing, publication: str) -> None:
        ground, texts = self.ground, model.texts
        made = f"{min(timing.starts_on, ground.today) - timedelta(days=30)} 08:00:00.000000"
        title = json.dumps({language: f"{text} · {key}" for language, text in model.title.items()})
        status = self.rng.choice(STATUSES)
        self.sinks["event"].add(
            *(key, f"grown-{key}@localhost", f"grown-{key}", publication, status, "{}"),
            *(title, texts["summary"], texts["text"], model.picture, texts["image_alt"], model.category_id),
            *(model.audience, model.spoken, model.price, self._money(model.price_from), texts["price_text"]),
            *(self.rng.choice(ground.organiser_ids), venue.id, "{}"),
            *(timing.starts_on.isoformat(), _clock(timing.starts_at), timing.minutes, timing.rule),
            *((ground.today + HORIZON).isoformat() if timing.rule else None, made, made),
            None if publication in {"refused", "draft"} else made,
        )
        if publication != "published":
            return
        link = f'{{"endpoint": "events.event", "slug": "grown-{key}"}}'
        words = model.words | words_of(venue.name.joined()) | {str(key): str(key)}
        self.index.add("event", key, (title, texts["summary"], link), words, "public")

    def _occurrence(self, key: int, model: Model, venue: Any, at: Time, *, shown: bool) -> None:
        self.sinks["event_occurrence"].add(
            *(key, at.recurrence_id, _moment(at.starts_at), _moment(at.ends_at), "scheduled", "{}", venue.id),
            *(at.ends_at - at.starts_at > LONG, shown, model.category_id, venue.community_id),
            *(model.price == "free", bool(venue.step_free), venue.lat, venue.lon),
        )

    def _money(self, euro: str | None) -> int | str | None:
        """As the database keeps it: in cents on SQLite."""
        return int(Decimal(euro) * 100) if euro and self.connection.dialect.name == "sqlite" else euro

    def flush(self) -> None:
        """Write everything that waits, and commit."""
        for sink in self.sinks.values():
            sink.flush()
        self.index.flush()
        self.connection.commit()


def _days(today: date, number: int) -> tuple[date, int]:
    """The first day, and how many there are."""
    whole = PAST + HORIZON
    days = min(whole.days, max(number // A_DAY, 60))
    return today - PAST * days / whole.days, days


def _ground(session: Session, folder: Path, now: datetime) -> Ground:
    items = agenda.read(folder).get("events", ())
    categories = {row.code: row for row in queries.categories(session)}
    venues = list(queries.venues(session))
    for venue in venues:
        session.expunge(venue)  # they are read after the commit
    models = list(_models(items, categories))
    if not models or not venues:
        raise NothingToGrow(f"{folder.name}: load the municipality first; its pack needs an agenda.yaml")
    organisers = Base.metadata.tables["event_organiser"]
    ids = session.scalars(sa.select(organisers.c.id).order_by(organisers.c.id)).all()
    return Ground(models, venues, [*ids] or [None], athens_date(now))


def _models(items: Sequence[Mapping[str, Any]], categories: Mapping[str, Any]) -> Iterator[Model]:
    for item in items:
        texts = {name: Translated(item.get(name, {})) for name in ("summary", "text", "image_alt", "price_text")}
        category, title = categories[item["category"]], Translated(item["title"])
        told = "\n".join(text.joined() for text in (title, texts["summary"], texts["text"], category.name))
        yield Model(
            title=title,
            texts={name: json.dumps(text) for name, text in texts.items()},
            words=words_of(told),
            category_id=category.id,
            picture=item.get("image", ""),
            audience=json.dumps(item["audience"]),
            spoken=json.dumps(item.get("spoken", [])),
            price=item["price"],
            price_from=item.get("price_from"),
            at=time.fromisoformat(item["at"]) if "at" in item else None,
            minutes=item.get("minutes", 1440),
        )


def _clock(at: time | None) -> str | None:
    return at.strftime("%H:%M:%S.000000") if at else None


def _moment(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M:%S}.000000"
