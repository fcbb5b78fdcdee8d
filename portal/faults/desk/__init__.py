"""Staff pages of faults."""

from portal.faults.desk import applications, bodies, changing, crew, lists, noting, redacting, rules
from portal.faults.desk.base import blueprint
from portal.faults.desk.panel import applicants_panel, panel

__all__ = [
    "applicants_panel",
    "applications",
    "blueprint",
    "bodies",
    "changing",
    "crew",
    "lists",
    "noting",
    "panel",
    "redacting",
    "rules",
]
