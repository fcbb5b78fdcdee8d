"""Public pages of eservices: the catalogue, forms, filing."""

from portal.eservices.views import apply, catalogue, filing, questionnaires
from portal.eservices.views.base import blueprint
from portal.eservices.views.filing import panel

__all__ = ["apply", "blueprint", "catalogue", "filing", "panel", "questionnaires"]
