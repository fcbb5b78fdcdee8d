"""Writes of the agenda."""

from portal.events.operations.attendance import Attendance, NotHeld, note_attendance
from portal.events.operations.publishing import (
    NotWaiting,
    ReasonMissing,
    Submitted,
    organiser,
    publish,
    refuse,
    submit,
    withdraw,
)
from portal.events.operations.rolling import roll, roll_on, timing_of
from portal.events.operations.writing import EventInput, Single, UnreadableRule, change, change_one, create, set_status

__all__ = [
    "Attendance",
    "EventInput",
    "NotHeld",
    "NotWaiting",
    "ReasonMissing",
    "Single",
    "Submitted",
    "UnreadableRule",
    "change",
    "change_one",
    "create",
    "note_attendance",
    "organiser",
    "publish",
    "refuse",
    "roll",
    "roll_on",
    "set_status",
    "submit",
    "timing_of",
    "withdraw",
]
