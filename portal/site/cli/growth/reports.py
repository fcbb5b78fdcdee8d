"""Growth of fault reports: a million over ten years, like those that filing and repairing would make.

Each is a case with its line of the register, its history and its place on the map; the numbers of map and months are
counted at the end. No letters, no audit entries, no photographs.
"""

import json
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.core.deadlines import DayKind
from portal.core.orm import Base
from portal.faults import operations as faults
from portal.faults import queries
from portal.site.cli.growth import cases
from portal.site.cli.growth.figures import Figures, Place
from portal.site.cli.growth.index import Words, words_of
from portal.site.cli.growth.rows import TABLES as CASES
from portal.site.cli.growth.rows import Subject, Writer, place_as_json
from portal.site.cli.growth.sinks import Sink, next_id, quick, stamped
from portal.site.cli.growth.troubles import Ground, Model, ground_of
from portal.site.operations.demonstration.people import latin

YEARS = 10
#: a small number is spread over fewer days rather than thin: its pages are as full as those of a large one
A_DAY = 12
CHUNK = 10_000
#: days in which people may say that it is not repaired
ASKED = timedelta(days=15)
TABLES = {
    "fault": "id case_id slug category_id group_id state is_open lat lon cell0 cell1 cell2 cell3 community_id address"
    " text language source shown reported_at changed_at due_on planned_on closed_at dispute_until supporters"
    " duplicate_of_id body_id",
    "fault_step": "fault_id state at note planned_on due_on actor_id",
}
#: what the plan hears of a report, and of a repair
REPORTED = {"faults.reported": 0}
REPAIRED = {"faults.repaired": 0, "faults.in-time": 1, "faults.days-to-repair": 2, "faults.reopened-share": 3}
#: states that end a report, and those of open ones, in their proportions
CLOSED = (*(("repaired",) * 41), *(("not-possible",) * 4), *(("duplicate",) * 4), "withdrawn")
OPEN = ("received", "received", "received", "confirmed", "confirmed", "confirmed", "planned", "planned", "repairing")


def grow_reports(
    session: Session, folder: Path, *, reports: int, now: datetime, progress: Callable[[int], None] = lambda _done: None
) -> int:
    """Grow to so many reports; how many were added. Commits as it goes: it is for benchmarks only.

    :raises NothingToGrow: if no municipality is loaded, or its pack has no faults.
    """
    there, filed = (_number(session, name) for name in ("fault", "casework_case"))
    missing, ground = reports - there, ground_of(session, folder, now)
    if missing <= 0:
        return 0
    begins, first = cases.start(session, now), next_id(session, "fault")
    session.commit()
    engine = session.get_bind()
    assert isinstance(engine, sa.Engine)  # its own transactions, its own settings
    with engine.connect() as connection:
        anew = 2 * missing > max(filed, 20_000)
        with quick(connection, [*CASES, "search_entry"], rebuild=anew), quick(connection, list(TABLES), rebuild=anew):
            writer = Reports(Writer(connection, Random("growth: faults"), begins), ground, first)  # noqa: S311
            _grow(writer, missing, progress)
    faults.recount(session)
    session.commit()
    with engine.connect() as connection:
        connection.execute(sa.text("ANALYZE"))
        connection.commit()
    stamped(session, "faults", "plan")
    return missing


def _grow(writer: "Reports", number: int, progress: Callable[[int], None]) -> None:
    """Evenly over the days, in their order."""
    span = min(YEARS * 365, max(number // A_DAY, 60))
    for at in range(number):
        day = writer.ground.today - timedelta(days=span - at * span // number)
        writer.write(datetime(day.year, day.month, day.day, 5 + at % 12, at % 60, tzinfo=UTC))
        if (at + 1) % CHUNK == 0:
            writer.flush()
            progress(at + 1)
    writer.flush()
    writer.cases.finish()
    for figures in writer.figures.values():
        figures.write(writer.cases.connection)
    cases.finish(writer.cases)


class Reports:
    """Writes reports, one after the other."""

    def __init__(self, writer: Writer, ground: Ground, first: int) -> None:
        self.cases, self.ground, self.next_id = writer, ground, first
        self.rng = writer.rng
        self.sinks = {name: Sink(writer.connection, name, columns) for name, columns in TABLES.items()}
        #: due days by day and limit, and the last report of each category
        self.dues: dict[tuple[date, int, str], date] = {}
        self.last: dict[str, int] = {}
        self.figures = {tuple(feeds): Figures(feeds) for feeds in (REPORTED, REPAIRED)}

    def write(self, at: datetime) -> None:
        """A report with everything that exists once it has come so far."""
        rng, ground = self.rng, self.ground
        model = rng.choices(ground.models, ground.weights)[0]
        street, community_id, community = ground.streets[int(rng.random() ** 1.4 * len(ground.streets))]
        number, (language, text) = rng.randint(1, 120), rng.choice(model.texts)
        address, due = street.address("el", number), self._due(at.date(), model)
        state, closed = self._ending(at, due, model)
        told = model.words | words_of(text) | words_of(street.address("el")) | {str(number): str(number)}
        case_id, reference = self._case(model, at, closed, due, state, (f"{address} {text}"[:200], told, community_id))
        fault_id, self.next_id = self.next_id, self.next_id + 1
        lat, lon = street.somewhere(rng)
        is_open = closed is None
        planned = (ground.today + timedelta(days=rng.randint(1, 9))).isoformat() if state == "planned" else None
        twin = self.last.get(model.code, fault_id - 1 or None) if state == "duplicate" else None
        self.last[model.code] = fault_id
        self.sinks["fault"].add(
            *(fault_id, case_id, reference.replace("/", "-"), model.id, model.group_id, state, is_open, lat, lon),
            *queries.cells(lat, lon),
            *(community_id, address, text, language, "web", model.shown and state != "withdrawn"),
            *(_moment(at), _moment(closed or at)),
            *(due.isoformat(), planned, _moment(closed), (closed + ASKED).date().isoformat() if closed else None),
            *(rng.choice((0, 0, 0, 0, 1, 1, 2, 5)), twin, model.body_id if state == "passed-on" else None),
        )
        self._tell(fault_id, model, (at, closed), state, (planned, due.isoformat()))
        place = ("group", model.group), ("category", model.code), ("community", community)
        self._count(REPORTED, case_id, place, at, (1,))
        if closed and state == "repaired":
            days = (closed.date() - at.date()).days
            self._count(REPAIRED, case_id, place, closed, (1, int(closed.date() <= due), days, 0))

    def _count(
        self, feeds: Mapping[str, int], case_id: int, place: Place, at: datetime, values: tuple[int, ...]
    ) -> None:
        """What the plan hears of it."""
        self.figures[*feeds].count(place, at.date().isoformat(), values)
        add, dimensions, moment = self.cases.sinks["plan_contribution"].add, place_as_json(place), _moment(at)
        for feed, value in zip(feeds, values, strict=True):
            add(feed, f"case:{case_id}", at.date().isoformat(), value, dimensions, moment)

    def _ending(self, at: datetime, due: date, model: Model) -> tuple[str, datetime | None]:
        """What it is, and when it ended; the young ones are open, and a few of the others."""
        age, rng = (self.ground.today - at.date()).days, self.rng
        limit = max((due - at.date()).days, 1)
        if rng.random() < (0.8 if age <= limit else 0.25 if age < 60 else 0.015):
            return ("passed-on" if model.body_id else rng.choice(OPEN)), None
        days = int(limit * rng.choice((0.1, 0.2, 0.3, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0, 1.6)))
        moment = at + timedelta(days=min(days, max(age - 1, 0)), hours=2)
        return rng.choice(CLOSED), moment

    def _due(self, day: date, model: Model) -> date:
        key = day, model.limit_days, model.day_kind
        if key not in self.dues:
            self.dues[key] = self.ground.calendar.add(day, model.limit_days, DayKind(model.day_kind))
        return self.dues[key]

    def _case(
        self,
        model: Model,
        at: datetime,
        closed: datetime | None,
        due: date,
        state: str,
        about: tuple[str, Words, int],
    ) -> tuple[int, str]:
        """The case: its line in the register, its row, its timeline, its entry of the index."""
        writer, rng, (detail, told, community_id) = self.cases, self.rng, about
        case_id, writer.case_id = writer.case_id, writer.case_id + 1
        name, clerk = rng.choice(self.ground.names), rng.choice(model.clerks) if state != "received" else None
        subject = Subject(f"Αναφορά βλάβης: {model.title}", name, model.words)
        entry_id, reference = writer.register("incoming", subject, (model.unit_id, None), at)
        waits = state == "passed-on"
        phase = "closed" if closed else "waiting-other" if waits else "open"
        stands = state if closed else "waiting-other" if waits else "in-progress" if clerk else "filed"
        notice = (0, None) if closed else cases.warned(at.date(), due, self.ground.today)
        email = f"{latin(name[:1])}{case_id}@mail.example"
        writer.sinks["casework_case"].add(
            *(case_id, "fault", model.code, entry_id, reference, f"{case_id:064x}", model.titles, detail),
            *(None, name, email, "el", True, phase, stands, model.unit_id, clerk, community_id),
            *(_moment(at), _moment(closed), at.date().isoformat(), due.isoformat(), model.day_kind, model.limit_days),
            *(model.citation, *notice, None),
        )
        writer.sinks["casework_assignment"].add(case_id, "action", model.unit_id, clerk, clerk, _moment(at))
        event = writer.sinks["casework_event"].add
        event(case_id, "filed", _moment(at), None, "", True, f'{{"due_on": "{due}"}}')
        if closed:
            event(case_id, "decided", _moment(closed), clerk, "", True, f'{{"state": "{state}"}}')
        year, _, number = reference.partition("/")
        link = f'{{"endpoint": "casework_desk.case", "slug": "{year}-{number}"}}'
        words = told | words_of(name) | {year: year, number: number}
        summary = json.dumps({"el": f"{reference} · {name}"})
        writer.index.add("case", case_id, (model.titles, summary, link), words, f"unit-{model.unit_id}")
        return case_id, reference

    def _tell(
        self,
        fault_id: int,
        model: Model,
        moments: tuple[datetime, datetime | None],
        state: str,
        days: tuple[str | None, str],
    ) -> None:
        """The lines of its history."""
        add, clerk, (at, closed), (planned, due) = (
            self.sinks["fault_step"].add,
            self.rng.choice(model.clerks),
            moments,
            days,
        )
        add(fault_id, "received", _moment(at), "{}", None, due, None)
        if state == "received":
            return
        if closed and self.rng.random() < 0.6:
            add(fault_id, "confirmed", _moment(at + timedelta(hours=1)), "{}", None, due, clerk)
        note = self.rng.choice(model.done) if state == "repaired" else "{}"
        add(fault_id, state, _moment(closed or at + timedelta(hours=1)), note, planned, due, clerk)

    def flush(self) -> None:
        """Write everything that waits, and commit."""
        self.cases.flush()
        for sink in self.sinks.values():
            sink.flush()
        self.cases.connection.commit()


def _number(session: Session, table: str) -> int:
    return session.scalar(sa.select(sa.func.count()).select_from(Base.metadata.tables[table])) or 0


def _moment(moment: datetime | None) -> str | None:
    return f"{moment:%Y-%m-%d %H:%M:%S}.000000" if moment else None
