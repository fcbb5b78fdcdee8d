"""Fields for texts in a language, and for whoever writes them."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l

from portal.core.fields import EmailField, PhoneField, TextAreaField, TextField
from portal.core.texts import Translated

#: texts that an event has in every language, and of these the ones that organisers may give in a second one
TEXTS = ("title", "summary", "text", "place", "price_text", "image_alt")
IN_BOTH = ("title", "summary", "text")


def text_fields(code: str, *, required: bool) -> dict[str, Any]:
    """The texts of an event in one language."""
    return {
        f"title_{code}": TextField(_l("Title"), max=150, required=required, missing=_l("Write the title of the event")),
        f"summary_{code}": TextAreaField(
            _l("In two lines"),
            max=300,
            rows=2,
            required=required,
            help=_l("What it is and why one should come. It stands in the list."),
            missing=_l("Say in two lines what it is"),
        ),
        f"text_{code}": TextAreaField(_l("Everything else"), max=8000, rows=8, required=False),
        f"place_{code}": TextField(
            _l("Where exactly, or another place"),
            max=200,
            required=False,
            help=_l("For example “first floor”, or the place itself if it is not in the list."),
        ),
        f"price_text_{code}": TextField(
            _l("More about the price"), max=200, required=False, help=_l("For example “children under 12 free”.")
        ),
        f"image_alt_{code}": TextField(
            _l("What the picture shows"), max=300, required=False, help=_l("For people who cannot see it.")
        ),
    }


def translated(form: Any, name: str, known: Translated | None = None) -> Translated:
    """A text in the languages in which the form asks for it, over what is known in others."""
    asked = {code: str(form[f"{name}_{code}"].data or "") for code in form.languages if f"{name}_{code}" in form}
    return Translated({code: text for code, text in {**(known or {}), **asked}.items() if text})


class WriterFields:
    """Who holds the event; asked of organisers."""

    writer_name = TextField(
        _l("Who holds the event?"),
        max=200,
        autocomplete="organization",
        help=_l("The name of the association, business or person. Everybody may read it."),
        missing=_l("Enter the name of whoever holds the event"),
    )
    writer_email = EmailField(_l("Email address"), help=_l("Only for us: we write there when it is decided."))
    writer_phone = PhoneField(_l("Phone number"), required=False, help=_l("Only for us, if we have a question."))
