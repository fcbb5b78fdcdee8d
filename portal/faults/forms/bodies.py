"""The form of how another body is reached."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l

from portal.core.fields import CheckboxField, EmailField, PasswordField, TextField
from portal.core.forms import Form
from portal.faults.models import Body
from portal.faults.operations import BodyInput

_ADDRESS: dict[str, Any] = {
    "max": 500,
    "required": False,
    "inputmode": "url",
    "pattern": r"https?://[^\s<>\"?#]{3,490}",
    "pattern_message": _l("Write the whole address, beginning with https://"),
}


class BodyForm(Form):
    """How a body is reached; the key is never shown again."""

    phone = TextField(
        _l("Telephone"),
        max=60,
        required=False,
        type="tel",
        pattern=r"[0-9+() /.-]{3,60}",
        pattern_message=_l("Write the number with digits, for example 11500 or 2810 123456"),
        help=_l("People see it before they report, and whenever somebody is in danger."),
    )
    email = EmailField(_l("Email address"), required=False, help=_l("Reports go there by letter if it has no server."))
    url = TextField(_l("Website"), **_ADDRESS)
    open311_url = TextField(
        _l("Address of its Open311 server"),
        **_ADDRESS,
        help=_l(
            "Up to and with /v2. With another address the key that is kept is forgotten: it is not sent elsewhere."
        ),
    )
    open311_jurisdiction = TextField(_l("Its jurisdiction in Open311"), max=200, required=False)
    open311_key = PasswordField(_l("Key for its Open311 server"), max=200, required=False, autocomplete="new-password")
    forget_key = CheckboxField(_l("Forget the key that is kept"))

    def settle(self, body: Body) -> None:
        """Say whether a key is kept; it is never shown."""
        if body.open311_key:
            self.open311_key.help = _l("A key is kept. Enter a new one to change it.")
        else:
            self.skip({"forget_key"})

    @property
    def given(self) -> BodyInput:
        """For the operation."""
        return BodyInput(
            phone=str(self.phone.data or ""),
            email=str(self.email.data or ""),
            url=str(self.url.data or ""),
            open311_url=str(self.open311_url.data or "").rstrip("/"),
            open311_jurisdiction=str(self.open311_jurisdiction.data or ""),
            new_key=str(self.open311_key.data or "").strip(),
            forget_key=bool(self.forget_key.data),
        )


def body_data(body: Body) -> dict[str, str]:
    """A body for the fields of the form, but for its key."""
    return {name: getattr(body, name) for name in ("phone", "email", "url", "open311_url", "open311_jurisdiction")}
