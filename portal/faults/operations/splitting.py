"""One report, several units: each part is a report of its own, and the whole waits for them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from portal.accounts.models import User
from portal.casework import operations as casework
from portal.casework.operations import Applicant
from portal.core import audit
from portal.core.errors import Refused
from portal.core.texts import LEGAL_LANGUAGE, N_
from portal.documents.models import Channel
from portal.faults.models import Fault, FaultCategory, Moment, Source
from portal.faults.operations.filing import NewReport, report
from portal.faults.operations.redaction import set_shown
from portal.faults.operations.states import NotAllowed


class PartsNeeded(Refused):
    """Nothing was split off."""

    message = N_("Write at least one part: what is to be done, and who does it.")


class PartOfPart(Refused):
    """One level is enough to lose one's way in."""

    message = N_("This report is a part itself. Split the whole instead.")


@dataclass(frozen=True)
class Part:
    """What one unit has to do."""

    category: FaultCategory
    unit_id: int
    text: str


def split(
    session: Session,
    fault: Fault,
    parts: Sequence[Part],
    *,
    actor: User,
    now: datetime,
    seen_version: int | None = None,
) -> list[Fault]:
    """File a report for each part, without letters to the reporter: they hear of the whole alone.

    :raises PartsNeeded: without any. :raises PartOfPart: of a part. :raises NotAllowed: if it is closed.
    :raises casework.CaseChanged: if it is no longer the version that was seen. :raises CategoryClosed: see `report`.
    """
    if fault.case.is_closed:
        raise NotAllowed
    if not parts:
        raise PartsNeeded
    if fault.part_of_id is not None:
        raise PartOfPart
    casework.claim(session, fault.case, seen_version=seen_version)
    session.refresh(fault)
    made = [_part(session, fault, part, actor=actor, now=now) for part in parts]
    numbers = ", ".join(part.reference for part in made)
    casework.note(session, fault.case, f"Χωρίστηκε σε: {numbers}", actor=actor, now=now)
    data = {"parts": [part.id for part in made]}
    audit.record(session, "faults.fault.split", subject=("fault", fault.id), actor_id=actor.id, now=now, **data)
    return made


def _part(session: Session, fault: Fault, part: Part, *, actor: User, now: datetime) -> Fault:
    before = [photo for photo in fault.photos if photo.moment is Moment.BEFORE]
    new = NewReport(
        category=part.category,
        lat=fault.lat,
        lon=fault.lon,
        text=part.text.strip(),
        language=LEGAL_LANGUAGE,
        reporter=Applicant(fault.case.applicant_name, "", LEGAL_LANGUAGE),
        address=fault.address,
        photo_ids=[photo.attachment_id for photo in before],
        source=Source.PART,
        channel=Channel.COUNTER,
        filed_by=actor,
    )
    made = report(session, new, now=now).fault
    made.part_of_id = fault.id
    session.flush()
    session.refresh(made, ["photos"])
    for photo, original in zip(made.photos, before, strict=True):
        photo.public, photo.alt = original.public, original.alt
    if not fault.shown:
        set_shown(session, made, shown=False, actor=actor, now=now)
    if made.case.unit_id != part.unit_id:
        casework.route(session, made.case, casework.Routing(part.unit_id), actor=actor, now=now)
    session.flush()
    return made
