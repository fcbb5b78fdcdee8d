"""What stands behind evidence and contributions, as far as everybody may know it: read by key, one statement a kind.

Of a document its number and day, if it carries no marking; of a case a line without anything personal; of faults and
events the address of their page, if they have one.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from portal.casework import queries as casework
from portal.casework.queries import PublicCase
from portal.core.texts import Translated
from portal.documents import queries as documents
from portal.documents.queries import PublicEntry
from portal.eservices import queries as eservices
from portal.events import queries as events
from portal.faults import queries as faults
from portal.plan.models import Evidence, Feed
from portal.plan.queries.evidence import EvidenceRow

#: kind of record and its last part of an address: the page of an event, or of a fault report
Page = tuple[str, str]


@dataclass(frozen=True)
class Behind:
    """What stands behind a piece of evidence; all empty: nothing that the public may see."""

    page: Page | None = None
    document: PublicEntry | None = None
    case: PublicCase | None = None
    #: which service the case was about, if it is on offer
    service: Translated | None = None


def behind(session: Session, evidence: Evidence) -> Behind:
    """What a piece of evidence stands on, in two statements at most."""
    kind, _, number = evidence.reference.partition(":")
    key = int(number) if number.isdecimal() else 0
    if kind == "entry":
        return Behind(document=documents.public_entries(session, [key]).get(key))
    if kind == "case":
        return _case(session, casework.public_cases(session, [key]).get(key))
    if kind in _SLUGS:
        slug = _SLUGS[kind](session, [key]).get(key)
        return Behind(page=(kind, slug) if slug else None)
    return Behind()


_SLUGS = {"fault": faults.public_slugs, "event": events.public_slugs}


def _case(session: Session, case: PublicCase | None) -> Behind:
    titles = dict(eservices.titles(session, [case.subject_code])) if case else {}
    return Behind(case=case, service=titles.get(case.subject_code) if case else None)


def pages_behind(session: Session, feed: Feed, rows: Sequence[EvidenceRow]) -> Mapping[int, Page]:
    """Contribution → the public page of the event or fault that it counts; requests have none. One statement."""
    if feed.behind == "event":
        held = events.public_slugs_of_occurrences(session, keys_of(rows, "occurrence"))
        return _paged("event", "occurrence", held, rows)
    if feed.behind == "fault":
        return _paged("fault", "case", faults.public_slugs_of_cases(session, keys_of(rows, "case")), rows)
    return {}


def keys_of(rows: Iterable[Evidence | EvidenceRow], kind: str) -> list[int]:
    """The keys of the records of a kind that some rows refer to."""
    return [key for row in rows if (key := key_of(row, kind)) is not None]


def key_of(row: Evidence | EvidenceRow, kind: str) -> int | None:
    """The key of the record behind a row, if it is of that kind."""
    of, _, number = row.reference.partition(":")
    return int(number) if of == kind and number.isdecimal() else None


def _paged(page: str, kind: str, slugs: Mapping[int, str], rows: Iterable[EvidenceRow]) -> dict[int, Page]:
    known = ((row.id, key_of(row, kind)) for row in rows)
    return {number: (page, slugs[key]) for number, key in known if key is not None and key in slugs}
