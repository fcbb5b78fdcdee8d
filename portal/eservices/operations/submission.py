"""A draft is filed: it becomes a case with a protocol number, a receipt, and a letter to the applicant."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.accounts.models import User
from portal.casework import operations as casework
from portal.casework.models import Case
from portal.casework.operations import Applicant, Filed
from portal.core import audit, facts, letters
from portal.core.clock import athens_date
from portal.core.errors import Refused
from portal.core.orm import add_row
from portal.core.texts import LEGAL_LANGUAGE, N_, Translated
from portal.documents import operations as documents
from portal.documents.models import Issued
from portal.eservices import policy
from portal.eservices.facts import RequestFiled
from portal.eservices.models import Draft, Submission
from portal.eservices.operations import printing
from portal.eservices.operations.drafts import LevelTooLow, NotOnline
from portal.eservices.queries.answers import Answers, community_codes, settled, unanswered
from portal.eservices.queries.definitions import Definition, definition_of
from portal.eservices.queries.readable import Reader, fill, in_words, summary
from portal.organisation.models import Community

#: characters of answers that a case can be found by
MOST_WORDS = 2000
FILED_KEY = "eservices.request.filed"


class Incomplete(Refused):
    """A question that is asked has no answer."""

    message = N_("“%(step)s” is not complete yet: “%(question)s”.")


@dataclass(frozen=True)
class _Ready:
    """A draft that can be filed, with all that was read for it."""

    draft: Draft
    definition: Definition
    answers: Answers
    #: community code → its row; those that the answers name
    communities: Mapping[str, Community]

    def reader(self, language: str) -> Reader:
        names = {file.attachment_id: file.attachment.name for file in self.draft.files}
        return Reader(language, {code: row.name for code, row in self.communities.items()}, names)

    @property
    def community_id(self) -> int | None:
        """The first community that the answers name."""
        return next((row.id for row in self.communities.values()), None)

    @property
    def attachment_ids(self) -> tuple[int, ...]:
        """The files of the questions that were asked."""
        return tuple(file.attachment_id for file in self.draft.files if file.field in self.answers)


def file(session: Session, draft: Draft, applicant: Applicant, *, now: datetime, site: str = "") -> Filed:
    """File a draft. Filing it again gives the same case, without its secret code, which is kept nowhere.

    `site` is the public address of the portal, for the link on the receipt.

    :raises Incomplete: if a question has no answer. :raises NotOnline: if the service is not offered any more.
    :raises LevelTooLow: if the applicant must be known better. :raises LookupError: if the pack has no such time limit.
    """
    filed_before = session.scalar(_locked(), {"number": draft.id})
    if filed_before is not None:
        return Filed(session.get_one(Case, filed_before), "")
    ready = _check(session, draft, applicant, now)
    filed = casework.file_case(session, _new_case(ready, applicant), now=now)
    draft.case_id, draft.touched_at = filed.case.id, now
    receipt = _receipt(session, ready, filed.case, now=now, site=site)
    service = draft.version.service
    add_row(
        session,
        Submission,
        case_id=filed.case.id,
        service_id=service.id,
        version_id=draft.version_id,
        answers=dict(ready.answers),
        receipt_id=receipt.id,
    )
    _tell(session, filed, receipt, draft, now=now)
    return filed


@cache
def _locked() -> sa.Select[Any]:
    return sa.select(Draft.case_id).where(Draft.id == sa.bindparam("number")).with_for_update()


def _check(session: Session, draft: Draft, applicant: Applicant, now: datetime) -> _Ready:
    service, on = draft.version.service, athens_date(now)
    if not policy.can_be_filed(service):
        raise NotOnline
    user = session.get(User, applicant.user_id) if applicant.user_id else None
    if draft.filed_by_id is None and not policy.level_reached(user, service):
        raise LevelTooLow
    definition = definition_of(draft.version)
    for step, question in unanswered(definition, draft.answers, on):
        raise Incomplete(
            step=step.title.text(applicant.language),
            question=(question.label or question.text).text(applicant.language),
        )
    answers = settled(definition, draft.answers, on)
    return _Ready(draft, definition, answers, _communities(session, definition, answers))


def _communities(session: Session, definition: Definition, answers: Answers) -> dict[str, Community]:
    """The communities that the answers name, in their order."""
    codes = community_codes(definition, answers)
    if not codes:
        return {}
    found = {row.code: row for row in session.scalars(_named(), {"codes": codes})}
    return {code: found[code] for code in codes if code in found}


@cache
def _named() -> sa.Select[Any]:
    return sa.select(Community).where(Community.code.in_(sa.bindparam("codes", expanding=True)))


def _new_case(ready: _Ready, applicant: Applicant) -> casework.NewCase:
    service, reader = ready.draft.version.service, ready.reader(LEGAL_LANGUAGE)
    named = {q.id: in_words(q, ready.answers.get(q.id), reader) for q in ready.definition.questions()}
    detail = fill(str(ready.definition.data.get("detail") or ""), named).strip(" ,·–")
    title = service.title.text(LEGAL_LANGUAGE)
    return casework.NewCase(
        kind=service.kind.value,
        subject_code=service.slug,
        title=Translated(service.title),
        detail=detail[:300],
        subject=f"{title} – {detail}"[:400] if detail else title,
        unit_id=service.unit_id,
        limit_code=str(ready.definition.data["time_limit"]),
        applicant=applicant,
        channel=ready.draft.channel,
        filed_by=ready.draft.filed_by,
        community_id=ready.community_id,
        attachment_ids=ready.attachment_ids,
        search_words=_words(named.values()),
    )


def _words(texts: Sequence[str] | Any) -> str:
    return "\n".join(text for text in texts if text)[:MOST_WORDS]


def _receipt(session: Session, ready: _Ready, case: Case, *, now: datetime, site: str) -> Issued:
    unit = ready.draft.version.service.unit.name
    spoken = {q.id for q in ready.definition.questions() if q.type == "statement"}
    written = {name: answer for name, answer in ready.answers.items() if name not in spoken}
    parts = summary(ready.definition, written, ready.reader(case.language))
    content = printing.receipt(session, case, parts, unit=unit, site=site)
    content["statement"] = printing.statement(ready.definition, ready.answers, case.language)
    document = documents.NewDocument(
        template="eservices/receipt",
        language=case.language,
        title=printing.receipt_title(case.title),
        content=content,
        entry_id=case.entry_id,
    )
    return documents.issue(session, document, now=now)


def _tell(session: Session, filed: Filed, receipt: Issued, draft: Draft, *, now: datetime) -> None:
    """Letter, audit, fact."""
    case, slug = filed.case, draft.version.service.slug
    actor_id, told = case.applicant_id, {"service": slug}
    if draft.channel:
        actor_id, told["channel"] = draft.filed_by_id, draft.channel.value
    values = {
        "reference": case.reference,
        "slug": case.slug,
        "title": dict(case.title),
        "due_on": case.due_on.isoformat(),
        "secret": filed.secret,
        "has_account": case.applicant_id is not None,
    }
    to = letters.Recipient(case.applicant_email, case.language, case.applicant_name)
    letters.write(session, to, "eservices/filed", values, now=now, documents=[receipt.code])
    audit.record(session, FILED_KEY, subject=("case", case.id), actor_id=actor_id, now=now, **told)
    facts.record(
        session,
        RequestFiled(
            case_id=case.id,
            service=slug,
            kind=case.kind,
            online=case.online,
            unit_id=case.unit_id,
            community_id=case.community_id,
            at=now,
        ),
    )
