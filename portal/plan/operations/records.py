"""What stands in other rooms, found by the number that people know it by: documents, cases, faults, events.

A document that carries a marking, and a case, is found by those who may see it; the planning unit finds every
case, since it learns nothing of it but that it is completed.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from portal.casework import policy as casework_policy
from portal.casework import queries as casework
from portal.core.errors import Refused
from portal.core.texts import N_
from portal.documents import policy as documents_policy
from portal.documents import queries as documents
from portal.events import queries as events
from portal.faults import queries as faults
from portal.organisation.operations import Role
from portal.organisation.policy import Mandate

#: what is to be thought of an event that was announced
HELD = ("published", {"scheduled", "moved"})


class NothingThere(Refused):
    """Nothing has that number, or not for this person."""

    message = N_("Nothing was found with the number “%(number)s”. Check it; documents are written like 2026/18412.")


class NotCompleted(Refused):
    """It waits for somebody still."""

    message = N_("The case %(number)s is not completed yet. It can be evidence once it is.")


class NotRepaired(Refused):
    """The fault is there, or was nobody's."""

    message = N_("The fault %(number)s is not repaired. It can be evidence once it is.")


class NotHeld(Refused):
    """It is still to come, or did not take place."""

    message = N_("The event “%(number)s” has not been held. It can be evidence once it has taken place.")


@dataclass(frozen=True)
class Found:
    """What was found: its reference, as `Evidence` keeps it, and its number as people write it."""

    reference: str
    number: str

    @property
    def id(self) -> int:
        """Its key."""
        return int(self.reference.partition(":")[2])


def entry(session: Session, number: str, *, mandate: Mandate, now: datetime) -> Found:  # noqa: ARG001 – as its siblings
    """The registered document with a protocol number.

    :raises NothingThere: there is none, or it carries a marking and this person may not see it.
    """
    said = documents.year_and_number(number)
    reader = documents_policy.reader(session, mandate)
    for book in documents.books(session) if said else ():
        found = documents.entry(session, book.code, *said) if said else None
        if found and (found.current_marking.value == "none" or documents_policy.may_see(reader, found)):
            return Found(f"entry:{found.id}", found.reference)
    raise NothingThere(number=number)


def case(session: Session, number: str, *, mandate: Mandate, now: datetime) -> Found:  # noqa: ARG001 – as its siblings
    """The completed case with a number.

    :raises NothingThere: there is none that this person may see. :raises NotCompleted: it is open.
    """
    found = casework.case_by_slug(session, _slug(number))
    if found is None or not (mandate.has(Role.PLANNER) or casework_policy.may_see(mandate, found)):
        raise NothingThere(number=number)
    if not found.is_closed:
        raise NotCompleted(number=found.reference)
    return Found(f"case:{found.id}", found.reference)


def fault(session: Session, number: str, *, mandate: Mandate, now: datetime) -> Found:  # noqa: ARG001 – as its siblings
    """The repaired fault with a number.

    :raises NothingThere: there is none that the public or this person may see. :raises NotRepaired: it is not.
    """
    found = faults.fault(session, _slug(number))
    if found is None or not (found.shown or casework_policy.may_see(mandate, found.case)):
        raise NothingThere(number=number)
    if found.state.value != "repaired":
        raise NotRepaired(number=found.reference)
    return Found(f"fault:{found.id}", found.reference)


def event(session: Session, number: str, *, mandate: Mandate, now: datetime) -> Found:  # noqa: ARG001 – as its siblings
    """The event that was held, by the last part of its address, or the address itself.

    :raises NothingThere: no such event is in the agenda. :raises NotHeld: it is still to come, or was cancelled.
    """
    slug = number.strip().rstrip("/").rpartition("/")[2]
    found = events.event_by_slug(session, slug)
    if found is None or found.publication.value != HELD[0]:
        raise NothingThere(number=number)
    times = events.occurrences(session, found, most=1000)
    if not any(time.ends_at <= now and time.status.value in HELD[1] for time in times):
        raise NotHeld(number=slug)
    return Found(f"event:{found.id}", slug)


def _slug(number: str) -> str:
    """18412/2026, 2026/18412 and 2026-18412 are the same."""
    said = documents.year_and_number(number.replace("-", "/"))
    return f"{said[0]}-{said[1]}" if said else ""
