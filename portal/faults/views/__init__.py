"""Public pages of faults."""

from portal.faults.views import fault, figures, following, lists, reporting, sending, supporting
from portal.faults.views.base import blueprint

__all__ = ["blueprint", "fault", "figures", "following", "lists", "reporting", "sending", "supporting"]
