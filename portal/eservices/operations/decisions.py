"""A case is decided: a document goes out under its own number, the case is closed, the applicant is told."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from portal.accounts.models import User
from portal.casework import operations as casework
from portal.casework.models import Case
from portal.core import audit, facts, letters
from portal.core.clock import athens_date
from portal.core.errors import Refused
from portal.core.texts import LEGAL_LANGUAGE, N_
from portal.documents import operations as documents
from portal.documents.models import Direction, Entry, Issued, LinkKind, Marking
from portal.eservices.models import FINAL_STATES, Decision, Outcome, ServiceKind, Submission
from portal.eservices.operations import printing
from portal.eservices.queries import filed
from portal.eservices.queries.definitions import definition_of
from portal.eservices.queries.readable import day


class ReasonsMissing(Refused):
    """A refusal, whole or in part, must be reasoned (ΚΔΔ, law 2690/1999, article 17)."""

    message = N_("Write the reasons: whoever is refused something has a right to know why.")


class NothingFiled(Refused):
    """The case was not filed with a service."""

    message = N_("This case was not filed with a service of the catalogue, so it cannot be decided here.")


@dataclass(frozen=True)
class Ruling:
    """What is decided."""

    outcome: Outcome
    #: in the applicant's language; required unless everything is granted
    reasons: str = ""
    #: version of the case that was looked at
    seen_version: int | None = None


def decide(session: Session, case: Case, ruling: Ruling, *, actor: User, now: datetime) -> Decision:
    """Decide a case.

    :raises ReasonsMissing: if something is refused without reasons.
    :raises CaseChanged, CaseClosedAlready: if somebody was faster.
    :raises NothingFiled: if the case has no submission.
    """
    if ruling.outcome is not Outcome.APPROVED and not ruling.reasons.strip():
        raise ReasonsMissing
    submission = filed.submission(session, case.id)
    if submission is None:
        raise NothingFiled
    casework.claim(session, case, seen_version=ruling.seen_version)
    document = _document(session, case, submission, ruling, actor, now)
    state = FINAL_STATES[ServiceKind(case.kind)][ruling.outcome]
    closing = casework.Closing(state, ruling.reasons, issued_id=document.id)
    casework.close(session, case, closing, actor=actor, now=now)
    decision = Decision(
        case_id=case.id,
        outcome=ruling.outcome,
        reasons=ruling.reasons.strip(),
        decided_by_id=actor.id,
        decided_at=now,
        document_id=document.id,
    )
    session.add(decision)
    session.flush()
    _tell(session, case, submission, decision, document)
    return decision


def preview(session: Session, case: Case, ruling: Ruling, *, actor: User, now: datetime) -> dict[str, object]:
    """The text of the document as it would be, without number and seal; nothing is written.

    :raises NothingFiled: if the case has no submission.
    """
    submission = filed.submission(session, case.id)
    if submission is None:
        raise NothingFiled
    return _content(session, case, submission, ruling, actor, now)


def _content(
    session: Session, case: Case, submission: Submission, ruling: Ruling, actor: User, now: datetime
) -> dict[str, object]:
    definition = definition_of(submission.version)
    return printing.decision(
        session,
        case,
        (ruling.outcome, ruling.reasons),
        (definition, submission.answers),
        by=actor,
        on=athens_date(now),
    )


def _document(
    session: Session, case: Case, submission: Submission, ruling: Ruling, actor: User, now: datetime
) -> Issued:
    """Register the answer as outgoing, and issue it."""
    definition = definition_of(submission.version)
    heading = printing.title(definition, ruling.outcome)
    content = _content(session, case, submission, ruling, actor, now)
    entry = _outgoing(session, case, f"{heading.text(LEGAL_LANGUAGE)} ({case.reference})", actor, now)
    until = printing.valid_until(definition, ruling.outcome, now)
    content |= {"reference": entry.reference, "full_reference": entry.full_reference}
    if until:
        content["valid_until"] = day(until, case.language)
    document = documents.NewDocument(
        template="eservices/decision",
        language=case.language,
        title=heading,
        content=content,
        entry_id=entry.id,
        valid_until=until,
        issued_by_id=actor.id,
    )
    return documents.issue(session, document, now=now)


def _outgoing(session: Session, case: Case, subject: str, actor: User, now: datetime) -> Entry:
    """The entry of the answer, linked to what it answers."""
    new = documents.NewEntry(
        direction=Direction.OUTGOING,
        subject=subject,
        party=case.applicant_name,
        marking=Marking.PERSONAL_DATA,
        unit_id=case.unit_id,
        registered_by_id=actor.id,
    )
    entry = documents.register(session, new, now=now)
    documents.link(session, entry, case.entry, kind=LinkKind.ANSWERS, now=now, by_id=actor.id)
    return entry


def _tell(session: Session, case: Case, submission: Submission, decision: Decision, document: Issued) -> None:
    """Letter with the document, audit, fact."""
    now, service, outcome = decision.decided_at, submission.service, decision.outcome
    values = {
        "reference": case.reference,
        "slug": case.slug,
        "title": dict(case.title),
        "outcome": outcome.value,
        "reasons": decision.reasons,
        "code": document.code,
        "has_account": case.applicant_id is not None,
    }
    to = letters.Recipient(case.applicant_email, case.language, case.applicant_name)
    letters.write(session, to, "eservices/decided", values, now=now, documents=[document.code])
    data = {"outcome": outcome.value, "document": document.id}
    subject, actor_id = ("case", case.id), decision.decided_by_id
    audit.record(session, "eservices.request.decided", subject=subject, actor_id=actor_id, now=now, **data)
    community = case.community.code if case.community else None
    row = filed.Decided(case, decision, service.slug, service.category.code, case.unit.code, community)
    facts.record(session, filed.decided_fact(row))
