"""Backup and restore of an embedded installation: SQLite, files and keys as one archive.

An installation on PostgreSQL and S3 is backed up with the tools of those (see docs/operations.md).
"""

from __future__ import annotations

import sqlite3
import tarfile
import tempfile
from contextlib import closing
from pathlib import Path

DATABASE = "portal.sqlite3"
#: made anew by itself
LEFT_OUT = (f"{DATABASE}-wal", f"{DATABASE}-shm", "limits.sqlite3", "limits.sqlite3-wal", "limits.sqlite3-shm")


class CannotBackUp(Exception):
    """There is nothing here to back up, or something in the way of a restore; the message says what."""


def save(data_dir: Path, archive: Path) -> None:
    """Write everything into a gzipped tar file, while the portal goes on.

    The database is copied first: every file it names lies in the store by then, since files are kept before their rows.

    :raises CannotBackUp: if there is no database in the folder, or the archive lies within it.
    """
    if not (data_dir / DATABASE).exists():
        raise CannotBackUp(f"no {DATABASE} in {data_dir}: only embedded installations are backed up this way")
    if archive.resolve().is_relative_to(data_dir.resolve()):
        raise CannotBackUp("choose a place for the backup outside the data folder")
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / DATABASE
        with closing(sqlite3.connect(data_dir / DATABASE)) as source, closing(sqlite3.connect(copy)) as target:
            source.backup(target)
        with tarfile.open(archive, "w:gz") as tar:
            tar.add(copy, DATABASE)
            for path in sorted(data_dir.iterdir()):
                if path.name not in (DATABASE, *LEFT_OUT):
                    tar.add(path, path.name)
    archive.chmod(0o600)  # it holds the keys


def restore(data_dir: Path, archive: Path) -> None:
    """Bring back what `save` has written, into a data folder that holds no database yet.

    :raises CannotBackUp: if there is one, or the archive is none of ours.
    """
    if (data_dir / DATABASE).exists():
        raise CannotBackUp(f"{data_dir} holds a database already: restore into an empty folder")
    with tarfile.open(archive) as tar:
        if DATABASE not in tar.getnames():
            raise CannotBackUp(f"{archive} is no backup of the portal")
        data_dir.mkdir(parents=True, exist_ok=True)
        tar.extractall(data_dir, filter="data")
