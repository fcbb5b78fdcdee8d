"""What the public reads of a report: other words, which photographs, or nothing of it; and what kind of fault it is."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import flag_modified

from portal.accounts.models import User
from portal.casework import operations as casework
from portal.casework.models import Case
from portal.core import audit
from portal.core.errors import Refused
from portal.core.texts import N_, Translated
from portal.faults.models import Fault, FaultCategory, FaultState
from portal.faults.operations.filing import CategoryClosed
from portal.faults.operations.history import tell_again
from portal.faults.operations.states import NotAllowed
from portal.faults.operations.tiles import count
from portal.faults.queries import catalogue


class StaysPrivate(Refused):
    """It is not for the public."""

    message = N_("Reports of this category, and those that were withdrawn, are never shown to the public.")


@dataclass(frozen=True, kw_only=True)
class Redaction:
    """What the public may read and see."""

    #: instead of the reporter's words; None: these
    public_text: str | None
    shown: bool
    #: numbers of the photographs that everybody may see
    public_photos: Collection[int] = ()
    #: number of a photograph → what it shows, for who cannot see it
    alts: Mapping[int, Translated] = field(default_factory=dict)


def redact(
    session: Session,
    fault: Fault,
    wanted: Redaction,
    *,
    actor: User,
    now: datetime,
    seen_version: int | None = None,
) -> None:
    """Change what the public reads and sees, also of a closed report; each change has its audit entry.

    :raises StaysPrivate: if it is to be shown and its category is private.
    :raises casework.CaseChanged: if it is no longer the version that was seen.
    """
    _claim(session, fault, seen_version)
    set_shown(session, fault, shown=wanted.shown, actor=actor, now=now)
    text = (wanted.public_text or "").strip()
    text_now = None if wanted.public_text is None or text == fault.text.strip() else text
    if text_now != fault.public_text:
        fault.public_text, fault.changed_at = text_now, now
        _audit(session, fault, "reworded", actor, now, whole=text_now is None)
    for photo in fault.photos:
        photo.alt = wanted.alts.get(photo.id, photo.alt)
        public = photo.id in wanted.public_photos
        if public != photo.public:
            photo.public, fault.changed_at = public, now
            _audit(session, fault, "photo-published" if public else "photo-withheld", actor, now, photo=photo.id)
    session.flush()


def set_shown(session: Session, fault: Fault, *, shown: bool, actor: User, now: datetime) -> None:
    """Show it to the public, or hide it; the numbers of the map follow.

    :raises StaysPrivate: if its category is private, or whoever reported it has taken it back.
    """
    if shown == fault.shown:
        return
    if shown and (fault.category.private or fault.state is FaultState.WITHDRAWN):
        raise StaysPrivate
    session.flush()
    count(session, fault, -1)  # nothing, if it was hidden
    fault.shown, fault.changed_at = shown, now
    count(session, fault, 1)
    _audit(session, fault, "shown" if shown else "hidden", actor, now)


def recategorise(
    session: Session,
    fault: Fault,
    category: FaultCategory,
    *,
    actor: User,
    now: datetime,
    seen_version: int | None = None,
) -> None:
    """It is something else: another category, and with it its time limit, and the unit that the rules name.

    What becomes private is hidden; what was private stays hidden until somebody has looked at it.

    :raises NotAllowed: if it is closed. :raises CategoryClosed: for a group, or what is closed.
    :raises casework.CaseChanged: if it is no longer the version that was seen.
    """
    if fault.case.is_closed:
        raise NotAllowed
    if category.closed or category.parent_id is None:
        raise CategoryClosed
    casework.claim(session, fault.case, seen_version=seen_version)
    session.refresh(fault)
    if category.id == fault.category_id:
        return
    before = fault.category.code
    session.flush()
    count(session, fault, -1)
    fault.category, fault.group = category, category.group
    fault.category_id, fault.group_id = category.id, category.group.id
    fault.shown, fault.changed_at = fault.shown and not category.private, now
    kept = {question["code"] for question in category.questions}
    fault.answers = {code: answer for code, answer in fault.answers.items() if code in kept}
    count(session, fault, 1)
    _move(session, fault, actor=actor, now=now)
    tell_again(session, fault)
    _audit(session, fault, "recategorised", actor, now, before=before, after=category.code)


def _move(session: Session, fault: Fault, *, actor: User, now: datetime) -> None:
    """The case is called otherwise, has another limit, and goes to whom it concerns."""
    category = fault.category
    subject = casework.Subject(category.code, Translated(category.name), category.limit_code)
    casework.reclassify(session, fault.case, subject, actor=actor, now=now)
    fault.due_on = fault.case.due_on
    rule = catalogue.routing(session, category, fault.community_id, at=now)
    if rule.unit_id != fault.case.unit_id:
        try:
            casework.route(session, fault.case, casework.Routing(rule.unit_id, rule.user_id), actor=actor, now=now)
        except casework.NotInUnit:  # whom the rule names works there no longer: the unit gets it
            casework.route(session, fault.case, casework.Routing(rule.unit_id), actor=actor, now=now)


def _claim(session: Session, fault: Fault, seen_version: int | None) -> None:
    """As `casework.claim` does, for closed ones too."""
    session.refresh(fault.case, with_for_update={"of": Case})
    if seen_version is not None and fault.case.version != seen_version:
        raise casework.CaseChanged
    flag_modified(fault.case, "state")
    session.refresh(fault)  # whoever was before us may have hidden or closed it


def _audit(session: Session, fault: Fault, verb: str, actor: User, now: datetime, **data: Any) -> None:
    audit.record(session, f"faults.fault.{verb}", subject=("fault", fault.id), actor_id=actor.id, now=now, **data)
