"""Photographs as telephones make them, with what they write into them."""

from __future__ import annotations

import io
from datetime import datetime
from typing import Any

from PIL import ExifTags, Image
from PIL.TiffImagePlugin import IFDRational

GPS, BASE = ExifTags.GPS, ExifTags.Base


def photograph(
    lat: float | None = None,
    lon: float | None = None,
    at: datetime | None = None,
    *,
    kind: str = "JPEG",
    gps: dict[int, Any] | None = None,
    maker: str = "Aegean Telephones",
) -> bytes:
    """A small picture; `gps` replaces what would be written of its position."""
    notes = Image.Exif()
    notes[BASE.Make] = maker
    if at is not None:
        notes.get_ifd(ExifTags.IFD.Exif)[BASE.DateTimeOriginal] = f"{at:%Y:%m:%d %H:%M:%S}"
    if gps is None and lat is not None and lon is not None:
        gps = {GPS.GPSLatitudeRef: "S" if lat < 0 else "N", GPS.GPSLatitude: _parts(abs(lat))}
        gps |= {GPS.GPSLongitudeRef: "W" if lon < 0 else "E", GPS.GPSLongitude: _parts(abs(lon))}
    if gps:
        notes.get_ifd(ExifTags.IFD.GPSInfo).update(gps)
    out = io.BytesIO()
    Image.new("RGB", (64, 48), "darkorange").save(out, kind, exif=notes.tobytes())
    return out.getvalue()


def _parts(degrees: float) -> tuple[IFDRational, ...]:
    whole, minutes = int(degrees), int(degrees % 1 * 60)
    seconds = (degrees - whole - minutes / 60) * 3600
    return IFDRational(whole), IFDRational(minutes), IFDRational(round(seconds * 10_000), 10_000)
