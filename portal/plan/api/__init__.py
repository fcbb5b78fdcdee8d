"""The plan for machines."""

from portal.plan.api.files import blueprint

__all__ = ["blueprint"]
