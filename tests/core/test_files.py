"""Files: what comes in, in which shape, and what stays outside."""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Iterator
from pathlib import Path

import pillow_heif
import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st
from moto.server import ThreadedMotoServer
from PIL import Image
from sqlalchemy.orm import Session

from portal.core import files
from portal.core.files import Intake, LocalStore, S3Store
from tests.factories import NOW
from tests.support.scanner import clamd

INTAKE = Intake()
PDF = b"%PDF-1.7\n1 0 obj<<>>endobj\ntrailer<<>>\nstartxref\n9\n%%EOF\n"
GPS = 0x8825


def picture(kind: str = "JPEG", size: tuple[int, int] = (60, 40), **options: object) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, (0, 80, 120)).save(out, kind, **options)
    return out.getvalue()


def photograph() -> bytes:
    exif = Image.Exif()
    exif[0x0112] = 6  # to be turned by a quarter
    exif[0x010F] = "Telephone"
    exif.get_ifd(GPS)[1] = "N"
    return picture(exif=exif, comment=b"hidden words")


def bomb() -> bytes:
    """A PNG that says it has 200 million pixels and is a few hundred bytes long."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack("!I", len(data)) + kind + data + struct.pack("!I", zlib.crc32(kind + data))

    header = struct.pack("!IIBBBBB", 20_000, 10_000, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\0" * 999)) + chunk(b"IEND", b"")
    )


def test_a_photograph_is_turned_upright_and_forgets_where_it_was_taken() -> None:
    clean = files.examine(photograph(), "IMG_1.JPG", INTAKE)

    with Image.open(io.BytesIO(clean.data)) as written:
        assert written.size == (40, 60)
        assert not written.getexif()
    assert b"Telephone" not in clean.data
    assert b"hidden words" not in clean.data


@pytest.mark.parametrize(
    ("kind", "name", "media_type", "kept_as"),
    [
        ("JPEG", "a.jpeg", files.JPEG, "a.jpeg.jpg"),
        ("JPEG", "a.JPG", files.JPEG, "a.JPG"),
        ("PNG", "σχέδιο.png", files.PNG, "σχέδιο.png"),
        ("PNG", "really-a-png.jpg", files.PNG, "really-a-png.png"),
        ("WEBP", "a.webp", files.JPEG, "a.jpg"),
    ],
)
def test_the_type_is_read_from_the_content(kind: str, name: str, media_type: str, kept_as: str) -> None:
    clean = files.examine(picture(kind), name, INTAKE)

    assert clean.media_type == media_type
    assert clean.name == kept_as.replace("a.jpeg.jpg", "a.jpg")


def test_heic_of_a_telephone_becomes_jpeg() -> None:
    out = io.BytesIO()
    pillow_heif.from_pillow(Image.new("RGB", (64, 48), "teal")).save(out)

    clean = files.examine(out.getvalue(), "IMG_0001.HEIC", INTAKE)

    assert (clean.name, clean.media_type) == ("IMG_0001.jpg", files.JPEG)
    with Image.open(io.BytesIO(clean.data)) as written:
        assert written.size == (64, 48)


def test_a_pdf_stays_as_it_is() -> None:
    clean = files.examine(PDF, "άδεια.pdf", INTAKE)

    assert (clean.data, clean.name, clean.media_type) == (PDF, "άδεια.pdf", files.PDF)


@pytest.mark.parametrize(
    ("data", "name", "refusal"),
    [
        (b"", "nothing.pdf", files.EmptyFile),
        (b"MZ" + b"\0" * 200, "invoice.pdf", files.KindNotAllowed),
        (b"\x7fELF" + b"\0" * 200, "photo.jpg", files.KindNotAllowed),
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>", "logo.svg", files.KindNotAllowed),
        (b"<html><script>alert(1)</script></html>", "page.png", files.KindNotAllowed),
        (b"PK\x03\x04" + b"\0" * 60, "report.docx", files.KindNotAllowed),
        (b"just words", "notes.txt", files.KindNotAllowed),
        (b"\xff\xd8\xff\xe0" + b"\0" * 100, "cut.jpg", files.BrokenFile),
        (PDF[:20], "cut.pdf", files.BrokenFile),
        (bomb(), "bomb.png", files.PictureTooLarge),
    ],
)
def test_what_cannot_be_taken_is_refused_with_its_name(
    data: bytes, name: str, refusal: type[files.FileRefused]
) -> None:
    with pytest.raises(refusal) as refused:
        files.examine(data, name, INTAKE)

    assert name in str(refused.value)


def test_a_picture_cut_in_the_middle_is_damaged() -> None:
    whole = picture(size=(400, 400), quality=95)

    with pytest.raises(files.BrokenFile):
        files.examine(whole[: len(whole) // 2], "half.jpg", INTAKE)


def test_too_many_bytes_are_refused_and_the_limit_is_named() -> None:
    with pytest.raises(files.FileTooLarge) as refused:
        files.examine(PDF + b"\0" * 2_000_000, "large.pdf", Intake(max_bytes=2_000_000))

    assert refused.value.values == {"name": "large.pdf", "limit": 2}


def test_of_two_files_in_one_only_the_picture_is_kept() -> None:
    polyglot = picture() + b"PK\x03\x04 a zip with <script>alert(1)</script>" + PDF

    clean = files.examine(polyglot, "innocent.jpg", INTAKE)

    assert clean.media_type == files.JPEG
    assert b"script" not in clean.data
    assert b"PK\x03\x04" not in clean.data


def test_a_place_for_pictures_takes_no_pdf() -> None:
    with pytest.raises(files.KindNotAllowed):
        files.examine(PDF, "a.pdf", Intake(kinds=("image",)))


@pytest.mark.parametrize(
    ("given_name", "name"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\Έγγραφα\\άδεια.pdf", "άδεια.pdf"),
        ("a\x00b\n.pdf", "ab.pdf"),
        ("...", "file"),
        ("", "file"),
        ("\u202egnp.exe", "gnp.exe"),
    ],
)
def test_names_lose_what_is_dangerous(given_name: str, name: str) -> None:
    assert files.clean_name(given_name) == name


@given(st.text(max_size=400))
def test_any_name_becomes_one_that_can_be_stored(name: str) -> None:
    clean = files.clean_name(name)

    assert 1 <= len(clean) <= 120
    assert "/" not in clean
    assert clean == files.clean_name(clean)


def test_the_same_content_lies_in_the_store_once(session: Session, tmp_path: Path) -> None:
    store = LocalStore(tmp_path)
    clean = files.examine(PDF, "one.pdf", INTAKE)

    one = files.keep(session, store, clean, now=NOW)
    other = files.keep(session, store, files.CleanFile("other.pdf", files.PDF, PDF), now=NOW)

    assert (one.sha256, one.size) == (other.sha256, len(PDF))
    assert session.scalar(sa.select(sa.func.count()).select_from(files.StoredFile)) == 1
    assert store.get(one.sha256) == PDF
    assert [path.name for path in tmp_path.rglob("*") if path.is_file()] == [one.sha256]


def test_what_is_not_there_is_a_key_error(tmp_path: Path) -> None:
    with pytest.raises(KeyError):
        LocalStore(tmp_path).get("0" * 64)


@pytest.fixture
def bucket(monkeypatch: pytest.MonkeyPatch) -> Iterator[S3Store]:
    for name, value in {"ACCESS_KEY_ID": "x", "SECRET_ACCESS_KEY": "x", "DEFAULT_REGION": "eu-south-1"}.items():
        monkeypatch.setenv(f"AWS_{name}", value)
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    store = S3Store("portal-files", f"http://{host}:{port}")
    store.client.create_bucket(Bucket="portal-files", CreateBucketConfiguration={"LocationConstraint": "eu-south-1"})
    yield store
    server.stop()


def test_content_can_lie_in_a_bucket(bucket: S3Store) -> None:
    clean = files.examine(PDF, "one.pdf", INTAKE)
    bucket.put(clean.sha256, clean.data)
    bucket.put(clean.sha256, clean.data)

    assert bucket.get(clean.sha256) == PDF
    with pytest.raises(KeyError):
        bucket.get("0" * 64)


def test_the_scanner_sees_all_of_a_clean_file() -> None:
    seen = []
    large = PDF[:-6] + b"\0" * 200_000 + b"\n%%EOF\n"

    with clamd(lambda data: seen.append(data) or b"stream: OK\0") as address:  # type: ignore[func-returns-value]
        files.examine(large, "a.pdf", Intake(clamav=address))

    assert seen == [large]


def test_what_the_scanner_knows_is_refused() -> None:
    with clamd(lambda _: b"stream: Eicar-Signature FOUND\0") as address, pytest.raises(files.VirusFound):
        files.examine(PDF, "a.pdf", Intake(clamav=address))


def test_without_an_answer_nothing_is_taken() -> None:
    with clamd(lambda _: b"INSTREAM size limit exceeded. ERROR\0") as address, pytest.raises(OSError, match="clamd"):
        files.examine(PDF, "a.pdf", Intake(clamav=address))
    with pytest.raises(ConnectionRefusedError):
        files.examine(PDF, "a.pdf", Intake(clamav="127.0.0.1:1"))
