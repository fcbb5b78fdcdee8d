"""Staff pages of the agenda."""

from portal.events.desk import calendars, categories, counting, deciding, lists, notices, places, series, writing
from portal.events.desk.base import blueprint
from portal.events.desk.deciding import applicants_panel, panel

__all__ = [
    "applicants_panel",
    "blueprint",
    "calendars",
    "categories",
    "counting",
    "deciding",
    "lists",
    "notices",
    "panel",
    "places",
    "series",
    "writing",
]
