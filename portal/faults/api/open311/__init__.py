"""Open311 GeoReport v2: any program files reports, and reads the public ones."""

from portal.faults.api.open311 import filing, reading, services
from portal.faults.api.open311.base import blueprint

__all__ = ["blueprint", "filing", "reading", "services"]
