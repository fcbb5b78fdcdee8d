"""Uploaded files on their way in: examined, then kept in the running transaction."""

from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import datetime

from sqlalchemy.orm import Session
from werkzeug.datastructures import FileStorage

from portal.core import files
from portal.core.web import portal


def keep_uploads(
    session: Session, uploads: Iterable[FileStorage], *, now: datetime, kinds: Collection[str] = ("pdf", "image")
) -> list[files.Attachment]:
    """Examine every file before any is kept, so that a refused one leaves nothing behind.

    :raises FileRefused: for the first that cannot be taken, with the reason for people.
    """
    intake = replace(portal.intake, kinds=kinds)
    clean = []
    for upload in uploads:
        data = upload.stream.read(intake.max_bytes + 1)
        clean.append(files.examine(data, upload.filename or "", intake))
    return [files.keep(session, portal.store, item, now=now) for item in clean]
