"""Where and when a photograph was taken, as the telephone wrote it: read once to propose it, never kept."""

import io
import math
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from PIL import ExifTags, Image

from portal.core.clock import ATHENS
from portal.core.files import Intake

#: kinds of pictures whose notes are read without decoding the picture
_FORMATS = ("JPEG", "WEBP", "HEIF")
#: what broken notes make Pillow raise
_BROKEN = (OSError, ValueError, SyntaxError, KeyError, TypeError, ArithmeticError, struct.error)
_GPS, _BASE = ExifTags.GPS, ExifTags.Base


@dataclass(frozen=True)
class Taken:
    """What a photograph says of itself; None: it does not say that."""

    lat: float | None
    lon: float | None
    at: datetime | None


def read(data: bytes) -> Taken | None:
    """Position and moment in the notes of a photograph; None: there are none, or they cannot be understood."""
    try:
        with Image.open(io.BytesIO(data), formats=_formats(data)) as picture:
            if picture.width * picture.height > Intake.max_pixels:
                return None
            notes = picture.getexif()
            gps, more = notes.get_ifd(ExifTags.IFD.GPSInfo), notes.get_ifd(ExifTags.IFD.Exif)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning, *_BROKEN):
        return None
    lat = _degrees(gps, _GPS.GPSLatitude, _GPS.GPSLatitudeRef, negative="S", most=90)
    lon = _degrees(gps, _GPS.GPSLongitude, _GPS.GPSLongitudeRef, negative="W", most=180)
    if lat is None or lon is None or (lat, lon) == (0, 0):  # what a telephone without a signal writes
        lat = lon = None
    at = _by_satellite(gps) or _by_clock({**notes, **more})
    return None if lat is None and at is None else Taken(lat, lon, at)


def _formats(data: bytes) -> tuple[str, ...]:
    if data[4:8] == b"ftyp":
        import pillow_heif  # noqa: PLC0415 – only for the telephones that send HEIC

        pillow_heif.register_heif_opener()
        return _FORMATS
    return _FORMATS[:2]


def _degrees(notes: Mapping[int, Any], tag: int, side: int, *, negative: str, most: int) -> float | None:
    """Degrees, minutes and seconds as one number."""
    try:
        parts = [float(part) for part in notes[tag]]
        value = float(sum(part / 60**at for at, part in enumerate(parts[:3])))
    except _BROKEN:
        return None
    if not parts or not math.isfinite(value) or not 0 <= value <= most:
        return None
    return -value if _text(notes.get(side)).upper().startswith(negative) else value


def _by_satellite(notes: Mapping[int, Any]) -> datetime | None:
    """The moment of the position, which is in UTC."""
    try:
        on = date.fromisoformat(_text(notes[_GPS.GPSDateStamp]).replace(":", "-"))
        hours, minutes, seconds = (float(part) for part in notes[_GPS.GPSTimeStamp])
        start = datetime.combine(on, time(), UTC)
        return start + timedelta(hours=hours, minutes=minutes, seconds=int(seconds))
    except _BROKEN:
        return None


def _by_clock(notes: Mapping[int, Any]) -> datetime | None:
    """What the telephone's clock showed, here unless it says where."""
    written = _text(notes.get(_BASE.DateTimeOriginal) or notes.get(_BASE.DateTime))
    try:
        shown = datetime.strptime(written, "%Y:%m:%d %H:%M:%S")  # noqa: DTZ007 – its zone stands beside it
        offset = _text(notes.get(_BASE.OffsetTimeOriginal))
        return datetime.fromisoformat(f"{shown.isoformat()}{offset}") if offset else shown.replace(tzinfo=ATHENS)
    except _BROKEN:
        return None


def _text(value: Any) -> str:
    """Words of the notes, which may come as bytes and end with zeros."""
    text = value.decode("ascii", "replace") if isinstance(value, bytes) else str(value or "")
    return text.strip("\0 ")
