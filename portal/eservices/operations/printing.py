"""What stands on the documents of this room: everything ready to print, in the applicant's language."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from portal.accounts.models import User
from portal.casework.models import Case
from portal.core.clock import athens_date
from portal.core.texts import N_, Translated
from portal.eservices.models import Outcome
from portal.eservices.queries.answers import Answers
from portal.eservices.queries.definitions import Definition
from portal.eservices.queries.readable import PREAMBLE, Part, Reader, day, fill, in_words, moment
from portal.eservices.queries.words import said
from portal.organisation import queries as organisation
from portal.organisation.models import Post

RECEIPT = N_("Receipt")
SECRET_HINT = N_(
    "Without an account you need the protocol number and the secret code that is in the letter we sent you."
)
SECRET_ON_PAPER = N_("You need the protocol number and the secret code that the counter printed for you.")
SECRET = N_("Your secret code: %(code)s")
LIMIT = N_("%(days)s %(kind)s, %(citation)s")
GRANTED_IN_PART = N_("Your request is granted in part. The reasons below say what is not granted, and why.")
REFUSED = N_("The request “%(title)s” with number %(reference)s, filed on %(filed_on)s by %(applicant)s, is refused.")
REFUSAL = N_("Refusal: %(title)s")
IN_PART = N_("%(title)s – granted in part")
APPEAL = N_(
    "If you disagree, you can ask the municipality to look at the decision again, or go to the competent court."
)


def letterhead(session: Session, language: str) -> dict[str, Any]:
    """Name, address and emblem of the municipality."""
    with session.no_autoflush:
        body = organisation.municipality(session)
    if body is None:
        return {"name": "", "lines": []}
    contact = body.profile.get("contact") or {}
    address = Translated(contact.get("address") or {}).text(language)
    reach = " · ".join(str(contact[key]) for key in ("phone", "email") if contact.get(key))
    lines = [line for line in (address, reach) if line]
    return {"name": body.name.text(language), "lines": lines, "emblem": body.profile.get("emblem") or ""}


def receipt_title(service: Translated) -> Translated:
    """The heading of the receipt, in every language of the service."""
    return Translated({language: f"{said(RECEIPT, language)}: {text}" for language, text in service.items()})


def statement(definition: Definition, answers: Answers, language: str) -> str:
    """What was solemnly declared, with the words of the law; empty where nothing was."""
    declared = [q.text.text(language) for q in definition.questions() if q.type == "statement" and answers.get(q.id)]
    return "\n".join([said(PREAMBLE, language), *declared]) if declared else ""


def receipt(session: Session, case: Case, parts: Sequence[Part], *, unit: Translated, site: str) -> dict[str, Any]:
    """The content of `eservices/receipt`."""
    language = case.language
    values = {
        "days": case.limit_days,
        "kind": said(case.day_kind.label, language),
        "citation": case.limit_citation.text(language),
    }
    content: dict[str, Any] = {
        "municipality": letterhead(session, language),
        "reference": case.reference,
        "full_reference": case.entry.full_reference,
        "filed_at": moment(case.filed_at, language),
        "service": case.title.text(language),
        "applicant": case.applicant_name,
        "due": day(case.due_on, language),
        "limit": said(LIMIT, language) % values,
        "unit": unit.text(language),
        "answers": [
            {"step": part.title, "rows": [{"label": row.label, "value": row.value} for row in part.rows]}
            for part in parts
        ],
        "notes": [],
    }
    if site:
        hint = "" if case.applicant_id else said(SECRET_HINT if case.applicant_email else SECRET_ON_PAPER, language)
        content["tracking"] = {"url": f"{site}/{language}/cases/{case.slug}/", "secret_hint": hint}
        if hint:
            content["tracking"]["url"] = f"{site}/{language}/track/?reference={case.slug}"
    return content


def with_secret(content: Mapping[str, Any], secret: str, language: str) -> dict[str, Any]:
    """The content of a receipt with the secret code, for the one print that the counter hands out."""
    tracking = content.get("tracking") or {}
    return {**content, "tracking": {**tracking, "secret_hint": said(SECRET, language) % {"code": secret}}}


def decision(
    session: Session, case: Case, ruling: tuple[Outcome, str], filed: tuple[Definition, Answers], *, by: User, on: date
) -> dict[str, Any]:
    """The content of `eservices/decision`, but for its own number; also shown before it is signed."""
    (outcome, reasons), (definition, answers), language = ruling, filed, case.language
    reader = Reader(language, {case.community.code: case.community.name} if case.community else {})
    names = names_of(case, definition, answers, reader)
    return {
        "municipality": letterhead(session, language),
        "date": day(on, language),
        "title": title(definition, outcome).text(language),
        "incoming": f"{case.entry.full_reference}, {day(athens_date(case.filed_at), language)}",
        "recipient": case.applicant_name,
        "legal": [text.text(language) for text in definition.texts("legal_basis")],
        "paragraphs": paragraphs(definition, outcome, names, language),
        "reasons": reasons.strip(),
        "notes": [] if outcome is Outcome.APPROVED else [said(APPEAL, language)],
        "signer": signer(session, by, case, on),
    }


def names_of(case: Case, definition: Definition, answers: Answers, reader: Reader) -> dict[str, str]:
    """What the {names} of the outcome's texts stand for."""
    named = {q.id: in_words(q, answers.get(q.id), reader) for q in definition.questions()}
    return named | {
        "applicant": case.applicant_name,
        "reference": case.reference,
        "filed_on": day(athens_date(case.filed_at), reader.language),
        "community": case.community.name.text(reader.language) if case.community else "",
    }


def paragraphs(definition: Definition, outcome: Outcome, names: Mapping[str, str], language: str) -> list[str]:
    """The text of the document."""
    texts = definition.data.get("outcome") or {}
    if outcome is not Outcome.REJECTED:
        opening = [said(GRANTED_IN_PART, language)] if outcome is Outcome.APPROVED_IN_PART else []
        return [*opening, *(fill(Translated(text).text(language), names) for text in texts.get("approved") or ())]
    if texts.get("rejected"):
        return [fill(Translated(text).text(language), names) for text in texts["rejected"]]
    return [said(REFUSED, language) % {**names, "title": definition.title.text(language)}]


def title(definition: Definition, outcome: Outcome) -> Translated:
    """The heading of the document, in every language of the service."""
    granted = Translated((definition.data.get("outcome") or {}).get("title") or definition.title)
    if outcome is Outcome.APPROVED:
        return granted
    pattern, what = (IN_PART, granted) if outcome is Outcome.APPROVED_IN_PART else (REFUSAL, definition.title)
    return Translated({language: said(pattern, language) % {"title": text} for language, text in what.items()})


def signer(session: Session, by: User, case: Case, on: date) -> dict[str, str]:
    """Who signs, and in what capacity: their post in the case's unit, else any duty of theirs."""
    duties = sorted(organisation.duties_of(session, by.id, on), key=lambda duty: duty.unit_id != case.unit_id)
    post = next((session.get(Post, duty.post_id) for duty in duties if duty.post_id), None)
    capacity = post.title.text(case.language) if post else ""
    if not capacity and duties:
        capacity = f"{said(duties[0].role.label, case.language)}, {duties[0].unit.name.text(case.language)}"
    return {"name": by.full_name, "title": capacity}


def valid_until(definition: Definition, outcome: Outcome, now: datetime) -> date | None:
    """The last day on which the document is to be believed, where its service says so."""
    months = (definition.data.get("outcome") or {}).get("valid_for_months")
    if outcome is Outcome.REJECTED or not months:
        return None
    today = athens_date(now)
    year, month = divmod(today.month - 1 + int(months), 12)
    for last in (today.day, 30, 29, 28):
        try:
            return date(today.year + year, month + 1, last)
        except ValueError:
            continue
    return None  # pragma: no cover – every month has 28 days
