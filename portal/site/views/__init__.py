"""Public pages that span rooms, and the frame of every page."""

from portal.site.views import layout, machines, public

__all__ = ["layout", "machines", "public"]
