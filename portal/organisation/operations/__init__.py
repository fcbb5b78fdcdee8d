"""Writes of organisation: loading a municipality pack, duties."""

from portal.organisation.models import Role
from portal.organisation.operations.duties import DutyEnded, NewDuty, assign, end
from portal.organisation.operations.pack import Pack, PackError, load_pack, read_pack
from portal.organisation.operations.people import load_people

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
