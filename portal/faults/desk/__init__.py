"""Staff pages of faults."""

from portal.faults.desk import applications, changing, crew, lists, redacting, rules
from portal.faults.desk.base import blueprint
from portal.faults.desk.panel import applicants_panel, panel

__all__ = [
    "applicants_panel",
    "applications",
    "blueprint",
    "changing",
    "crew",
    "lists",
    "panel",
    "redacting",
    "rules",
]
