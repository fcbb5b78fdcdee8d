"""The picture of an event that is being written: its own, kept at once so that no mistake loses it, or a drawing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _l
from markupsafe import Markup
from sqlalchemy.orm import Session

from portal.core.fields import RadiosField, choice, choices_of
from portal.core.files import Attachment, FileRefused
from portal.core.i18n import translate as _
from portal.core.uploads import keep_uploads
from portal.core.web import portal
from portal.events.models import Drawing


class DrawingField(RadiosField):
    """One of our drawings, each in sight beside its name; `data` is a `Drawing`, or None."""

    classes: str = "event-drawings"

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, choices=[choice("", _l("No drawing")), *choices_of(Drawing)], **options)

    def items(self, attributes: dict[str, Any]) -> list[dict[str, Any]]:
        """The answers with their pictures, which add nothing for those who hear the names."""
        return [item | {"html": _drawn(item["value"], item["text"])} for item in super().items(attributes)]


def _drawn(name: str, label: str) -> Markup:
    url = portal.manifest.url(f"img/events/{name}.svg")
    picture = Markup('<img src="{}" alt="" width="128" height="72" loading="lazy">').format(url) if name else Markup("")
    return picture + label


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
