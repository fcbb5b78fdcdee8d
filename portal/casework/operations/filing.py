"""A case is filed: it gets a protocol number, a clock, a unit, and a secret code for whoever has no account."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from portal.accounts.models import User
from portal.casework.facts import CaseFiled
from portal.casework.models import Assignment, AssignmentKind, Case, EventKind, Phase
from portal.casework.operations.state import Line, tell, warning_day
from portal.casework.policy import hash_of
from portal.core import facts, search
from portal.core.clock import athens_date
from portal.core.deadlines import Clock, clock_for
from portal.core.orm import add_row
from portal.core.texts import Translated
from portal.documents import operations as documents
from portal.documents.models import Channel, Direction, Entry, Marking
from portal.organisation import queries as organisation

#: letters and digits that nobody takes for one another
ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"


@dataclass(frozen=True)
class Applicant:
    """Who files, and in which language they want to be written to."""

    name: str
    email: str
    language: str
    phone: str | None = None
    user_id: int | None = None


@dataclass(frozen=True, kw_only=True)
class NewCase:
    """What is filed."""

    kind: str
    #: the kind's own sort of subject, e.g. the slug of a service
    subject_code: str
    title: Translated
    #: one line that tells it from its neighbours
    detail: str
    #: as written in the protocol register
    subject: str
    unit_id: int
    #: code of the time limit
    limit_code: str
    applicant: Applicant
    community_id: int | None = None
    #: how it came in where staff file it for somebody; None: by the applicant in the portal
    channel: Channel | None = None
    #: the staff member who files it for somebody
    filed_by: User | None = None
    attachment_ids: Sequence[int] = ()
    #: more words to find it by
    search_words: str = ""


@dataclass(frozen=True)
class Filed:
    """The case, and the secret code in plain text, which is kept nowhere."""

    case: Case
    secret: str


def file_case(session: Session, new: NewCase, *, now: datetime) -> Filed:
    """File a case: register it, start its clock, give it to its unit, make it findable.

    :raises LookupError: if the pack has no such time limit for today.
    """
    today = athens_date(now)
    limit = organisation.time_limit(session, new.limit_code, today)
    clock = clock_for(today, limit.days, limit.day_kind, organisation.working_calendar(session))
    secret = "-".join("".join(secrets.choice(ALPHABET) for _ in range(4)) for _ in range(3))
    case = _case(new, documents.register(session, _entry(new), now=now), clock, now=now)
    case.secret_hash, case.limit_days, case.limit_citation = hash_of(secret), limit.days, limit.citation
    session.add(case)
    session.flush()
    add_row(session, Assignment, case_id=case.id, kind=AssignmentKind.ACTION, unit_id=new.unit_id, at=now)
    data = {"due_on": case.due_on.isoformat()} | ({"channel": new.channel.value} if new.channel else {})
    tell(session, case, Line(EventKind.FILED, data=data), actor=new.filed_by, now=now)
    search.add(session, findable(case, new.search_words))
    facts.record(session, _filed_fact(case))
    return Filed(case, secret)


def _case(new: NewCase, entry: Entry, clock: Clock, *, now: datetime) -> Case:
    return Case(
        kind=new.kind,
        subject_code=new.subject_code,
        entry=entry,
        reference=entry.reference,
        title=new.title,
        detail=new.detail,
        applicant_id=new.applicant.user_id,
        applicant_name=new.applicant.name,
        applicant_email=new.applicant.email,
        applicant_phone=new.applicant.phone,
        language=new.applicant.language,
        online=new.channel is None,
        phase=Phase.OPEN,
        state="filed",
        unit_id=new.unit_id,
        community_id=new.community_id,
        filed_at=now,
        clock_from=clock.started_on,
        due_on=clock.due_on,
        day_kind=clock.kind,
        warn_on=warning_day(clock, 0),
    )


def _filed_fact(case: Case) -> CaseFiled:
    return CaseFiled(
        case_id=case.id,
        kind=case.kind,
        subject_code=case.subject_code,
        unit_id=case.unit_id,
        community_id=case.community_id,
        online=case.online,
        at=case.filed_at,
    )


def scopes_of(case: Case) -> list[str]:
    """Who finds a case: staff of its unit."""
    return [f"unit-{case.unit_id}"]


def findable(case: Case, words: str = "") -> search.Findable:
    """What the search knows of a case."""
    return search.Findable(
        kind="case",
        ref_id=case.id,
        title=case.title,
        summary=Translated(el=f"{case.reference} · {case.applicant_name}"),
        link={"endpoint": "casework_desk.case", "slug": case.slug},
        words=f"{case.detail}\n{case.applicant_email}\n{words}",
        scopes=scopes_of(case),
    )


def _entry(new: NewCase) -> documents.NewEntry:
    return documents.NewEntry(
        direction=Direction.INCOMING,
        subject=new.subject,
        party=new.applicant.name,
        marking=Marking.PERSONAL_DATA,
        unit_id=new.unit_id,
        registered_by_id=new.filed_by.id if new.filed_by else None,
        attachment_ids=tuple(new.attachment_ids),
    )
