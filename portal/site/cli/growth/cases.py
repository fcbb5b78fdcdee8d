"""Growth of cases: what is filed with the services, over ten years.

The rows are what filing and deciding would have written, but for the audit trail, letters and PDFs; numbers of the
register have no gap, and a recount of the plan changes nothing.
"""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.casework.operations.state import warning_day
from portal.core import search
from portal.core.clock import athens_date
from portal.core.deadlines import Clock, DayKind, WorkingCalendar
from portal.core.orm import Base
from portal.core.texts import LEGAL_LANGUAGE, Translated
from portal.documents import operations as documents
from portal.eservices import queries as catalogue
from portal.eservices.queries.answers import settled
from portal.eservices.queries.definitions import definition_of
from portal.eservices.queries.readable import Reader, fill, in_words
from portal.organisation import queries as organisation
from portal.site.cli.growth.index import words_of
from portal.site.cli.growth.rows import TABLES, Applicant, Filing, Offer, Start, Subject, Writer
from portal.site.cli.growth.sinks import NothingToGrow, next_id, quick, stamped
from portal.site.operations.demonstration import samples
from portal.site.operations.demonstration.answers import Pen
from portal.site.operations.demonstration.people import latin, population
from portal.site.operations.demonstration.samples import Samples
from portal.site.operations.demonstration.stage import Staff, staff

YEARS = 10
#: cases per applicant with an account
PER_ACCOUNT = 12
CHUNK = 10_000
#: state and outcome of those that were decided, in their proportions
REQUEST = (*(("approved", "approved"),) * 16, ("approved-in-part",) * 2, ("rejected",) * 2)
DECLARATION = (*(("accepted", "approved"),) * 16, ("corrected", "approved-in-part"), ("rejected", "rejected"))


def grow(
    session: Session, folder: Path, *, cases: int, now: datetime, progress: Callable[[int], None] = lambda _done: None
) -> int:
    """Grow to so many cases; how many were added. Commits as it goes: it is for benchmarks only.

    :raises NothingToGrow: if there is nothing to file.
    """
    there = session.scalar(sa.select(sa.func.count()).select_from(Base.metadata.tables["casework_case"])) or 0
    missing = max(cases - there, 0)
    sample = samples.read(folder)
    if sample is None or organisation.municipality(session) is None:
        raise NothingToGrow(f"{folder.name}: load the municipality first; its pack needs a samples.yaml")
    if not missing:
        return 0
    ground, begins = _ground(session, sample, now), start(session, now)
    session.commit()
    engine = session.get_bind()
    assert isinstance(engine, sa.Engine)  # its own transactions, its own settings
    with engine.connect() as connection:
        with quick(connection, [*TABLES, "search_entry"], rebuild=missing > max(there, 20_000)):
            _grow(Writer(connection, Random("growth: rows"), begins), ground, missing, progress)  # noqa: S311
        connection.execute(sa.text("ANALYZE"))
        connection.commit()
    stamped(session, "eservices", "plan")
    return missing


@dataclass(frozen=True)
class Ground:
    """What cases grow from."""

    offers: Sequence[Offer]
    names: Sequence[str]
    communities: Sequence[tuple[int, str]]
    calendar: WorkingCalendar
    now: datetime


def _grow(writer: Writer, ground: Ground, number: int, progress: Callable[[int], None]) -> None:
    """Day by day: what is answered on a day is registered before what is filed on it."""
    first = writer.start.user_id
    accounts = [_account(writer, ground, first + at) for at in range(number // PER_ACCOUNT + 1)]
    answered: dict[date, list[tuple[datetime, Filing]]] = {}
    last_day = None
    for done, new in enumerate(_filings(writer.rng, ground, accounts, number), start=1):
        day = new.filed.date()
        if day != last_day:
            _answer(writer, answered, day - timedelta(days=1))
            last_day = day
        _case_id, outcome = writer.file(new)
        if outcome and new.closed:
            answered.setdefault(new.closed.date(), []).append((new.closed, new))
        if done % CHUNK == 0:
            writer.flush()
            progress(done)
    _answer(writer, answered, date.max)
    writer.finish()
    finish(writer)


def _account(writer: Writer, ground: Ground, key: int) -> Applicant:
    name, created = ground.names[key % len(ground.names)], "2015-01-02 09:00:00.000000"
    email = f"{latin(name)}{key}@post.example"
    writer.sinks["user_account"].add(key, email, name, "el", "A", created, created, f"grown-{key}")
    return Applicant(name, email, key, words_of(name) | words_of(f"{latin(name)}{key} post example"))


def _answer(writer: Writer, answered: dict[date, list[tuple[datetime, Filing]]], until: date) -> None:
    """Register the answers that went out up to a day."""
    for day in sorted(day for day in answered if day <= until):
        for moment, filing in sorted(answered.pop(day), key=lambda item: item[0]):
            offer = filing.offer
            subject = Subject(offer.title, filing.by.name, words_of(offer.title))
            writer.register("outgoing", subject, (offer.unit_id, offer.signers[0]), moment)


def _filings(rng: Random, ground: Ground, accounts: Sequence[Applicant], number: int) -> Iterator[Filing]:
    """Filings evenly over the last years, in order."""
    today, span = athens_date(ground.now), YEARS * 365
    dues: dict[tuple[date, int, str], date] = {}
    for at in range(number):
        offer = ground.offers[int(rng.random() ** 1.5 * len(ground.offers))]
        day = today - timedelta(days=span - at * span // number)
        key = day, offer.limit_days, offer.day_kind
        if key not in dues:
            dues[key] = ground.calendar.add(day, offer.limit_days, DayKind(offer.day_kind))
        filed = datetime(day.year, day.month, day.day, 6 + at % 4, at % 60, tzinfo=UTC)
        closed = _closing(rng, filed, dues[key], today)
        by = accounts[rng.randrange(len(accounts))]
        if rng.random() < 0.5:
            alias = f"{by.email[0]}{at}"
            words = words_of(by.name) | search.words_with_stems(f"{alias} mail example")
            by = Applicant(by.name, f"{alias}@mail.example", None, words)
        notice: tuple[int, str | None] = (0, None)
        paused: str | None = None
        if closed is None:
            paused = min(day + timedelta(days=4), today).isoformat() if rng.random() < 0.08 else None
            notice = (0, None) if paused else warned(day, dues[key], today)
        yield Filing(offer, by, filed, closed, rng.choice(ground.communities), dues[key], notice, paused)


def _closing(rng: Random, filed: datetime, due: date, today: date) -> datetime | None:
    """When it was decided; about three in a hundred are open, most of them young."""
    age = (today - filed.date()).days
    if rng.random() < (0.9 if age < 50 else 0.45 if age < 150 else 0.002):
        return None
    limit = (due - filed.date()).days
    days = 1 + int(limit * rng.choice((0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.3)))
    moment = filed.replace(hour=11) + timedelta(days=min(days, max(age - 1, 0)))
    return moment if moment > filed else filed + timedelta(hours=1)


def warned(day: date, due: date, today: date) -> tuple[int, str | None]:
    """The share of the time at which somebody was warned, and the day on which they will be next."""
    clock = Clock(day, due, DayKind.CALENDAR)
    share = 100 if due < today else max((mark for mark in (70, 90) if clock.share(today) * 100 >= mark), default=0)
    upcoming = warning_day(clock, share)
    return share, max(upcoming, today + timedelta(days=1)).isoformat() if upcoming else None


def _ground(session: Session, sample: Samples, now: datetime) -> Ground:
    rng, on = Random("growth"), athens_date(now)  # noqa: S311 – the same every time
    people, team = population(session, sample, rng, 150), staff(session, on)
    offers = [
        _offer(session, sample, service, people, team, rng, on)
        for service in catalogue.services(session)
        if service.online and service.version is not None and service.slug in sample.data["services"]
    ]
    if not offers:
        raise NothingToGrow("no service of this municipality can be filed online")
    communities = [(row.id, row.code) for row in organisation.communities(session)]
    names = sorted({person.name for person in people})
    return Ground(offers, names, communities, organisation.working_calendar(session), now)


def _offer(
    session: Session, sample: Samples, service: Any, people: Sequence[Any], team: Staff, rng: Random, on: date
) -> Offer:
    limit = organisation.time_limit(session, service.version.definition["time_limit"], on)
    kind = service.kind.value
    return Offer(
        service_id=service.id,
        version_id=service.version.id,
        slug=service.slug,
        kind=kind,
        category=service.category.code,
        unit_id=service.unit_id,
        unit=service.unit.code,
        title=service.title.text(LEGAL_LANGUAGE),
        titles=json.dumps(service.title),
        words=words_of(service.title.joined()),
        limit_days=limit.days,
        day_kind=limit.day_kind.value,
        citation=json.dumps(limit.citation),
        answers=[_answers(session, sample, service, rng.choice(people), rng, on) for _ in range(12)],
        clerks=[team.handler(service.unit, rng).id for _ in range(4)],
        signers=[team.signer(service.unit, rng).id for _ in range(4)],
        states=REQUEST if kind == "request" else DECLARATION,
    )


def _answers(session: Session, sample: Samples, service: Any, person: Any, rng: Random, on: date) -> tuple[str, str]:
    """Answers in JSON, and the line of the queue; files are left out."""
    definition = definition_of(service.version)
    pen = Pen(person, sample, service.slug, person.home, on, rng, lambda *_: 0)
    answers = settled(definition, pen.fill(definition, {}), on)
    files = {question.id for question in definition.questions() if question.type == "file"}
    answers = {name: answer for name, answer in answers.items() if name not in files}
    names = {row.code: Translated(row.name) for row in organisation.communities(session)}
    reader = Reader(LEGAL_LANGUAGE, names)
    words = {question.id: in_words(question, answers.get(question.id), reader) for question in definition.questions()}
    line = fill(str(definition.data.get("detail") or ""), words).strip(" ,·–") or person.home.street
    return json.dumps(answers), line[:200]


def start(session: Session, now: datetime) -> Start:
    """Where growth begins: the first free keys, and the last numbers of the register."""
    counter, book = (Base.metadata.tables[name] for name in ("protocol_counter", "protocol_book"))
    documents.ensure_book(session, documents.MAIN_BOOK, Translated(el="Κεντρικό πρωτόκολλο", en="Main register"))
    book_id = session.scalar(sa.select(book.c.id).where(book.c.code == documents.MAIN_BOOK)) or 1
    last = session.execute(sa.select(counter.c.year, counter.c.last).where(counter.c.book_id == book_id))
    return Start(
        book_id=book_id,
        documents=(_document(session, "receipt", now), _document(session, "decision", now)),
        search_id=next_id(session, "search_entry"),
        user_id=next_id(session, "user_account"),
        case_id=next_id(session, "casework_case"),
        entry_id=next_id(session, "protocol_entry"),
        numbers={row.year: row.last for row in last},
    )


def _document(session: Session, name: str, now: datetime) -> int:
    """A document that all grown cases share."""
    content = {"municipality": {"name": "", "lines": []}, "title": name, "paragraphs": [], "legal": [], "answers": []}
    title = Translated(el="Δείγμα", en="Sample")
    new = documents.NewDocument(template=f"eservices/{name}", language="el", title=title, content=content)
    return int(documents.issue(session, new, now=now).id)


def finish(writer: Writer) -> None:
    """The counters stand at the last numbers; the figures of the plan are raised."""
    counter = Base.metadata.tables["protocol_counter"]
    writer.connection.execute(sa.delete(counter).where(counter.c.book_id == writer.start.book_id))
    rows = [{"book_id": writer.start.book_id, "year": year, "last": last} for year, last in writer.numbers.items()]
    writer.connection.execute(sa.insert(counter), rows)
    writer.figures.write(writer.connection)
    writer.connection.commit()
