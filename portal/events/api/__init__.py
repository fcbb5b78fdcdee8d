"""The agenda for machines: feeds of every filter, and of single events."""

from portal.events.api.views import blueprint

__all__ = ["blueprint"]
