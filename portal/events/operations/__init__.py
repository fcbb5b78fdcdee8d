"""Writes of the agenda."""

from portal.events.models import Counting, Price, Status
from portal.events.operations.attendance import Attendance, NotHeld, note_attendance
from portal.events.operations.digests import (
    DigestWanted,
    ask_for_digest,
)
from portal.events.operations.drafts import Writer, ask_to_confirm, create_once, forget_drafts, hand_in, keep_draft
from portal.events.operations.notices import set_notices
from portal.events.operations.pack import load_places
from portal.events.operations.places import VenueInput, trust, write_venue
from portal.events.operations.proposals import decline, propose, take_over, tell_organiser, wished
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
from portal.events.operations.series import change_following, clone, input_of
from portal.events.operations.shelves import CategoryInput, LastShelf, ShelfExists, write_category
from portal.events.operations.weekly import send_digests
from portal.events.operations.writing import EventInput, Single, UnreadableRule, change, change_one, create, set_status

__all__ = [
    "Attendance",
    "CategoryInput",
    "Counting",
    "DigestWanted",
    "EventInput",
    "LastShelf",
    "NotHeld",
    "NotWaiting",
    "Price",
    "ReasonMissing",
    "ShelfExists",
    "Single",
    "Status",
    "Submitted",
    "UnreadableRule",
    "VenueInput",
    "Writer",
    "ask_for_digest",
    "ask_to_confirm",
    "change",
    "change_following",
    "change_one",
    "clone",
    "create",
    "create_once",
    "decline",
    "forget_drafts",
    "hand_in",
    "input_of",
    "keep_draft",
    "load_places",
    "note_attendance",
    "organiser",
    "propose",
    "publish",
    "refuse",
    "roll",
    "roll_on",
    "send_digests",
    "set_notices",
    "set_status",
    "submit",
    "take_over",
    "tell_organiser",
    "timing_of",
    "trust",
    "wished",
    "withdraw",
    "write_category",
    "write_venue",
]
