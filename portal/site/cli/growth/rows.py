"""The rows of grown cases: what filing and deciding would have written, as plain values for the database."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from random import Random

import sqlalchemy as sa

from portal.site.cli.growth.figures import FEEDS, Figures
from portal.site.cli.growth.index import Index, Words, words_of
from portal.site.cli.growth.sinks import Sink

TABLES = {
    "user_account": "id email full_name language level created_at confirmed_at fs_uniquifier",
    "protocol_entry": "id book_id year number direction marking subject party unit_id registered_by_id registered_at"
    " current_marking current_unit_id",
    "casework_case": "id kind subject_code entry_id reference secret_hash title detail applicant_id applicant_name"
    " applicant_email language online phase state unit_id assignee_id community_id filed_at closed_at clock_from due_on"
    " day_kind limit_days limit_citation warned_at_share warn_on paused_on",
    "casework_assignment": "case_id kind unit_id user_id by_id at",
    "casework_event": "case_id kind at actor_id text public data",
    "service_submission": "case_id service_id version_id answers receipt_id",
    "service_decision": "case_id outcome reasons decided_by_id decided_at document_id",
    "plan_contribution": "feed reference on value dimensions recorded_at",
}


@dataclass(frozen=True)
class Offer:
    """A service as the rows need it."""

    service_id: int
    version_id: int
    slug: str
    kind: str
    category: str
    unit_id: int
    unit: str
    title: str
    #: JSON as the case keeps it
    titles: str
    #: what the index knows of the title in all languages
    words: Words
    limit_days: int
    day_kind: str
    citation: str
    #: JSON of answers that somebody might have given, and the line they make in a queue
    answers: Sequence[tuple[str, str]]
    clerks: Sequence[int]
    signers: Sequence[int]
    #: final states → outcome
    states: Sequence[tuple[str, str]]


@dataclass(frozen=True)
class Applicant:
    """Who files; half of them with an account."""

    name: str
    email: str
    user_id: int | None
    #: what the index knows of name and address
    words: Words


@dataclass(frozen=True)
class Subject:
    """What a line of the register says."""

    text: str
    party: str
    #: what the index knows of the text
    words: Words


@dataclass(frozen=True)
class Filing:
    """One case that is to be written."""

    offer: Offer
    by: Applicant
    filed: datetime
    closed: datetime | None
    community: tuple[int, str]
    due: date
    #: warned at which share, and the next day of warning
    warned: tuple[int, str | None] = (0, None)
    #: since when the applicant owes something
    paused: str | None = None


@dataclass(frozen=True)
class Start:
    """Where growth begins."""

    book_id: int
    #: keys of the receipt and of the decision that all grown cases share
    documents: tuple[int, int]
    #: first free keys
    search_id: int
    user_id: int
    case_id: int
    entry_id: int
    #: year → the last number of the book
    numbers: Mapping[int, int]


class Writer:
    """Writes cases, one after the other, in the order of their days."""

    def __init__(self, connection: sa.Connection, rng: Random, start: Start) -> None:
        self.connection, self.rng, self.start = connection, rng, start
        self.case_id, self.entry_id, self.numbers = start.case_id, start.entry_id, dict(start.numbers)
        self.figures = Figures()
        self.sinks = {name: Sink(connection, name, columns) for name, columns in TABLES.items()}
        self.index = Index(connection, start.search_id)

    def file(self, new: Filing) -> tuple[int, str]:
        """Everything that exists once a case is filed and, if it is closed, all but its outgoing answer."""
        offer, by, rng = new.offer, new.by, self.rng
        case_id, self.case_id = self.case_id, self.case_id + 1
        (answers, line), mark = rng.choice(offer.answers), rng.randint(1, 9999)
        detail, moment = f"{line} · {mark}", _moment(new.filed)
        told = words_of(offer.title) | words_of(line) | _number(mark)
        subject = Subject(f"{offer.title} – {detail}", by.name, told)
        entry_id, reference = self.register("incoming", subject, (offer.unit_id, None), new.filed)
        clerk = rng.choice(offer.clerks) if new.closed or rng.random() < 0.8 else None
        state, outcome = self._ending(new, clerk)
        phase = "closed" if new.closed else "waiting-applicant" if new.paused else "open"
        add = self.sinks["casework_case"].add
        add(
            *(case_id, offer.kind, offer.slug, entry_id, reference, f"{case_id:064x}", offer.titles, detail),
            *(by.user_id, by.name, by.email, "el", True, phase, state, offer.unit_id, clerk, new.community[0]),
            *(
                moment,
                _moment(new.closed),
                new.filed.isoformat()[:10],
                new.due.isoformat(),
                offer.day_kind,
                offer.limit_days,
            ),
            *(offer.citation, *new.warned, new.paused),
        )
        self.sinks["casework_assignment"].add(case_id, "action", offer.unit_id, clerk, clerk, moment)
        self.sinks["service_submission"].add(
            case_id, offer.service_id, offer.version_id, answers, self.start.documents[0]
        )
        self._tell(case_id, new, clerk, state)
        self._find(case_id, new, reference, told)
        if outcome and new.closed:
            self._decide(case_id, new, outcome)
        return case_id, outcome

    def register(
        self, direction: str, subject: Subject, whose: tuple[int, int | None], at: datetime
    ) -> tuple[int, str]:
        """A line of the register with its next number: key and reference."""
        entry_id, self.entry_id = self.entry_id, self.entry_id + 1
        self.numbers[at.year] = number = self.numbers.get(at.year, 0) + 1
        mark = "personal-data"
        unit_id, by_id = whose
        self.sinks["protocol_entry"].add(
            *(
                entry_id,
                self.start.book_id,
                at.year,
                number,
                direction,
                mark,
                subject.text,
                subject.party,
                unit_id,
                by_id,
                _moment(at),
            ),
            *(mark, unit_id),
        )
        link = f'{{"endpoint": "documents_desk.entry", "book": "main", "year": {at.year}, "number": {number}}}'
        sign = "ΕΙΣ" if direction == "incoming" else "ΕΞ"
        summary = f"{number}/{at.year} {sign} ΠΔ · {subject.party}"
        words = subject.words | words_of(subject.party) | _number(number) | words_of(f"{at.year} {sign} πδ")
        self.index.add("entry", entry_id, (_json(subject.text), _json(summary), link), words, f"unit-{unit_id}")
        return entry_id, f"{at.year}/{number}"

    def _ending(self, new: Filing, clerk: int | None) -> tuple[str, str]:
        """State and outcome; one in fifty closed cases was withdrawn."""
        if not new.closed:
            return ("waiting-applicant" if new.paused else "in-progress" if clerk else "filed"), ""
        return ("withdrawn", "") if self.rng.random() < 0.02 else self.rng.choice(new.offer.states)

    def _tell(self, case_id: int, new: Filing, clerk: int | None, state: str) -> None:
        add = self.sinks["casework_event"].add
        add(case_id, "filed", _moment(new.filed), new.by.user_id, "", True, f'{{"due_on": "{new.due}"}}')
        if clerk:
            taken = min(new.filed + timedelta(hours=3), new.closed or new.filed + timedelta(hours=3))
            add(case_id, "taken", _moment(taken), clerk, "", True, "{}")
        if new.closed:
            kind = "withdrawn" if state == "withdrawn" else "decided"
            add(case_id, kind, _moment(new.closed), clerk, "", True, f'{{"state": "{state}"}}')

    def _find(self, case_id: int, new: Filing, reference: str, told: Words) -> None:
        year, _, number = reference.partition("/")
        words = new.offer.words | told | new.by.words | _number(year) | _number(number)
        link = f'{{"endpoint": "casework_desk.case", "slug": "{year}-{number}"}}'
        summary = _json(f"{reference} · {new.by.name}")
        self.index.add("case", case_id, (new.offer.titles, summary, link), words, f"unit-{new.offer.unit_id}")

    def _decide(self, case_id: int, new: Filing, outcome: str) -> None:
        offer, closed = new.offer, new.closed
        assert closed is not None
        signer = self.rng.choice(offer.signers)
        reasons = "" if outcome == "approved" else "Όπως αναφέρεται στην εισήγηση της υπηρεσίας."
        moment = _moment(closed)
        self.sinks["service_decision"].add(case_id, outcome, reasons, signer, moment, self.start.documents[1])
        values = (1, int(closed.date() <= new.due), (closed.date() - new.filed.date()).days, 1)
        place = (
            ("service", offer.slug),
            ("category", offer.category),
            ("unit", offer.unit),
            ("community", new.community[1]),
        )
        self.figures.count(place, str(moment), values)
        dimensions = place_as_json(place)
        for feed, at in FEEDS.items():
            self.sinks["plan_contribution"].add(
                feed, f"case:{case_id}", str(moment)[:10], values[at], dimensions, moment
            )

    def flush(self) -> None:
        """Write everything that waits, and commit."""
        for sink in self.sinks.values():
            sink.flush()
        self.index.flush()
        self.connection.commit()

    def finish(self) -> None:
        """Write everything, and the index in its own order."""
        self.flush()
        self.index.finish()
        self.connection.commit()


def _number(number: int | str) -> Words:
    return {str(number): str(number)}


@lru_cache(maxsize=5_000)
def place_as_json(place: tuple[tuple[str, str], ...]) -> str:
    """The dimensions of a contribution as the database keeps them."""
    return json.dumps(dict(place))


def _json(text: str) -> str:
    return json.dumps({"el": text})


def _moment(moment: datetime | None) -> str | None:
    """In UTC, as both databases read it; filed and closed lie in the middle of the day, so the date is the same."""
    return f"{moment.isoformat(' ')[:19]}.000000" if moment else None
