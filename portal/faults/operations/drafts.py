"""A report on its way: kept at every screen, its e-mail confirmed by a code, filed once, forgotten after three days."""

import hmac
import secrets
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.accounts.models import User
from portal.casework.operations import Applicant
from portal.core.errors import Refused
from portal.core.files import Attachment
from portal.core.letters import Recipient, write
from portal.core.texts import N_
from portal.faults.models import Fault, FaultCategory, FaultDraft
from portal.faults.operations.filing import CategoryClosed, NewReport, OutsideMunicipality, Reported, report
from portal.faults.queries import catalogue

#: what nobody touched for so long is forgotten
KEPT_FOR = timedelta(days=3)
#: a code can be used so long, after so many wrong ones no more, and the next letter comes so much later
CODE_LASTS = timedelta(minutes=30)
MOST_TRIES = 5
PAUSE = timedelta(minutes=1)
#: letters with a code for one report
MOST_CODES = 5
DIGITS = 6
FORGOTTEN_AT_ONCE = 500


class CodeWrong(Refused):
    """Not the one in the letter."""

    message = N_("This is not the code of our last letter. Look at it once more; it has six digits.")


class CodeOver(Refused):
    """Too old, or tried too often."""

    message = N_("This code is no longer valid. Ask for a new one.")


class TooSoon(Refused):
    """A letter has only just gone out."""

    message = N_("We have just sent you a code. Wait a minute before you ask for another one.")


class TooManyCodes(Refused):
    """Somebody's mailbox is not to be filled."""

    message = N_("We have sent enough codes for this report. Check the e-mail address, or begin again tomorrow.")


def hash_of(token: str) -> str:
    """What is kept of the token of a draft."""
    return sha256(token.encode()).hexdigest()


def begin(session: Session, *, token: str = "", now: datetime) -> tuple[FaultDraft, str]:
    """A new draft, and its token for the browser – the page's own, if it has one –, which is kept nowhere else."""
    token = token or secrets.token_urlsafe(24)
    draft = FaultDraft(token_hash=hash_of(token), values={}, photo_ids=[], created_at=now, changed_at=now)
    draft.code_tries = draft.codes_sent = 0
    session.add(draft)
    session.flush()
    return draft, token


def keep(session: Session, draft: FaultDraft, told: Mapping[str, Any], *, now: datetime) -> None:
    """Keep what was told on a screen beside what was told before; another address needs a code of its own."""
    if "email" in told and (told["email"] or told.get("phone")) != reached(draft):
        draft.code_hash = draft.code_sent_at = None
    draft.values = {**draft.values, **told}
    draft.changed_at = now
    session.flush()


def change_photos(
    session: Session, draft: FaultDraft, *, more: Sequence[int] = (), gone: Collection[int] = (), now: datetime
) -> None:
    """Add photographs, and let go of others."""
    dropped = [number for number in draft.photo_ids if number in gone]
    draft.photo_ids = [*(number for number in draft.photo_ids if number not in dropped), *more]
    draft.changed_at = now
    if dropped:
        session.execute(sa.delete(Attachment).where(Attachment.id.in_(dropped)))
    session.flush()


def send_code(session: Session, draft: FaultDraft, *, language: str, now: datetime) -> None:
    """A letter or text message with a fresh code to whom the draft names; only who reads it can send the report.

    :raises TooSoon: less than a minute after the last one. :raises TooManyCodes: after five.
    """
    if draft.code_sent_at is not None and now < draft.code_sent_at + PAUSE:
        raise TooSoon
    if draft.codes_sent >= MOST_CODES:
        raise TooManyCodes
    code = f"{secrets.randbelow(10**DIGITS):0{DIGITS}}"
    draft.code_hash, draft.code_sent_at, draft.code_tries = _hash_of_code(draft, code), now, 0
    draft.codes_sent += 1
    to = Recipient(draft.told("email"), language, draft.told("name"), phone=draft.told("phone"))
    values = {"code": code, "minutes": CODE_LASTS.seconds // 60}
    write(session, to, "faults/code", values, now=now)
    session.flush()


def try_code(session: Session, draft: FaultDraft, code: str, *, now: datetime) -> bool:
    """Whether that is the code; each wrong one is counted.

    :raises CodeOver: if it is too old, or was tried too often.
    """
    session.refresh(draft, with_for_update=True)
    sent = draft.code_sent_at
    if draft.code_hash is None or sent is None or now > sent + CODE_LASTS or draft.code_tries >= MOST_TRIES:
        raise CodeOver
    if hmac.compare_digest(draft.code_hash, _hash_of_code(draft, code)):
        return True
    draft.code_tries += 1
    session.flush()
    return False


def _hash_of_code(draft: FaultDraft, code: str) -> str:
    digits = "".join(sign for sign in code if sign.isdigit())
    return sha256(f"{draft.token_hash}:{digits}".encode()).hexdigest()


def file_draft(session: Session, draft: FaultDraft, *, language: str, user: User | None, now: datetime) -> Reported:
    """The draft becomes a report, once: a second press finds the first one.

    :raises CategoryClosed, NameNeeded, OutsideMunicipality: as `report` does.
    """
    session.refresh(draft, with_for_update=True)
    if draft.fault_id is not None:
        return Reported(session.get_one(Fault, draft.fault_id), "")
    category = catalogue.category(session, draft.told("category"))
    if category is None:
        raise CategoryClosed
    if draft.point is None:
        raise OutsideMunicipality
    reporter = _reporter(draft, category, language, user)
    filed = report(session, _new(draft, category, draft.point, reporter), now=now)
    draft.fault_id, draft.code_hash = filed.fault.id, None
    draft.values = {}  # it stands in the report now
    session.flush()
    return filed


def _new(
    draft: FaultDraft, category: FaultCategory, point: tuple[float, float], reporter: Applicant | None
) -> NewReport:
    lat, lon = point
    return NewReport(
        category=category,
        lat=lat,
        lon=lon,
        text=draft.told("text"),
        language=draft.told("said_in", "el"),
        reporter=reporter,
        address=draft.told("address"),
        answers=draft.told("answers", {}),
        photo_ids=draft.photo_ids,
        seen_at=draft.seen_at,
        once=draft.token_hash,
    )


def _reporter(draft: FaultDraft, category: FaultCategory, language: str, user: User | None) -> Applicant | None:
    if draft.told("anonymous", False) and category.anonymous:
        return None
    if user is not None:
        return Applicant(user.full_name, user.email, language, phone=user.phone, user_id=user.id)
    if not reached(draft):
        return None
    email, phone = draft.told("email"), draft.told("phone") or None
    return Applicant(draft.told("name") or reached(draft), email, language, phone=phone)


def reached(draft: FaultDraft) -> str:
    """The e-mail or the telephone that the code confirms; "": neither was told."""
    return str(draft.told("email") or draft.told("phone"))


def discard(session: Session, draft: FaultDraft) -> None:
    """Throw it away, with its photographs; what was filed keeps them."""
    photo_ids = [] if draft.fault_id else list(draft.photo_ids)
    session.delete(draft)
    session.execute(sa.delete(Attachment).where(Attachment.id.in_(photo_ids)))
    session.flush()


def forget_drafts(session: Session, *, now: datetime) -> int:
    """Throw away what nobody touched for three days; how many there were."""
    old = sa.select(FaultDraft).where(FaultDraft.changed_at < now - KEPT_FOR)
    rows = session.scalars(old.order_by(FaultDraft.changed_at).limit(FORGOTTEN_AT_ONCE)).all()
    for draft in rows:
        discard(session, draft)
    return len(rows)
