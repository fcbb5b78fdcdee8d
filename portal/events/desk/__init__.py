"""Staff pages of the agenda."""

from portal.events.desk import counting, deciding, lists, places, series, writing
from portal.events.desk.base import blueprint
from portal.events.desk.deciding import applicants_panel, panel

__all__ = [
    "applicants_panel",
    "blueprint",
    "counting",
    "deciding",
    "lists",
    "panel",
    "places",
    "series",
    "writing",
]
