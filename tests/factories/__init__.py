"""Rows for tests: each function makes one thing with everything that matters given, and the rest invented.

They go through the operations of the rooms where those exist, so that what is made could have come about.
"""

from tests.factories.accounts import make_staff, make_user
from tests.factories.casework import make_case, make_filed, make_limits
from tests.factories.events import event_input, make_calendar, make_category, make_event, make_organiser, make_venue
from tests.factories.faults import (
    FAULT_LIMITS,
    LAT,
    LON,
    make_application,
    make_body,
    make_fault,
    make_fault_category,
    make_fault_limits,
    make_fault_unit,
    make_place,
    new_report,
)
from tests.factories.moments import DAY, NOW
from tests.factories.organisation import make_community, make_duty, make_time_limit, make_unit
from tests.factories.questionnaires import make_answer, make_questionnaire

__all__ = [
    "DAY",
    "FAULT_LIMITS",
    "LAT",
    "LON",
    "NOW",
    "event_input",
    "make_answer",
    "make_application",
    "make_body",
    "make_calendar",
    "make_case",
    "make_category",
    "make_community",
    "make_duty",
    "make_event",
    "make_fault",
    "make_fault_category",
    "make_fault_limits",
    "make_fault_unit",
    "make_filed",
    "make_limits",
    "make_organiser",
    "make_place",
    "make_questionnaire",
    "make_staff",
    "make_time_limit",
    "make_unit",
    "make_user",
    "make_venue",
    "new_report",
]
