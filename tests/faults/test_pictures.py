"""Photographs of a report: nothing rides along, and what is no photograph is refused with its reason, at the field."""

from __future__ import annotations

import io
import struct
import zlib
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from PIL import Image
from sqlalchemy.orm import Session

from portal.core.clock import ATHENS
from portal.core.files import Attachment, Store
from portal.faults.models import FaultDraft
from tests.factories import NOW, make_fault_category, make_fault_limits, make_fault_unit, make_place
from tests.factories.faults import LAT, LON
from tests.support.client import Client, Page
from tests.support.photographs import photograph

FORM = "main form.fault-form"
HERE = {"lat": f"{LAT}", "lon": f"{LON}"}
MAKER = "Aegean Telephones"


@pytest.fixture
def client(client: Client, session: Session) -> Client:
    make_fault_limits(session)
    make_fault_unit(session)
    make_place(session)
    make_fault_category(session)
    client.language = "en"
    return client


def bomb() -> bytes:
    """200 megapixels in some kilobytes."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack("!I", len(data)) + name + data + struct.pack("!I", zlib.crc32(name + data))

    head, rows = struct.pack("!IIBBBBB", 20_000, 10_000, 1, 0, 0, 0, 0), zlib.compress(bytes(2_501 * 10_000), 9)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def send(client: Client, *given: tuple[bytes, str], status: int | None = None, **fields: Any) -> Page:
    uploads = [(io.BytesIO(data), name) for data, name in given]
    return client.submit(client.get("faults.report"), {**HERE, "photos": uploads, **fields}, form=FORM, status=status)


def stored(app: Flask, session: Session) -> list[bytes]:
    session.expire_all()
    store: Store = app.extensions["portal"].store
    return [store.get(row.sha256) for row in session.scalars(sa.select(Attachment).order_by(Attachment.id))]


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_nothing_of_what_the_camera_wrote_is_stored(app: Flask, client: Client, session: Session, kind: str) -> None:
    whole = photograph(LAT, LON, NOW.astimezone(ATHENS), kind=kind, maker=MAKER)
    assert MAKER.encode() in whole

    send(client, (whole, "street.jpg"))

    [kept] = stored(app, session)
    assert MAKER.encode() not in kept
    with Image.open(io.BytesIO(kept)) as picture:
        assert dict(picture.getexif()) == {}
        assert "exif" not in picture.info


@pytest.mark.parametrize(
    ("data", "name", "message"),
    [
        (bomb(), "street.png", "The picture “street.png” has too many pixels. Send it in a smaller size."),
        (
            b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
            "sign.svg",
            "“sign.svg” is not a photograph that we can take here. Send a JPEG, PNG, WebP or HEIC file.",
        ),
        (
            b"MZ\x90\x00" + bytes(300),
            "street.jpg",
            "“street.jpg” is not a photograph that we can take here. Send a JPEG, PNG, WebP or HEIC file.",
        ),
        (
            b"%PDF-1.7\n%%EOF\n",
            "street.jpg",
            "“street.jpg” is not a photograph that we can take here. Send a JPEG, PNG, WebP or HEIC file.",
        ),
        (
            photograph()[:400],
            "street.jpg",
            "“street.jpg” is damaged and cannot be read. Save it again and choose the new file.",
        ),
        (b"", "street.jpg", "“street.jpg” is empty. Choose the file again"),
    ],
    ids=["bomb", "svg", "executable", "pdf", "cut off", "empty"],
)
def test_what_is_no_photograph_is_refused_with_its_reason_at_the_field(
    app: Flask, client: Client, session: Session, data: bytes, name: str, message: str
) -> None:
    page = send(client, (data, name), status=422, address="By the bakery")

    assert page.errors == [message]
    assert page.one("[name=address]")["value"] == "By the bakery"
    assert page.one("[name=lat]")["value"] == f"{LAT}"
    assert stored(app, session) == []
    assert session.scalars(sa.select(FaultDraft)).all() == []


def test_of_a_polyglot_only_the_picture_is_left(app: Flask, client: Client, session: Session) -> None:
    send(client, (photograph() + b"PK\x03\x04 a zip with <script>alert(1)</script>%PDF-1.7", "street.jpg"))

    [kept] = stored(app, session)
    assert b"script" not in kept
    assert b"PK\x03\x04" not in kept


def test_a_refused_file_takes_none_of_the_others_in(app: Flask, client: Client, session: Session) -> None:
    page = send(client, (photograph(), "one.jpg"), (b"MZ\x90\x00" + bytes(300), "two.jpg"), status=422)

    assert "“two.jpg”" in page.errors[0]
    assert stored(app, session) == []


def test_kept_photographs_stay_when_another_is_refused_and_can_be_taken_out(
    app: Flask, client: Client, session: Session
) -> None:
    send(client, (photograph(), "one.jpg"))

    page = send(client, (b"MZ\x90\x00" + bytes(300), "two.jpg"), status=422)
    assert "one.jpg" in page.text
    [box] = page.select("[name=photos-drop]")
    client.submit(page, {"photos-drop": box["value"]}, form=FORM)

    assert stored(app, session) == []


def test_there_are_five_at_most(app: Flask, client: Client, session: Session) -> None:
    send(client, *[(photograph(maker=f"maker {number}"), f"{number}.jpg") for number in range(5)])
    assert len(stored(app, session)) == 5

    page = send(client, (photograph(), "six.jpg"), status=422)

    assert page.errors == ["Add at most 5 files to “Begin with a photograph, if you have one”"]
