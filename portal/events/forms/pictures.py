"""The picture of an event that is being written: kept at once, so that no other mistake on the page loses it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from portal.core.files import Attachment, FileRefused
from portal.core.i18n import translate as _
from portal.core.uploads import keep_uploads


def show_picture(session: Session, form: Any, attachment_id: int | None) -> None:
    """Name the picture that the page has, with the box that takes it out."""
    found = session.get(Attachment, attachment_id) if attachment_id else None
    form.image.kept = {str(found.id): found.name} if found else {}


def take_picture(session: Session, form: Any, keep: Callable[[str, int | None], None], *, now: datetime) -> bool:
    """Keep a new picture in place of the one there was, or let go of that one; whether it could be taken.

    `keep` remembers it under the token of the page until the event itself is written.
    """
    once = str(form.once.data)
    if form.image.data and not _is_stale(form):
        form.image.dropped |= set(form.image.kept)  # one takes the place of the other
        if not form.image.validate(form):
            return False
        try:
            [kept] = keep_uploads(session, form.image.data, now=now, kinds=("image",))
        except FileRefused as refusal:
            form.image.refuse(_(refusal.message, **refusal.values))
            return False
        keep(once, kept.id)
        form.image.kept, form.image.data, form.image.dropped = {str(kept.id): kept.name}, [], set()
    elif form.image.kept and not form.image.remaining and not _is_stale(form):
        keep(once, None)
    return True


def _is_stale(form: Any) -> bool:
    """Whether the page was too old or not ours; then nothing of it is kept."""
    token = form._fields.get("csrf_token")
    return token is not None and not token.validate(form)
