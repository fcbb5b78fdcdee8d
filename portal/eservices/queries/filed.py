"""Reads of what was filed: the submission of a case, its decision, and the history of decisions as facts."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from portal.casework.models import Case
from portal.core.files import Attachment
from portal.core.texts import Translated
from portal.eservices.facts import RequestDecided
from portal.eservices.models import Decision, Service, ServiceCategory, Submission
from portal.eservices.queries.answers import community_codes
from portal.eservices.queries.definitions import definition_of
from portal.eservices.queries.readable import Part, Reader, summary
from portal.organisation.models import Community, Unit


def submission(session: Session, case_id: int) -> Submission | None:
    """What was filed with a case, with its version, receipt and decision."""
    return session.scalar(_submission(), {"case": case_id})


@cache
def _submission() -> sa.Select[Submission]:
    """Pages of cases ask it all day, so it is put together once; the case itself they have read before."""
    loads = (
        joinedload(Submission.version),
        joinedload(Submission.receipt),
        joinedload(Submission.decision).joinedload(Decision.document),
    )
    return sa.select(Submission).where(Submission.case_id == sa.bindparam("case")).options(*loads)


def community_names(session: Session, codes: Sequence[str]) -> dict[str, Translated]:
    """Community code → its name, closed ones included."""
    if not codes:
        return {}
    query = sa.select(Community.code, Community.name).where(Community.code.in_(codes))
    return {row.code: row.name for row in session.execute(query)}


def file_names(session: Session, attachment_ids: Sequence[int]) -> dict[int, str]:
    """Attachment id → file name."""
    if not attachment_ids:
        return {}
    query = sa.select(Attachment.id, Attachment.name).where(Attachment.id.in_(attachment_ids))
    return {row.id: row.name for row in session.execute(query)}


def answers_summary(session: Session, filed: Submission, language: str) -> list[Part]:
    """The answers of a submission in words, by the version they were given to."""
    definition, place = definition_of(filed.version), filed.case.community
    numbers = [
        int(number)
        for question in definition.questions()
        if question.type == "file"
        for number in filed.answers.get(question.id) or ()
    ]
    known = {place.code: place.name} if place else {}
    others = [code for code in community_codes(definition, filed.answers) if code not in known]
    reader = Reader(language, known | community_names(session, others), file_names(session, numbers))
    return summary(definition, filed.answers, reader)


@dataclass(frozen=True)
class Decided:
    """A row of the history."""

    case: Case
    decision: Decision
    service: str
    category: str
    unit: str
    community: str | None


def decided_fact(row: Decided) -> RequestDecided:
    """The fact that a decision announces, from rows alone: filing and history tell the same."""
    case = row.case
    return RequestDecided(
        case_id=case.id,
        service=row.service,
        category=row.category,
        outcome=row.decision.outcome.value,
        online=case.online,
        unit=row.unit,
        community=row.community,
        filed_at=case.filed_at,
        decided_at=row.decision.decided_at,
        days=case.days_taken or 0,
        within_limit=bool(case.was_within_limit),
    )


def replay_decisions(session: Session) -> Iterator[RequestDecided]:
    """Every decision of history as the fact it announced, oldest first; streamed."""
    query = (
        sa.select(Case, Decision, Service.slug, ServiceCategory.code, Unit.code, Community.code)
        .join(Decision, Decision.case_id == Case.id)
        .join(Submission, Submission.case_id == Case.id)
        .join(Service, Service.id == Submission.service_id)
        .join(ServiceCategory, ServiceCategory.id == Service.category_id)
        .join(Unit, Unit.id == Case.unit_id)
        .outerjoin(Community, Community.id == Case.community_id)
        .order_by(Case.id)
        .execution_options(yield_per=1000)
    )
    for row in session.execute(query):
        yield decided_fact(Decided(*row))
        session.expunge(row[0])
        session.expunge(row[1])
