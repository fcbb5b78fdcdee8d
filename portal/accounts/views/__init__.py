"""Public pages of accounts."""

from portal.accounts.views import entrance, links, own
from portal.accounts.views.blueprint import blueprint

__all__ = ["blueprint", "entrance", "links", "own"]
