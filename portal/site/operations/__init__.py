"""Writes that span rooms: the demonstration."""

from portal.site.operations.demonstration import FRESH, NothingToPlay, Setting, load_demonstration

__all__ = ["FRESH", "NothingToPlay", "Setting", "load_demonstration"]
