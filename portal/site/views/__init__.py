"""Public pages that span rooms, and the frame of every page."""

from portal.site.views import data, layout, machines, nearby, offered, public

__all__ = ["data", "layout", "machines", "nearby", "offered", "public"]
