"""Addresses elsewhere that tell more about an event."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l

from portal.core.fields import RepeatingGroup, TextField

ADDRESS = r"https?://[^\s<>\"]{3,490}"


def links_field() -> RepeatingGroup:
    """Some addresses, each with the words that lead there."""
    return RepeatingGroup(
        _l("Links"),
        fields={
            "url": TextField(
                _l("Address"),
                max=500,
                inputmode="url",
                help=_l("For example the page of the artist, or a video"),
                missing=_l("Write the address, or leave the whole row empty"),
                pattern=ADDRESS,
                pattern_message=_l("Write the whole address, like https://www.example.org/artist"),
            ),
            "title": TextField(
                _l("What one finds there"), max=120, required=False, help=_l("Empty: people read the address itself.")
            ),
        },
        required=False,
        max=5,
        row_label=_l("Link"),
        add_label=_l("One more link"),
    )


def links_in(form: Any) -> tuple[dict[str, str], ...]:
    """What was written, as an event keeps it."""
    return tuple({"url": row["url"], "title": row["title"]} for row in form.links.data)
