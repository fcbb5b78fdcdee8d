"""Reads of the catalogue: shelves, occasions, services, and how long they usually take."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median

import sqlalchemy as sa
from sqlalchemy.orm import Session, contains_eager, joinedload

from portal.casework.models import Case
from portal.core import search
from portal.core.clock import athens_date
from portal.core.deadlines import DayKind, WorkingCalendar
from portal.core.texts import Translated
from portal.eservices.models import LifeEvent, Service, ServiceCategory, ServiceVersion

#: fewer decided cases say nothing about how long it usually takes
ENOUGH_CASES = 5
#: so many of the newest are looked at, none older than this
TYPICAL_OF = 100
TYPICAL_SINCE = timedelta(days=365)


def categories(session: Session) -> Sequence[ServiceCategory]:
    """The open categories in the order of the pack."""
    query = sa.select(ServiceCategory).where(ServiceCategory.closed.is_(False))
    return session.scalars(query.order_by(ServiceCategory.position)).all()


def life_events(session: Session) -> Sequence[LifeEvent]:
    """The open life events in the order of the pack."""
    return session.scalars(sa.select(LifeEvent).where(LifeEvent.closed.is_(False)).order_by(LifeEvent.position)).all()


def services(session: Session) -> Sequence[Service]:
    """The services on offer with their categories, in the order of the shelves and then of their address."""
    query = (
        sa.select(Service)
        .join(Service.category)
        .where(Service.closed.is_(False))
        .order_by(ServiceCategory.position, Service.slug)
        .options(contains_eager(Service.category))
    )
    return session.scalars(query).all()


def services_found(session: Session, text: str) -> Sequence[int]:
    """Ids of the services that hold every word of a text."""
    return [entry.ref_id for entry in search.find(session, text, kinds=["service"], most=50)]


def slugs(session: Session) -> Sequence[str]:
    """The addresses of all services on offer."""
    return session.scalars(sa.select(Service.slug).where(Service.closed.is_(False)).order_by(Service.slug)).all()


def titles(session: Session, wanted: Sequence[str]) -> list[tuple[str, Translated]]:
    """Address and title of these services, in this order; those that are not on offer are left out."""
    query = sa.select(Service.slug, Service.title).where(Service.slug.in_(wanted), Service.closed.is_(False))
    known = dict(session.execute(query).all())
    return [(slug, known[slug]) for slug in wanted if slug in known]


def service(session: Session, slug: str) -> Service | None:
    """The service at an address, with its definition and unit; also one that is closed."""
    query = sa.select(Service).where(Service.slug == slug)
    loads = (joinedload(Service.version), joinedload(Service.unit), joinedload(Service.category))
    return session.scalar(query.options(*loads))


def version_numbers(session: Session) -> dict[int, int]:
    """Service id → number of the version in force, without the definitions, which are long."""
    query = sa.select(Service.id, ServiceVersion.number).join(ServiceVersion, ServiceVersion.id == Service.version_id)
    return {row.id: row.number for row in session.execute(query)}


@dataclass(frozen=True)
class Typical:
    """How long a service took lately."""

    #: median working days from filing to the decision, without those the applicant owed something
    days: int
    cases: int


def typical(session: Session, found: Service, calendar: WorkingCalendar, *, now: datetime) -> Typical | None:
    """How long the newest decided cases took; None where there are too few to say."""
    query = (
        sa.select(Case.filed_at, Case.closed_at, Case.paused_days)
        .where(
            Case.kind == found.kind.value,
            Case.subject_code == found.slug,
            Case.state != "withdrawn",
            Case.closed_at > now - TYPICAL_SINCE,
        )
        .order_by(Case.closed_at.desc())
        .limit(TYPICAL_OF)
    )
    spans = [
        max(calendar.between(athens_date(filed), athens_date(closed), DayKind.WORKING) - round(paused * 5 / 7), 0)
        for filed, closed, paused in session.execute(query)
        if closed is not None
    ]
    return Typical(round(median(spans)), len(spans)) if len(spans) >= ENOUGH_CASES else None
