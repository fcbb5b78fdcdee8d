"""Writes that span rooms: the demonstration and its growth."""

from portal.site.operations.demonstration import FRESH, NothingToPlay, Setting, load_demonstration
from portal.site.operations.growth import NothingToGrow, grow

__all__ = ["FRESH", "NothingToGrow", "NothingToPlay", "Setting", "grow", "load_demonstration"]
