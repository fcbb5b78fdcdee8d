"""Writes of organisation: loading a municipality pack, duties."""

from portal.organisation.models import Role
from portal.organisation.operations.duties import DutyEnded, NewDuty, assign, end
from portal.organisation.operations.pack import load_pack
from portal.organisation.operations.people import load_people
from portal.organisation.operations.reading import Pack, PackError, read_pack

__all__ = [
    "DutyEnded",
    "NewDuty",
    "Pack",
    "PackError",
    "Role",
    "assign",
    "end",
    "load_pack",
    "load_people",
    "read_pack",
]
