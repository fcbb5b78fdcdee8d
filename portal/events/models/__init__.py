"""The tables of the agenda."""

from portal.casework.models import Kind, Phase, State, standard_states
from portal.core.texts import N_
from portal.events.models.agenda import LONG, Event, EventCategory, Occurrence, Organiser, Venue
from portal.events.models.choices import Audience, Counting, Drawing, NoticeKind, Price, Publication, Status
from portal.events.models.intake import Calendar, Proposal, Subscription
from portal.events.models.notices import Notice

#: the kind of case in which an event is submitted
case_kind = Kind(
    "event",
    N_("Event for the agenda"),
    standard_states(
        State("published", N_("Published"), Phase.CLOSED, "ok"),
        State("refused", N_("Refused"), Phase.CLOSED, "late"),
    ),
)

__all__ = [
    "LONG",
    "Audience",
    "Calendar",
    "Counting",
    "Drawing",
    "Event",
    "EventCategory",
    "Notice",
    "NoticeKind",
    "Occurrence",
    "Organiser",
    "Price",
    "Proposal",
    "Publication",
    "Status",
    "Subscription",
    "Venue",
    "case_kind",
]
