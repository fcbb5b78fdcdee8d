"""What a photograph says of where and when it was taken."""

from __future__ import annotations

import struct
import zlib
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL.TiffImagePlugin import IFDRational

from portal.core.clock import ATHENS
from portal.faults.operations import exif
from tests.support.photographs import GPS, photograph

NOON = datetime(2026, 6, 12, 12, 30, tzinfo=ATHENS)


@pytest.mark.parametrize("kind", ["JPEG", "WEBP"])
@pytest.mark.parametrize(("lat", "lon"), [(35.317742, 25.390411), (-33.9, 18.4), (40.7, -74.1)])
def test_a_photograph_says_where_it_was_taken(kind: str, lat: float, lon: float) -> None:
    taken = exif.read(photograph(lat, lon, kind=kind))

    assert taken is not None
    assert (taken.lat, taken.lon) == (pytest.approx(lat, abs=1e-6), pytest.approx(lon, abs=1e-6))
    assert taken.at is None


def test_the_clock_of_a_telephone_is_the_one_of_athens() -> None:
    taken = exif.read(photograph(at=NOON))

    assert taken == exif.Taken(None, None, NOON)


def test_the_moment_of_the_satellites_is_in_utc_and_goes_before_the_clock() -> None:
    stamp = {GPS.GPSDateStamp: "2026:06:12", GPS.GPSTimeStamp: tuple(map(IFDRational, (9, 31, 5)))}

    taken = exif.read(photograph(at=NOON, gps=stamp))

    assert taken == exif.Taken(None, None, datetime(2026, 6, 12, 9, 31, 5, tzinfo=UTC))


@pytest.mark.parametrize(
    "gps",
    [
        {GPS.GPSLatitude: (), GPS.GPSLongitude: ()},
        {GPS.GPSLatitude: tuple(IFDRational(0, 0) for _ in range(3)), GPS.GPSLongitude: (IFDRational(25),) * 3},
        {GPS.GPSLatitude: (IFDRational(95), IFDRational(0), IFDRational(0)), GPS.GPSLongitude: (IFDRational(25),) * 3},
        {GPS.GPSLatitude: (IFDRational(0),) * 3, GPS.GPSLongitude: (IFDRational(0),) * 3},
        {GPS.GPSLatitude: (IFDRational(35),) * 3},
    ],
)
def test_a_position_that_makes_no_sense_is_none(gps: dict[int, object]) -> None:
    assert exif.read(photograph(gps=gps)) is None


def test_a_picture_without_notes_says_nothing() -> None:
    assert exif.read(photograph()) is None
    assert exif.read(photograph(35.3, 25.3, kind="PNG")) is None
    assert exif.read(b"") is None


def test_a_bomb_is_not_opened() -> None:
    assert exif.read(huge_png()) is None


def huge_png() -> bytes:
    """A picture of 20000 × 10000 pixels in a few hundred kilobytes."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack("!I", len(data)) + name + data + struct.pack("!I", zlib.crc32(name + data))

    head = struct.pack("!IIBBBBB", 20_000, 10_000, 8, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(bytes(50_000))) + chunk(b"IEND", b"")
    )


@pytest.mark.filterwarnings("ignore::UserWarning")  # Pillow says what it skips
@settings(deadline=None)
@given(st.integers(0, 600), st.binary(min_size=1, max_size=12))
def test_broken_notes_fail_nobody(at: int, junk: bytes) -> None:
    whole = photograph(35.3, 25.3, NOON)

    exif.read(whole[:at] + junk + whole[at + len(junk) :])
