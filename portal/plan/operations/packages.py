"""A spreadsheet file is a package of parts: unpacked with a limit before anything reads them."""

import io
import zipfile
from collections.abc import Mapping

#: what an honest spreadsheet unpacks to, at most
MOST_BYTES = 60_000_000
#: how files begin that are a container of Microsoft's: old workbooks (XLS), and new ones behind a password
OLD_CONTAINER = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
#: by these an OpenDocument file says that its parts cannot be read without a password
_SEALED = b"encryption-data"

Parts = Mapping[str, bytes]


class NotReadable(ValueError):
    """It is no package, or one that nobody should read."""


class TooLarge(NotReadable):
    """More comes out of it than goes into memory."""


class Locked(NotReadable):
    """It needs a password."""


class OldFormat(NotReadable):
    """A workbook as Excel wrote them until 2003."""


def unpacked(data: bytes) -> Parts:
    """Name → what a part holds.

    What the package says of its sizes is not believed: a part is read up to the limit, and not a byte further.

    :raises NotReadable: if it is no package, is locked, or too large inside.
    """
    if data.startswith(OLD_CONTAINER):
        raise Locked if "EncryptedPackage".encode("utf-16-le") in data else OldFormat
    parts: dict[str, bytes] = {}
    left = MOST_BYTES
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            for item in packed.infolist():
                with packed.open(item) as part:
                    parts[item.filename] = part.read(left + 1)
                left -= len(parts[item.filename])
                if left < 0:
                    break
    except Exception as broken:  # packages are broken in as many ways as there are programs
        raise NotReadable from broken
    if left < 0:
        raise TooLarge
    if _SEALED in parts.get("META-INF/manifest.xml", b""):
        raise Locked
    return parts


def repacked(parts: Parts) -> io.BytesIO:
    """The same parts as a package that is as large as it says: what else was in the file reaches no reader."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as package:
        for name, part in parts.items():
            package.writestr(name, part)
    out.seek(0)
    return out
