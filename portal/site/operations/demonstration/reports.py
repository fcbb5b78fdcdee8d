"""Who reports which fault, when and where: two years of the demonstration, and one of each odd state at present."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from random import Random
from typing import Any

from portal.core.clock import ATHENS, athens_date
from portal.faults import operations as faults
from portal.faults import queries
from portal.site.operations.demonstration import troubles
from portal.site.operations.demonstration.people import Person
from portal.site.operations.demonstration.repairs import QUICK, Report, ReportLife
from portal.site.operations.demonstration.stage import Life, Stage
from portal.site.operations.demonstration.troubles import Street, Troubles

SPAN = 730
#: how a report stands at present, or what has happened to it: days ago at which it was filed
STANDS: Mapping[str, tuple[int, int]] = {
    "received": (0, 1),
    "planned": (1, 4),
    "confirmed": (1, 2),
    "overdue": (32, 80),
    "repairing": (1, 3),
    "disputed": (9, 13),
    "passed-on": (1, 9),
    "popular": (2, 20),
    "doubled": (4, 300),
    "split": (3, 40),
    "reopened": (40, 400),
    "redacted": (5, 200),
    "withheld": (1, 30),
    "hidden": (10, 90),
    "moved": (20, 200),
    "withdrawn": (6, 60),
}
#: so many of each; the first ones of a small demonstration
IN_TURN = (
    *STANDS,
    *("received", "planned", "overdue", "passed-on", "confirmed", "popular", "doubled", "received", "reopened"),
    *("planned", "overdue", "passed-on", "received", "confirmed", "repairing", "overdue", "withheld", "planned"),
    *("received", "doubled", "passed-on", "disputed", "redacted", "overdue", "planned", "received", "split"),
    *("overdue", "planned", "confirmed", "passed-on", "received", "doubled", "reopened", "withheld", "overdue"),
)
#: what one life makes more than one report of
MAKES = {"doubled": 2, "split": 3}
#: categories in which something can stand: with time enough, and with a crew of our own
SLOW = ("pavement", "playground", "pothole", "bulky-waste", "branches-in-way", "abandoned-vehicle", "bin-broken")


@dataclass(frozen=True)
class Crowd:
    """Who reports: residents, and visitors without an account."""

    residents: Sequence[Person]
    visitors: Sequence[Mapping[str, str]]


def lives(
    stage: Stage, folder: Path, residents: Sequence[Person], most: int | None = None
) -> list[tuple[datetime, Life]]:
    """Every report with the moment at which it is filed; `most` of them, none where the pack has no faults."""
    content, known = troubles.read(folder), queries.categories(stage.session)
    if content is None or most == 0 or not known:
        return []
    number = content.number if most is None else min(most, content.number)
    scene = Scene(stage, content, {row.code: row for row in known}, Crowd(residents, content.data["visitors"]))
    rng = Random(f"{folder.name}: what breaks")  # noqa: S311 – a demonstration must be the same every time
    begun = [(stage.until - timedelta(days=SPAN + 1, hours=2), scene.programs())]
    begun += [(stage.until - timedelta(days=200 - 30 * at), scene.follows(at)) for at in range(5)]
    for at, plot in enumerate(scene.plots(rng, number)):
        life = ReportLife(stage, content, plot, Random(f"{folder.name}: fault {at}"), scene.shared)  # noqa: S311
        begun.append((plot.at, life.run()))
    return begun


class Scene:
    """What all reports of a demonstration have in common."""

    def __init__(self, stage: Stage, content: Troubles, categories: Mapping[str, Any], crowd: Crowd) -> None:
        self.stage, self.content, self.crowd = stage, content, crowd
        self.categories = {code: categories[code] for code in content.categories if code in categories}
        self.today = athens_date(stage.until)
        #: what lives tell one another: the rows of the programs, and who may say "me too"
        self.shared: dict[str, Any] = {"crowd": crowd.residents, "categories": categories}
        self.turns: dict[tuple[str, str], int] = {}

    def programs(self) -> Life:
        """Two programs that file by Open311; one has lost its key."""
        stage = self.stage
        actor = stage.staff.signer(stage.staff.units["ict"], Random(0))  # noqa: S311
        for name in ("Εφαρμογή «Καλή Γειτονιά» (δείγμα)", "Δοκιμαστικός σύνδεσμος (δείγμα)"):
            new = faults.NewApplication(name=name, email="programs@geitonia.example")
            row, _key = faults.create_application(stage.session, new, actor=actor, now=stage.now)
            self.shared.setdefault("application", row)
        yield stage.now + timedelta(days=90)
        faults.set_closed(stage.session, row, closed=True, actor=actor, now=stage.now)

    def follows(self, at: int) -> Life:
        """Somebody who follows the surroundings of a street; the last one has not confirmed it."""
        person, street = self.crowd.residents[-1 - at % len(self.crowd.residents)], self.content.streets[at]
        wanted = faults.FollowWanted(
            email=person.email,
            language=person.language,
            near=queries.Near(street.lat, street.lon, (300, 500, 1000, 2000, 500)[at]),
            rhythm=faults.Rhythm.AT_ONCE if at == 1 else faults.Rhythm.WEEKLY,
        )
        if at == 4:
            yield self.stage.until - timedelta(hours=5)
        row = faults.ask_to_follow(self.stage.session, wanted, now=self.stage.now)
        if row is not None and at < 4:
            yield self.stage.now + timedelta(minutes=12)
            faults.confirm_follow(self.stage.session, row, now=self.stage.now)

    def plots(self, rng: Random, number: int) -> Iterator[Report]:
        """So many reports: those that stand, the hot spots, and the life of two years."""
        made = 0
        for stands in IN_TURN[: max(len(STANDS), number // 8)]:
            if made + MAKES.get(stands, 1) > number:
                break
            made += MAKES.get(stands, 1)
            yield self._standing(stands, rng)
        for plot in self._hot(rng):
            if made < number:
                made += 1
                yield plot
        codes = list(self.categories)
        weights = [self.content.categories[code]["weight"] for code in codes]
        for code in rng.choices(codes, weights, k=number - made):
            yield self._plot(code, self._moment(rng, self._day(code, rng)), rng)

    def _standing(self, stands: str, rng: Random) -> Report:
        first, last = STANDS[stands]
        ago = rng.randint(first, last)
        moment = self._moment(rng, self.today - timedelta(days=ago))
        if not ago or moment > self.stage.until:
            moment = self.stage.until - timedelta(minutes=rng.randint(20, 500))
        if stands in QUICK:
            working = self.stage.calendar.on_or_before(self.today - timedelta(days=ago))
            moment = datetime.combine(working, time(rng.randint(7, 9), rng.randrange(60)), ATHENS)
        return self._plot(self._able(stands, rng), min(moment, self.stage.until), rng, stands)

    def _able(self, stands: str, rng: Random) -> str:
        """A category in which that can happen."""
        if stands == "passed-on":
            able = [code for code, row in self.categories.items() if row.group.code == "water"]
            return rng.choice(able or list(self.categories))
        if stands in {"received", "doubled", "popular", "redacted"}:
            able = [code for code, row in self.categories.items() if not row.private and row.group.code != "water"]
            return rng.choice(able)
        return rng.choice([code for code in SLOW if code in self.categories])

    def _hot(self, rng: Random) -> Iterator[Report]:
        for spot in self.content.data.get("hot", ()):
            street = self.content.streets[spot["street"]]
            for days in spot["days"] if spot["category"] in self.categories else ():
                where = street.moved(spot["up"] + rng.uniform(-9, 9), spot["across"] + rng.uniform(-9, 9))
                at = self._moment(rng, self.today - timedelta(days=days))
                yield self._plot(spot["category"], at, rng, at_point=(street, where))

    def _plot(
        self,
        code: str,
        at: datetime,
        rng: Random,
        stands: str = "",
        *,
        at_point: tuple[Street, tuple[float, float]] | None = None,
    ) -> Report:
        street = self.content.street(rng)
        street, where = at_point or (street, street.somewhere(rng))
        language = rng.choice(self.content.languages(code))
        turn = self.turns[code, language] = self.turns.get((code, language), rng.randrange(5)) + 1
        return Report(
            category=self.categories[code],
            street=street,
            lat=where[0],
            lon=where[1],
            text=self.content.said(code, language, turn),
            language=language,
            by=self._somebody(language, rng),
            at=at,
            stands=stands,
        )

    def _somebody(self, language: str, rng: Random) -> Person | Mapping[str, str]:
        """A resident; who writes another language may be a visitor."""
        residents = [person for person in self.crowd.residents if person.language == language]
        visitors = [visitor for visitor in self.crowd.visitors if visitor["language"] == language]
        if visitors and (not residents or rng.random() < 0.6):
            return rng.choice(visitors)
        return rng.choice(residents or list(self.crowd.residents))

    def _day(self, code: str, rng: Random) -> date:
        months = self.content.categories[code].get("months") or range(1, 13)
        days = [self.today - timedelta(days=rng.randint(1, SPAN)) for _ in range(6)]
        return rng.choices(days, [6 if day.month in months else 1 for day in days])[0]

    @staticmethod
    def _moment(rng: Random, day: date) -> datetime:
        hour = rng.choice((7, 8, 8, 9, 9, 10, 11, 12, 13, 15, 17, 18, 19, 20, 21, 22))
        return datetime.combine(day, time(hour, rng.randrange(60), rng.randrange(60)), ATHENS)
