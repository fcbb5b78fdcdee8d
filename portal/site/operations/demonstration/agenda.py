"""The agenda of the demonstration: `agenda.yaml` becomes events by the operations of staff and organisers."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any
from urllib.parse import urlsplit

import yaml

from portal.core import following
from portal.core.clock import ATHENS, athens_date
from portal.core.texts import Translated
from portal.events import operations as events
from portal.events import queries
from portal.events.queries.recurrence import Timing, moment, named, on_the_clock, starts
from portal.organisation import queries as organisation
from portal.site.operations.demonstration import calendars
from portal.site.operations.demonstration.days import Item, changed, placed
from portal.site.operations.demonstration.stage import Life, Stage, office_moment

FILE = "agenda.yaml"
#: of what has taken place, so much was noted afterwards
NOTED = 0.85
_TEXTS = ("title", "summary", "text", "image_alt", "price_text", "place")
_PLAIN = ("image_credit", "age_from", "age_to", "booking_url", "contact")
Step = tuple[datetime, Callable[[], None]]


def read(folder: Path) -> Mapping[str, Any]:
    """The agenda of a pack, as read; nothing where it has none."""
    path = folder / FILE
    if not path.exists():
        return {}
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # a long file: libyaml where it is there
    content: Mapping[str, Any] = yaml.load(path.read_text(), loader)  # noqa: S506 – both are safe
    return content


def lives(stage: Stage, folder: Path, most: int | None) -> list[tuple[datetime, Life]]:
    """Every event with the moment at which it is announced or handed in; `most` of the announced ones."""
    content = read(folder)
    if not content or most == 0:
        return []
    agenda = Agenda(stage, content, folder.name)
    found = [agenda.announced(item) for item in _chosen(content["events"], most)]
    found += [agenda.submitted(item) for item in content.get("submissions", ())]
    found += [calendars.followed(agenda, folder, item) for item in content.get("calendars", ())]
    return [*found, *(agenda.subscribed(item) for item in content.get("subscriptions", ()))]


def _chosen(items: Sequence[Item], most: int | None) -> list[Item]:
    """Some of them, with the festivals they belong to; festivals first."""
    step = -(-len(items) // most) if most else 1
    wanted = {item["slug"] for item in items[::step]}
    festivals = {item["umbrella"] for item in items if "umbrella" in item and item["slug"] in wanted}
    chosen = [item for item in items if item["slug"] in wanted | festivals]
    return sorted(chosen, key=lambda item: item["slug"] not in festivals)


class Agenda:
    """What all events of a demonstration have in common."""

    def __init__(self, stage: Stage, content: Mapping[str, Any], pack: str) -> None:
        self.stage, self.content, self.pack = stage, content, pack
        self.today = athens_date(stage.until)
        body = organisation.municipality(stage.session)
        assert body is not None
        self.unit = stage.staff.units[body.profile["events_unit"]]
        self.organisers = {item["code"]: item for item in content["organisers"]}
        self.category_ids = {row.code: row.id for row in queries.categories(stage.session)}
        self.venue_ids = {row.code: row.id for row in queries.venues(stage.session)}
        self.items = {item["slug"]: item for item in content["events"]}
        #: slug in the file → its event, and when it was announced
        self.made: dict[str, Any] = {}
        self.begun: dict[str, datetime] = {}

    def announced(self, item: Item) -> tuple[datetime, Life]:
        """An event that staff write and publish themselves."""
        rng, timing = self.rng(item["slug"]), placed(item, self.today)
        begins = self._moment(rng, timing.starts_on - timedelta(days=rng.randint(15, 60)), within=45)
        if "umbrella" in item:
            begins = max(begins, self.begun[item["umbrella"]] + timedelta(minutes=5))
        self.begun[item["slug"]] = begins
        return begins, self._announce(item, timing, rng)

    def submitted(self, item: Item) -> tuple[datetime, Life]:
        """An event that its organiser hands in, in the evening of a day that lies so far back."""
        rng = self.rng(item["slug"])
        day = self.today - timedelta(days=item["filed"])
        evening = datetime.combine(day, time(rng.randint(7, 22), rng.randrange(60), rng.randrange(60)), ATHENS)
        return min(evening, self.stage.until), self._submit(item, rng)

    def subscribed(self, item: Item) -> tuple[datetime, Life]:
        """Somebody who gets a digest every week; confirmed unless the file says that it waits."""
        return self.stage.until - timedelta(days=item["asked"], hours=2), self._subscribe(item)

    def _announce(self, item: Item, timing: Timing, rng: Random) -> Life:
        stage, actor = self.stage, self._staff(rng)
        event = self._create(item, timing, actor.id)
        events.publish(stage.session, event, actor=actor, now=stage.now)
        steps = [*self._changes(item, timing, event, rng), *self._held(item, timing, event, rng)]
        for at, act in sorted(steps, key=lambda step: step[0]):
            yield max(at, stage.now + timedelta(minutes=1))
            act()

    def _submit(self, item: Item, rng: Random) -> Life:
        stage, session, by = self.stage, self.stage.session, item["by"]
        event = self._create(item, self._timing(item), None)
        writer = events.Writer(by["name"], by["email"], by.get("language", "el"), by.get("phone"))
        events.hand_in(session, event, writer, unit_code=self.unit.code, user=None, now=stage.now)
        actor = self._staff(rng)
        if item.get("ends") == "refused":
            yield stage.office_hour(rng, 1, 2)
            events.refuse(session, event, item["reason"], actor=actor, now=stage.now)
        elif item.get("ends") == "withdrawn":
            yield stage.office_hour(rng, 1, 2)
            events.withdraw(session, event, actor=None, now=stage.now)
        elif item.get("ends") == "published":
            yield stage.office_hour(rng, 1, 3)
            events.publish(session, event, actor=actor, now=stage.now)

    def _subscribe(self, item: Item) -> Life:
        wanted = events.DigestWanted(item["email"], item["filter"], item["language"])
        row = events.ask_for_digest(self.stage.session, wanted, now=self.stage.now)
        if row is not None and not item.get("waits"):
            yield self.stage.now + timedelta(minutes=7)
            following.confirm(self.stage.session, row, now=self.stage.now)

    def _timing(self, item: Item) -> Timing:
        """Of a submission: so many days from today, or at the next time of an event that is there already."""
        twin = self.items.get(item.get("like", ""))
        on, at = self.today + timedelta(days=item["in"]), time.fromisoformat(item["at"])
        coming = starts(placed(twin, self.today), self.today + timedelta(days=200)) if twin else []
        same = next((start for start in coming if start.date() > self.today), datetime.combine(on, at))
        return Timing(same.date(), same.time(), item["minutes"])

    def _create(self, item: Item, timing: Timing, actor_id: int | None) -> Any:
        host = urlsplit(self.stage.setting.site).hostname or "localhost"
        given = self._input(item, timing)
        event = events.create(self.stage.session, given, host=host, actor_id=actor_id, now=self.stage.now)
        self.made[item["slug"]] = event
        return event

    def _input(self, item: Item, timing: Timing) -> events.EventInput:
        given: dict[str, Any] = {name: Translated(item[name]) for name in _TEXTS if name in item}
        given |= {name: item[name] for name in _PLAIN if name in item}
        given |= {name: tuple(item.get(name, ())) for name in ("audience", "spoken", "links")}
        given |= {name: Decimal(item[name]) for name in ("price_from", "price_to") if name in item}
        return events.EventInput(
            **given,
            **vars(timing),
            price=events.Price(item["price"]),
            picture=item.get("image", ""),
            category_id=self.category_ids[item["category"]],
            venue_id=self.venue_ids[item["venue"]] if "venue" in item else None,
            organiser_id=self.organiser(item["organiser"]) if "organiser" in item else None,
            umbrella_id=self.made[item["umbrella"]].id if "umbrella" in item else None,
        )

    def organiser(self, code: str) -> int:
        """The key of an organiser of the file, who begins to be known when first needed."""
        item = self.organisers[code]
        if "id" not in item:
            row = events.organiser(self.stage.session, name=item["name"], email=item["email"], phone=item.get("phone"))
            row.trusted, row.url = bool(item.get("trusted")), item.get("url")
            item["id"] = row.id
        return int(item["id"])

    def _changes(self, item: Item, timing: Timing, event: Any, rng: Random) -> Iterator[Step]:
        """What is moved, postponed or cancelled, and when that is said: some days before, or lately."""
        session, stage = self.stage.session, self.stage
        if "status" in item:
            status, note = events.Status(item["status"]), Translated(item["status_note"])
            yield (
                self._told(rng, timing.starts_on),
                lambda: events.set_status(session, event, status, note, actor_id=self._staff(rng).id, now=stage.now),
            )
        for single in item.get("occurrences", ()):
            found = changed(single, timing, self.today)
            if found:
                name, to = found
                yield self._told(rng, moment(name).date()), self._change(event, name, self._single(single, timing, to))

    def _single(self, single: Item, timing: Timing, to: datetime | None) -> events.Single:
        ends = to + timedelta(minutes=timing.minutes) if to else None
        return events.Single(
            events.Status(single["status"]),
            Translated(single["status_note"]),
            on_the_clock(to) if to else None,
            on_the_clock(ends) if ends else None,
            self.venue_ids[single["venue"]] if "venue" in single else None,
        )

    def _change(self, event: Any, name: str, single: events.Single) -> Callable[[], None]:
        def act() -> None:
            row = _named(event, name)
            if row is not None:
                events.change_one(self.stage.session, row, single, actor_id=event.created_by_id, now=self.stage.now)

        return act

    def _held(self, item: Item, timing: Timing, event: Any, rng: Random) -> Iterator[Step]:
        """Who came, noted on a working day afterwards."""
        if "attendance" not in item:
            return
        for start in starts(timing, self.today):
            ends = on_the_clock(start + timedelta(minutes=timing.minutes))
            noted = self._at_work(rng, athens_date(ends) + timedelta(days=rng.randint(1, 4)))
            if noted < self.stage.until and rng.random() < NOTED:
                yield noted, self._note(event, named(start, all_day=timing.starts_at is None), self._came(item, rng))

    def _note(self, event: Any, name: str, came: events.Attendance) -> Callable[[], None]:
        def act() -> None:
            row, stage = _named(event, name), self.stage
            off = {events.Status.CANCELLED, events.Status.POSTPONED}
            if row is not None and row.ends_at < stage.now and not off & {row.status, event.status}:
                events.note_attendance(stage.session, row, came, actor_id=event.created_by_id, now=stage.now)

        return act

    def _came(self, item: Item, rng: Random) -> events.Attendance:
        """About as many as the file says; where tickets or places are given out they are counted, else estimated."""
        usual = item["attendance"]
        counted = usual < 60 or item["price"] == "paid" or "booking_url" in item
        people = max(round(rng.gauss(usual, usual * 0.18)), usual // 3, 1)
        if not counted:
            people = max(round(people, -2 if people > 800 else -1), 10)
        notes: Sequence[str] = self.content.get("evaluations", ())
        words = rng.choice(notes) if notes and rng.random() < 0.12 else ""
        return events.Attendance(people, events.Counting.COUNTED if counted else events.Counting.ESTIMATED, words)

    def _told(self, rng: Random, day: date) -> datetime:
        return self._moment(rng, day - timedelta(days=rng.randint(3, 9)), within=4)

    def _moment(self, rng: Random, day: date, *, within: int) -> datetime:
        """In office hours of a day; if that is still to come, of one of the last days."""
        at = self._at_work(rng, day)
        return (
            at if at < self.stage.until else self._at_work(rng, self.today - timedelta(days=rng.randint(3, 2 + within)))
        )

    def _at_work(self, rng: Random, day: date) -> datetime:
        return office_moment(rng, self.stage.calendar.on_or_after(day))

    def _staff(self, rng: Random) -> Any:
        return self.stage.staff.handler(self.unit, rng)

    def rng(self, name: str) -> Random:
        """Chance, the same every time for the same thing."""
        return Random(f"{self.pack}: {name}")  # noqa: S311 – a demonstration


def _named(event: Any, name: str) -> Any:
    return next((row for row in event.occurrences if row.recurrence_id == name), None)
