"""How the values of the dimensions of feeds are called: code → name, for filters and for pages."""

from collections.abc import Mapping

from sqlalchemy.orm import Session

from portal.core.texts import Translated
from portal.eservices import queries as eservices
from portal.eservices.queries import questionnaires as asked
from portal.events import queries as events
from portal.faults import queries as faults
from portal.organisation import queries as organisation


def services(session: Session) -> Mapping[str, Translated]:
    """Services on offer."""
    return {service.slug: service.title for service in eservices.services(session)}


def questionnaires(session: Session) -> Mapping[str, Translated]:
    """The newest questionnaires."""
    return {row.code: row.title for row in asked.all_questionnaires(session)}


def categories(session: Session) -> Mapping[str, Translated]:
    """Categories of services."""
    return {category.code: category.name for category in eservices.categories(session)}


def shelves(session: Session) -> Mapping[str, Translated]:
    """Categories of events."""
    return {category.code: category.name for category in events.categories(session)}


def fault_groups(session: Session) -> Mapping[str, Translated]:
    """Groups of faults, those that are not in use any more included."""
    return {row.code: row.name for row in faults.categories(session, closed=True) if row.parent_id is None}


def fault_categories(session: Session) -> Mapping[str, Translated]:
    """Categories of faults, those that are not in use any more included."""
    return {row.code: row.name for row in faults.categories(session, closed=True) if row.parent_id is not None}


def units(session: Session) -> Mapping[str, Translated]:
    """Units."""
    return {unit.code: unit.name for unit in organisation.units(session)}


def communities(session: Session) -> Mapping[str, Translated]:
    """Communities."""
    return {community.code: community.name for community in organisation.communities(session)}
