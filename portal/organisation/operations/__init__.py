"""Writes of organisation: loading a municipality pack, duties."""

from portal.organisation.models import Role
from portal.organisation.operations.duties import DutyEnded, NewDuty, assign, end
from portal.organisation.operations.pack import load_pack
from portal.organisation.operations.people import load_people
from portal.organisation.operations.reading import Pack, PackError, entry_of, read_file, read_pack
from portal.organisation.operations.rows import bring, close_missing, once, text

__all__ = [
    "DutyEnded",
    "NewDuty",
    "Pack",
    "PackError",
    "Role",
    "assign",
    "bring",
    "close_missing",
    "end",
    "entry_of",
    "load_pack",
    "load_people",
    "once",
    "read_file",
    "read_pack",
    "text",
]
