"""The municipality's colours as a style sheet: four colours of its pack, made safe to read in light and in dark.

Whatever a pack says, text keeps the contrast that WCAG 2.2 AA asks for: a colour that is too pale on paper is
darkened, and lightened for the dark page, until it can be read.
"""

from __future__ import annotations

import colorsys
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

Colour = tuple[float, float, float]

#: The portal's own colours, where a pack leaves one out.
DEFAULTS = {"brand": "#0b4f79", "deep": "#07334f", "mist": "#e8f1f6", "accent": "#ffd23f"}
WHITE: Colour = (255, 255, 255)
#: Page in dark mode, as in static/css/theme/_tokens.scss.
NIGHT: Colour = (11, 26, 36)
#: Contrast of text we aim at: above the 4.5 of AA, so that tinted grounds pass too.
READABLE = 5.5


def stylesheet(colours: Mapping[str, str]) -> str:
    """CSS that sets the municipality's custom properties, from `brand`, `deep`, `mist` and `accent` as `#rrggbb`.

    :raises ValueError: a colour is not written as `#rrggbb`.
    """
    brand, deep, mist, accent = (_parse(colours.get(name) or DEFAULTS[name]) for name in DEFAULTS)
    fill = _until_readable(brand, on=WHITE, step=-0.02)
    light = {
        "brand": fill,
        "brand-fill": fill,
        "brand-sky": _lighter(fill, 0.17),
        "brand-deep": _until_readable(deep, on=WHITE, step=-0.02),
        "brand-mist": mist,
        "accent": accent,
        "on-accent": _until_readable(deep, on=accent, step=-0.02),
    }
    misty_night = _mix(NIGHT, brand, 0.3)
    dark = {
        "brand": _until_readable(brand, on=misty_night, step=0.02),
        "brand-sky": _lighter(fill, 0.05),
        "brand-mist": misty_night,
    }
    return f":root{{{_declare(light)}}}\n@media (prefers-color-scheme:dark){{:root{{{_declare(dark)}}}}}\n"


def contrast(one: Colour, other: Colour) -> float:
    """Contrast ratio of two colours, 1 to 21 (WCAG 2.2, relative luminance)."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _parse(text: str) -> Colour:
    if not re.fullmatch(r"#[0-9a-fA-F]{6}", text):
        message = f"not a colour as #rrggbb: {text!r}"
        raise ValueError(message)
    red, green, blue = (int(text[at : at + 2], 16) for at in (1, 3, 5))
    return red, green, blue


def _luminance(colour: Colour) -> float:
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
        for part in (value / 255 for value in colour)
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _mix(one: Colour, other: Colour, share: float) -> Colour:
    red, green, blue = (a + (b - a) * share for a, b in zip(one, other, strict=True))
    return red, green, blue


def _lighter(colour: Colour, by: float) -> Colour:
    """The same hue, lighter (darker where `by` is negative); lightness runs from 0 to 1."""
    hue, lightness, saturation = colorsys.rgb_to_hls(*(part / 255 for part in colour))
    red, green, blue = colorsys.hls_to_rgb(hue, min(max(lightness + by, 0), 1), saturation * 0.92)
    return red * 255, green * 255, blue * 255


def _until_readable(colour: Colour, *, on: Colour, step: float) -> Colour:
    """The colour itself, or the nearest lighter (darker, for a negative step) one that can be read on the ground."""
    shades = [colour, *(_lighter(colour, step * count) for count in range(1, 51))]
    return next((shade for shade in shades if contrast(shade, on) >= READABLE), shades[-1])


def _declare(colours: Mapping[str, Colour]) -> str:
    written = {name: "".join(f"{round(part):02x}" for part in colour) for name, colour in colours.items()}
    return ";".join(f"--{name}:#{digits}" for name, digits in written.items())
