"""A report is filed: it becomes a case of the unit that the rules name, and stands on the map."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.accounts.models import User
from portal.casework import operations as casework
from portal.casework.operations import Applicant
from portal.core import facts
from portal.core.errors import Refused
from portal.core.letters import write
from portal.core.texts import LEGAL_LANGUAGE, N_, Translated
from portal.documents.models import Channel
from portal.faults.facts import FaultReported
from portal.faults.models import Fault, FaultCategory, FaultPhoto, FaultState, RoutingRule, Source, grid
from portal.faults.operations.history import step
from portal.faults.operations.telling import reporter
from portal.faults.operations.tiles import count
from portal.faults.queries import catalogue
from portal.organisation import queries as organisation

#: what stands in the register instead of a name
NOBODY = "Ανώνυμη αναφορά"
#: metres from the nearest known place; what lies farther is not in this municipality
FARTHEST = 12_000


class CategoryClosed(Refused):
    """It can no longer be chosen."""

    message = N_("Choose what is broken.")


class NameNeeded(Refused):
    """Not every category takes reports without a name."""

    message = N_("For this kind of fault we need your e-mail, so that we can ask you.")


class OutsideMunicipality(Refused):
    """Nothing of ours is there."""

    message = N_("This point is not in our municipality. Choose a point on the map.")


@dataclass(frozen=True, kw_only=True)
class NewReport:
    """What somebody saw, and where."""

    category: FaultCategory
    lat: float
    lon: float
    text: str
    #: of the text
    language: str
    #: who reports it; None: nobody in particular
    reporter: Applicant | None
    address: str = ""
    answers: Mapping[str, Any] = field(default_factory=dict)
    photo_ids: Sequence[int] = ()
    #: when they saw it, if a photograph tells
    seen_at: datetime | None = None
    source: Source = Source.WEB
    #: token of the page or of the sender: what is sent twice is filed once
    once: str | None = None
    application_id: int | None = None
    #: how it came in where staff note it for somebody, and who does
    channel: Channel | None = None
    filed_by: User | None = None


@dataclass(frozen=True)
class Reported:
    """The report, and the secret code of its case in plain text, which is kept nowhere; "" if it was filed before."""

    fault: Fault
    secret: str


def report(session: Session, new: NewReport, *, now: datetime) -> Reported:
    """File it: a case of its unit, a point on the map, a letter to the reporter.

    :raises CategoryClosed: for a group, or what is closed. :raises NameNeeded: without a reporter where one is needed.
    :raises OutsideMunicipality: for a point far from every known place.
    """
    if new.once and (known := filed_before(session, new.once)):
        return Reported(known, "")
    if new.category.closed or new.category.parent_id is None:
        raise CategoryClosed
    if new.reporter is None and not new.category.anonymous:
        raise NameNeeded
    community_id = community_at(session, new.lat, new.lon)
    rule = catalogue.routing(session, new.category, community_id, at=now)
    filed = casework.file_case(session, _case(new, rule.unit_id, community_id), now=now)
    fault = _fault(new, filed, now=now)
    session.add(fault)
    session.flush()
    for number in new.photo_ids:
        session.add(FaultPhoto(fault_id=fault.id, attachment_id=number, alt=Translated(), at=now))
    if rule.user_id:
        _hand_to(session, fault, rule, now=now)
    step(session, fault, FaultState.RECEIVED, actor=new.filed_by, now=now)
    count(session, fault, 1)
    facts.record(session, reported_fact(fault))
    _thank(session, fault, filed.secret, now=now)
    return Reported(fault, filed.secret)


def filed_before(session: Session, once: str) -> Fault | None:
    """What was filed with this token; whoever sends the same at the same moment waits, and then finds it."""
    if session.get_bind().dialect.name == "postgresql":  # writers on SQLite stand in line anyway
        session.execute(sa.select(sa.func.pg_advisory_xact_lock(sa.func.hashtext(once))))
    return session.scalar(sa.select(Fault).where(Fault.once == once))


def _hand_to(session: Session, fault: Fault, rule: RoutingRule, *, now: datetime) -> None:
    """To the person whom the rule names; whoever works there no longer gets nothing, then the unit has it."""
    with suppress(casework.NotInUnit):
        casework.route(session, fault.case, casework.Routing(rule.unit_id, rule.user_id), actor=None, now=now)


def is_ours(session: Session, lat: float, lon: float) -> bool:
    """Whether a point lies in the municipality."""
    try:
        community_at(session, lat, lon)
    except OutsideMunicipality:
        return False
    return True


def community_at(session: Session, lat: float, lon: float) -> int:
    """The community of the nearest known place.

    :raises OutsideMunicipality: if none is near.
    """
    here = grid.Near(lat, lon, FARTHEST)
    places = organisation.places(session)
    nearest = min(places, key=lambda place: here.distance(place.lat, place.lon), default=None)
    if nearest is None or here.distance(nearest.lat, nearest.lon) > FARTHEST:
        raise OutsideMunicipality
    return nearest.community_id


def _case(new: NewReport, unit_id: int, community_id: int) -> casework.NewCase:
    title = new.category.name.text(LEGAL_LANGUAGE)
    return casework.NewCase(
        kind="fault",
        subject_code=new.category.code,
        title=Translated({code: f"{name}" for code, name in new.category.name.items()}),
        detail=" ".join(part for part in (new.address, " ".join(new.text.split())) if part)[:200],
        subject=f"Αναφορά βλάβης: {title}"[:300],
        unit_id=unit_id,
        limit_code=new.category.limit_code,
        applicant=new.reporter or Applicant(NOBODY, "", new.language),
        community_id=community_id,
        channel=new.channel,
        filed_by=new.filed_by,
        attachment_ids=tuple(new.photo_ids),
    )


def _fault(new: NewReport, filed: casework.Filed, *, now: datetime) -> Fault:
    case = filed.case
    cells = dict(zip(("cell0", "cell1", "cell2", "cell3"), grid.cells(new.lat, new.lon), strict=True))
    return Fault(
        case=case,
        slug=case.slug,
        category=new.category,
        group=new.category.group,
        lat=new.lat,
        lon=new.lon,
        **cells,
        community_id=case.community_id,
        address=new.address[:300],
        text=new.text,
        language=new.language,
        answers=dict(new.answers),
        source=new.source,
        shown=not new.category.private,
        reported_at=now,
        seen_at=new.seen_at,
        changed_at=now,
        due_on=case.due_on,
        application_id=new.application_id,
        once=new.once,
    )


def reported_fact(fault: Fault) -> FaultReported:
    """The fact that a report announces, from its row alone."""
    return FaultReported(
        fault_id=fault.id,
        case_id=fault.case_id,
        category=fault.category.code,
        group=fault.group.code,
        community=fault.community.code if fault.community else None,
        source=fault.source.value,
        at=fault.reported_at,
    )


def _thank(session: Session, fault: Fault, secret: str, *, now: datetime) -> None:
    case = fault.case
    values = {
        "title": dict(fault.category.name),
        "reference": case.reference,
        "slug": fault.slug,
        "address": fault.address,
        "text": fault.text,
        "due_on": fault.due_on.isoformat(),
        "secret": secret,
        "shown": fault.shown,
        "has_account": case.applicant_id is not None,
    }
    write(session, reporter(fault), "faults/received", values, now=now)
