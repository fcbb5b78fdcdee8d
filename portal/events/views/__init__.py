"""Public pages of the agenda."""

from portal.events.views import agenda, digests, event, managing, printed, submitting
from portal.events.views.base import blueprint

__all__ = ["agenda", "blueprint", "digests", "event", "managing", "printed", "submitting"]
