"""Files: taken in with suspicion, kept once under the hash of their content.

The type is read from the content, never from the name. Pictures are decoded and written anew, which drops EXIF and
whatever else rides along. `LocalStore` writes below a folder, `S3Store` into a bucket; both are chosen by a setting.
"""

import hashlib
import io
import os
import re
import socket
import struct
import unicodedata
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol

import filetype
import sqlalchemy as sa
from PIL import Image, ImageOps, UnidentifiedImageError
from sqlalchemy.orm import Mapped, Session, mapped_column

from portal.core.errors import Refused
from portal.core.orm import Base, Key
from portal.core.texts import N_

PDF = "application/pdf"
JPEG, PNG = "image/jpeg", "image/png"
#: what can be uploaded: kind in a form definition → types by content
KINDS = {"pdf": {PDF}, "image": {JPEG, PNG, "image/webp", "image/heic", "image/heif"}}
#: the one decoder that may look at a picture: the one for the type its content shows
DECODERS = {JPEG: "JPEG", PNG: "PNG", "image/webp": "WEBP", "image/heic": "HEIF", "image/heif": "HEIF"}
ENDINGS = {PDF: ".pdf", JPEG: ".jpg", PNG: ".png"}


class FileRefused(Refused):
    """The file cannot be taken; the message says why and what to do."""


class EmptyFile(FileRefused):
    """Nothing in it."""

    message = N_("“%(name)s” is empty. Choose the file again.")


class FileTooLarge(FileRefused):
    """More bytes than allowed."""

    message = N_("“%(name)s” is larger than %(limit)s MB. Choose a smaller file.")


class KindNotAllowed(FileRefused):
    """The content is of no allowed type."""

    message = N_("“%(name)s” is not a file of a kind we can take here. Send a PDF or a photograph (JPEG, PNG, HEIC).")


class PhotographNeeded(KindNotAllowed):
    """No picture, where nothing else is taken."""

    message = N_("“%(name)s” is not a photograph that we can take here. Send a JPEG, PNG, WebP or HEIC file.")


class PictureTooLarge(FileRefused):
    """More pixels than allowed; also a decompression bomb."""

    message = N_("The picture “%(name)s” has too many pixels. Send it in a smaller size.")


class BrokenFile(FileRefused):
    """It cannot be read to its end."""

    message = N_("“%(name)s” is damaged and cannot be read. Save it again and choose the new file.")


class VirusFound(FileRefused):
    """The scanner knows it as harmful."""

    message = N_("“%(name)s” contains harmful software and was not kept. Choose another file.")


class StoredFile(Base):
    """Content that lies in the store."""

    __tablename__ = "stored_file"

    sha256: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    size: Mapped[int]
    media_type: Mapped[str] = mapped_column(sa.String(100))
    stored_at: Mapped[datetime]


class Attachment(Base):
    """A stored file under the name somebody gave it; rooms link to it."""

    __tablename__ = "attachment"

    id: Mapped[Key]
    sha256: Mapped[str] = mapped_column(sa.ForeignKey("stored_file.sha256"))
    name: Mapped[str] = mapped_column(sa.String(200))
    media_type: Mapped[str] = mapped_column(sa.String(100))
    size: Mapped[int]
    added_at: Mapped[datetime]


class Store(Protocol):
    """Where content lies."""

    def put(self, sha256: str, data: bytes) -> None:
        """Keep it; once it returns, the content is safe. Putting it twice is the same as once."""

    def get(self, sha256: str) -> bytes:
        """:raises KeyError: if it is not there."""


class LocalStore:
    """Content below a folder, in sub-folders by the first two digits."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def path(self, sha256: str) -> Path:
        """Where that content lies."""
        return self.folder / sha256[:2] / sha256

    def put(self, sha256: str, data: bytes) -> None:
        """Write beside, sync, rename: a crash leaves the whole file or none."""
        path = self.path(sha256)
        if path.exists():
            return
        path.parent.mkdir(parents=True, exist_ok=True)
        fresh = path.with_name(f"{sha256}.{os.getpid()}.{id(data)}")
        with fresh.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(path)

    def get(self, sha256: str) -> bytes:
        """:raises KeyError: if it is not there."""
        try:
            return self.path(sha256).read_bytes()
        except FileNotFoundError:
            raise KeyError(sha256) from None


class S3Store:
    """Content in a bucket of S3-compatible storage; credentials come from the environment, as usual there."""

    def __init__(self, bucket: str, endpoint: str | None = None) -> None:
        import boto3  # noqa: PLC0415 – heavy, and only installations with S3 need it

        self.bucket = bucket
        self.client: Any = boto3.client("s3", endpoint_url=endpoint)

    def put(self, sha256: str, data: bytes) -> None:
        """One object per content."""
        self.client.put_object(Bucket=self.bucket, Key=sha256, Body=data)

    def get(self, sha256: str) -> bytes:
        """:raises KeyError: if it is not there."""
        try:
            return bytes(self.client.get_object(Bucket=self.bucket, Key=sha256)["Body"].read())
        except self.client.exceptions.NoSuchKey:
            raise KeyError(sha256) from None


@dataclass(frozen=True)
class Intake:
    """The rules by which files are taken."""

    max_bytes: int = 15_000_000
    max_pixels: int = 60_000_000
    clamav: str = ""
    kinds: Collection[str] = field(default=("pdf", "image"))


@dataclass(frozen=True)
class CleanFile:
    """A file that passed: its content is what will be stored."""

    name: str
    media_type: str
    data: bytes

    @property
    def sha256(self) -> str:
        """Hash of the content, its address in the store."""
        return hashlib.sha256(self.data).hexdigest()


def examine(data: bytes, name: str, intake: Intake) -> CleanFile:
    """Decide whether a file may come in, and clean it.

    :raises FileRefused: with the reason, for people.
    """
    name = clean_name(name)
    if not data:
        raise EmptyFile(name=name)
    if len(data) > intake.max_bytes:
        raise FileTooLarge(name=name, limit=intake.max_bytes // 1_000_000)
    kind = filetype.guess(data)
    media_type = kind.mime if kind else ""
    allowed = set().union(*(KINDS[k] for k in intake.kinds))
    if media_type not in allowed:
        raise (KindNotAllowed if "pdf" in intake.kinds else PhotographNeeded)(name=name)
    scan(data, name, intake)
    if media_type == PDF:
        if b"%%EOF" not in data[-2048:]:
            raise BrokenFile(name=name)
        return CleanFile(_with_ending(name, PDF), PDF, data)
    return _written_anew(data, name, media_type, intake)


def keep(session: Session, store: Store, clean: CleanFile, *, now: datetime) -> Attachment:
    """Put the content into the store, then write its rows into the running transaction."""
    store.put(clean.sha256, clean.data)
    if session.get(StoredFile, clean.sha256) is None:
        session.add(StoredFile(sha256=clean.sha256, size=len(clean.data), media_type=clean.media_type, stored_at=now))
        session.flush()
    attachment = Attachment(
        sha256=clean.sha256, name=clean.name, media_type=clean.media_type, size=len(clean.data), added_at=now
    )
    session.add(attachment)
    session.flush()
    return attachment


def clean_name(name: str) -> str:
    """The last part of a path, without control characters, at most 120 characters."""
    name = unicodedata.normalize("NFC", name).replace("\\", "/").rsplit("/", 1)[-1]
    name = "".join(c for c in name if unicodedata.category(c)[0] != "C").strip(" .")
    stem, dot, ending = name.rpartition(".")
    return f"{stem[:110]}{dot}{ending[:9]}" if dot else (name[:120] or "file")


def _with_ending(name: str, media_type: str) -> str:
    ending = ENDINGS[media_type]
    return name if name.lower().endswith(ending) else re.sub(r"\.\w{1,5}$", "", name) + ending


def _written_anew(data: bytes, name: str, media_type: str, intake: Intake) -> CleanFile:
    """Decode a picture fully and write it as JPEG or PNG, upright and without what was hidden in it."""
    if media_type in {"image/heic", "image/heif"}:
        import pillow_heif  # noqa: PLC0415 – only for the telephones that send HEIC

        pillow_heif.register_heif_opener()
    out = io.BytesIO()
    target = PNG if media_type == PNG else JPEG
    try:
        with Image.open(io.BytesIO(data), formats=(DECODERS[media_type],)) as picture:
            if picture.width * picture.height > intake.max_pixels:
                raise PictureTooLarge(name=name)
            upright = ImageOps.exif_transpose(picture).convert("RGBA" if target == PNG else "RGB")
            upright.info.clear()
            upright.save(out, "PNG" if target == PNG else "JPEG", **({} if target == PNG else {"quality": 88}))
    except Image.DecompressionBombError:
        raise PictureTooLarge(name=name) from None
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, struct.error) as error:
        raise BrokenFile(name=name) from error
    return CleanFile(_with_ending(name, target), target, out.getvalue())


def scan(data: bytes, name: str, intake: Intake) -> None:
    """Ask clamd by its INSTREAM command, where one is set: also about files that are read and not kept.

    :raises VirusFound: if it knows the content. :raises OSError: if it does not answer; nothing is taken unscanned.
    """
    if not intake.clamav:
        return
    host, _, port = intake.clamav.rpartition(":")
    with socket.create_connection((host, int(port)), timeout=20) as line:
        line.sendall(b"zINSTREAM\0")
        for start in range(0, len(data), 65536):
            chunk = data[start : start + 65536]
            line.sendall(struct.pack("!I", len(chunk)) + chunk)
        line.sendall(struct.pack("!I", 0))
        answer = line.recv(4096)
    if b"FOUND" in answer:
        raise VirusFound(name=name)
    if b"OK" not in answer:
        raise OSError(f"clamd answered {answer!r}")
