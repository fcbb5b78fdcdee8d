"""Faults for machines: feeds of every filter, and Open311."""

from portal.faults.api.feeds import blueprint as feeds
from portal.faults.api.open311 import blueprint as open311

__all__ = ["feeds", "open311"]
