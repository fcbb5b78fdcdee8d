"""What maps of pages show: points with names, in the reader's language."""

from collections.abc import Iterable
from typing import Any, Protocol

from portal.core.i18n import plain
from portal.core.texts import Translated


class Named(Protocol):
    """A point with a name."""

    @property
    def lat(self) -> float:
        """Degrees north."""

    @property
    def lon(self) -> float:
        """Degrees east."""

    @property
    def name(self) -> Translated:
        """What people call it."""


def labels(points: Iterable[Named]) -> list[dict[str, Any]]:
    """Names on the map: without tiles they say where one is."""
    return [{"lat": point.lat, "lon": point.lon, "label": plain(point.name)} for point in points]
