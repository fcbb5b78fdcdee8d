"""A form on its way: begun, kept at every step, thrown away after a while."""

import secrets
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.accounts.models import User
from portal.core import letters
from portal.core.errors import Refused
from portal.core.files import Attachment
from portal.core.texts import N_
from portal.documents.models import Channel
from portal.eservices import policy
from portal.eservices.models import Draft, DraftFile, Service
from portal.eservices.queries.definitions import Question, definition_of

#: a draft that nobody touched for so long is thrown away
KEPT_FOR = timedelta(days=60)
EXPIRED_AT_ONCE = 500


class NotOnline(Refused):
    """The service cannot be filed in the portal, or not any more."""

    message = N_("You cannot apply for this service online at present. Its page says how else to apply.")


class LevelTooLow(Refused):
    """The applicant is not known well enough."""

    message = N_("This service needs an account with proved identity.")


class IdentityUnchecked(Refused):
    """Staff file for somebody whom the service wants to know, and did not look."""

    message = N_("This service needs a proved identity: check the identity card or passport of the applicant first.")


class FiledAlready(Refused):
    """What was filed cannot be changed here any more."""

    message = N_("This form has been filed already. Add what is missing on the page of your case.")


@dataclass(frozen=True)
class ForSomebody:
    """Staff file for somebody who stands at the counter, or has sent paper."""

    by: User
    channel: Channel
    #: the clerk has seen an identity card or passport
    identity_checked: bool = False


def start(session: Session, service: Service, *, owner: User | None, language: str, now: datetime) -> Draft:
    """Begin a form; what the account knows is filled in.

    :raises NotOnline: if the service is not filed online. :raises LevelTooLow: if it needs an account or a better one.
    """
    draft = _blank(service, language, now)
    if not policy.level_reached(owner, service):
        raise LevelTooLow
    if owner:
        draft.owner_id = owner.id
        draft.answers = prefilled(definition_of(draft.version).questions(), owner)
    session.add(draft)
    session.flush()
    return draft


def start_for(session: Session, service: Service, whom: ForSomebody, *, language: str, now: datetime) -> Draft:
    """Begin a form at the counter, for somebody else; the draft is the clerk's until it is filed.

    :raises NotOnline: if the service has no form. :raises IdentityUnchecked: if it needs a proved identity.
    """
    draft = _blank(service, language, now)
    if service.identity.rank > 0 and not whom.identity_checked:
        raise IdentityUnchecked
    draft.filed_by_id, draft.channel = whom.by.id, whom.channel
    session.add(draft)
    session.flush()
    return draft


def _blank(service: Service, language: str, now: datetime) -> Draft:
    if not policy.can_be_filed(service) or service.version is None:
        raise NotOnline
    return Draft(
        token=secrets.token_urlsafe(24),
        version=service.version,
        answers={},
        done=[],
        language=language,
        created_at=now,
        touched_at=now,
        files=[],
    )


def prefilled(questions: Collection[Question] | Any, owner: User) -> dict[str, Any]:
    """Answers that the account knows."""
    known = {f"account.{name}": getattr(owner, name) for name in ("full_name", "email", "phone", "afm")}
    return {q.id: known[q.data["prefill"]] for q in questions if known.get(q.data.get("prefill", ""))}


def keep(
    session: Session, draft: Draft, answers: Mapping[str, Any], *, step: str, done: bool, language: str, now: datetime
) -> None:
    """Keep the answers of a step; `done` says that nothing in it has to be corrected.

    :raises FiledAlready: if it was filed meanwhile.
    """
    if draft.case_id is not None:
        raise FiledAlready
    draft.answers = {**draft.answers, **answers}
    others = [code for code in draft.done if code != step]
    draft.done = [*others, step] if done else others
    draft.language, draft.touched_at = language, now
    session.flush()


def attach(session: Session, draft: Draft, field: str, attachment: Attachment) -> None:
    """Add a file to a question.

    :raises FiledAlready: if it was filed meanwhile.
    """
    if draft.case_id is not None:
        raise FiledAlready
    draft.files.append(DraftFile(field=field, attachment=attachment))
    session.flush()


def detach(session: Session, draft: Draft, field: str, attachment_ids: Collection[int]) -> None:
    """Take files out of a question."""
    gone = [file for file in draft.files if file.field == field and file.attachment_id in attachment_ids]
    for file in gone:
        draft.files.remove(file)
        session.delete(file.attachment)
    session.flush()


def send_link(session: Session, draft: Draft, email: str, *, language: str, now: datetime) -> None:
    """Write a letter with the address of the draft, to go on elsewhere."""
    service = draft.version.service
    values = {
        "slug": service.slug,
        "token": draft.token,
        "title": dict(service.title),
        "until": (now + KEPT_FOR).isoformat(),
    }
    letters.write(session, letters.Recipient(email, language), "eservices/draft", values, now=now)


def discard(session: Session, draft: Draft) -> None:
    """Throw a draft away, with its files.

    :raises FiledAlready: if it was filed.
    """
    if draft.case_id is not None:
        raise FiledAlready
    attachments = [file.attachment for file in draft.files]
    session.delete(draft)
    session.flush()
    for attachment in attachments:
        session.delete(attachment)
    session.flush()


def expire(session: Session, *, now: datetime) -> int:
    """Throw away what nobody touched for sixty days; files of filed drafts belong to their case and stay."""
    old = sa.select(Draft.id).where(Draft.touched_at < now - KEPT_FOR).order_by(Draft.touched_at).limit(EXPIRED_AT_ONCE)
    numbers = list(session.scalars(old))
    if not numbers:
        return 0
    left = (
        sa.select(DraftFile.attachment_id).join(Draft).where(DraftFile.draft_id.in_(numbers), Draft.case_id.is_(None))
    )
    attachments = list(session.scalars(left))
    session.execute(sa.delete(DraftFile).where(DraftFile.draft_id.in_(numbers)))
    session.execute(sa.delete(Draft).where(Draft.id.in_(numbers)))
    session.execute(sa.delete(Attachment).where(Attachment.id.in_(attachments)))
    return len(numbers)
