"""A place: a point of the map, or what a neighbour would say."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from markupsafe import Markup
from wtforms.validators import ValidationError

from portal.core.fields.base import component
from portal.core.fields.choices import Choices, SelectField
from portal.core.fields.compound import CompoundField, answers_of
from portal.core.fields.text import TextField


class CoordinateField(TextField):
    """Degrees with decimals, point or comma; `data` is a Decimal with six of them (about ten centimetres)."""

    #: Limits in degrees, both included.
    low: float = -180
    high: float = 180
    max: int = 30
    inputmode: str = "decimal"
    classes: str = "govuk-input--width-10"
    empty = None

    def read(self, text: str) -> Decimal:
        """Degrees.

        :raises ValidationError: not a number, or not on this map.
        """
        if not re.fullmatch(r"-?[0-9]{1,3}([.,][0-9]{1,20})?", text):
            raise ValidationError(_("Enter “%(label)s” in degrees, like 35.3159", label=self.title))
        return Decimal(text.replace(",", ".")).quantize(Decimal("0.000001"))

    def load(self, value: Any) -> Any:
        """Degrees.

        :raises ValueError: not a finite number.
        """
        number = Decimal(str(value))
        if not number.is_finite() or abs(number) > 180:
            raise ValueError(value)
        return number.quantize(Decimal("0.000001"))

    def check(self) -> None:
        """On this map.

        :raises ValidationError: elsewhere.
        """
        if not self.low <= self.data <= self.high:
            limits = {"low": f"{self.low:g}", "high": f"{self.high:g}"}
            raise ValidationError(
                _("“%(label)s” must be between %(low)s and %(high)s here", label=self.title, **limits)
            )


class PlaceField(CompoundField):
    """A point of the map or its description in words: `{lat, lon, community, words}`; one of the two must be given.

    The page has a box marked `data-map` that a script may turn into a map; it reads and writes the two coordinates.
    """

    #: South, west, north, east: points outside are refused.
    bounds: tuple[float, float, float, float] = (34.0, 19.0, 42.0, 30.0)
    #: The communities to choose from; without any the question is left out.
    communities: Choices = ()
    #: More marks for the script: `{"centre": "35.29,25.38", "zoom": "12"}` becomes `data-centre` and `data-zoom`.
    map: Mapping[str, Any] = {}

    def parts(self) -> dict[str, Any]:
        """All may stay empty; `check` asks for one of the two ways."""
        south, west, north, east = self.bounds
        plain: dict[str, Any] = {"required": False, "mark_optional": False}
        fields = {
            "community": SelectField(_l("Community"), choices=self.communities, **plain),
            "words": TextField(
                _l("Where it is, in words"),
                max=300,
                help=_l("A street, a shop, a beach – what a neighbour would say"),
                **plain,
            ),
            "lat": CoordinateField(_l("Latitude"), low=south, high=north, **plain),
            "lon": CoordinateField(_l("Longitude"), low=west, high=east, **plain),
        }
        if not self.communities:
            del fields["community"]
        return fields

    def _collect(self) -> None:
        super()._collect()
        if self.data:
            self.data.setdefault("community", None)

    @property
    def answer(self) -> Any:
        """Latitude and longitude as digits, community code, words."""
        return None if self.is_empty() else {"community": None, **answers_of(self.inner)}

    def check(self) -> None:
        """A whole point, or words.

        :raises ValidationError: half a point, or neither.
        """
        lat, lon = self.data["lat"], self.data["lon"]
        if (lat is None) != (lon is None):
            raise ValidationError(_("Give both the latitude and the longitude, or neither"))
        if lat is None and not self.data["words"]:
            raise ValidationError(self.missing_message())

    def missing_message(self) -> str:
        """Offers both ways."""
        return str(self.missing) or _("Show the place on the map, or say in words where it is")

    def body(self, attributes: dict[str, Any]) -> Markup:
        """Words first; the coordinates are folded away unless they are filled or wrong."""
        fields = self.inner._fields
        lat, lon = fields["lat"], fields["lon"]
        first, *others = [field for name, field in fields.items() if name in {"community", "words"}]
        details = {"summaryText": _("I know the coordinates"), "html": lat() + lon()}
        details["open"] = any(field.errors or field.typed for field in (lat, lon))
        parts = [
            first(**attributes),
            *(field() for field in others),
            self._map(lat.id, lon.id),
            component("details", details),
        ]
        return Markup("").join(parts)

    def _map(self, lat: str, lon: str) -> Markup:
        """A box that stays empty without scripts, with the ids of the two inputs."""
        marks = {"map": "", "label": self.title, "lat": lat, "lon": lon, "bounds": json.dumps(self.bounds), **self.map}
        attributes = [Markup(' data-{}="{}"').format(name.replace("_", "-"), value) for name, value in marks.items()]
        return Markup("<div{}></div>").format(Markup("").join(attributes))
